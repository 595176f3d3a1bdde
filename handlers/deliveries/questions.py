"""The words of messages about questions and rulings, made when they are sent, from the state as it then is."""

from collections.abc import Mapping
from functools import partial

from bot.effects import Message
from bot.privacy.desk import UNANSWERED
from bot.privacy.desk_items import Item, question_number, read_item
from bot.privacy.gaps import MONTHLY
from bot.privacy.rereading import REREAD, WITHDRAWN, to_reread
from bot.privacy.rulings import given, read_ruling, ruling_number
from bot.privacy.rulings_on_record import on_record
from bot.privacy.versions import policy_in_force
from bot.services import Services
from handlers.deliveries.words import Words
from handlers.names import names_in, names_of
from handlers.views.blocks import Block
from handlers.views.customer_requests.lists import with_requests
from handlers.views.privacy import desk as views
from handlers.views.privacy import gaps as gap_views
from handlers.views.privacy import rereading as rereading_views
from handlers.views.privacy import rulings as ruling_views


def words(services: Services) -> Mapping[str, Words]:
    """By the message's kind; None when what it speaks of is not there."""
    return {
        "question.asked": partial(_asked, services),
        "question.decided": partial(_decided, services),
        UNANSWERED: partial(_unanswered, services),
        REREAD: partial(_reread, services),
        WITHDRAWN: partial(_withdrawn, services),
        MONTHLY: partial(_month, services),
    }


def _asked(services: Services, message: Message) -> Block | None:
    item = _item(services, message)
    return views.asked(item, names_in(services, item)) if item else None


def _decided(services: Services, message: Message) -> Block | None:
    item = _item(services, message)
    return views.decided(item, names_in(services, item)) if item else None


def _unanswered(services: Services, message: Message) -> Block | None:
    item = _item(services, message)
    return views.unanswered(item, names_in(services, item), services.clock()) if item else None


def _reread(services: Services, message: Message) -> Block | None:
    number = ruling_number(message.about)
    with services.database.reading() as connection:
        policy = policy_in_force(connection, services.clock())
        kept = read_ruling(connection, number[0]) if number else None
        if kept is None or policy is None:
            return None
        ruling = on_record(connection, kept)
        again = to_reread(connection, ruling, policy.reading)
        item = read_item(connection, ruling.question, policy.reading)
    if item is None:
        return None
    return rereading_views.reread(again, item, names_in(services, item))


def _withdrawn(services: Services, message: Message) -> Block | None:
    number, user = ruling_number(message.about), message.to.removeprefix("person:")
    with services.database.reading() as connection:
        ruling = read_ruling(connection, number[0]) if number else None
        at = given(connection, ruling).get(user) if ruling else None
    if ruling is None or at is None:
        return None
    by = names_of(services, ruling.team, [ruling.settled_by or ruling.author])
    return ruling_views.withdrawn(ruling, at, by, services.company)


def _month(services: Services, message: Message) -> Block | None:
    view = gap_views.render(services.questions.gaps.of(message.about))
    return with_requests(view, services.customer_requests.counts.of(message.about))


def _item(services: Services, message: Message) -> Item | None:
    number = question_number(message.about)
    with services.database.reading() as connection:
        policy = policy_in_force(connection, services.clock())
        return read_item(connection, number, policy.reading if policy else None) if number is not None else None
