"""The words of notices, made when they are sent, from the state as it then is."""

import re
from collections.abc import Mapping
from functools import partial

from sqlalchemy import Connection

from bot.access.people import Person
from bot.delivery.sent import sent_at
from bot.effects import Message
from bot.notices.announcing import Change, Status, read_change
from bot.notices.telling import plans
from bot.notices.telling.occasions import WITHDRAWN
from bot.notices.telling.rounds import NOTICE, about_notice
from bot.services import Services
from handlers.deliveries.words import Words
from handlers.views.blocks import Block
from handlers.views.policy import notices as views

_ABOUT = re.compile(r"N-(\d{1,9})/([a-z]+(?:-\d+)?)/(.+)")


def words(services: Services) -> Mapping[str, Words]:
    """By the message's kind; None when what it speaks of is not there, or is not to be said any more."""
    return {NOTICE: partial(_notice, services)}


def _notice(services: Services, message: Message) -> Block | None:
    parsed = _ABOUT.fullmatch(message.about)
    if parsed is None:
        return None
    number, stage = int(parsed[1]), parsed[2]
    person = person_of(services, message.to)
    with services.database.reading() as connection:
        change = read_change(connection, number)
        told = [one for one in plans.told_to(connection, number, message.to) if one.stage == stage]
        if change is None or not told:
            return None
        sent = sent_at(connection, message)
        if sent is None and not _still_to_be_said(connection, change, stage, message.to):
            return None
        read = plans.read_at(connection, change.after, person.team, person.id) if person else None
        work = services.telling.facts.for_work(connection, change, person) if person else None
    if read is not None and sent is None and stage.startswith("reminder-"):
        return None
    one = views.Notice(
        change=change,
        stage=stage,
        lines=services.telling.facts.lines(change),
        work=work,
        read_at=read,
        due_at=told[0].due_at,
        at=sent or services.clock(),
        asks=services.telling.settings.acknowledge,
    )
    return views.notice(one, services.clock(), services.telling.settings.zone)


def _still_to_be_said(connection: Connection, change: Change, stage: str, to: str) -> bool:
    """Of a change that was withdrawn nobody hears any more; and that it was, only whoever had heard of it."""
    if change.status is not Status.WITHDRAWN:
        return True
    if stage != WITHDRAWN:
        return False
    earlier = [one.stage for one in plans.told_to(connection, change.number, to) if one.stage != WITHDRAWN]
    return any(sent_at(connection, Message(NOTICE, about_notice(change, one, to), to)) for one in earlier)


def person_of(services: Services, to: str) -> Person | None:
    """The person behind "person:U1"; None for a channel. Raises DirectoryUnavailable."""
    sort, _, user = to.partition(":")
    if sort != "person":
        return None
    return services.telling.reading.everybody.find(user)
