"""Giving entries their place in the tree, in one process at a time."""
