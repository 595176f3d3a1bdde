"""Verdicts: whose they are to give, that exactly one is taken, and that all of it stands in the audit table."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from bot.access.people import Conversation, Person, Standing
from bot.access.reasons import Reason
from bot.audit.entry import Action, Outcome
from bot.audit.query import Filter
from bot.audit.read import in_order
from bot.audit.reviews.items import Item, Status, Verdict
from bot.audit.reviews.review import Judged, NotJudged, NotYet, Waiting
from bot.audit.reviews.unusual import Rule, Thresholds
from bot.database import Database
from bot.effects import Message
from tests.bot.audit.reviews.watching import AGNESE, HERE, INESE, JANIS, LAILA, Watched, person, watched
from tests.conftest import SettableClock
from tests.promises.racing import at_once

QUIET = Thresholds(off=frozenset(Rule))


@pytest.fixture
def made(database: Database, clock: SettableClock) -> Watched:
    """One reveal of Inese's, under a grant that Jānis approved, drawn as V-1."""
    found = watched(database, clock, thresholds=QUIET)
    found.reveal(grant=found.grant(1001))
    found.look()
    return found


def judge(
    made: Watched,
    who: Person,
    verdict: Verdict = Verdict.IN_ORDER,
    comment: str = "",
    version: int = 0,
    number: int = 1,
) -> Judged | NotJudged:
    return made.review.judge(made.origin(who), who, HERE, number, version, verdict, comment)


def entries(made: Watched, action: str = "audit.review") -> list[dict[str, object]]:
    with made.database.reading() as connection:
        found = [stored.readable for stored in in_order(connection, Filter())]
    return [one for one in found if one["action"] == action]


def reason_of(result: object) -> object:
    assert isinstance(result, NotJudged), result
    return result.reason


def test_in_order_is_an_entry_about_the_entry(made: Watched) -> None:
    result = judge(made, AGNESE, comment="Ticket and time fit.")
    assert isinstance(result, Judged)
    assert result.item.status is Status.IN_ORDER
    (entry,) = entries(made)
    reviewed = result.item.entry
    wanted = {
        "id": result.entry,
        "actor": AGNESE.id,
        "action": "audit.review",
        "outcome": "done",
        "reason": "in_order",
        "query": reviewed.id,
        "account": "pw-1",
        "grant": "R-1001",
        "purpose": "technical_support",
        "justification": "Ticket and time fit.",
    }
    assert {key: entry[key] for key in wanted} == wanted


def test_a_review_changes_no_entry(made: Watched) -> None:
    def everything() -> list[tuple[object, ...]]:
        with made.database.reading() as connection:
            rows = connection.execute(text("SELECT id, entry FROM audit_entries ORDER BY id")).all()
        return [tuple(row) for row in rows]

    before = everything()
    judge(made, AGNESE, Verdict.VIOLATION, "No ticket, no call.")
    assert everything()[: len(before)] == before


@pytest.mark.parametrize(
    ("who", "reason"),
    [
        (INESE, Reason.NOT_AN_AUDITOR),
        (JANIS, NotYet.HAD_A_HAND),
        (person(INESE.id, "support", "auditors"), NotYet.OWN_ENTRY),
        (Person("U0GUEST", "T1", "Guest", None, Standing.GUEST, frozenset({"auditors"})), Reason.NOT_AN_AUDITOR),
        (Person(AGNESE.id, "T2", "Agnese", None, Standing.MEMBER, frozenset({"auditors"})), NotYet.NO_SUCH_REVIEW),
    ],
)
def test_who_may_not_judge(made: Watched, who: Person, reason: Reason | NotYet) -> None:
    assert reason_of(judge(made, who)) is reason
    assert reason_of(made.review.peek(made.origin(who), who, HERE, 1, 0)) is reason
    refused = entries(made)
    assert [(one["outcome"], one["reason"]) for one in refused] == [("refused", reason.value)] * 2
    listed = made.review.waiting(made.origin(who), who, HERE)
    assert not isinstance(listed, Waiting) or listed.items == ()


def test_nobody_judges_where_others_read_along(made: Watched) -> None:
    result = made.review.judge(made.origin(AGNESE), AGNESE, Conversation.SHARED, 1, 0, Verdict.IN_ORDER, "")
    assert reason_of(result) is Reason.SHARED_CHANNEL


def test_whoever_extends_or_uses_the_grant_later_has_a_hand_in_it_too(made: Watched) -> None:
    assert made.review.number_waiting(AGNESE) == 1
    made.record(AGNESE, Action.APPROVE, Outcome.REFUSED, grant="R-1001")
    assert made.review.number_waiting(AGNESE) == 1
    made.record(AGNESE, Action.AUDIT_SEARCH, Outcome.DISCLOSED, grant="R-1001")
    assert made.review.number_waiting(AGNESE) == 1
    made.record(AGNESE, Action.APPROVE, Outcome.GRANTED, grant="R-1001")
    assert made.review.number_waiting(AGNESE) == 0
    assert reason_of(judge(made, AGNESE)) is NotYet.HAD_A_HAND
    assert made.review.number_waiting(LAILA) == 1


def test_whoever_looked_under_the_grant_has_a_hand_in_it_too(made: Watched) -> None:
    made.record(AGNESE, Action.REVEAL, Outcome.DISCLOSED, account="pw-1", grant="R-1001")
    assert made.review.number_waiting(AGNESE) == 0
    assert reason_of(judge(made, AGNESE)) is NotYet.HAD_A_HAND


def test_what_fired_at_an_auditor_waits_for_the_others(database: Database, clock: SettableClock) -> None:
    """It rests on no grant, so nothing but whom it is about keeps it from them."""
    made = watched(database, clock, share=0.0)
    for _ in range(5):
        made.record(AGNESE, Action.LOOK_UP, Outcome.REFUSED)
    made.look()
    made.look()
    assert [made.review.number_waiting(one) for one in (AGNESE, LAILA)] == [0, 1]
    found = made.review.waiting(made.origin(AGNESE), AGNESE, HERE)
    assert isinstance(found, Waiting)
    assert found.items == ()
    assert reason_of(judge(made, AGNESE)) is NotYet.OWN_ENTRY


def test_what_waits_is_for_auditors(made: Watched) -> None:
    assert made.review.number_waiting(AGNESE) == 1
    assert made.review.number_waiting(JANIS) == 0
    assert made.review.number_waiting(INESE) is None
    found = made.review.waiting(made.origin(AGNESE), AGNESE, HERE)
    assert isinstance(found, Waiting)
    assert [item.name for item in found.items] == ["V-1"]
    assert (found.total, found.items[0].kind) == (1, "sample")
    looked = entries(made, "audit.search")
    assert [(one["query"], one["outcome"]) for one in looked] == [("review", "disclosed")]


def test_the_most_urgent_comes_first_and_three_at_once(made: Watched, clock: SettableClock) -> None:
    clock.advance(hours=1)
    for n in range(4):
        made.reveal(f"pw-{n}")
    made.look()
    found = made.review.waiting(made.origin(AGNESE), AGNESE, HERE)
    assert isinstance(found, Waiting)
    assert ([item.number for item in found.items], found.total) == ([1, 2, 3], 5)


@pytest.mark.parametrize("verdict", [Verdict.NEEDS_EXPLANATION, Verdict.VIOLATION])
def test_only_in_order_needs_no_words(made: Watched, verdict: Verdict) -> None:
    with pytest.raises(ValueError, match="comment"):
        judge(made, AGNESE, verdict, "  ")
    assert entries(made) == []


def test_a_question_and_its_answer(made: Watched, clock: SettableClock) -> None:
    asked = judge(made, AGNESE, Verdict.NEEDS_EXPLANATION, "Which ticket was it?")
    assert isinstance(asked, Judged)
    assert asked.item.status is Status.ASKED
    assert made.effects.sent == [Message("review.question", "V-1.1", f"person:{INESE.id}")]
    assert made.review.number_waiting(LAILA) == 0
    assert isinstance(made.review.asked(made.origin(INESE), INESE, 1, 1), Item)
    clock.advance(hours=1)
    answered = made.review.answer(made.origin(INESE), INESE, 1, 1, "HD-7, it was typed in later.")
    assert isinstance(answered, Judged)
    assert answered.item.status is Status.ANSWERED
    assert made.effects.sent[1:] == [Message("review.answered", "V-1.2", f"person:{AGNESE.id}")]
    assert made.review.number_waiting(LAILA) == 1
    judged = judge(made, LAILA, Verdict.VIOLATION, "There is no HD-7.", version=2)
    assert isinstance(judged, Judged)
    assert [(step.verdict.value, step.by, step.text) for step in judged.item.steps] == [
        ("needs_explanation", AGNESE.id, "Which ticket was it?"),
        ("answered", INESE.id, "HD-7, it was typed in later."),
        ("violation", LAILA.id, "There is no HD-7."),
    ]
    assert [(one["reason"], one["actor"]) for one in entries(made)] == [
        ("needs_explanation", AGNESE.id),
        ("answered", INESE.id),
        ("violation", LAILA.id),
    ]


def test_a_question_that_is_not_answered_in_time_is_a_reviewers_again(made: Watched) -> None:
    judge(made, AGNESE, Verdict.NEEDS_EXPLANATION, "Why?")
    assert made.review.number_waiting(LAILA) == 0
    made.review.queue.overdue("V-1.1/1")
    assert (made.review.number_waiting(LAILA), made.review.number_waiting(JANIS)) == (1, 0)
    assert isinstance(made.review.asked(made.origin(INESE), INESE, 1, 1), Item)
    again = judge(made, LAILA, Verdict.NEEDS_EXPLANATION, "Why, please?", version=1)
    assert isinstance(again, Judged)
    assert (again.item.status, made.review.number_waiting(AGNESE)) == (Status.ASKED, 0)
    to_the_first = made.review.answer(made.origin(INESE), INESE, 1, 1, "HD-6")
    assert reason_of(to_the_first) is NotYet.ALREADY_REVIEWED, "a form about another question"
    assert isinstance(made.review.answer(made.origin(INESE), INESE, 1, 2, "HD-7"), Judged)
    assert made.review.number_waiting(AGNESE) == 1


def test_only_whoever_is_asked_answers_and_once(made: Watched) -> None:
    review = made.review
    assert reason_of(review.answer(made.origin(INESE), INESE, 1, 0, "I was not asked")) is NotYet.ALREADY_REVIEWED
    judge(made, AGNESE, Verdict.NEEDS_EXPLANATION, "Why?")
    assert reason_of(review.answer(made.origin(LAILA), LAILA, 1, 1, "Because")) is NotYet.NOT_ASKED
    assert reason_of(review.asked(made.origin(JANIS), JANIS, 1, 1)) is NotYet.NOT_ASKED
    assert isinstance(review.answer(made.origin(INESE), INESE, 1, 1, "Because"), Judged)
    assert reason_of(review.answer(made.origin(INESE), INESE, 1, 1, "Because, again")) is NotYet.ALREADY_REVIEWED
    assert reason_of(review.answer(made.origin(INESE), INESE, 9, 1, "What")) is NotYet.NO_SUCH_REVIEW
    with pytest.raises(ValueError, match="words"):
        review.answer(made.origin(INESE), INESE, 1, 1, " ")


def test_a_reviewer_need_not_wait_for_an_answer(made: Watched) -> None:
    judge(made, AGNESE, Verdict.NEEDS_EXPLANATION, "Why?")
    assert isinstance(judge(made, LAILA, Verdict.IN_ORDER, "Found the ticket.", version=1), Judged)
    late = made.review.answer(made.origin(INESE), INESE, 1, 1, "Because")
    assert reason_of(late) is NotYet.ALREADY_REVIEWED
    assert "V-1.1" in made.effects.refreshed


def test_the_second_reviewer_reads_who_was_first(made: Watched) -> None:
    judge(made, AGNESE)
    second = judge(made, LAILA, Verdict.VIOLATION, "Not fine at all")
    assert isinstance(second, NotJudged)
    assert second.reason is NotYet.ALREADY_REVIEWED
    assert second.item is not None
    assert second.item.last is not None
    assert (second.item.last.by, second.item.status) == (AGNESE.id, Status.IN_ORDER)


def test_a_verdict_on_what_has_changed_meanwhile_is_not_taken(made: Watched) -> None:
    judge(made, AGNESE, Verdict.NEEDS_EXPLANATION, "Why?")
    made.review.answer(made.origin(INESE), INESE, 1, 1, "Because of HD-1")
    assert reason_of(judge(made, LAILA, version=0)) is NotYet.CHANGED_MEANWHILE
    assert reason_of(judge(made, LAILA, version=1)) is NotYet.CHANGED_MEANWHILE
    assert isinstance(judge(made, LAILA, version=2), Judged)


def test_the_same_delivery_twice_is_one_verdict(made: Watched) -> None:
    from bot.audit.ledger import AlreadyHandled

    def once() -> Judged | NotJudged:
        return made.review.judge(made.origin(AGNESE, "t-1"), AGNESE, HERE, 1, 0, Verdict.IN_ORDER, "")

    assert isinstance(once(), Judged)
    with pytest.raises(AlreadyHandled):
        once()
    assert made.count("review_steps") == 1


def test_two_at_the_same_moment_are_one_verdict(postgresql_url: str, clock: SettableClock) -> None:
    rounds = 25
    databases = [Database(postgresql_url), Database(postgresql_url)]
    made = [watched(one, clock, thresholds=QUIET) for one in databases]
    for n in range(rounds):
        made[0].reveal(f"pw-{n}")
    made[0].look()

    def press(one: Watched, who: Person, number: int) -> Callable[[], Judged | NotJudged]:
        return lambda: judge(one, who, Verdict.VIOLATION, f"{who.name} thinks so", number=number)

    pairs = [(press(made[0], AGNESE, n), press(made[1], LAILA, n)) for n in range(1, rounds + 1)]
    for left, right in at_once(pairs):
        assert {type(left), type(right)} == {Judged, NotJudged}
        second = left if isinstance(left, NotJudged) else right
        assert isinstance(second, NotJudged)
        assert second.reason is NotYet.ALREADY_REVIEWED
        assert second.item is not None
    assert made[0].count("review_steps") == rounds
    assert made[0].count("audit_entries", "action = 'audit.review' AND outcome = 'done'") == rounds
    for one in databases:
        one.close()


def test_one_item_is_shown_to_those_who_may_judge_it(made: Watched) -> None:
    shown = made.review.show(made.origin(AGNESE), AGNESE, HERE, 1)
    assert isinstance(shown, Waiting)
    for who in (INESE, JANIS):
        hidden = made.review.show(made.origin(who), who, HERE, 1)
        assert isinstance(hidden, NotJudged)
        assert hidden.item is None
    judge(made, AGNESE)
    assert reason_of(made.review.show(made.origin(LAILA), LAILA, HERE, 1)) is NotYet.ALREADY_REVIEWED
    assert reason_of(made.review.show(made.origin(LAILA), LAILA, HERE, 7)) is NotYet.NO_SUCH_REVIEW


def test_erased_words_are_gone_from_the_queue_too(made: Watched) -> None:
    """They stand in the audit table alone, so erasing them there is enough."""
    judge(made, AGNESE, Verdict.NEEDS_EXPLANATION, "Which ticket was it?")
    with made.database.reading() as connection:
        columns = connection.execute(text("SELECT * FROM review_steps")).mappings().one()
        item = connection.execute(text("SELECT * FROM review_items")).mappings().one()
    assert not any("ticket" in str(value) for value in [*columns.values(), *item.values()])
