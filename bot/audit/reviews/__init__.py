"""Looking at what was done: unusual use, what is put up for review, and the verdicts."""
