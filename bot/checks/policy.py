"""Whether there is a policy, and whether every purpose rests on a clause of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.access.rules.purposes import Purpose
from bot.building.policy_changes import sources_of
from bot.checks.findings import Finding, Subject, fault, ok, warning
from bot.configuration.values import Configuration
from bot.notices.snapshots import fetch_all
from bot.privacy.doubt import Doubtful
from bot.privacy.text import Clause, PolicyText, find_clause, nearest_sentence
from bot.privacy.versions import Policy

_SHORT_CLAUSE = 4
_SUGGESTED = 200
_WHERE = "policy.source"


@dataclass(frozen=True, slots=True)
class Published:
    """The policy as its source has it now, or why it can't be read."""

    reading: PolicyText | None
    why_not: str = ""


def published(configuration: Configuration) -> Published:
    """Read the configured sources."""
    found = fetch_all(sources_of(configuration), {})
    if found.coming is not None:
        return Published(found.coming.text)
    return Published(None, found.fault.why if found.fault else "")


def policy_findings(configuration: Configuration, in_force: Policy | None, found: Published) -> Iterator[Finding]:
    """Findings on the version in force, the source, and the clauses; on the source alone before the first import."""
    yield from _version(configuration, in_force, found)
    reading = in_force.reading if in_force else found.reading
    if reading is None:
        return
    if configuration.disclosure and not find_clause(reading, configuration.disclosure.clause):
        what = "The clause of [disclosure] is not in the policy, so nothing can be disclosed to outsiders."
        mend = "Quote the passage on selling, consent and courts word for word."
        where = "disclosure.clause"
        yield fault(Subject.POLICY, what, mend, where, configuration.line(where))
    for purpose in configuration.rules.purposes.values():
        yield _clause(configuration, purpose, reading)
        yield from _short(configuration, purpose)
        if in_force and found.reading and found.reading.hash != in_force.version:
            yield from _going(configuration, purpose, reading, found.reading)


def policy_in_doubt(found: Doubtful) -> Finding:
    """No version is in force, because the text that is kept for it is not its own, or it is not the one stated."""
    kept = "Somebody changed it in the database; `steward audit verify` says more."
    if found.unread:
        kept = (
            "It came before Steward kept what it had read, and is read otherwise now, or was changed in the database. "
            "`steward policy reread` puts the text that is read now in force; read it first: `steward policy show`."
        )
    why = "by the audit entries another one is in force" if found.misplaced else "another text is kept of it"
    what = f"Version {found.version[:12]} is in force no more, and every look-up is refused: {why}."
    return fault(Subject.POLICY, what, kept)


def _version(configuration: Configuration, in_force: Policy | None, found: Published) -> Iterator[Finding]:
    line = configuration.line(_WHERE)
    if in_force:
        yield ok(Subject.POLICY, f"“{in_force.title}” is in force, version {in_force.version[:12]}.")
    if found.reading is None:
        tell = warning if in_force else fault
        yield tell(Subject.POLICY, found.why_not, "The source is needed for the next version.", _WHERE, line)
    elif in_force is None:
        words = f"“{found.reading.title}” can be read; no version is in force yet, `steward run` will import this one."
        yield ok(Subject.POLICY, words, _WHERE)
    elif found.reading.hash != in_force.version:
        yield warning(
            Subject.POLICY,
            "The source says something else than the version in force.",
            "It is taken once it came twice; `steward policy import` takes it at once.",
            _WHERE,
            line,
        )


def _clause(configuration: Configuration, purpose: Purpose, reading: PolicyText) -> Finding:
    where = f"purposes.{purpose.key}.clause"
    if clause := find_clause(reading, purpose.clause):
        return ok(Subject.POLICY, f"{purpose.label} rests on “{_cut(clause.quote)}”{_under(clause)}.", where)
    near = nearest_sentence(reading, purpose.clause)
    mend = "Quote a passage of the policy word for word; … may stand for words left out within a sentence."
    if near:
        mend = f"The nearest sentence is “{_cut(near.quote)}”{_under(near)}. {mend}"
    what = f"{purpose.label}: the clause is not in the policy, so nobody can look anything up for this purpose."
    return fault(Subject.POLICY, what, mend, where, configuration.line(where))


def _short(configuration: Configuration, purpose: Purpose) -> Iterator[Finding]:
    if len(purpose.clause.split()) < _SHORT_CLAUSE:
        where = f"purposes.{purpose.key}.clause"
        yield warning(
            Subject.POLICY,
            f"{purpose.label}: the clause has so few words that it may be found anywhere.",
            "Quote the part of the sentence that permits this purpose.",
            where,
            configuration.line(where),
        )


def _going(
    configuration: Configuration, purpose: Purpose, reading: PolicyText, coming: PolicyText
) -> Iterator[Finding]:
    if find_clause(reading, purpose.clause) and not find_clause(coming, purpose.clause):
        where = f"purposes.{purpose.key}.clause"
        yield warning(
            Subject.POLICY,
            f"{purpose.label}: the clause is no longer in the source. Once that is imported the purpose ends.",
            "Find the words that permit it now, or remove the purpose.",
            where,
            configuration.line(where),
        )


def _under(clause: Clause) -> str:
    return f" ({clause.heading})" if clause.heading else ""


def _cut(words: str) -> str:
    return words if len(words) <= _SUGGESTED else words[: _SUGGESTED - 1].rstrip() + "…"
