"""How payloads reach the app: over one of its sockets, or as signed HTTP requests."""
