"""Promise 9 for customers' requests and objections: what was typed is data on every screen."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import example, given

from bot.access.reasons import Reason
from bot.privacy.customer_requests.assemble import Assembled
from bot.privacy.customer_requests.counts import MonthOfRequests
from bot.privacy.customer_requests.decide import Draft, Flaw, Obstacle, Part, Why
from bot.privacy.customer_requests.listing import Listed
from bot.privacy.customer_requests.mistakes import Preview
from bot.privacy.customer_requests.register import Duplicates, Flawed, Registered
from bot.privacy.customer_requests.requests import (
    Added,
    Cause,
    Channel,
    CustomerRequest,
    Kind,
    Mistake,
    Status,
    Task,
    TaskStatus,
)
from bot.privacy.customer_requests.work import Opened, Words
from bot.privacy.objections.choices import Choice, MediumStanding, Objected, Said
from bot.privacy.objections.record import NO_SUCH_MEDIUM, NotPossible, NotRecordedYet, Recorded
from handlers.views.accounts import objections
from handlers.views.blocks import message, section
from handlers.views.customer_requests import forms, lists, messages, mistakes
from handlers.views.customer_requests import request as views
from handlers.views.customer_requests.words import why_not
from tests.promises.surfaces import hidden_texts
from tests.promises.test_hostile_text import COMPANY, CONFIGURATION, ID, NOW, PEOPLE, account_of, checked, clean, whole

SETTINGS = CONFIGURATION.requests
MEDIA = ("email", "telephone", "mail")
ASKER, OFFICER = sorted(PEOPLE)
MONTH = MonthOfRequests(date(2026, 3, 1), dict.fromkeys(Kind, 1000), 9, 9, 9, 9)


def request(text: str, kind: Kind, status: Status, extended: bool) -> CustomerRequest:
    tasks = tuple(
        Task(n, (text or "x")[:150], one, ASKER, 1, OFFICER if one is not TaskStatus.OPEN else None, NOW, ID)
        for n, one in enumerate((*TaskStatus, *TaskStatus, *TaskStatus), start=1)
    )
    made = CustomerRequest(
        number=77, team="T1", kind=kind, account=account_of(text), law=text[:20] or "gdpr", channel=Channel.LETTER,
        received_on=date(2026, 3, 2), recorded_at=NOW, recorded_by=ASKER, entry=ID, due_on=date(2026, 4, 2),
        due_at=datetime(2026, 4, 2, 21, tzinfo=UTC), status=status, media=MEDIA, owner=OFFICER,
        identity=(text[:75],) if text else (), identity_by=OFFICER, tasks=tasks, extended_at=NOW if extended else None,
        closed_at=NOW if status is Status.CLOSED else None, closed_by=OFFICER,
    )  # fmt: skip
    return replace(made, owner=None, identity=()) if extended else made


def screens(text: str) -> Iterator[Mapping[str, Any]]:
    said = Words(text[:3000], text[:2000], dict.fromkeys(range(1, 10), text[:2000]))
    again = replace(said, added=(Added(NOW, ASKER, text[:3000]), Added(NOW, ASKER, None)) * 3)
    choice = Choice(1, "T1", account_of(text), "mail", Said.OBJECTED, NOW.date(), NOW, ASKER, ID, 77)
    objected = (
        Objected(choice, MediumStanding("mail", permitted=False, choice=choice)),
        Objected(choice, MediumStanding("mail", permitted=True, choice=choice)),
        Objected(replace(choice, undone_by=OFFICER, undone_at=NOW), MediumStanding("mail", permitted=True)),
    )
    for kind, status in ((kind, status) for kind in Kind for status in Status):
        one = request(text, kind, status, extended=kind is Kind.ACCESS)
        for officer in (True, False):
            yield views.request_modal(Opened(ID, one, said, objected), SETTINGS, NOW, ASKER, officer=officer)
        yield views.registered(Registered(ID, one, media=MEDIA), COMPANY, SETTINGS, NOW)
        yield messages.new(one, SETTINGS, NOW, objected)
        yield messages.owner(one, OFFICER, NOW)
        yield messages.reminder(one, NOW, ASKER)
        for task in one.tasks[:3]:
            yield messages.task(one, task, 1, ASKER, NOW)
            yield messages.task(one, task, 2, ASKER, NOW)
        for reason in (*Why, *Obstacle, Reason.STRANGER, Reason.NOT_A_PRIVACY_OFFICER):
            words = why_not(reason, one, COMPANY, NOW, "U0JANIS")
            yield message(words, [section(words)])
    for status in Status:
        one = request(text, Kind.ACCESS, status, extended=True)
        yield views.request_modal(Opened(ID, one, again), SETTINGS, NOW, ASKER, officer=True)
        yield views.registered(Registered(ID, one, linked=True, media=MEDIA), COMPANY, SETTINGS, NOW)
        yield messages.added(one, NOW)
        for person in (OFFICER, ASKER):
            yield messages.closed(one, person, NOW)
        for reader in (None, OFFICER, "U0NOBODY"):
            yield messages.reminder(one, NOW, reader)
    many = (request(text, Kind.ERASURE, Status.OPEN, extended=False),) * 60
    yield lists.listing(Listed(ID, many[:10], all=True, total=60, page=2), NOW)
    yield lists.listing(Listed(ID, many[:10], all=False, total=60, page=2, ended=True, others=3), NOW, MONTH)
    yield from mistaken(text)
    yield messages.overdue(many, date(2026, 4, 3))
    yield lists.with_customer_requests({"type": "home", "blocks": [section("x")]}, many[:1], ASKER, NOW)
    data: dict[str, dict[str, str | list[str]]] = {text[:60] or "x": {"email": text, "lists": [text] * 3}}
    made = Assembled(many[0], data, (text[:60],), (ID,), None, (text[:60],), (text[:60],), tuple(Reason))
    for found in (made, replace(made, unread=(), why=())):
        yield views.assembled(found, sent=True)


def mistaken(text: str) -> Iterator[Mapping[str, Any]]:
    """Of a request that was registered by mistake."""
    one = request(text, Kind.OBJECTION, Status.OPEN, extended=False)
    standing = tuple(MediumStanding(medium, permitted=medium != "mail") for medium in MEDIA)
    yield mistakes.form(Preview(one, (ASKER,), 2, standing, (OFFICER,), (), (one,) * 3), NOW, None)
    ended = replace(one, status=Status.MISTAKE, mistake=Mistake(Cause.DUPLICATE, NOW, OFFICER, ID, 3))
    yield views.request_modal(
        Opened(ID, ended, Words(text, mistake=text), duplicates=(one,) * 7), SETTINGS, NOW, ASKER, officer=True
    )
    for now in (one, ended, replace(one, status=Status.CLOSED, closed_at=NOW, closed_by=OFFICER)):
        yield mistakes.mistaken(now, ASKER, NOW, assembled=True, grants=())
        yield mistakes.back(now, ASKER, NOW)
        yield messages.task(now, now.tasks[0], now.tasks[0].round, ASKER, NOW)
        yield messages.owner(now, OFFICER, NOW)


def filled_in(text: str) -> Iterator[Mapping[str, Any]]:
    choices = forms.Choices(SETTINGS, MEDIA, date(2026, 3, 2))
    draft = Draft(text[:200], "erasure", "letter", "2026-03-02", "gdpr", text[:3000], (), ("email",))
    yield forms.register_form(draft, choices, "")
    same = request(text, Kind.ERASURE, Status.OPEN, extended=False)
    yield forms.register_form(draft, choices, "", Duplicates(tuple(replace(same, number=n) for n in range(1, 6))))
    yield forms.refuse_form(77, 1, text[:150] or "x", "C1")
    yield forms.assign_form(77, 1, text[:150] or "x", "C1")
    yield forms.hand_over_form(77, "C1")
    yield forms.identity_form(77, SETTINGS, "C1", ())
    yield forms.extend_form(77, text[:100], "C1")
    yield objections.form(text[:200], Said.OBJECTED, MEDIA, ("email",), date(2026, 3, 2), "C1")
    choice = Choice(7, "T1", account_of(text), text[:40] or "x", Said.OBJECTED, date(2026, 3, 2), NOW, ASKER, ID)
    for one in (choice, replace(choice, undone_by=OFFICER, undone_at=NOW)):
        yield objections.to_privacy([one], NOW)
        line = objections.standing_line((MediumStanding("email", permitted=False, choice=one),), text[:150])
        yield message("x", [section(line)])
    yield objections.done(Recorded(ID, account_of(text), (choice,)))
    words = objections.not_possible(NotPossible(ID, NO_SUCH_MEDIUM, text, text), COMPANY)
    yield message(words, [section(words)])
    flawed = Flawed(dict.fromkeys(Part, Flaw.SEVERAL_MATCHES), (account_of(text),) * 5)
    assert all(len(one) <= 500 for one in forms.errors(flawed, choices).values())
    missing = NotRecordedYet(Flaw.SEVERAL_MATCHES, Flaw.MISSING, Flaw.NOT_A_DATE, Flaw.MISSING, (account_of(text),) * 5)
    assert all(len(one) <= 500 for one in objections.errors(missing).values())


@checked
@given(text=whole)
@example(text="<!channel>")
@example(text="<" * 5000)
@example(text="é" * 5000)
@example(text="`" * 5000)
def test_requests_and_messages(text: str) -> None:
    for document in screens(text):
        clean(document)


@checked
@given(text=whole)
@example(text="<!channel>")
@example(text="<" * 5000)
@example(text="`" * 5000)
def test_forms_and_objections(text: str) -> None:
    for document in filled_in(text):
        clean(document)


def test_nothing_that_was_typed_travels_unseen() -> None:
    mark = "Xtypedx"
    for document in (*screens(mark), *filled_in(mark)):
        for hidden in hidden_texts(document):
            assert mark not in hidden.replace(f'"account":"{mark}"', ""), hidden
