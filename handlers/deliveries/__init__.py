"""Messages that Steward sends by itself: composed when they are sent, from what then holds."""
