"""Deciding requests: who may, who must still agree, questions before it, and reminders to whoever has not decided."""
