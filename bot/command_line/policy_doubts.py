"""What is asked before an imported text is in force: whether it is the policy, and whether purposes may lose theirs."""

import sys
from typing import Final

import typer

from bot.access.clauses.in_force import in_force
from bot.access.rules.purposes import Purpose
from bot.command_line.console import hint
from bot.command_line.opening import Work
from bot.company import listed
from bot.notices.suspicion import Suspicion, suspicion_of
from bot.privacy.text import find_clause
from bot.privacy.versions import Coming, Policy, policy_in_force
from bot.running.refusals import CannotStart
from handlers.views.policy.source_faults import words_of

MOST_LOST: Final = 0.5  # share of the words in force; from here on one is asked


def require_meant(work: Work, coming: Coming, *, sure: bool) -> None:
    """Ask whoever is there before a text that may not be meant is in force. Raises CannotStart.

    Where nobody can be asked, what is rather not the policy is refused: another page (a question for humans, a login,
    an error), a text that ends in the middle, or one with less than half of the words.
    """
    with work.database.reading() as connection:
        policy = policy_in_force(connection, work.clock())
    if sure or policy is None or policy.version == coming.text.hash:
        return
    suspicion = suspicion_of(policy.reading, coming.text, coming.data, coming.data, MOST_LOST)
    if sys.stdin.isatty():
        _ask(suspicion, _losing(work, policy, coming))
    elif suspicion is not None:
        what = f"{coming.source} is rather not the policy: {_seems(suspicion)}."
        raise CannotStart(f"{what} Nothing was imported.", "If it is meant, add --yes.")


def _ask(suspicion: Suspicion | None, losing: tuple[Purpose, ...]) -> None:
    if suspicion is not None:
        hint(f"Is this the policy? It seems that {_seems(suspicion)}.")
    if losing:
        names = listed(one.label for one in losing)
        hint(f"Nobody could look anything up any more for {names}: the clause is not in this text.")
        hint("What was granted for that ends or waits, as on_clause_gone in steward.toml says.")
    if (suspicion or losing) and not typer.confirm("Put it in force?", err=True):
        raise CannotStart("Nothing was imported.")


def _seems(suspicion: Suspicion) -> str:
    if suspicion is Suspicion.SHRUNK:
        return "most of the text that is in force is not in it"
    return words_of(suspicion)


def _losing(work: Work, policy: Policy, coming: Coming) -> tuple[Purpose, ...]:
    """The purposes whose clause stands in what is in force, and not in what comes."""
    if not work.environment.steward_config.exists():
        return ()
    with work.database.reading() as connection:
        purposes = in_force(connection, work.configuration().rules, policy, work.clock()).purposes.values()
    return tuple(one for one in purposes if policy.clause(one.clause) and not find_clause(coming.text, one.clause))
