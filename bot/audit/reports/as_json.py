"""The report as JSON, for programs: the same content, with whole ids, hashes and times in UTC."""

from typing import Any

from bot.audit.entry import timestamp
from bot.audit.reports.customer import CustomerReport, Look, Meaning


def as_json(report: CustomerReport) -> dict[str, Any]:
    """Keys are stable; times are RFC 3339 in UTC, dates of `bars` in the company's time zone."""
    sealed = report.seal
    return {
        "company": report.company,
        "contact": report.contact,
        "account": report.account,
        "name": report.name,
        "since": timestamp(report.since),
        "until": timestamp(report.until),
        "timezone": str(report.zone),
        "made_at": timestamp(report.made_at),
        "summary": report.summary,
        "people": report.people,
        "refused": report.refused,
        "left_out": report.left_out,
        "looks": [_look(one) for one in report.looks],
        "bars": [{"first": bar.first.isoformat(), "looks": bar.looks} for bar in report.bars],
        "by": "month" if report.by_month else "week",
        "purposes": [_meaning(one) for one in report.meanings],
        "checkpoint": {"size": sealed.size, "root": sealed.root.hex(), "note": sealed.note} if sealed else None,
        "recorded_as": report.entry,
    }


def _look(look: Look) -> dict[str, Any]:
    return {
        "at": timestamp(look.at),
        "who": look.who,
        "purpose": look.purpose,
        "policy_version": look.policy_version,
        "kinds": look.kinds,
        "fields": list(look.fields),
        "in_full": look.whole,
        "grant": look.grant,
        "approval": look.approval,
        "ticket": look.ticket,
        "entry": look.entry,
        "index": look.index,
    }


def _meaning(one: Meaning) -> dict[str, Any]:
    return {
        "purpose": one.purpose,
        "clause": one.quote,
        "heading": one.heading or None,
        "policy": one.policy or None,
        "in_force_since": timestamp(one.since) if one.since else None,
        "policy_version": one.version,
    }
