"""`steward accounts conform`: whether the company's own source keeps its promises, tried with ids that it has."""

import os
from contextlib import closing

import typer

from bot.accounts.company_source import Account, AccountSource, SourceUnusable
from bot.accounts.conformance import CHECKS, Broken, Check, Trial
from bot.accounts.layout import AccountLayout
from bot.accounts.source import SeveralOfOneId, SourceDown
from bot.audit.entry import Action, Outcome
from bot.building.account_sources import company_sources, source_settings
from bot.command_line.console import FAILED, say, warn
from bot.command_line.opening import Work, opened
from bot.running.refusals import CannotStart


def conform(ids: list[str]) -> None:
    """Try each source; what is read is recorded as a look-up of each account. Exits with 1 when a promise is broken."""
    ids = list(dict.fromkeys(ids))
    with opened() as work:
        configuration = work.configuration()
        if configuration.accounts.embedded:
            raise CannotStart("Accounts are in Steward's own table.", "There is no source of your own to try.")
        try:
            sources = company_sources(configuration, os.environ)
        except SourceUnusable as error:
            raise CannotStart(str(error), "See docs/accounts.md.") from None
        broken, untried = 0, 0
        for one in configuration.accounts.sources:
            layout = source_settings(configuration, one, os.environ).layout
            with closing(sources[one.name]) as source:
                say(f"{one.name} ({one.kind}): {len(layout.fields) - 1} fields")
                faults = _tried(work, source, layout, ids)
                broken, untried = broken + (faults or 0), untried + (faults is None)
    if untried:
        warn(
            "Not tried: " + ("one source." if untried == 1 else f"{untried} sources."),
            "Name ids that each of them has.",
        )
    say(f"{broken or 'no'} promise{'' if broken == 1 else 's'} broken.")
    if broken or untried:
        raise typer.Exit(FAILED)


def _tried(work: Work, source: AccountSource, layout: AccountLayout, ids: list[str]) -> int | None:
    """How many checks failed; None: an account is missing, and none was tried. An entry an account is there first."""
    said: list[tuple[str, str | None]] = []
    with work.ledger.entry(work.origin, Action.LOOK_UP, query=" ".join(ids)) as entry:
        accounts = _found(source, ids)
        missing = [one for one in ids if one not in accounts]
        entry.about(list(accounts))
        if not missing:
            trial = Trial(source, layout, tuple(accounts.values()))
            said = [(check.__name__.replace("_", " "), _outcome(check, trial)) for check in CHECKS]
        entry.close(Outcome.DONE if accounts else Outcome.NOT_FOUND, "conformance", [] if missing else layout.fields)
    for one in missing:
        warn(f"  There is no account {one}. {source.unasked(one) or ''}".rstrip())
    for name, fault in said:
        say(f"  {'broken' if fault else 'kept  '}  {name}{f': {fault}' if fault else ''}")
    return None if missing else sum(fault is not None for _, fault in said)


def _found(source: AccountSource, ids: list[str]) -> dict[str, Account]:
    """Those that are there, by their ids."""
    try:
        return {one: account for one in ids if (account := source.find(one))}
    except SeveralOfOneId as several:
        mend = f"They share “{several.account_id}”: give Steward a view with one row for every account."
        raise CannotStart("Several accounts share an id, so none of them can be tried.", mend) from None
    except SourceDown:
        raise CannotStart("The source does not answer.", "`steward check` says more.") from None


def _outcome(check: Check, trial: Trial) -> str | None:
    """What is wrong, in words of the check's; of any other exception only its type, whose text could hold data."""
    try:
        check(trial)
    except Broken as broken:
        return str(broken)
    except SourceDown as down:
        return f"it did not answer ({down.why})"
    except Exception as error:  # noqa: BLE001 - a company's own code may raise anything
        return f"raises {type(error).__name__}"
    return None
