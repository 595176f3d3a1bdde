"""Giving data of an account to somebody outside the company: a basis, two people, the register, and then one look."""
