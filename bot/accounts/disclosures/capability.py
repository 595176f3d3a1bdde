"""Disclosures to outsiders, put together."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.access.people import Directory
from bot.accounts.disclosures.ask import AskToDisclose, DisclosureTerms
from bot.accounts.disclosures.judge import JudgeDisclosure
from bot.accounts.disclosures.register import Register
from bot.accounts.disclosures.show import ShowDisclosure
from bot.accounts.disclosures.voices import Voices
from bot.accounts.disclosures.waiting import WaitingDisclosures
from bot.accounts.look_up import LookUp
from bot.database import Database
from bot.effects import Effects


@dataclass(frozen=True, slots=True)
class Disclosures:
    """Asking, deciding, showing, the register, and what waits for whom."""

    ask: AskToDisclose
    judge: JudgeDisclosure
    show: ShowDisclosure
    register: Register
    waiting: WaitingDisclosures


def build_disclosures(
    look_up: LookUp,
    database: Database,
    directory: Directory,
    effects: Effects,
    zone: ZoneInfo,
    terms: DisclosureTerms | None,
) -> Disclosures:
    """All of them, through the one door that look-ups go through."""
    ledger, rules, clock, source = look_up.ledger, look_up.rules, look_up.clock, look_up.source
    voices = Voices(database, directory)
    return Disclosures(
        ask=AskToDisclose(ledger, rules, directory, effects, clock, source, zone, terms, voices),
        judge=JudgeDisclosure(ledger, effects, clock, terms, voices),
        show=ShowDisclosure(ledger, rules, clock, source, effects, terms),
        register=Register(ledger),
        waiting=WaitingDisclosures(database, clock, voices),
    )
