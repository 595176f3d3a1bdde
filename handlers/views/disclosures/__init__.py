"""Disclosures to outsiders on the screen."""
