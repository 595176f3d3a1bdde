"""Customers' requests: access, erasure, rectification, objection, restriction, portability, complaint."""
