"""Customers' requests on the screen: forms, lists and messages."""
