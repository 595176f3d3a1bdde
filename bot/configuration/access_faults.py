"""What emergencies, duty, tickets, reasons and limits say that contradicts the rest of steward.toml, or themselves."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bot.access.rules.tickets import pattern_fault
from bot.configuration.consistency import Parts
from bot.configuration.faults import Fault, suggestion
from bot.configuration.formats import Duration
from bot.configuration.lines import Lines

Purpose = Mapping[str, Any]
_DURATION: TypeAdapter[timedelta] = TypeAdapter(Duration)


def access_faults(raw: Mapping[str, Any], lines: Lines) -> list[Fault]:
    """Every contradiction."""
    parts = Parts.of(raw, lines)
    access = raw.get("access")
    overall = access if isinstance(access, Mapping) else {}
    found = list(_limits(parts, overall))
    for key, purpose in parts.purposes.items():
        for check in (_emergency, _on_duty, _ticket, _reasons):
            found.extend(check(parts, key, purpose))
        found.extend(_look_ups(parts, key, purpose, overall))
    return found


def _emergency(parts: Parts, key: str, purpose: Purpose) -> Iterator[Fault]:
    if "emergency" not in purpose:
        return
    where = f"purposes.{key}.emergency"
    cap, longest = _length(purpose.get("emergency")), _length(purpose.get("max_duration"))
    if cap and longest and cap > longest:
        what = f"Emergency access of {purpose['emergency']} is longer than max_duration, {purpose['max_duration']}."
        yield parts.fault(where, what, "Write max_duration or less.")
    if parts.has("groups") and "auditors" not in parts.groups:
        what = "Emergency access is reviewed afterwards, and there is no group “auditors” to do it."
        yield parts.fault(where, what, 'Add auditors = "…" to [groups], or take emergency out.')
    if "audit" not in parts.channels:
        what = "Emergency access is told to the audit channel, and there is none."
        yield parts.fault(where, what, 'Add audit = "audit-log" to [channels], or take emergency out.')
    if purpose.get("approvals") == 0:
        what = "This purpose grants at once already (approvals = 0), so nobody needs emergency access."
        yield parts.fault(where, what, "Take emergency out.")


def _on_duty(parts: Parts, key: str, purpose: Purpose) -> Iterator[Fault]:
    duty = purpose.get("on_duty")
    if not isinstance(duty, Mapping):
        return
    where = f"purposes.{key}.on_duty"
    group, hours = duty.get("group"), duty.get("hours")
    if not group and not hours:
        what = "It says neither who is on duty nor when."
        yield _fault(parts, key, where, what, 'Add group = "…", a role of [groups], or hours = [{ start, end }].')
    if isinstance(group, str) and parts.has("groups") and group not in parts.groups:
        what = f"There is no group “{group}” to be on duty."
        yield _fault(parts, key, where, what, suggestion(group, parts.groups))
    for one in hours if isinstance(hours, list) else ():
        if isinstance(one, Mapping) and one.get("days") == []:
            yield _fault(parts, key, where, "These hours are on no day.", "Name days, or take days out for every day.")
        if isinstance(one, Mapping) and one.get("start") is not None and one.get("start") == one.get("end"):
            what = f"These hours begin and end at {one['start']}, which would be all day."
            yield _fault(parts, key, where, what, "Write another end, or take the hours out if it is always.")
    if purpose.get("approvals") == 0:
        what = "This purpose grants at once to everybody already (approvals = 0)."
        yield _fault(parts, key, where, what, "Take on_duty out, or ask for approvals of people off duty.")


def _ticket(parts: Parts, key: str, purpose: Purpose) -> Iterator[Fault]:
    pattern, example = purpose.get("ticket"), purpose.get("ticket_example")
    where = f"purposes.{key}.ticket_example"
    if isinstance(example, str) and not isinstance(pattern, str):
        yield parts.fault(where, "There is no pattern that this is an example of.", 'Add ticket = "…", or remove it.')
    elif isinstance(example, str) and isinstance(pattern, str) and not _matches(pattern, example):
        what = f"The example “{example}” does not match the purpose's own pattern, {pattern}."
        yield parts.fault(where, what, "Change one of the two.")


def _matches(pattern: str, example: str) -> bool:
    """Whether it does; a pattern that can't be used is told as such, once."""
    return pattern_fault(pattern) is not None or re.fullmatch(pattern, example) is not None


def _reasons(parts: Parts, key: str, purpose: Purpose) -> Iterator[Fault]:
    reasons = purpose.get("reasons")
    texts = [one.strip() for one in reasons if isinstance(one, str)] if isinstance(reasons, list) else []
    for text, count in Counter(texts).items():
        if count > 1:
            yield parts.fault(f"purposes.{key}.reasons", f"“{text}” stands there {count} times.", "Once is enough.")
    if len(texts) > 50:
        what = f"{len(texts)} reasons are more than anybody reads in a menu."
        yield parts.fault(f"purposes.{key}.reasons", what, "Write 50 or fewer.")


def _limits(parts: Parts, access: Mapping[str, Any]) -> Iterator[Fault]:
    requests, grants = _number(access.get("open_requests")), _number(access.get("open_grants"))
    if requests and grants and requests > grants:
        what = f"open_requests = {requests} is never reached: what waits counts as a grant, and {grants} may be open."
        yield parts.fault("access.open_requests", what, "Write open_grants or less, or take it out.")


def _look_ups(parts: Parts, key: str, purpose: Purpose, access: Mapping[str, Any]) -> Iterator[Fault]:
    own, overall = _number(purpose.get("lookups_per_hour")), _number(access.get("lookups_per_hour"))
    if own and overall and own > overall:
        what = f"{own} look-ups an hour are never reached: [access] allows {overall} for all purposes together."
        yield parts.fault(f"purposes.{key}.lookups_per_hour", what, "Write less than that, or take it out.")


def _fault(parts: Parts, key: str, where: str, what: str, mend: str) -> Fault:
    line = parts.lines.at(where)
    return Fault(where, line if line is not None else parts.lines.at(f"purposes.{key}"), what, mend)


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _length(value: object) -> timedelta | None:
    try:
        return _DURATION.validate_python(value)
    except ValidationError:
        return None
