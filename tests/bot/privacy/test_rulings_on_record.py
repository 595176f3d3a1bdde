"""A ruling held against the entries of its steps: what is kept, beside what the newest entries say."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.audit.entry import Action, Outcome
from bot.privacy.passages import Passage
from bot.privacy.rulings import Kind, Ruling, Status
from bot.privacy.rulings_on_record import made_written, settled_written, unlike

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ON = (Passage(10, 20, "a" * 64),)
RULING = Ruling(
    number=3,
    question=12,
    entry="made",
    kind=Kind.WRITTEN,
    team="T1",
    author="U1",
    made_at=NOW,
    topic="selling",
    version="v1",
    rests_on=ON,
    status=Status.IN_FORCE,
    step=0,
    told=None,
    settled_at=None,
    settled_by=None,
    asked="Do you sell data?",
    text="No.",
)
NOT_MADE = "no entry says that it was made"
OTHERWISE = "its entry says something else"
MADE: Mapping[str, Any] = {
    "id": "made",
    "action": Action.RULE,
    "outcome": Outcome.DONE,
    "reason": "written",
    "actor": "U1",
    "team": "T1",
    "query": None,
    "policy_version": "v1",
    "fields": ["email", made_written(RULING)],
}


def later(**said: Any) -> dict[str, Any]:
    """The entry of a later step."""
    return {**MADE, "id": "later", "query": "L-3", "fields": [], **said}


def why(ruling: Ruling, *newer: Mapping[str, Any], made: Mapping[str, Any] = MADE) -> str | None:
    return unlike(ruling, [(NOW + timedelta(days=1), one) for one in newer] + [(NOW, made)])


def test_as_it_was_made_it_is_sound() -> None:
    assert why(RULING) is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"entry": "another"}, NOT_MADE),
        ({"author": "U2"}, NOT_MADE),
        ({"team": "T2"}, NOT_MADE),
        ({"kind": Kind.QUOTED}, NOT_MADE),
        ({"made_at": NOW - timedelta(minutes=11)}, NOT_MADE),
        ({"made_at": NOW + timedelta(minutes=11)}, NOT_MADE),
        ({"made_at": NOW + timedelta(minutes=9)}, None),
        ({"question": 13}, OTHERWISE),
        ({"topic": None}, OTHERWISE),
        ({"version": "v2"}, OTHERWISE),
        ({"rests_on": ()}, OTHERWISE),
        ({"rests_on": (Passage(10, 21, "a" * 64),)}, OTHERWISE),
        ({"status": Status.WITHDRAWN}, OTHERWISE),
        ({"step": 1}, OTHERWISE),
    ],
)
def test_what_is_kept_otherwise_than_it_was_made_is_found(change: dict[str, Any], said: str | None) -> None:
    assert why(replace(RULING, **change)) == said


@pytest.mark.parametrize("wrong", [{"action": Action.ASK_POLICY}, {"outcome": Outcome.REFUSED}, {"reason": "quoted"}])
def test_no_other_entry_made_it(wrong: dict[str, Any]) -> None:
    assert why(RULING, made={**MADE, **wrong}) == NOT_MADE


def test_the_newest_step_counts() -> None:
    withdrawn, confirmed = replace(RULING, status=Status.WITHDRAWN, step=2), replace(RULING, version="v2", step=1)
    first = later(fields=[settled_written(confirmed)])
    second = later(id="later still", fields=[settled_written(withdrawn)])
    assert why(confirmed, first) is None
    assert why(withdrawn, second, first) is None
    assert why(confirmed, second, first) == "its last entry says something else"
    assert why(RULING, first) == "its last entry says something else"


def test_entries_of_other_rulings_say_nothing_of_it() -> None:
    thirtieth = replace(RULING, number=30, status=Status.WITHDRAWN)
    another = later(query=None, fields=[made_written(replace(RULING, question=1))])
    assert why(RULING, later(query="L-30", fields=[settled_written(thirtieth)]), another) is None
    assert why(RULING, later(query="L-30", reason="withdrawn"), later(query="L-4", reason="confirmed")) is None


def test_steps_of_before_say_no_digest() -> None:
    withdrawn, confirmed = later(reason="withdrawn"), later(reason="confirmed", policy_version="v2")
    assert why(RULING, withdrawn) == "an entry says that it was withdrawn"
    assert why(replace(RULING, status=Status.WITHDRAWN, step=1), withdrawn) is None
    assert why(replace(RULING, version="v2", step=1), confirmed) is None
    assert why(replace(RULING, step=1), confirmed) == "it is kept for another version of the policy"
    assert why(RULING, later(reason="noted")) is None


def test_one_made_before_digests_is_in_force_for_its_version_until_a_step() -> None:
    before = {**MADE, "fields": []}
    assert why(RULING, made=before) is None
    assert why(replace(RULING, status=Status.WITHDRAWN), made=before) == OTHERWISE
    assert why(replace(RULING, version="v2"), made=before) == OTHERWISE
    assert why(replace(RULING, version="v2", step=1), made=before) is None
