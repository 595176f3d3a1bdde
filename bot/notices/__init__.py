"""What changed between two versions of the policy, whom it touches, and how that is told."""
