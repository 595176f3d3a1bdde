"""A request as it is filled in, written down and settled, what the ledger says of it, and who hears of it besides."""
