"""A year of changes of the policy, simulated: real processes on PostgreSQL, killed at random; everything counted."""
