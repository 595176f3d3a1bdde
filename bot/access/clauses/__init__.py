"""What the policy in force means for purposes: permitted, pointed to other words, or suspended."""
