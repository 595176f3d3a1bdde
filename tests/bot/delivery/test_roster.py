"""Everybody of a large workspace, whom Slack tells of page by page, and not as fast as one asks."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from bot.access.people import DirectoryUnavailable, Standing, StillReading
from bot.delivery import roster as roster_module
from bot.delivery.directory import SlackDirectory
from bot.delivery.roster import Roster, Unanswered
from bot.delivery.slack_people import kept_of, person_of
from slack_local.local_slack import LocalSlack
from tests.bot.delivery.office import recording_client
from tests.conftest import SettableClock

PEOPLE = 60_000


class Workspace:
    """users.list of a workspace, at whose clock each page takes a moment. `troubles` come at these calls (from 1)."""

    def __init__(self, clock: SettableClock, people: int = PEOPLE, seconds: float = 0.3) -> None:
        self.clock, self.people, self.seconds = clock, people, seconds
        self.troubles: dict[int, Unanswered] = {}
        self.asked: list[tuple[str, int]] = []
        self.learned: list[str] = []
        self.circle = False

    def page(self, cursor: str, size: int) -> tuple[Sequence[dict[str, Any]], str]:
        self.asked.append((cursor, size))
        self.clock.advance(seconds=self.seconds)
        if trouble := self.troubles.pop(len(self.asked), None):
            raise trouble
        start = int(cursor or 0)
        users = [{"id": f"U{number}", "profile": {}} for number in range(start, min(start + size, self.people))]
        after = 0 if self.circle else start + size
        return users, str(after) if after < self.people else ""

    def learn(self, users: Sequence[Any]) -> None:
        self.learned += [user["id"] for user in users]


@pytest.fixture
def workspace(clock: SettableClock) -> Workspace:
    return Workspace(clock)


@pytest.fixture
def roster(workspace: Workspace, clock: SettableClock) -> Roster:
    return Roster(workspace.page, workspace.learn, clock)


def until_read(roster: Roster, clock: SettableClock) -> int:
    """How many ticks it takes in the background."""
    for tick in range(1, 1000):
        roster.keep_good()
        try:
            roster.everybody()
        except StillReading:
            clock.advance(seconds=15)
        else:
            return tick
    raise AssertionError("never")


def test_sixty_thousand_people_are_read_once_though_slack_wants_pauses(
    roster: Roster, workspace: Workspace, clock: SettableClock
) -> None:
    for call in (21, 22, 43):
        workspace.troubles[call] = Unanswered("users.list", "ratelimited", 30)
    until_read(roster, clock)
    assert workspace.learned == [f"U{number}" for number in range(PEOPLE)]
    assert len(workspace.asked) == 60 + 3
    assert [user["id"] for user in roster.everybody().users] == workspace.learned


def test_whoever_cannot_wait_so_long_is_told_and_what_was_read_counts(
    roster: Roster, workspace: Workspace, clock: SettableClock
) -> None:
    counts = []
    for _ in range(3):
        with pytest.raises(StillReading) as told:
            roster.everybody()
        counts.append(told.value.so_far)
    assert counts == sorted({*counts, 1})[1:]
    assert len(workspace.asked) == counts[-1] // 1000
    until_read(roster, clock)
    assert len(workspace.asked) == 60


def test_nobody_asks_during_a_pause(roster: Roster, workspace: Workspace, clock: SettableClock) -> None:
    workspace.troubles[2] = Unanswered("users.list", "ratelimited", 40)
    for _ in range(5):
        with pytest.raises(StillReading):
            roster.everybody()
    assert len(workspace.asked) == 2
    clock.advance(seconds=41)
    until_read(roster, clock)


def test_what_takes_long_to_read_is_good_until_it_can_be_read_again(
    roster: Roster, workspace: Workspace, clock: SettableClock
) -> None:
    workspace.seconds = 3  # twenty a minute
    until_read(roster, clock)
    first, minutes = roster.everybody(), 0.0
    for _ in range(4 * 90):
        clock.advance(seconds=15)
        roster.keep_good()
        roster.everybody()  # at no moment is there nobody to ask
        minutes += 0.25
    assert roster.everybody() is not first
    assert roster.everybody(timedelta(seconds=60)).took > roster_module.QUICK  # and for a list it is new enough
    assert len(workspace.asked) < 20 * minutes


def test_a_small_workspace_is_read_as_it_is_now(workspace: Workspace, clock: SettableClock) -> None:
    workspace.people = 900
    roster = Roster(workspace.page, workspace.learn, clock)
    first = roster.everybody(timedelta(seconds=60))
    assert roster.everybody(timedelta(seconds=60)) is first
    clock.advance(seconds=61)
    assert roster.everybody() is first
    assert roster.everybody(timedelta(seconds=60)) is not first
    clock.advance(minutes=11)
    assert len(workspace.asked) == 2
    roster.everybody()
    assert len(workspace.asked) == 3


@pytest.mark.parametrize("code", ["timed_out", "http_500", "limit_required"])
def test_smaller_pages_where_a_large_one_cannot_be_had(
    roster: Roster, workspace: Workspace, clock: SettableClock, code: str
) -> None:
    workspace.troubles[3] = Unanswered("users.list", code)
    with pytest.raises(Unanswered):
        roster.everybody()
    until_read(roster, clock)
    assert workspace.learned == [f"U{number}" for number in range(PEOPLE)]
    assert {size for _, size in workspace.asked[3:]} == {200}


def test_a_cursor_that_is_no_more_begins_anew(roster: Roster, workspace: Workspace, clock: SettableClock) -> None:
    workspace.troubles[3] = workspace.troubles[4] = Unanswered("users.list", "invalid_cursor")
    for _ in range(2):
        with pytest.raises(Unanswered):
            roster.everybody()
    until_read(roster, clock)
    assert [cursor for cursor, _ in workspace.asked].count("") == 2
    assert [user["id"] for user in roster.everybody().users] == [f"U{number}" for number in range(PEOPLE)]


def test_pages_that_go_round_in_a_circle_end(roster: Roster, workspace: Workspace) -> None:
    workspace.circle, workspace.seconds = True, 0
    for _ in range(4):
        with pytest.raises(DirectoryUnavailable):
            roster.everybody()
    assert len(workspace.asked) < 20


def test_many_who_press_at_once_read_each_page_once(clock: SettableClock) -> None:
    workspace = Workspace(clock, people=6_000, seconds=0)
    roster, together = Roster(workspace.page, workspace.learn, clock), threading.Barrier(8)

    def press(_: int) -> int:
        together.wait(60)
        return len(roster.everybody().users)

    with ThreadPoolExecutor(8) as presses:
        assert set(presses.map(press, range(8))) == {6_000}
    assert len(workspace.asked) == 6


def test_decisions_wait_until_everybody_is_known(slack: LocalSlack, clock: SettableClock) -> None:
    client, inese = recording_client(slack), slack.people["inese"].id
    directory = SlackDirectory(client, {"support": "support"}, {}, clock)
    slack.trouble.rate_limit("users.list", retry_after=30)
    with pytest.raises(StillReading):
        directory.person(slack.team_id, inese, fresh=True)
    assert directory.person(slack.team_id, inese).roles == {"support"}  # what is no decision does not wait
    clock.advance(seconds=31)
    assert directory.person(slack.team_id, inese, fresh=True).roles == {"support"}
    assert {one.id for one in directory.people()} >= {slack.people[name].id for name in ("inese", "janis", "raitis")}


def test_what_is_kept_of_a_user_tells_the_same_person(slack: LocalSlack) -> None:
    users = recording_client(slack).api_call("users.list", params={"limit": 1000})["members"]
    roles = {"support": "support", "auditors": ["agnese@postwing.example"]}
    groups = {"support": frozenset({slack.people["inese"].id})}
    for user in [*users, {**users[0], "is_email_confirmed": False}, {**users[0], "enterprise_user": {"id": "W1"}}]:
        whole = person_of(user, groups, roles, slack.team_id, slack.team_id)
        assert person_of(kept_of(user), groups, roles, slack.team_id, slack.team_id) == whole
    assert {person_of(kept_of(one), {}, {}, slack.team_id, slack.team_id).standing for one in users} > {Standing.MEMBER}
