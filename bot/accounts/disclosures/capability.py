"""Disclosures to outsiders, put together."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.access.people import Directory
from bot.accounts.disclosures.ask import AskToDisclose, DisclosureTerms
from bot.accounts.disclosures.judge import JudgeDisclosure
from bot.accounts.disclosures.register import Register
from bot.accounts.disclosures.show import ShowDisclosure
from bot.accounts.look_up import LookUp
from bot.effects import Effects


@dataclass(frozen=True, slots=True)
class Disclosures:
    """Asking, deciding, showing, and the register."""

    ask: AskToDisclose
    judge: JudgeDisclosure
    show: ShowDisclosure
    register: Register


def build_disclosures(
    look_up: LookUp, directory: Directory, effects: Effects, zone: ZoneInfo, terms: DisclosureTerms | None
) -> Disclosures:
    """All of them, through the one door that look-ups go through."""
    ledger, rules, clock, source = look_up.ledger, look_up.rules, look_up.clock, look_up.source
    return Disclosures(
        ask=AskToDisclose(ledger, rules, directory, effects, clock, source, zone, terms),
        judge=JudgeDisclosure(ledger, effects, clock, terms),
        show=ShowDisclosure(ledger, rules, clock, source, effects, terms),
        register=Register(ledger),
    )
