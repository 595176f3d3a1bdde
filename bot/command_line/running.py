"""`steward run`"""

import logging
import os
import threading
from collections.abc import MutableMapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import structlog

from bot.clock import system_clock
from bot.command_line.opening import begin_logging
from bot.command_line.workspaces import plan_of, wanted_of
from bot.running.parts import PartDied, signals_stop
from bot.running.process import Mode, run
from bot.running.refusals import CannotStart
from bot.running.workers import run_workers
from bot.settings import Environment, load_configuration, read_environment

if TYPE_CHECKING:  # one workspace does without
    from bot.hosting.plan import Plan

OURS: Final = ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "STEWARD_TOKEN_KEYS")
"""Bolt would make an installation store of its own for an app that finds the first two."""

log = structlog.get_logger(__name__)


def run_bot(mode: str | None, workers: int = 1) -> None:
    """Run until SIGTERM or Ctrl-C, in so many processes. Raises CannotStart and ConfigurationInvalid."""
    environment = read_environment()
    plan = plan_of(environment)
    configuration = None if plan else load_configuration(environment.steward_config)
    begin_logging(logging.INFO)
    keep_for_ourselves(os.environ)
    with signals_stop() as stop:
        try:
            wanted = Mode(mode) if mode else None
            if plan is not None:
                _host(environment, replace(plan, workspaces=tuple(wanted_of(plan))), wanted, workers, stop)
            elif workers > 1:
                run_workers(environment, wanted, workers, stop)
            elif configuration is not None:
                run(environment, configuration, wanted, system_clock, stop)
        except PartDied as died:
            log.critical("steward.part_died", part=died.name)
            mend = "Start it again; the log above says more."
            raise CannotStart(f"Steward stopped because its {died.name} ended by itself.", mend) from died


def keep_for_ourselves(variables: MutableMapping[str, str]) -> None:
    """Take out of the environment what was read from it and is for nobody else: not for libraries, not for children."""
    for name in OURS:
        variables.pop(name, None)


def _host(environment: Environment, plan: "Plan", mode: Mode | None, workers: int, stop: threading.Event) -> None:
    if mode is Mode.SOCKET:
        what = "Several workspaces are hosted over HTTP, which installing needs too; --socket serves one workspace."
        raise CannotStart(what, "Leave --socket out, or unset STEWARD_WORKSPACES.")
    if workers > 1:
        what = "--workers serves one workspace: the numbers of several would be added up in the same files."
        raise CannotStart(what, "Start `steward run` as often as you like, each on a port of its own.")
    from bot.hosting.host import host  # what installing needs, one workspace does without

    host(environment, plan, system_clock, stop)
