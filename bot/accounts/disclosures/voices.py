"""With whose roles a person decides on disclosures: their own, and an approver's for whom they stand in.

A deputy fills the approver's place only. The privacy office's place is filled by people of the privacy office
themselves: the policy's basis is theirs to judge, and a group of the company's cannot be handed on for a holiday.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.access.deciding.lapses import Giver, giver_of
from bot.access.deputising.absences import away_now, is_on_record
from bot.access.deputising.deputies import Voice, stand_in
from bot.access.people import Directory, Person, Standing
from bot.access.reasons import Reason
from bot.access.roles import APPROVERS
from bot.access.rules.quorum import would_help
from bot.accounts.disclosures.records import NEEDS, Disclosure, read_disclosure
from bot.database import Database


@dataclass(frozen=True, slots=True)
class Voices:
    """Asks the tables who is away and Slack what roles those have now. Raises DirectoryUnavailable."""

    database: Database
    directory: Directory

    def of(self, person: Person, now: datetime) -> tuple[Voice, ...]:
        """The person's own voice, and those of approvers who are away and named them; to be asked before deciding."""
        own = Voice(person.id, person.roles & NEEDS.keys(), person.others)
        if person.standing is not Standing.MEMBER:
            return (own,)
        with self.database.reading() as connection:
            away = away_now(connection, person.team, now)
            named = [one for one in away.values() if one.deputy == person.id and one.person not in person.ids]
            absent = [one.person for one in named if is_on_record(connection, one)]
        people = [self.directory.person(person.team, one, fresh=True) for one in absent]
        there = [one for one in people if one.standing is Standing.MEMBER and APPROVERS in one.roles]
        return (own, *(Voice(one.id, frozenset({APPROVERS}), one.others) for one in there))

    def givers(self, number: int) -> Mapping[str, Giver]:
        """Who agreed to a disclosure so far, by user id; to be asked before deciding."""
        with self.database.reading() as connection:
            found = read_disclosure(connection, number)
        if found is None:
            return {}
        passed = frozenset({APPROVERS})
        return {one.by: giver_of(self.directory, found.team, one, passed) for one in found.approvals}

    def deputies(self, team: str, approvers: Sequence[str], now: datetime) -> tuple[str, ...]:
        """Who is to be told in place of those approvers who are away."""
        with self.database.reading() as connection:
            away = away_now(connection, team, now)
        asked = {one: stand_in(away, one, now) for one in approvers}
        return tuple(dict.fromkeys(deputy for one, deputy in asked.items() if deputy != one))


def voice_towards(voices: Sequence[Voice], found: Disclosure) -> Voice | None:
    """The first voice that decides on this: never that of whoever asked for it."""
    return next((one for one in voices if found.asked_by not in one.ids and one.roles & NEEDS.keys()), None)


def may_agree(voices: Sequence[Voice], found: Disclosure) -> Voice | Reason:
    """The voice with which this person's yes counts, or why it does not. Nobody counts twice, nor is counted twice."""
    counted = {one.by for one in found.approvals} | {one.behalf for one in found.approvals}
    if voices[0].ids & counted:
        return Reason.APPROVED_ALREADY
    given = [one.roles for one in found.approvals]
    for voice in voices:
        if voice.ids & counted or found.asked_by in voice.ids:
            continue
        if would_help(NEEDS, given, voice.roles):
            return voice
    return Reason.PLACE_FILLED
