"""Asking for access: whose account, how much at once, from when, and at once in an emergency."""
