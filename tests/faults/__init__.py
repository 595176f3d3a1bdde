"""What was tried on the ledger: killed, failing calls, failing databases, and every byte of an export changed."""
