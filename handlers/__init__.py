"""What people touch in Slack: one module a surface, each with register(app, services)."""
