"""Entries as events of the Open Cybersecurity Schema Framework, for those who gather events in one place.

Class API Activity (6003) of OCSF 1.3.0: somebody called an operation of a service on a resource.
https://schema.ocsf.io/1.3.0/classes/api_activity

Personal text stays what it is in the entry: salted hashes. An event that has left can't be called back, so what an
erasure removes here must not stand there. `raw_data` is the canonical text; with `unmapped.leaf` it can be verified.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

import orjson

from bot.access.reasons import Reason
from bot.audit.entry import Outcome
from bot.audit.read import Stored

VERSION: Final = "1.3.0"
CATEGORY: Final = 6
CLASS: Final = 6003

CREATE, READ, UPDATE, DELETE, OTHER = 1, 2, 3, 4, 99
ACTIVITIES: Final = {CREATE: "Create", READ: "Read", UPDATE: "Update", DELETE: "Delete"}
ACTIVITY_OF: Final[Mapping[str, int]] = {
    "account.lookup": READ,
    "account.reveal": READ,
    "account.import": CREATE,
    "access.request": CREATE,
    "access.emergency": CREATE,
    "access.approve": UPDATE,
    "access.deny": UPDATE,
    "access.extend": UPDATE,
    "access.end": UPDATE,
    "access.expire": UPDATE,
    "access.cancel": UPDATE,
    "access.list": READ,
    "access.disclose": READ,
    "access.deputy": UPDATE,
    "access.escalate": UPDATE,
    "access.lapse": UPDATE,
    "access.ticket": UPDATE,
    "access.question": UPDATE,
    "access.answer": UPDATE,
    "access.recertify": UPDATE,
    "privacy.ask": READ,
    "privacy.rule": UPDATE,
    "privacy.report": READ,
    "privacy.request": CREATE,
    "policy.change": UPDATE,
    "policy.acknowledge": UPDATE,
    "policy.announce": CREATE,
    "audit.search": READ,
    "audit.export": READ,
    "audit.review": UPDATE,
    "audit.alert": CREATE,
    "audit.acknowledge": UPDATE,
    "audit.erase": DELETE,
    "audit.restore": UPDATE,
    "config.change": UPDATE,
    "slack.unexpected": UPDATE,
}

INFORMATIONAL, LOW, MEDIUM = (1, "Informational"), (2, "Low"), (3, "Medium")
SUCCESS, FAILURE = (1, "Success"), (2, "Failure")
UNKNOWN_USER, USER, SYSTEM = (0, "Unknown"), (1, "User"), (3, "System")
USER_NAME, RESOURCE_UID = (4, "User Name"), (10, "Resource UID")


def ocsf_lines(entries: Iterable[tuple[int | None, Stored]]) -> Iterator[str]:
    """One event a line. With each entry its index in the ledger, None while it waits for one."""
    for index, stored in entries:
        yield orjson.dumps(event(stored, index)).decode() + "\n"


def event(stored: Stored, index: int | None = None) -> dict[str, Any]:
    """One entry as an event; attributes without a value are left out, as OCSF asks."""
    entry = stored.entry
    activity = _activity(entry)
    refused = entry["outcome"] == "refused"
    severity = LOW if refused else MEDIUM if entry["action"] == "access.emergency" else INFORMATIONAL
    status = FAILURE if refused else SUCCESS
    name = ACTIVITIES.get(activity, entry["action"])
    whole: dict[str, Any] = _without_nothing(
        {
            "activity_id": activity,
            "activity_name": name,
            "category_uid": CATEGORY,
            "category_name": "Application Activity",
            "class_uid": CLASS,
            "class_name": "API Activity",
            "type_uid": CLASS * 100 + activity,
            "type_name": f"API Activity: {name if activity in ACTIVITIES else 'Other'}",
            "severity_id": severity[0],
            "severity": severity[1],
            "status_id": status[0],
            "status": status[1],
            "status_code": entry["outcome"],
            "status_detail": entry["reason"],
            "time": _milliseconds(stored.at),
            "timezone_offset": 0,
            "message": f"{entry['action']}: {entry['outcome']}",
            "metadata": _metadata(entry, index),
            "actor": _actor(entry),
            "api": _api(entry),
            "src_endpoint": {"svc_name": f"steward/{entry['surface']}"},
            "resources": _resources(entry),
            "observables": _observables(entry),
            "unmapped": _unmapped(entry, stored.leaf),
            "raw_data": stored.sealed,
        }
    )
    return whole


def _activity(entry: Mapping[str, Any]) -> int:
    """Of the steps of an erasure only the act is a deletion, and a press for it that was refused."""
    activity, reason = ACTIVITY_OF.get(entry["action"], OTHER), entry["reason"]
    if activity != DELETE or entry["outcome"] == Outcome.REFUSED or reason == Reason.CARRIED_OUT:
        return activity
    return CREATE if reason == Reason.ASKED else UPDATE


def _milliseconds(at: datetime) -> int:
    """OCSF's timestamp_t: milliseconds since 1970, UTC. The microseconds stand in metadata.original_time."""
    return int(at.timestamp() * 1000)


def _metadata(entry: Mapping[str, Any], index: int | None) -> dict[str, Any]:
    return {
        "version": VERSION,
        "product": {"name": "Steward", "vendor_name": "Steward"},
        "uid": entry["id"],
        "sequence": index,
        "event_code": entry["action"],
        "log_name": "audit",
        "log_provider": "Steward",
        "original_time": entry["at"],
        "correlation_uid": entry["grant"],
        "tenant_uid": entry["team"],
    }


def _actor(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Who, by id, and what allowed it or did not: the purpose under the policy's version."""
    name = str(entry["actor"])
    kind = SYSTEM if name == "system" else USER if name[:1] in "UW" or name.startswith("cli:") else UNKNOWN_USER
    user = {"uid": name, "name": name, "type_id": kind[0], "type": kind[1], "org": {"uid": entry["team"]}}
    policy = {"uid": entry["purpose"], "name": entry["purpose"], "version": entry["policy_version"]}
    decision = "denied" if entry["outcome"] in ("refused", "denied") else "allowed"
    authorizations = [{"decision": decision, "policy": policy}] if entry["purpose"] else None
    return {"user": user, "authorizations": authorizations}


def _api(entry: Mapping[str, Any]) -> dict[str, Any]:
    failed = {"error": entry["reason"], "error_message": entry["outcome"]}
    return {
        "operation": entry["action"],
        "service": {"name": "Steward"},
        "request": {"uid": entry["request"] or entry["id"]},
        "response": failed if entry["outcome"] == "refused" else {"message": entry["outcome"]},
    }


def _resources(entry: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    if not entry["account"]:
        return None
    return [{"uid": entry["account"], "type": "account", "data": {"fields": entry["fields"]}}]


def _observables(entry: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What events are joined by: ids, and nothing that the entry does not say."""
    named = [("actor.user.name", entry["actor"], USER_NAME), ("resources[].uid", entry["account"], RESOURCE_UID)]
    return [{"name": name, "type_id": kind[0], "type": kind[1], "value": value} for name, value, kind in named if value]


def _unmapped(entry: Mapping[str, Any], leaf: bytes) -> dict[str, Any]:
    """The entry's keys that have no place in the class, under their own names."""
    own = ("fields", "grant", "ticket", "justification", "query", "actor_email", "surface")
    return {**{name: entry[name] for name in own}, "leaf": leaf.hex()}


def _without_nothing(value: Any) -> Any:
    """The value without nulls and without what is empty once they are gone."""
    if isinstance(value, dict):
        kept = {key: _without_nothing(part) for key, part in value.items()}
        return {key: part for key, part in kept.items() if part is not None and part != {} and part != []}
    if isinstance(value, list):
        return [_without_nothing(part) for part in value]
    return value
