"""One app in several workspaces: the page on which it is allowed, and the tokens that come of it."""
