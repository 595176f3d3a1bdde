"""Those outside who see that the ledger only grows."""
