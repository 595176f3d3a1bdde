"""The policy on the screen: its versions, its changes, and the notices of them."""
