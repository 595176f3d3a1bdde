"""Slack's Web API: one module a family of methods, and the gate that every call passes."""
