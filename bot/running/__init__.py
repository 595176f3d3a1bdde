"""Running Steward: what must hold before it starts, what it consists of, and ending it in order."""
