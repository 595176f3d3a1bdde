"""`steward run`"""
