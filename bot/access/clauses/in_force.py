"""The rules as they are in force at a moment: contracts that run, and clauses that officers pointed to."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import Connection

from bot.access.clauses.pointed_to import is_pointed_to
from bot.access.rules.purposes import Purpose, Rules
from bot.privacy.clauses import restored_words
from bot.privacy.versions import Policy


def engaged(rules: Rules, now: datetime) -> Rules:
    """The configured rules, with no purpose left to the processors whose contract does not run now.

    They stay in the register: their people are still theirs, and no employees.
    """
    over = {key: replace(one, purposes=()) for key, one in rules.processors.items() if not one.is_engaged(now)}
    return replace(rules, processors=MappingProxyType({**rules.processors, **over})) if over else rules


def in_force(connection: Connection, rules: Rules, policy: Policy | None, now: datetime) -> Rules:
    """The rules with the processors that are engaged now, and the clauses that stand.

    A purpose whose clause is gone rests on the words that two privacy officers pointed to, where those stand. While
    every clause stands nothing is read from the database.
    """
    purposes = _purposes(connection, rules.purposes, policy)
    running = engaged(rules, now)
    return running if purposes is rules.purposes else replace(running, purposes=purposes)


def without_clause(connection: Connection, rules: Rules, policy: Policy, now: datetime) -> tuple[Purpose, ...]:
    """The purposes for which nobody can look anything up, as the policy does not have their clause."""
    purposes = in_force(connection, rules, policy, now).purposes.values()
    return tuple(one for one in purposes if policy.clause(one.clause) is None)


def _purposes(connection: Connection, purposes: Mapping[str, Purpose], policy: Policy | None) -> Mapping[str, Purpose]:
    gone = [one for one in purposes.values() if policy is not None and policy.clause(one.clause) is None]
    if not gone or policy is None:
        return purposes
    changed = {}
    for purpose in gone:
        words = restored_words(connection, purpose.key, purpose.clause)
        if words is None or policy.clause(words) is None:
            continue
        if is_pointed_to(connection, purpose.key, purpose.clause, words):
            changed[purpose.key] = replace(purpose, clause=words)
    return MappingProxyType({**purposes, **changed}) if changed else purposes
