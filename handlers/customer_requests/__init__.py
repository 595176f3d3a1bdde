"""Customers' requests: registering one, its tasks and its end."""
