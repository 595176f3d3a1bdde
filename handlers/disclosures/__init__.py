"""Giving data to outsiders, and what the policy says of people outside the company."""
