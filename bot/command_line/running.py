"""`steward run`"""

import logging

import structlog

from bot.clock import system_clock
from bot.command_line.opening import begin_logging
from bot.running.parts import PartDied, signals_stop
from bot.running.process import Mode, run
from bot.running.refusals import CannotStart
from bot.running.workers import run_workers
from bot.settings import load_configuration, read_environment

log = structlog.get_logger(__name__)


def run_bot(mode: str | None, workers: int = 1) -> None:
    """Run until SIGTERM or Ctrl-C, in so many processes. Raises CannotStart and ConfigurationInvalid."""
    environment = read_environment()
    configuration = load_configuration(environment.steward_config)
    begin_logging(logging.INFO)
    with signals_stop() as stop:
        try:
            wanted = Mode(mode) if mode else None
            if workers > 1:
                run_workers(environment, wanted, workers, stop)
            else:
                run(environment, configuration, wanted, system_clock, stop)
        except PartDied as died:
            log.critical("steward.part_died", part=died.name)
            mend = "Start it again; the log above says more."
            raise CannotStart(f"Steward stopped because its {died.name} ended by itself.", mend) from died
