"""Telling people of a change of the policy: on schedule, in their own time, once, and knowing who has read it."""
