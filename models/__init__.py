"""What Steward remembers: tables and their constraints, nothing else."""
