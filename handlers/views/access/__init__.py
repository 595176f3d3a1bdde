"""Requests, grants and who decides on the screen: forms, lists and messages."""
