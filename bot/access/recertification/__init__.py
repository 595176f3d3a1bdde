"""Each term, owners of groups confirm who may look up for what; roles that were taken count no more."""
