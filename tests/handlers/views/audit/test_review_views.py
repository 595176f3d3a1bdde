"""Every screen of reviews holds to Slack's limits, whatever was typed, and shows nothing as mark-up."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.access.rules.purposes import Rules
from bot.audit.read import Stored
from bot.audit.reviews.items import CLOSED, Item, Kind, Status, Step, Verdict
from bot.audit.reviews.review import Judged, NotJudged, NotYet, Waiting
from bot.audit.reviews.unusual import Rule
from bot.audit.weekly.digest import Digest, Week
from bot.company import Company
from handlers.views.audit import digest as digest_views
from handlers.views.audit import review, review_messages
from slack_local.block_kit.surface import validate_surface
from tests.bot.access.strategies import rules

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LONG = "<!channel> *x* `y` & <@U0> 🙂" * 200
typed = st.sampled_from([None, "fine", LONG, "```", "x" * 3000])
facts = st.fixed_dictionaries(
    {
        "count": st.integers(1, 10**6),
        "looks": st.integers(1, 10**6),
        "within_s": st.integers(60, 604_800),
        "usual": st.integers(0, 10**6),
        "soon_s": st.integers(60, 604_800),
    }
)
FLOW = {
    Status.OPEN: (),
    Status.ASKED: (Verdict.NEEDS_EXPLANATION,),
    Status.ANSWERED: (Verdict.NEEDS_EXPLANATION, Verdict.ANSWERED),
    Status.IN_ORDER: (Verdict.NEEDS_EXPLANATION, Verdict.ANSWERED, Verdict.IN_ORDER),
    Status.VIOLATION: (Verdict.VIOLATION,),
}


def stored(text: str | None) -> Stored:
    entry: dict[str, Any] = {
        "id": "019580a0-0000-7000-8000-00000000abcd",
        "at": "2026-03-02T08:00:00.000000Z",
        "actor": "U0INESE",
        "team": "T1",
        "action": "account.reveal",
        "outcome": "disclosed",
        "reason": "granted",
        "account": "pw-00412",
        "purpose": "technical_support",
        "fields": ["email"] * 100,
        "grant": "R-1001",
        "ticket": text and text[:50],
        "query": text and "sha256:00",
        "justification": text and "sha256:00",
        "actor_email": None,
    }
    opened = {name: {"salt": "00", "value": text} for name in ("query", "justification")} if text else {}
    return Stored(entry["id"], NOW, json.dumps(entry), b"\0" * 32, json.dumps(opened))


@st.composite
def items(draw: st.DrawFn) -> Item:
    status, kind = draw(st.sampled_from(Status)), draw(st.sampled_from(Kind))
    steps = tuple(
        Step(n, verdict, "U0AGNESE", NOW, f"019580a0-0000-7000-8000-{n:012}", draw(typed))
        for n, verdict in enumerate(FLOW[status], start=1)
    )
    return Item(
        number=draw(st.integers(1, 2**31)),
        kind=kind,
        entry=stored(draw(typed)),
        team="T1",
        person="U0INESE",
        status=status,
        version=len(steps),
        queued_at=NOW - timedelta(days=1),
        due_at=None if status in CLOSED else draw(st.sampled_from([NOW, NOW + timedelta(days=2)])),
        overdue=draw(st.integers(0, 2)),
        rule=draw(st.sampled_from(Rule)) if kind is Kind.ALERT else None,
        facts=draw(facts),
        links=tuple(f"019580a0-0000-7000-8000-{n:012}" for n in range(draw(st.sampled_from([1, 9, 400])))),
        steps=steps,
    )


def companies() -> st.SearchStrategy[Company]:
    return rules().map(lambda made: Company("Postwing", "privacy@postwing.example", made, {}))


NAMES = {"U0INESE": "Inese <@U0> *Ozola*", "U0AGNESE": "Agnese"}
many = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def sound(surface: Any, kind: Any = "message") -> None:
    assert validate_surface(surface, kind) == [], surface
    marked = [text for text in _texts(surface) if text.get("type") == "mrkdwn"]
    assert not any("<!channel>" in text["text"] or "<@U0>" in text["text"] for text in marked)


def _texts(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, list):
        return [text for one in value for text in _texts(one)]
    if isinstance(value, dict):
        own = [value] if value.get("type") in ("mrkdwn", "plain_text") and "text" in value else []
        return own + [text for one in value.values() for text in _texts(one)]
    return []


@many
@given(st.lists(items(), max_size=3), st.integers(3, 900), companies())
def test_the_queue(found: list[Item], total: int, company: Company) -> None:
    sound(review.waiting(Waiting("019580a0-0000-7000-8000-00000000ffff", tuple(found), total), company, NOW))


@many
@given(items(), st.sampled_from([v for v in Verdict if v is not Verdict.ANSWERED]), companies())
def test_forms_and_results(item: Item, verdict: Verdict, company: Company) -> None:
    sound(review.verdict_form(item, verdict, company, NOW, "C0GENERAL"), "modal")
    sound(review.answer_form(item, company), "modal")
    sound(review.judged(Judged("019580a0-0000-7000-8000-00000000ffff", item), verdict, item.number), "modal")
    for reason in NotYet:
        refused = NotJudged("019580a0-0000-7000-8000-00000000ffff", reason, item)
        assert review.not_judged(refused, company, NOW, "U0LAILA")
        assert review.not_judged(refused, company, NOW, "U0AGNESE")


@many
@given(items(), companies())
def test_messages(item: Item, company: Company) -> None:
    if item.rule:
        sound(review_messages.alert(item, NAMES, NOW))
    for version in range(item.version + 1):
        for to_auditors in (True, False):
            sound(review_messages.overdue(item, version, NAMES, company, NOW, to_auditors=to_auditors))
        for block in (
            review_messages.question(item, version, company, NOW),
            review_messages.answered(item, version, NAMES, NOW),
        ):
            assert block is None or validate_surface(block, "message") == []


def test_messages_to_channels_say_nothing_that_was_typed() -> None:
    step = Step(1, Verdict.NEEDS_EXPLANATION, "U0AGNESE", NOW, "e", "a secret of theirs")
    item = Item(
        1, Kind.ALERT, stored("a secret"), "T1", "U0INESE", Status.ASKED, 1, NOW, NOW, 1, Rule.REFUSALS,
        {"count": 5, "within_s": 3600}, ("e" * 36,), steps=(step,),
    )  # fmt: skip
    company = Company("Postwing", "privacy@postwing.example", Rules({}, {}, timedelta(hours=1)), {})
    late = [review_messages.overdue(item, 1, NAMES, company, NOW, to_auditors=one) for one in (True, False)]
    for block in (review_messages.alert(item, NAMES, NOW), *late):
        assert "secret" not in str(block)
        assert "pw-00412" not in str(block)
        assert "U0INESE" not in str(block)


counts = st.dictionaries(st.sampled_from(["technical_support", "billing", LONG[:300], ""]), st.integers(1, 10**9))


@many
@given(
    counts,
    counts,
    st.lists(st.integers(0, 10**9), min_size=7, max_size=7),
    st.lists(
        st.tuples(st.just("T1"), st.sampled_from([*NAMES, "U0GONE"]), st.integers(1, 10**9), st.just(0)), max_size=40
    ),
    companies(),
)
def test_the_digest(
    purposes: dict[str, int],
    classes: dict[str, int],
    by_day: list[int],
    people: list[tuple[str, str, int, int]],
    company: Company,
) -> None:
    days = tuple(NOW + timedelta(days=n) for n in range(8))
    made = Digest(
        week=Week("2026-W10", date(2026, 3, 2), days),
        looks=sum(by_day),
        looks_before=7,
        accounts=3,
        by_day=tuple(by_day),
        by_purpose=purposes,
        by_class=classes,
        people=tuple(people),
        granted=2,
        over=2,
        unused=1,
        refusals=purposes,
        alerts=dict.fromkeys(Rule, 3),
        verdicts=dict.fromkeys(Status, 2),
        waiting=4,
        late=1,
    )
    sound(digest_views.render(made, NAMES, company))


@pytest.mark.parametrize(
    ("monday", "words"),
    [
        (date(2026, 3, 2), "2 to 8 March 2026"),
        (date(2026, 3, 30), "30 March to 5 April 2026"),
        (date(2026, 12, 28), "28 December 2026 to 3 January 2027"),
    ],
)
def test_weeks_as_people_write_them(monday: date, words: str) -> None:
    assert digest_views._days(monday, monday + timedelta(days=6)) == words
