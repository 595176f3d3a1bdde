"""The ledger as files for others: its lines, its forms, and the manifest beside it."""
