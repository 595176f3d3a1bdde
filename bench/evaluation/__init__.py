"""How good the answers about a policy and the differences of its versions are, measured on labelled texts."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
