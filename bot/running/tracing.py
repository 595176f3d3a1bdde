"""Spans of a running Steward, where OpenTelemetry's own variables ask for them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version

from bot.extras import EXTRAS
from bot.observability import tracing
from bot.running.refusals import CannotStart


@contextmanager
def traced() -> Iterator[None]:
    """Make spans while in this context, if they are asked for. Raises CannotStart where they can't be made."""
    if not tracing.is_asked_for(os.environ):
        yield
        return
    try:
        end = tracing.begin(version("steward"))
    except tracing.TracingUnusable as error:
        what = f"{tracing.ENDPOINTS[0]} is set, and {str(error).removesuffix('.')}."
        mend = f"{EXTRAS}, or take the variable away."
        raise CannotStart(what, mend) from error
    try:
        yield
    finally:
        end()
