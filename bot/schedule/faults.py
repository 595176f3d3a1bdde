"""Naming an unexpected error in a log without its text, which could carry personal data."""

from pathlib import PurePath
from traceback import extract_tb

LONGEST = 64


def fault_name(error: BaseException) -> str:
    """The error's type, cut to what a fault column holds."""
    return type(error).__name__[:LONGEST]


def fault_place(error: BaseException) -> str:
    """Where it was raised: the innermost file's name and line."""
    frames = extract_tb(error.__traceback__)
    return f"{PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "unknown"
