"""Approvers, their deputies and replicas of the schedule at the same moment, on PostgreSQL."""

from datetime import timedelta
from typing import Any

import pytest

from bot.access.deputising.away import Set
from bot.access.grants import request_name
from tests.conftest import SettableClock
from tests.promises.office import APPROVERS, DEPUTY, Office, by
from tests.promises.racing import at_once
from tests.promises.test_two_at_once import approving, office, office_of_individuals

pytestmark = pytest.mark.postgres

__all__ = ["office", "office_of_individuals"]

TIMES = 15


def test_an_approver_and_their_own_deputy_are_one_voice(office_of_individuals: Office, clock: SettableClock) -> None:
    services, janis = office_of_individuals.services, APPROVERS[0]
    until = clock() + timedelta(days=1)
    assert isinstance(services.approvers.away(by(janis), janis, DEPUTY, until), Set)
    numbers = office_of_individuals.requests(TIMES)
    at_once([(approving(services, janis, n), approving(services, DEPUTY, n)) for n in numbers])
    assert office_of_individuals.by_request("access.approve") == {request_name(n): ["done", "refused"] for n in numbers}
    assert office_of_individuals.count("access_grants") == 0


def test_replicas_remind_and_escalate_once(office: Office, clock: SettableClock) -> None:
    numbers = office.requests(TIMES)
    clock.advance(hours=5)
    one, other = office.with_clock(clock).approvers.reminders, office.with_clock(clock).approvers.reminders

    def both(services: Any, number: int) -> None:
        services.remind(f"{request_name(number)}/1")
        services.escalate(request_name(number))

    at_once([(lambda n=n: both(one, n), lambda n=n: both(other, n)) for n in numbers])  # type: ignore[misc]  # bound now
    assert office.count("access_reminders") == TIMES
    assert office.count("deliveries WHERE kind = 'request.reminder.1'") == TIMES
    assert office.count("deliveries WHERE kind = 'request.escalated'") == TIMES
    assert office.outcomes("access.escalate") == {("access.escalate", "done"): TIMES}


def test_coming_back_twice_ends_it_once(office: Office, clock: SettableClock) -> None:
    away, janis = office.services.approvers.away, APPROVERS[0]
    for _ in range(TIMES):
        assert isinstance(away(by(janis), janis, DEPUTY, clock() + timedelta(days=1)), Set)
        at_once([(lambda: away.back(by(janis), janis), lambda: away.back(by(janis), janis))])
    assert office.count("access_returns") == office.count("access_absences") == TIMES
    assert office.outcomes("access.deputy")["access.deputy", "ended"] == TIMES
