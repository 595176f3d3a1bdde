"""One Steward for several workspaces: each with a configuration, a database, a ledger and an app of its own."""
