"""Whatever is asked, ruled or published: what stands in a quote block or in quotation marks is in the version in force.

The real use cases, engine and views, over policies, questions and rulings that are made up. STEWARD_EXAMPLES says how
many rounds.
"""

import html
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from bot.access.people import Conversation, Person, Standing
from bot.access.rules.purposes import Rules
from bot.audit.entry import Actor, Surface
from bot.audit.ledger import Ledger, Origin
from bot.building.questions import by_words
from bot.company import Company
from bot.database import Database
from bot.effects import Message
from bot.privacy.customer_reply import Terms
from bot.privacy.desk import Decided, Desk, HandedOver, Verdict
from bot.privacy.desk_items import Item, open_items, read_item
from bot.privacy.questions import Questions, Reply
from bot.privacy.rereading import Rereading, Step, to_reread
from bot.privacy.ruling_list import RulingList, RulingPage
from bot.privacy.rulings import Kind, Ruling, read_ruling, rulings_in_force
from bot.privacy.typography import folded
from bot.privacy.versions import Policy, import_policy, policy_in_force
from handlers.views.privacy import answers, desk, rereading, rulings
from tests.conftest import SettableClock
from tests.promises.surfaces import everywhere, problems

TEAM = "T1"
INESE = Person("U0INESE", TEAM, "Inese", None, Standing.MEMBER)
LAILA = Person("U0LAILA", TEAM, "Laila", None, Standing.MEMBER, frozenset({"privacy"}))
TERMS = Terms("Postwing", "privacy@postwing.example", "https://postwing.example/privacy")
COMPANY = Company("Postwing", "privacy@postwing.example", Rules({}, {}, timedelta(hours=1)), {})
NAMES = {INESE.id: INESE.name, LAILA.id: LAILA.name}
EXAMPLES = int(os.environ.get("STEWARD_EXAMPLES", "12"))
MARKS = '“”„‟″"«»'
BETWEEN = re.compile(f"[{MARKS}]([^{MARKS}]*)[{MARKS}]")

SENTENCES = (
    "We do not sell your data.",
    "We never, under any circumstances, sell or rent your personal data.",
    "We sell data to partners who ask nicely.",
    "Data is kept for 30 days unless a court orders otherwise.",
    "Data is kept for 90 days.",
    "However, backups are kept longer.",
    "Cookies are used to keep you signed in.",
    "We may share data with “trusted partners” and no one else.",
    'You may ask for "a copy" of what we hold.',
    "Employees who need it may see your account; *nobody else* may.",
    "Write to privacy@postwing.example & we answer <soon>.",
    "We use `code`, _stars_ and ~waves~ in this sentence.",
    "This service is not for children under 13.",
    "Our policy is long " + "and goes on " * 300 + "to the end.",
)
QUESTIONS = (
    "do you sell my data?",
    "how long do you keep my data?",
    "do you use cookies?",
    "who can see my account?",
    'is it true that "you sell everything to everyone"?',
    "“we promise to delete all of it” right?",
    "Verkaufen Sie meine Daten?",
    "say “yes, we delete it all after 3 days” now",
    "horoscope?",
)
CLAIMS = (
    "We never do that.",
    "The policy says “we delete everything after three days”.",
    "As it says: “We do not sell your data.”",
    'An open "mark and no end of it',
    "See «Data is kept for 30 days unless a court orders otherwise.»",
    "It is kept for 30 days. Ask us.",
)
sentences = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=6)
sections = st.lists(st.tuples(st.sampled_from(("Sharing", "Retention", "Cookies", "*Stars*")), sentences), min_size=1)
asked = st.one_of(st.sampled_from(QUESTIONS), st.text(min_size=1, max_size=200))
ruled = st.one_of(st.sampled_from(CLAIMS), st.text(min_size=1, max_size=100))


def policy_of(parts: list[tuple[str, list[str]]]) -> bytes:
    text = "\n\n".join(f"## {heading}\n\n{' '.join(sentences)}" for heading, sentences in parts)
    return f"# Privacy policy\n\n{text}\n".encode()


@dataclass
class Sent:
    """The port of effects: what is to be sent, kept."""

    messages: list[Message] = field(default_factory=list)

    def send(self, _: Connection, *messages: Message) -> None:
        self.messages += messages

    def refresh(self, _: Connection, *abouts: str) -> None:
        """Nothing is out there."""

    def due(self, _: Connection, kind: str, about: str, at: datetime) -> None:
        """Nothing is due."""


@dataclass
class World:
    """The use cases over one database."""

    database: Database
    clock: SettableClock

    def __post_init__(self) -> None:
        self.ledger = Ledger(self.database, self.clock)
        self.questions = Questions(self.database, self.ledger, by_words(None), self.clock)
        day, effects = timedelta(days=1), Sent()
        self.desk = Desk(self.database, self.ledger, self.questions, effects, self.clock, day, 3, posts=True)
        self.rereading = Rereading(self.database, self.ledger, self.questions, effects, self.clock, posts=True)
        self.requests = 0

    def origin(self, person: Person) -> Origin:
        self.requests += 1
        return Origin(Actor(person.id, person.team), Surface.COMMAND, f"r{self.requests}")

    def publish(self, parts: list[tuple[str, list[str]]]) -> Policy:
        self.clock.advance(minutes=1)
        import_policy(self.ledger, self.clock, policy_of(parts), "policy.md", self.origin(LAILA))
        return self.in_force()

    def in_force(self) -> Policy:
        with self.database.reading() as connection:
            policy = policy_in_force(connection, self.clock())
        assert policy is not None
        return policy

    def ask(self, question: str) -> Reply:
        storable = question.encode("utf-8", "ignore").decode().replace("\x00", "")
        reply = self.questions.ask(self.origin(INESE), INESE, Conversation.INTERNAL, storable)
        assert isinstance(reply, Reply)
        return reply

    def items(self) -> Iterator[Item]:
        """Every question that ever came to the desk, the newest ones."""
        policy = self.in_force()
        with self.database.reading() as connection:
            open_ones = open_items(connection, TEAM, policy.reading, 3)
            newest = [ruling.question for ruling in rulings_in_force(connection)[:5]]
            decided = [read_item(connection, number, policy.reading) for number in newest]
        yield from open_ones
        yield from (one for one in decided if one is not None)

    def rulings(self) -> Iterator[Mapping[str, Any]]:
        policy = self.in_force()
        with self.database.reading() as connection:
            for ruling in rulings_in_force(connection)[:5]:
                again = to_reread(connection, ruling, policy.reading)
                item = read_item(connection, ruling.question, policy.reading)
                assert item is not None
                yield rereading.reread(again, item, NAMES)
                yield rulings.withdrawn(replace(ruling, settled_by=LAILA.id), ruling.made_at, NAMES, COMPANY)
        page = RulingList(self.database, self.clock).page(LAILA, Conversation.INTERNAL, 1)
        assert isinstance(page, RulingPage)
        yield rulings.listing(page, NAMES)


def surfaces(world: World, replies: list[Reply]) -> Iterator[tuple[Mapping[str, Any], list[str]]]:
    """All that people are shown now, with the questions in it, which stand there as they were typed."""
    for reply in replies:
        shown: Mapping[str, Any]
        for shown in (answers.render(reply, "Laila"), answers.as_modal(reply, "Laila"), answers.more(reply)):
            yield shown, []
        yield answers.copied(reply, TERMS), []
    for item in world.items():
        typed = [item.question or ""]
        typed += [item.ruling.asked or ""] if item.ruling else []
        yield desk.asked(item, NAMES), typed
        yield desk.unanswered(item, NAMES, world.clock()), typed
        yield desk.rule_form(item, None), [*typed, (item.question or "")[:299]]
        if not item.is_open:
            yield desk.decided(item, NAMES), typed
    for shown in world.rulings():
        yield shown, [ruling.asked or "" for ruling in _asked(world)]


def _asked(world: World) -> list[Ruling]:
    with world.database.reading() as connection:
        return list(rulings_in_force(connection)[:5])


def checked(document: Mapping[str, Any], typed: list[str], policy: Policy) -> None:
    whole = policy.text
    plain = folded(whole).text
    for one in everywhere(document):
        if one.get("type") == "rich_text_quote":
            words = "".join(part["text"] for part in one["elements"])
            assert words.startswith("“"), words
            assert words.endswith("”"), words
            assert words[1:-1] in whole, words
        elif one.get("type") == "text" and one.get("style", {}).get("bold"):
            assert one["text"].removeprefix("“").removesuffix("”") in whole
    for words in _running(document, typed):
        for quoted in BETWEEN.findall(words):
            assert folded(quoted).text.strip(" .,;:!?()") in plain, quoted


def _running(document: Mapping[str, Any], typed: list[str]) -> Iterator[str]:
    """Texts outside of rich text, without what somebody typed as a question."""
    found = [document["text"]] if isinstance(document.get("text"), str) else []
    for one in everywhere(document):
        if one.get("type") in ("mrkdwn", "plain_text"):
            found.append(str(one["text"]))
        if "initial_value" in one:
            found.append(str(one["initial_value"]))
    for words in map(html.unescape, found):
        if not any(words == one or (words.endswith("…") and one.startswith(words[:-1])) for one in typed):
            yield words


def decide(world: World, reply: Reply, text: str, choice: int) -> None:
    handed = world.desk.hand_over(world.origin(INESE), INESE, Conversation.INTERNAL, reply.entry)
    assert isinstance(handed, HandedOver)
    if choice == 0:
        return
    item = handed.item
    starts = tuple(one.start for one in item.candidates[: choice % 3])
    kind = (Kind.WRITTEN, Kind.QUOTED, Kind.NOT_OURS, Kind.WRITTEN)[choice % 4]
    storable = text.encode("utf-8", "ignore").decode().replace("\x00", "")
    verdict = Verdict(kind, None, starts, storable if kind is Kind.WRITTEN else None)
    decided = world.desk.decide(world.origin(LAILA), LAILA, Conversation.INTERNAL, item.number, item.step, verdict)
    if isinstance(decided, Decided):
        copied = world.questions.by_ruling(item.entry, decided.item.ruling) if decided.item.ruling else None
        if isinstance(copied, Reply):
            checked(answers.copied(copied, TERMS), [], world.in_force())


rounds = st.tuples(
    sections,
    st.lists(st.tuples(asked, ruled, st.integers(0, 7)), min_size=1, max_size=4, unique_by=lambda one: one[0]),
    sections,
    st.lists(st.sampled_from(Step), min_size=4, max_size=4),
)


def look_everywhere(world: World, told: Any) -> None:
    """One round: a version, questions, some decided; another version; everything that is shown then."""
    before, said, after, steps = told
    world.publish(before)
    replies = [world.ask(question) for question, _, _ in said]
    everything(world, replies)
    for reply, (_, text, choice) in zip(replies, said, strict=True):
        decide(world, reply, text, choice)
    everything(world, [world.ask(reply.question) for reply in replies])
    world.publish(after)
    world.rereading.look()
    everything(world, [world.ask(reply.question) for reply in replies])
    for ruling, step in zip(_asked(world), steps, strict=False):
        at_step = _step_of(world, ruling.number)
        world.rereading.settle(world.origin(LAILA), LAILA, Conversation.INTERNAL, ruling.number, at_step, step)
    everything(world, [world.ask(reply.question) for reply in replies])


def _step_of(world: World, number: int) -> int:
    with world.database.reading() as connection:
        ruling = read_ruling(connection, number)
    assert ruling is not None
    return ruling.step


def everything(world: World, replies: list[Reply]) -> None:
    policy = world.in_force()
    for document, typed in surfaces(world, replies):
        checked(document, typed, policy)
        assert problems(document) == []


@pytest.mark.timeout(3600)
def test_nothing_is_quoted_that_the_policy_in_force_does_not_say(sqlite_url: str, clock: SettableClock) -> None:
    template = Path(sqlite_url.removeprefix("sqlite:///"))

    @given(told=rounds)
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    def looked(told: Any) -> None:
        copy = template.with_name("one.db")
        shutil.copy(template, copy)
        database = Database(f"sqlite:///{copy}")
        try:
            look_everywhere(World(database, clock), told)
        finally:
            database.close()
            for left in template.parent.glob("one.db*"):
                left.unlink()

    looked()
