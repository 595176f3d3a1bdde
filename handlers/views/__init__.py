"""Pure functions from Steward's values to Block Kit."""
