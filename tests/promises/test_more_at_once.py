"""Promise 6 where two people, or one with two forms, are at it at the same moment on different things that touch."""

from datetime import date, timedelta
from typing import Any

import pytest

from bot.access.deciding.judge import Decided
from bot.access.ending.finish import Finished
from bot.access.people import Conversation, Person, Standing
from bot.access.reasons import Reason
from bot.access.requests.drafts import Fault, Part
from bot.access.requests.filing import Asked, Incomplete
from bot.accounts.disclosures.ask import Asked as AskedToDisclose
from bot.accounts.disclosures.draft import Basis
from bot.accounts.disclosures.draft import Draft as Disclosing
from bot.accounts.disclosures.show import NotShown, Shown
from bot.audit.entry import Action
from bot.audit.ledger import Ledger
from bot.notices.announcement import Announcement
from bot.notices.announcing import EVERYONE, Change, FoundHow
from bot.notices.changing import Found, write_down
from bot.notices.deciding import Decided as Announced
from bot.notices.deciding import NotDecided as NotAnnounced
from bot.notices.deciding import NotNow
from bot.privacy.versions import Coming, keep_version, policy_in_force
from tests.conftest import SettableClock
from tests.promises.office import APPROVERS, ASKER, TEAM, Office, account_id, by, draft
from tests.promises.racing import at_once
from tests.promises.test_two_at_once import approving, office
from tests.scenarios.policy.announcing import ORIGIN

pytestmark = pytest.mark.postgres

__all__ = ["office"]

TIMES = 15
HERE = Conversation.INTERNAL
OFFICERS = tuple(
    Person(f"U0{name.upper()}", TEAM, name, f"{name}@postwing.example", Standing.MEMBER, frozenset({"privacy"}))
    for name in ("laila", "ieva")
)


def test_the_same_from_two_forms_is_asked_once(office: Office) -> None:
    ask = office.services.ask

    def asking(n: int) -> Any:
        return lambda: ask(by(ASKER), ASKER, HERE, draft(n))

    for pair in at_once([(asking(n), asking(n)) for n in range(TIMES)]):
        (again,) = [one for one in pair if not isinstance(one, Asked)]
        assert isinstance(again, Incomplete)
        assert again.faults == {Part.ACCOUNT: Fault.ALREADY_ASKED}
    assert office.count("access_requests") == TIMES


def test_more_time_is_given_or_not_and_the_end_is_the_end(office: Office) -> None:
    services, pairs = office.services, []
    for number in office.grants(TIMES):
        extra = services.life.extend(by(ASKER), ASKER, HERE, number, timedelta(hours=1), "The customer still tests it")
        longer = approving(services, APPROVERS[0], getattr(extra, "request").number)  # noqa: B009 - of what was given
        pairs.append((longer, lambda number=number: services.finish.end(by(ASKER), ASKER, number)))
    results = at_once(pairs)
    assert all(isinstance(ended, Finished) for _, ended in results)
    given = sum(isinstance(longer, Decided) for longer, _ in results)
    assert office.count("access_grants WHERE extensions = 1") == given
    assert office.count("access_requests WHERE kind = 'extension' AND status = 'granted'") == given
    assert office.count("access_grants WHERE ended_at IS NULL") == 0


def disclosed(office: Office, n: int) -> int:
    """The number of a disclosure that two people agreed to."""
    services, what = office.services.special_cases.disclosures, "A court's order of last week"
    given = Disclosing(
        account_id(n), ("email",), "A. Kalna", "Court", Basis.COURT_ORDER, "C-1", "2026-02-20", "Court", what
    )
    asked = services.ask(by(ASKER), ASKER, HERE, given)
    assert isinstance(asked, AskedToDisclose)
    for person in (APPROVERS[0], OFFICERS[0]):
        services.judge.approve(by(person), person, asked.disclosure.number)
    return asked.disclosure.number


def test_what_is_shown_once_is_shown_once(office: Office) -> None:
    show = office.services.special_cases.disclosures.show

    def showing(number: int) -> Any:
        return lambda: show(by(ASKER), ASKER, HERE, number)

    numbers = [disclosed(office, n) for n in range(TIMES)]
    for pair in at_once([(showing(number), showing(number)) for number in numbers]):
        (shown,) = [one for one in pair if isinstance(one, Shown)]
        (other,) = [one for one in pair if isinstance(one, NotShown)]
        assert other.reason is Reason.SHOWN_ALREADY
        assert shown.values
    assert office.outcomes("access.disclose")["access.disclose", "disclosed"] == TIMES


def chain(office: Office, n: int) -> tuple[Change, Change]:
    """Two texts, the second of which goes on from the first; neither is in force."""
    now, ledger, made = office.clock(), Ledger(office.database, office.clock), list[Change]()
    for place, what in enumerate(("letter", "letter and name")):
        coming = Coming.read(f"# Privacy\n\nWe keep {n} of each {what}.".encode(), "draft.md", "text/markdown")
        with ledger.entry(ORIGIN, Action.POLICY_CHANGE) as entry:
            policy = policy_in_force(entry.connection, now)
            assert policy is not None
            keep_version(entry, coming, now, now + timedelta(days=60 + 2 * n + place))
            before = made[-1].after if made else policy.version
            found = Found(before, coming.text.hash, "text", FoundHow.DRAFT, now, "cli:tests")
            made.append(write_down(entry.connection, found))
    return made[0], made[1]


def test_of_two_texts_that_go_on_from_one_another_the_second_never_holds_first(
    office: Office, clock: SettableClock
) -> None:
    announce = office.services.changes.deciding.announce

    def announcing(officer: Person, change: Change, days: int) -> Any:
        day: date = (clock() + timedelta(days=days)).date()
        decision = Announcement(True, day, (EVERYONE,), "Something changes for everybody.")
        return lambda: announce(by(officer), officer, HERE, change.number, change.revision, decision)

    pairs = [chain(office, n) for n in range(TIMES)]
    results = at_once(
        [(announcing(OFFICERS[0], first, 30), announcing(OFFICERS[1], second, 10)) for first, second in pairs]
    )
    for both in results:
        (won,) = [one for one in both if isinstance(one, Announced)]
        (lost,) = [one for one in both if isinstance(one, NotAnnounced)]
        assert lost.reason is NotNow.OUT_OF_ORDER
        del won
