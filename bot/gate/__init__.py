"""Where Slack's requests come in: signed HTTP or Socket Mode. What is not Slack's, or not whole, stays out."""
