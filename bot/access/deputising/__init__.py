"""Approvers who are away, until when, and who decides in their place."""
