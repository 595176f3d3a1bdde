"""What accounts said about marketing: to which media they agreed, and to which they objected."""
