"""A customer's account on the screen: its card, what nothing matches, recipients, objections."""
