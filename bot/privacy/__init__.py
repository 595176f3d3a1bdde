"""The policy: its text, its versions, and the clauses that purposes rest on."""
