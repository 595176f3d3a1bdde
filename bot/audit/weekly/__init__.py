"""The weekly digest for the privacy office."""
