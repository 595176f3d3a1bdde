"""Reading steward.toml: its shape, what its parts say about one another, and where each fault stands."""
