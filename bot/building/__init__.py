"""Putting use cases together, by subject; bot.app puts these together in turn."""
