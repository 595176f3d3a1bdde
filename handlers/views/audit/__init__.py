"""The audit table on the screen: entries, exports, proofs, erasures, reviews, the weekly digest."""
