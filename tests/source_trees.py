"""The source as syntax trees, each file parsed once in a test process."""

import ast
from functools import cache
from pathlib import Path


@cache
def tree_of(path: Path) -> ast.Module:
    """A file's syntax tree. Whoever gets it only reads it."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))
