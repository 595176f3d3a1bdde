"""Whether the policy is watched, and whether it could be read where it is published."""

from collections.abc import Iterator

from sqlalchemy import Connection

from bot.checks.findings import Finding, Subject, ok, warning
from bot.configuration.values import Configuration
from bot.notices.changing import number_open
from bot.notices.watch_state import read_state

_WHERE = "policy.check"


def watch_findings(configuration: Configuration, connection: Connection) -> Iterator[Finding]:
    """Findings on the last checks, and on changes that nobody has decided on."""
    state, line = read_state(connection), configuration.line(_WHERE)
    if configuration.policy.check is None:
        yield ok(Subject.POLICY, "It is not checked by itself whether the policy changed ([policy] check).", "policy")
    if state.faults:
        what = f"The policy could not be read at the last {state.faults} checks: {state.fault}, {state.fault_source}."
        mend = "Look at it there, then run `steward policy check-now`."
        yield warning(Subject.POLICY, what, mend, _WHERE, line)
    elif state.checked_at is not None:
        yield ok(Subject.POLICY, f"The policy was looked at last on {state.checked_at:%Y-%m-%d %H:%M} UTC.", _WHERE)
    if waiting := number_open(connection):
        wait = "1 change of the policy waits" if waiting == 1 else f"{waiting} changes of the policy wait"
        what = f"{wait} for the privacy officers: nobody else is told before they decide."
        yield warning(Subject.POLICY, what, "They decide at the privacy desk, or in App Home.")
