"""Whether what Steward has to say reaches Slack: what was refused for good, and what has waited for long."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import Connection

from bot.checks.findings import Finding, Subject, ok, warning
from bot.clock import Clock
from bot.delivery.outbox import STUCK_AFTER, Outbox


def delivery_findings(connection: Connection, clock: Clock) -> Iterator[Finding]:
    """Messages are named by Slack's codes; `steward outbox list` names each."""
    outbox = Outbox(clock)
    health, codes = outbox.health(connection), outbox.faults(connection)
    if health.failed:
        said = ", ".join(f"{code} ({number})" for code, number in sorted(codes.items()))
        count = "a message" if health.failed == 1 else f"{health.failed} messages"
        mend = "“steward outbox list” names them. Mend what the codes say (is the app in the channel?), then retry."
        yield warning(Subject.SLACK, f"Slack refused {count} for good: {said}.", mend)
    if health.oldest_waiting is not None and health.oldest_waiting > STUCK_AFTER:
        minutes = health.oldest_waiting // timedelta(minutes=1)
        mend = "Is Steward running? Look for delivery.put_off and its error_code in the log."
        yield warning(Subject.SLACK, f"A message to Slack has waited for {minutes} minutes.", mend)
    elif not health.failed:
        yield ok(Subject.SLACK, "No message was refused or waits for long.")
