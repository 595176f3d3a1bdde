"""The registry of installations, a database of its own with migrations of its own."""
