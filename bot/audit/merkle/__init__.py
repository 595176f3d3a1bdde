"""The tree over the ledger's entries, and what is proved and signed by it. Pure, but for reading the key."""
