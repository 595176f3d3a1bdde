"""What the processes of a Steward know of one another: that they are at work, and whether they work by the same."""
