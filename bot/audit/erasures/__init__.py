"""Erasing a person's text from the audit table: what it would take, who agrees to it, and taking it."""
