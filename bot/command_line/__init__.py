"""The commands of `steward`, by what they are about. Loaded when they are run, so that help comes at once."""
