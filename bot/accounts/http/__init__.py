"""Accounts that another product keeps and gives out by a JSON API."""
