"""What one of the processes of `steward run --workers N` does."""

import logging
import socket

import structlog

from bot import children
from bot.clock import system_clock
from bot.command_line.faults import explain
from bot.command_line.opening import begin_logging
from bot.observability.exposition import share_as
from bot.running.parts import PartDied
from bot.running.process import Mode, Place, run
from bot.running.workers import STARTED, Post
from bot.settings import load_configuration, read_environment

log = structlog.get_logger(__name__)


def work() -> int:
    """Work until let go of. Returns the exit code, once everything that had begun is finished."""
    told = children.told()
    if not told:
        return 0
    stop, post = children.let_go_of(), Post.read(told)
    share_as(post.worker)
    begin_logging(logging.INFO, post.worker)
    listening = None if post.descriptor is None else socket.socket(fileno=post.descriptor)
    place = Place(post.worker, listening, lambda: children.tell_parent(STARTED))
    try:
        environment = read_environment()
        configuration = load_configuration(environment.steward_config)
        run(environment, configuration, Mode(post.mode), system_clock, stop, place)
    except PartDied as died:
        log.critical("steward.part_died", part=died.name)
        return 1
    except Exception as error:  # noqa: BLE001 - foreseen or not, it is explained in words
        return explain(error)
    return 0
