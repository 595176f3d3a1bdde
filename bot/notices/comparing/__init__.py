"""What differs between two versions of a policy, and what is named in it. Pure."""
