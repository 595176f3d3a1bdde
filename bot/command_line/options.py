"""Options that several commands have."""

from pathlib import Path
from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON.")]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="A file instead of standard output.")]
Since = Annotated[str | None, typer.Option(help="From this date or time on, in the company's time zone.")]
Until = Annotated[str | None, typer.Option(help="Up to this date (included) or time.")]
