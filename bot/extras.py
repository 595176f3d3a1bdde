"""How to get what Steward can do without: the sentence model, tracing, the driver for MySQL and MariaDB."""

from typing import Final

INSTALL: Final = "pip install --require-hashes -r requirements-extras.lock"
"""In the environment that Steward runs in. Never by name: the registry's “steward” is not this one."""
EXTRAS: Final = f"Install the extras, in Steward's folder and environment: {INSTALL} (docs/operating.md, “Extras”)"
