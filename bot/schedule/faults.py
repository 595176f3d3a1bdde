"""Naming an unexpected error in a table without its text, which could carry personal data."""

LONGEST = 64


def fault_name(error: BaseException) -> str:
    """The error's type, cut to what a fault column holds."""
    return type(error).__name__[:LONGEST]
