"""What steward.toml may say of reminders, escalation, unused access and recertification, and what contradicts it."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from bot.access.recertification.terms import EVERY_QUARTER, RecertificationSettings
from bot.access.roles import PRIVACY
from bot.access.rules.reminding import Reminding
from bot.configuration.consistency import Parts
from bot.configuration.faults import Fault, suggestion
from bot.configuration.formats import Duration, Email, Key, fault
from bot.configuration.lines import Lines

SHORTEST = timedelta(minutes=1)
_DURATION: TypeAdapter[timedelta] = TypeAdapter(Duration)


def _months(value: object) -> object:
    if value == "quarter":
        return value
    months = value if isinstance(value, list) else []
    wrong = [one for one in months if type(one) is not int or not 1 <= one <= 12]
    if wrong or not months or len(set(months)) != len(months):
        raise fault("These are no months of a year.", 'Write numbers from 1 to 12, each once, or "quarter".')
    return sorted(months)


Months = Annotated[Literal["quarter"] | list[int], BeforeValidator(_months)]


class Recertification(BaseModel):
    """The table [recertification]."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    every: Months = "quarter"
    owners: dict[Key, Email] = Field(default={}, repr=False)
    due: Duration = timedelta(days=14)


def reminding(
    after: timedelta | None, escalate_after: timedelta | None, escalate_to: str | None, *, decides: bool
) -> Reminding:
    """When somebody is reminded, and when the next group is told."""
    return Reminding(after, escalate_after, escalate_to, decides)


def recertification(table: Recertification, timezone: str) -> RecertificationSettings:
    """Who certifies which group, and in which months."""
    months = EVERY_QUARTER if table.every == "quarter" else tuple(table.every)
    return RecertificationSettings(ZoneInfo(timezone), months, dict(table.owners), table.due)


def approver_faults(raw: Mapping[str, Any], lines: Lines) -> list[Fault]:
    """Every contradiction."""
    parts = Parts.of(raw, lines)
    access = _table(raw, "access")
    return [
        *_reminders(parts, access),
        *_escalation(parts, access),
        *_unused(parts),
        *_tickets(parts, access),
        *_recertification(parts, _table(raw, "recertification")),
    ]


def _reminders(parts: Parts, access: Mapping[str, Any]) -> Iterator[Fault]:
    timeout = _length(access.get("pending_timeout", "8h"))
    for key, what in (("remind_after", "be reminded of it"), ("escalate_after", "hear of it")):
        span = _length(access.get(key))
        if span and timeout and span >= timeout:
            said = f"A request ends after pending_timeout, {access.get('pending_timeout', '8h')}: nobody would {what}."
            yield parts.fault(f"access.{key}", said, "Write less than pending_timeout, or take it out.")
    remind, escalate = _length(access.get("remind_after")), _length(access.get("escalate_after"))
    if remind and escalate and escalate < remind:
        what = "The next group is told before anybody is reminded."
        yield parts.fault("access.escalate_after", what, "Write more than remind_after.")


def _escalation(parts: Parts, access: Mapping[str, Any]) -> Iterator[Fault]:
    role, where = access.get("escalate_to"), "access.escalate_to"
    if "escalate_after" in access and role is None:
        what = "It does not say to whom."
        yield parts.fault("access.escalate_after", what, 'Add escalate_to = "privacy", a role of [groups].')
    if isinstance(role, str) and "escalate_after" not in access:
        yield parts.fault(where, "It does not say when.", 'Add escalate_after = "4h".')
    if access.get("escalation_decides") is True and role is None:
        what = "Nobody is escalated to, so nobody can decide then."
        yield parts.fault("access.escalation_decides", what, 'Add escalate_to = "…", or take it out.')
    if not isinstance(role, str) or not parts.has("groups"):
        return
    if role not in parts.groups:
        yield parts.fault(where, f"There is no group “{role}” to escalate to.", suggestion(role, parts.groups))
        return
    decided = {key: one for key, one in parts.purposes.items() if one.get("approvals", 1) != 0}
    same = [key for key, one in decided.items() if _same(parts, one.get("approvers", "approvers"), role)]
    if same:
        what = f"“{role}” approves {' and '.join(same)} itself: the same people would be told again."
        yield parts.fault(where, what, "Name another group.")


def _same(parts: Parts, approvers: object, role: str) -> bool:
    return approvers == role or (
        isinstance(approvers, str) and approvers in parts.groups and parts.groups[approvers] == parts.groups[role]
    )


def _unused(parts: Parts) -> Iterator[Fault]:
    for key, purpose in parts.purposes.items():
        span, longest = _length(purpose.get("end_when_unused")), _length(purpose.get("max_duration"))
        where = f"purposes.{key}.end_when_unused"
        if span and longest and span >= longest:
            what = f"No grant lasts as long: max_duration is {purpose['max_duration']}."
            yield parts.fault(where, what, "Write less than max_duration, or take it out.")
        elif span and span < SHORTEST:
            yield parts.fault(where, "Nobody could use access in that time.", 'Write "1h", or more than a minute.')


def _tickets(parts: Parts, access: Mapping[str, Any]) -> Iterator[Fault]:
    lengths = [one for one in (_length(purpose.get("max_duration")) for purpose in parts.purposes.values()) if one]
    after = _length(access.get("ask_about_ticket_after"))
    if after and lengths and after >= max(lengths):
        what = "No grant lasts as long, so nobody would be asked whether the ticket is still open."
        yield parts.fault("access.ask_about_ticket_after", what, "Write less than the longest max_duration.")


def _recertification(parts: Parts, table: Mapping[str, Any]) -> Iterator[Fault]:
    owners = table.get("owners")
    for role in owners if isinstance(owners, Mapping) else ():
        if parts.has("groups") and role not in parts.groups:
            what = f"There is no group “{role}” to certify."
            yield _at(parts, f"recertification.owners.{role}", what, suggestion(role, parts.groups))
    if owners and (PRIVACY not in parts.groups or PRIVACY not in parts.channels):
        what = "Owners' own lines and overdue lists go to the privacy office, and there is no such group or channel."
        yield _at(parts, "recertification.owners", what, 'Add privacy = "…" to [groups] and to [channels].')
    due, months = _length(table.get("due")), table.get("every")
    named = sorted(months) if isinstance(months, list) and all(isinstance(one, int) for one in months) else []
    following = zip(named, [*named[1:], *named[:1]], strict=True)
    apart = min(((after - one - 1) % 12 + 1 for one, after in following), default=3)
    if due and due > timedelta(days=28 * apart):
        what = f"The next list is drawn up before this one is due: {table['due']} is longer than from term to term."
        yield _at(parts, "recertification.due", what, "Write less, or certify less often.")


def _at(parts: Parts, where: str, what: str, mend: str) -> Fault:
    line = parts.lines.at(where) or parts.lines.at("recertification.owners") or parts.lines.at("recertification")
    return Fault(where, line, what, mend)


def _table(raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = raw.get(key)
    return value if isinstance(value, Mapping) else {}


def _length(value: object) -> timedelta | None:
    try:
        return _DURATION.validate_python(value)
    except ValidationError:
        return None
