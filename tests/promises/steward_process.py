"""`steward run --http` for a test to kill: the same parts, with a clock that the test sets ahead.

The environment is the command's own; the one argument is how many seconds the clock is ahead. A process that was
killed leaves leases behind, and whoever starts a minute later need not wait for them.
"""

import sys
from datetime import datetime, timedelta

from bot.clock import system_clock
from bot.command_line.opening import begin_logging
from bot.running.parts import signals_stop
from bot.running.process import Mode, run
from bot.settings import load_configuration, read_environment


def main(ahead: str) -> None:
    """Runs until it is killed."""
    environment = read_environment()
    configuration = load_configuration(environment.steward_config)
    begin_logging()

    def clock() -> datetime:
        return system_clock() + timedelta(seconds=float(ahead))

    with signals_stop() as stop:
        run(environment, configuration, Mode.HTTP, clock, stop)


if __name__ == "__main__":
    main(*sys.argv[1:])
