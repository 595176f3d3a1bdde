"""One of the processes of `steward run --workers N`, begun by `bot.running.workers` and ended by it."""

import gc
import sys

from bot.command_line.starting import loading


def main() -> int:
    """Work until let go of. Returns the exit code, once everything that had begun is finished."""
    with loading():
        from bot.command_line.working import work

    try:
        return work()
    finally:
        gc.enable()


if __name__ == "__main__":
    sys.exit(main())
