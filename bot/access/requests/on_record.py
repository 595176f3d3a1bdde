"""What the ledger's entries say of a grant, and where its row says more than they do.

The tables of requests, approvals and grants are in no tree: whoever writes to the database could make a grant up, make
it longer, or lower what had to be agreed to. So a grant opens no more than the entries say, each time that it is used.
With each yes, and each extension, its entry says the terms: what was agreed to, and what was needed. An entry of before
that, or of access that nobody decided, has none; then the person, the purpose, the accounts and the beginning are its
own, and the rules say how long it may last and which fields make a class.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

import orjson
from sqlalchemy import Connection
from sqlmodel import col

from bot.access.grants import Grant, Request
from bot.access.reasons import Reason
from bot.access.requests.drafts import MOST_AHEAD
from bot.access.rules.quorum import Needs
from bot.audit.as_written import as_written
from bot.audit.entry import Action, Outcome, timestamp
from bot.audit.listed_acts import LONGEST_ACT
from bot.audit.told import Told
from models.audit import AuditEntry

AT_ONCE: Final = (Action.REQUEST, Action.EMERGENCY)
GIVING: Final = (*AT_ONCE, Action.APPROVE, Action.LAPSE, Action.EXTEND, Action.END)
COUNTING: Final = (Outcome.REQUESTED, Outcome.DONE, Outcome.GRANTED, Outcome.ENDED)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a yes was to, as its entry says it. `since` and `until` where a grant came of it, or its end was moved.

    `request` is the name of what was decided: of an extension its own, not that of the grant that its entry is about.
    """

    request: str
    person: str
    accounts: tuple[str, ...]
    classes: tuple[str, ...]
    needs: Needs
    roles: frozenset[str] = frozenset()
    since: str | None = None
    until: str | None = None

    def written(self) -> str:
        """As the entry's query has it: JSON, its keys sorted. No text of anybody's stands in it."""
        said = {
            "accounts": list(self.accounts),
            "classes": list(self.classes),
            "for": self.person,
            "needs": dict(self.needs),
            "request": self.request,
            "roles": sorted(self.roles),
            "since": self.since,
            "until": self.until,
        }
        return orjson.dumps(said, option=orjson.OPT_SORT_KEYS).decode()


def terms_of(request: Request, roles: Iterable[str] = (), *, given: bool) -> Terms:
    """The terms of a yes to a request as it stands; `given`: a grant came of it, or an extension, and is read with it.

    `roles` are those that the yes counts for.
    """
    grant = request.grant if given else None
    return Terms(
        request.name,
        request.person,
        grant.accounts if grant else request.accounts,
        grant.data_classes if grant else request.data_classes,
        request.needs,
        frozenset(roles),
        timestamp(grant.starts_at) if grant else None,
        timestamp(grant.ends_at) if grant else None,
    )


def read_terms(written: str | None) -> Terms | None:
    """What `Terms.written` wrote; None for anything else."""
    try:
        said = orjson.loads(written or "")
        accounts, classes = tuple(said["accounts"]), tuple(said["classes"])
        roles, needs = frozenset(said["roles"]), dict(said["needs"])
        return Terms(said["request"], said["for"], accounts, classes, needs, roles, said["since"], said["until"])
    except (orjson.JSONDecodeError, LookupError, TypeError, ValueError):
        return None


@dataclass(frozen=True, slots=True)
class OnRecord:
    """A grant as its entries have it. `asker` asked, or took it; `reason` is why nobody had to decide, if so.

    `agreed` are those who said yes before it was given, with the roles that their entries say (None: an entry without
    terms). `terms` are the last that speak of its time.
    """

    asker: str | None
    purpose: str | None
    accounts: frozenset[str]
    fields: frozenset[str]
    at: datetime
    emergency: bool = False
    reason: str | None = None
    agreed: Mapping[str, frozenset[str] | None] = field(default_factory=dict)
    needs: Needs | None = None
    for_another: bool = False
    terms: Terms | None = None
    ended: bool = False

    @property
    def at_once(self) -> bool:
        """Whether nobody had to decide."""
        return not self.agreed


def on_record(connection: Connection, names: Sequence[str]) -> Mapping[str, OnRecord]:
    """The grants of these names that entries say were given. Entries that are not as they were written say nothing."""
    if not names:
        return {}
    written = as_written(
        connection,
        col(AuditEntry.grant).in_(names),
        col(AuditEntry.action).in_([one.value for one in GIVING]),
        col(AuditEntry.outcome).in_([one.value for one in COUNTING]),
    )
    told: dict[str, list[tuple[datetime, Told]]] = {}
    for entry, said in reversed([one for one in written if one is not None]):
        told.setdefault(said["grant"], []).append((entry.at, said))
    found = {name: recorded(entries) for name, entries in told.items()}
    return {name: one for name, one in found.items() if one is not None}


def recorded(entries: Sequence[tuple[datetime, Told]]) -> OnRecord | None:
    """What the entries of one grant come to, in their order; None where it was never given. Pure."""
    asked: Told | None = None
    agreed: dict[str, frozenset[str] | None] = {}
    found: OnRecord | None = None
    for at, said in entries:
        action, given = said["action"], said["outcome"] == Outcome.GRANTED
        terms = read_terms(said["query"]) if action in (Action.APPROVE, Action.EXTEND) else None
        if action == Action.LAPSE:
            if found is None or said["query"] == said["grant"]:  # else of a request for more time
                agreed.pop(_whose(said), None)
                found = replace(found, agreed=dict(agreed)) if found else None
        elif found is not None:
            found = _followed(found, said, terms)
        elif action in AT_ONCE:
            asked = asked or said
            found = _given(at, said, said, {}, None) if given else None
        elif action == Action.APPROVE:
            agreed[said["actor"]] = terms.roles if terms else None
            found = _given(at, said, asked, agreed, terms) if given else None
    return found


def _whose(said: Told) -> str:
    """Whose yes an entry says to count no more."""
    return str(said["reason"]).partition(":")[2]


def _given(
    at: datetime, said: Told, asked: Told | None, agreed: Mapping[str, frozenset[str] | None], terms: Terms | None
) -> OnRecord:
    """From the entry by which it was given, and the one with which it was asked for."""
    return OnRecord(
        asker=asked["actor"] if asked else None,
        purpose=said["purpose"],
        accounts=frozenset({said["account"]}),
        fields=frozenset(asked["fields"] if asked else ()),
        at=at,
        emergency=said["action"] == Action.EMERGENCY,
        reason=said["reason"] if said["action"] in AT_ONCE else None,
        agreed=dict(agreed),
        needs=terms.needs if terms else None,
        for_another=bool(asked and asked["reason"] == Reason.ON_BEHALF),
        terms=terms,
    )


def _followed(found: OnRecord, said: Told, terms: Terms | None) -> OnRecord:
    """With a later entry: the same act for another account, one that moved the end, or one that ended it."""
    if said["action"] == Action.END:
        return replace(found, ended=found.ended or said["query"] == said["grant"])
    if said["outcome"] != Outcome.GRANTED:  # a yes of before, by a clock that was ahead
        early = terms is not None and terms.request == said["grant"] and said["action"] == Action.APPROVE
        return replace(found, agreed={**found.agreed, said["actor"]: terms.roles}) if early and terms else found
    if said["action"] in AT_ONCE or terms is None or terms.request == said["grant"]:
        found = replace(found, accounts=found.accounts | {said["account"]})
    if terms is not None:
        return replace(found, terms=terms)
    unknown = found.terms and said["action"] not in AT_ONCE
    return replace(found, terms=replace(found.terms, until=None)) if unknown and found.terms else found


def more_than(grant: Grant, record: OnRecord | None) -> str | None:
    """What the row says that no entry does, in words without anybody's text; None: nothing. Pure."""
    if record is None:
        return "no entry says that it was given"
    if grant.purpose != record.purpose:
        return "its entries have another purpose"
    if not record.accounts >= set(grant.accounts):
        return "it opens an account that no entry of it names"
    if record.ended and grant.ended_at is None:
        return "an entry says that it was ended"
    if record.terms is not None:
        return _beyond(grant, record.terms)
    if not record.for_another and record.asker is not None and not _asked_by(grant, record):
        return "it is somebody else's than who asked for it"
    if not record.at - LONGEST_ACT <= grant.starts_at <= record.at + MOST_AHEAD + LONGEST_ACT:
        return "it begins at another time"
    return None


def _asked_by(grant: Grant, record: OnRecord) -> bool:
    """Access that was given at once may have been asked for by another, which its entry does not say."""
    return grant.person == record.asker or (record.at_once and record.reason == Reason.NO_APPROVAL_NEEDED)


def _beyond(grant: Grant, terms: Terms) -> str | None:
    if grant.person != terms.person:
        return "it is somebody else's than whose it was to be"
    if not set(terms.classes) >= set(grant.data_classes):
        return "it opens a data class that was not agreed to"
    since, until = timestamp(grant.starts_at), timestamp(grant.ends_at)
    if since < (terms.since or since) or until > (terms.until or until):
        return "it begins sooner, or lasts longer, than was agreed to"
    return None


def lasts_until(grant: Grant, record: OnRecord, most: timedelta) -> datetime:
    """When it is over: where its entries say no time, no later than the rules allow from its beginning. Pure."""
    timed = record.terms is not None and record.terms.until is not None
    return grant.ends_at if timed else min(grant.ends_at, grant.starts_at + most)
