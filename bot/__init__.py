"""What Steward does. Knows no Slack payload: handlers/ turns those into the values spoken here."""
