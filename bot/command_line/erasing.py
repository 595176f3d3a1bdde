"""`steward audit erase`"""

import sys
from dataclasses import dataclass

import typer

from bot.access.roles import PRIVACY
from bot.audit.erasures.disclosures import is_of_disclosure
from bot.audit.erasures.records import NEEDED, Erasure
from bot.audit.erasures.scope import Kind, Plan, Unclear, plan_of, subject_of
from bot.audit.erasures.steps import AlreadyAsked, Erasures
from bot.audit.read import short_id
from bot.command_line.console import hint, say, write_json
from bot.command_line.erasures import as_json_of
from bot.command_line.opening import Work, opened
from bot.company import listed
from bot.delivery.outbox import Outbox
from bot.queued import QueuedEffects
from bot.running.refusals import CannotStart
from bot.settings import Configuration

_WORDS = {
    "query": ("query", "queries"),
    "actor_email": ("e-mail address", "e-mail addresses"),
    "given_by": ("signer", "signers"),
    "why": ("purpose of a disclosure", "purposes of disclosures"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed: whom it is for, the reason, and whether it was said that nothing need be asked again."""

    subject: str
    reason: str | None
    sure: bool


def ask_for_erasure(asked: Asked, *, as_json: bool) -> None:
    """Show what would be erased, ask, and put it before the privacy officers. Raises CannotStart, NotRecorded."""
    if not asked.sure and not sys.stdin.isatty():
        raise typer.BadParameter("is needed where nobody can be asked", param_hint="--yes")
    with opened() as work:
        configuration = work.configuration()
        channel = _officers_channel(configuration)
        plan = _plan(work, asked.subject)
        _make_sure(plan, asked)
        effects = QueuedEffects(Outbox(work.clock))
        timeout = configuration.erasure.pending_timeout
        erasures = Erasures(work.database, work.ledger, effects, work.clock, timeout)
        try:
            erasure = erasures.ask(work.origin, plan, asked.reason)
        except AlreadyAsked as error:
            raise _already_asked(error.erasure, channel) from None
    if as_json:
        write_json(as_json_of(erasure))
        return
    until = f"{erasure.expires_at:%Y-%m-%d %H:%M} UTC"
    say(f"{erasure.name} waits for {NEEDED} privacy officers in #{channel} until {until}.")
    hint(f"Nothing is erased yet. Recorded as {short_id(erasure.asked_in)}. See docs/auditing.md for backups.")
    hint(f"How it stands: steward audit erasures. To take it back: --withdraw {erasure.name}.")


def _already_asked(erasure: Erasure, channel: str) -> CannotStart:
    """The officers would see two that repeat one another, and the second to be confirmed would find little left."""
    until = f"{erasure.expires_at:%Y-%m-%d %H:%M} UTC"
    what = f"{erasure.name} for the same subject waits already in #{channel}, until {until}. Nothing more was asked."
    mend = f"Let it be decided first. To ask for what came since too: steward audit erasures --withdraw {erasure.name}."
    return CannotStart(what, mend)


def _officers_channel(configuration: Configuration) -> str:
    """Where the officers are asked. Raises CannotStart when steward.toml names no officers or no channel."""
    for table, there in (("groups", configuration.groups), ("channels", configuration.channels)):
        if PRIVACY not in there:
            what = f"steward.toml has no {PRIVACY} under [{table}], so nobody could confirm an erasure."
            raise CannotStart(what, f'Add {PRIVACY} = "…" to [{table}].')
    return configuration.channels[PRIVACY]


def _plan(work: Work, typed: str) -> Plan:
    with work.database.reading() as connection:
        subject = subject_of(connection, typed)
        if isinstance(subject, Unclear):
            raise typer.BadParameter(f"write {listed(subject.candidates, 'or')}", param_hint="--subject")
        plan = plan_of(connection, subject) if subject else None
    if plan is None or not plan.values:
        mend = "A Slack user's id, an e-mail address or an account's id is needed, in full; name:… for anybody's name."
        raise CannotStart("Nothing that could be erased is by or about that subject.", mend)
    return plan


def _make_sure(plan: Plan, asked: Asked) -> None:
    """Say what would go, and go on only when a person wants that."""
    values = [f"{count} {_named(name, count)}" for name, count in plan.found.items()]
    disclosures = len({value.entry_id for value in plan.values if is_of_disclosure(value.entry_id)})
    counted = [(plan.entries - disclosures, "entry", "entries"), (disclosures, "disclosure", "disclosures")]
    places = listed(f"{number} {one if number == 1 else many}" for number, one, many in counted if number)
    whom = "name or address" if plan.subject.kind is Kind.ADDRESS else plan.subject.kind
    hint(f"To be erased for this {whom}: {listed(values)} in {places}. The entries stay.")
    if not asked.sure and not typer.confirm(f"Ask {NEEDED} privacy officers to confirm?", err=True):
        raise CannotStart("Nothing was asked and nothing is erased.")


def _named(field: str, count: int) -> str:
    one, many = _WORDS.get(field, (field, f"{field}s"))
    return one if count == 1 else many
