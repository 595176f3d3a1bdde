"""A courier in a process of its own, for a test to kill: DATABASE_URL, Slack's API and token as arguments.

Its words are the version of what they speak of, as the database has it when they are made.
"""

import sys
import threading
from datetime import timedelta

from sqlalchemy import text

from bot.clock import system_clock
from bot.database import Database
from bot.delivery.addresses import Addresses
from bot.delivery.courier import Courier, Tempo
from bot.delivery.directory import SlackDirectory
from bot.delivery.messages import Composed
from bot.delivery.slack_client import slack_client
from bot.effects import Message
from bot.schedule.backoff import Backoff
from tests.bot.delivery.office import CHANNELS

TEMPO = Tempo(lease=timedelta(seconds=5), poll=0.05, after_fault=0.1, backoff=Backoff(timedelta(seconds=0.2)))
VERSION = text("SELECT version FROM delivery_subjects WHERE about = :about")


class Words:
    """`R-1001 v3`"""

    def __init__(self, database: Database) -> None:
        self._database = database

    def __call__(self, message: Message) -> Composed:
        with self._database.reading() as connection:
            version = connection.execute(VERSION, {"about": message.about}).scalar() or 0
        return Composed(f"{message.about} v{version}", [])


def courier(database: Database, api: str, token: str, tempo: Tempo = TEMPO) -> Courier:
    """One that works fast and, if not told otherwise, gives up its leases soon."""
    client = slack_client(token, api, 30)
    directory = SlackDirectory(client, {}, CHANNELS, system_clock)
    return Courier(
        database, client, Words(database), Addresses(client, directory.channel_id), system_clock, tempo=tempo
    )


def main(url: str, api: str, token: str) -> None:
    """Works until it is killed."""
    worker = courier(Database(url), api, token)
    print("ready", flush=True)
    worker.run(threading.Event())


if __name__ == "__main__":
    main(*sys.argv[1:])
