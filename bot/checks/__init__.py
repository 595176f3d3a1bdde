"""What `steward check` looks at, one subject a module. Each check is a small function that returns findings."""
