"""Faults to plant: each breaks one promise in one place, and the machine must find it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

import bot.access.asking.emergency
import bot.access.decide
import bot.access.deciding.enough
import bot.access.deciding.judge
import bot.access.deputising.deputies
import bot.access.ending.extend
import bot.access.ending.revoke
import bot.access.grants
import bot.access.recertification.certifying
import bot.access.recertification.recertify
import bot.access.recertification.removals
import bot.access.requests.give
import bot.accounts.beginning
import bot.accounts.disclosures.records
import bot.accounts.look_up
from bot.access.grants import Grant, live_grants
from bot.access.reasons import Reason
from bot.accounts.beginning import Beginning
from bot.audit.ledger import Ledger, OpenEntry
from bot.delivery.outbox import Outbox
from bot.privacy.policy_text import Clause
from bot.privacy.versions import Policy
from models.access import AccessGrant

Plant = Callable[[pytest.MonkeyPatch], None]


def a_grant_that_was_ended_goes_on(patch: pytest.MonkeyPatch) -> None:
    """It ends: an early end is overlooked where live grants are read and judged."""

    def live(self: Grant, now: Any) -> bool:
        return bool(self.starts_at <= now < self.ends_at)

    class Careless:
        def rows(self, connection: Any, values: Any) -> Any:
            mine = select(AccessGrant).where(
                col(AccessGrant.team) == values["team"], col(AccessGrant.person) == values["person"]
            )
            return [dict(row._mapping) for row in connection.execute(mine)]

    patch.setattr(Grant, "is_live", live)
    patch.setattr(bot.access.grants, "LIVE_GRANTS", Careless())
    patch.setattr(Beginning, "live_grants", lambda self, reads, _, now: live_grants(reads, self.person, now))


def access_does_not_end_by_the_clock(patch: pytest.MonkeyPatch) -> None:
    """It ends: a grant is over only once a job has said so."""
    a_grant_that_was_ended_goes_on(patch)
    patch.setattr(Grant, "is_live", lambda self, now: self.ended_at is None and self.starts_at <= now)
    patch.setattr(bot.access.deciding.enough, "lasts_until", lambda grant, *_: grant.starts_at + timedelta(days=3650))


def one_decides_their_own(patch: pytest.MonkeyPatch) -> None:
    """Two people: the asker's press counts."""
    real = bot.access.deciding.judge.may_decide

    def careless(*given: Any) -> Any:
        reason = real(*given)
        return None if reason is Reason.OWN_REQUEST else reason

    patch.setattr(bot.access.deciding.judge, "may_decide", careless)


def anybody_decides(patch: pytest.MonkeyPatch) -> None:
    """Two people: the groups are not looked at."""
    real = bot.access.deciding.judge.may_decide

    def careless(*given: Any) -> Any:
        reason = real(*given)
        return None if reason is Reason.NOT_AN_APPROVER else reason

    counts = bot.access.deciding.judge.may_approve

    def counted(*given: Any) -> Any:
        reason = counts(*given)
        return None if reason is Reason.PLACE_FILLED else reason

    patch.setattr(bot.access.deciding.judge, "may_decide", careless)
    patch.setattr(bot.access.deciding.judge, "may_approve", counted)


def one_yes_is_enough(patch: pytest.MonkeyPatch) -> None:
    """Two people: where two must agree, the first grants."""
    patch.setattr(bot.access.deciding.judge, "missing", lambda *_: ())


def a_yes_counts_though_its_giver_is_gone(patch: pytest.MonkeyPatch) -> None:
    """Two people: whoever agreed first is not looked at again."""
    patch.setattr(bot.access.deciding.judge, "settle_lapses", lambda _, __, request, *___: request)


def more_is_given_than_was_asked(patch: pytest.MonkeyPatch) -> None:
    """Least data: an approver's change may widen."""
    patch.setattr(bot.access.deciding.judge, "is_less", lambda *_: True)
    patch.setattr(bot.access.deciding.judge, "agreed", lambda _, classes, duration: (classes, duration * 2))


def masked_is_not_masked(patch: pytest.MonkeyPatch) -> None:
    """Least data: the mask lets the value through."""
    patch.setattr(bot.accounts.look_up, "mask", lambda _, value, *__, **___: value)


def a_grant_opens_other_accounts(patch: pytest.MonkeyPatch) -> None:
    """Least data: of a grant the person and the class are looked at, but not the account."""

    def careless(self: Grant, person: Any, account: str, purpose: str, data_class: str, now: Any) -> bool:
        return self.is_live(now) and self.person == person.id and data_class in self.data_classes

    patch.setattr(Grant, "covers", careless)


def a_purpose_outlives_its_clause(patch: pytest.MonkeyPatch) -> None:
    """No purpose, no data: the clause is not looked for."""
    patch.setattr(Policy, "clause", lambda self, words: Clause(words, "", 0, len(words), self.version))


def shown_without_an_entry(patch: pytest.MonkeyPatch) -> None:
    """No audit row, no data: entries of reveals are thrown away."""
    real = Ledger.write

    def careless(self: Ledger, entry: Any, *, last: bool = False) -> None:
        if entry.action.value != "account.reveal" or entry.outcome.value != "disclosed":
            real(self, entry, last=last)

    patch.setattr(Ledger, "write", careless)


def a_second_delivery_is_done_again(patch: pytest.MonkeyPatch) -> None:
    """Nothing twice: Slack's id of a delivery is not kept."""
    real = Ledger.opened

    def careless(self: Ledger, connection: Any, origin: Any, action: Any, *, query: str | None = None) -> Any:
        return real(self, connection, replace(origin, request=None), action, query=query)

    patch.setattr(Ledger, "opened", careless)


def a_message_is_lost(patch: pytest.MonkeyPatch) -> None:
    """Nothing lost: a decision is not told."""
    real = Outbox.send

    def careless(self: Outbox, connection: Any, message: Any) -> None:
        if message.kind != "request.decided":
            real(self, connection, message)

    patch.setattr(Outbox, "send", careless)


def an_extension_goes_beyond_the_cap(patch: pytest.MonkeyPatch) -> None:
    """It ends: the purpose's cap is not counted from the beginning."""
    patch.setattr(bot.access.ending.extend, "longest_extension", lambda *_: timedelta(days=30))


def colleagues_end_each_others_access(patch: pytest.MonkeyPatch) -> None:
    """Two people: whoever presses ends it."""
    patch.setattr(bot.access.ending.revoke, "may_revoke", lambda *_: None)
    patch.setattr(bot.access.ending.revoke.Revoke, "_why", lambda *_: Reason.REVOKED)


def a_deputy_decides_what_they_were_named_for(patch: pytest.MonkeyPatch) -> None:
    """Two people: whoever is away asks, and their deputy's press counts with their roles."""

    def careless(voice: Any, request: Any, needs: Any, rules: Any) -> frozenset[str]:
        decides = bot.access.deputising.deputies.decides_now(request, voice.roles, rules.reminding)
        return frozenset(needs) if decides else voice.roles & needs.keys()

    patch.setattr(bot.access.deputising.deputies, "roles_towards", careless)
    patch.setattr(bot.access.deciding.judge, "roles_towards", careless)


def one_person_gives_to_outsiders(patch: pytest.MonkeyPatch) -> None:
    """Two people: the first yes enters a disclosure in the register."""
    patch.setattr(bot.accounts.disclosures.records.Disclosure, "missing", ())


def an_emergency_is_never_reviewed(patch: pytest.MonkeyPatch) -> None:
    """It ends: whoever's emergency nobody has reviewed takes the next one."""
    patch.setattr(bot.access.asking.emergency, "not_reviewed", lambda *_: None)


def an_account_that_was_taken_off_is_given(patch: pytest.MonkeyPatch) -> None:
    """Least data: of several accounts all are given, whatever the approvers left."""
    patch.setattr(bot.access.deciding.judge, "agreed_accounts", lambda _, accounts: tuple(accounts))


def a_further_account_has_no_entry(patch: pytest.MonkeyPatch) -> None:
    """No audit row, no data: of several accounts the first alone is recorded."""
    patch.setattr(OpenEntry, "about", lambda self, accounts: setattr(self, "account", next(iter(accounts), None)))


def who_was_removed_keeps_it(patch: pytest.MonkeyPatch) -> None:
    """It ends: a role that an owner took away counts until Slack says so."""
    for where in (bot.access.recertification.removals, bot.accounts.beginning):
        patch.setattr(where, "without", lambda person, _: person)


def anybody_says_who_stays(patch: pytest.MonkeyPatch) -> None:
    """Two people: whose list it is is not looked at."""
    real = bot.access.recertification.certifying.may_certify

    def careless(*given: Any) -> Any:
        reason = real(*given)
        return None if reason is Reason.NOT_THE_OWNER else reason

    patch.setattr(bot.access.recertification.recertify, "may_certify", careless)


ASK_AND_GIVE = ("ask_for_what_one_may", "approve_what_is_open")
PLANTED: Mapping[Plant, tuple[str, ...]] = {
    a_grant_that_was_ended_goes_on: ("ask_and_be_given", "give_back_or_extend", "use_what_one_was_given"),
    access_does_not_end_by_the_clock: ("ask_and_be_given", "use_it_about_the_time_it_ends"),
    one_decides_their_own: ("ask_for_what_one_may", "somebody_tries_what_is_not_theirs"),
    anybody_decides: ("ask_for_what_one_may", "approve", "deny"),
    one_yes_is_enough: ASK_AND_GIVE,
    a_yes_counts_though_its_giver_is_gone: (*ASK_AND_GIVE, "who_agreed_goes_before_another_agrees"),
    more_is_given_than_was_asked: ("ask_for_what_one_may", "approve_less"),
    masked_is_not_masked: ("look_for_what_one_may", "policy_changes"),
    a_grant_opens_other_accounts: ("ask_and_be_given", "use_it_for_any_account"),
    a_purpose_outlives_its_clause: ("policy_changes", "look_for_what_one_may"),
    shown_without_an_entry: ("ask_and_be_given", "use_what_one_was_given"),
    a_second_delivery_is_done_again: ("ask_for_what_one_may", "slack_delivers_again"),
    a_message_is_lost: ASK_AND_GIVE,
    an_extension_goes_beyond_the_cap: ("ask_and_be_given", "somebody_tries_what_is_not_theirs"),
    colleagues_end_each_others_access: ("ask_and_be_given", "somebody_tries_what_is_not_theirs"),
    a_deputy_decides_what_they_were_named_for: ("ask_for_what_one_may", "an_asker_goes_away"),
    one_person_gives_to_outsiders: ("outsiders",),
    an_emergency_is_never_reviewed: ("emergency", "days_pass"),
    an_account_that_was_taken_off_is_given: (*ASK_AND_GIVE, "an_account_is_taken_off"),
    a_further_account_has_no_entry: ASK_AND_GIVE,
    who_was_removed_keeps_it: ("a_quarter_begins", "who_may_keeps_or_removes", "who_was_removed_looks"),
    anybody_says_who_stays: ("a_quarter_begins", "somebody_keeps_or_removes"),
}
"""Each fault with the presses among which it is looked for: few, so that few steps find it."""
