"""Whether the erasures that a manifest lists are those of the exported ledger, as the ledger tells of them. Pure.

Three kinds of entries (`audit.erase`) say it: two of officers who confirmed, and Steward's own of the act, with the
digest of what it took. Their queries are no one's text, so no erasure takes them out.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import orjson

from bot.access.reasons import Reason
from bot.audit.entry import SYSTEM, Action, Outcome
from bot.audit.erasures.records import NEEDED
from bot.audit.exports.lines import Line
from bot.audit.faults import Code, Fault, entry_fault

OF_ERASURE: Final = f'"action":"{Action.ERASE.value}"'.encode()  # in canonical text, which escapes quotes of texts
LONGEST_ACT: Final = timedelta(minutes=10)  # between what is said to be its time and that of its entry

Said = Mapping[str, Any]


def is_act(entry: Said) -> bool:
    """Whether an entry is Steward's own of an erasure that was carried out."""
    what = (entry["action"], entry["actor"], entry["outcome"], entry["reason"])
    return what == (Action.ERASE, SYSTEM, Outcome.DONE, Reason.CARRIED_OUT)


def is_confirmation(entry: Said) -> bool:
    """Whether an entry is an officer's who confirmed an erasure."""
    what = (entry["action"], entry["outcome"], entry["reason"])
    return what == (Action.ERASE, Outcome.DONE, Reason.CONFIRMED) and entry["actor"] != SYSTEM


def is_moment_of(said: object, entry: Said) -> bool:
    """Whether what is said of an act's time, as an entry writes times, is what its entry says."""
    try:
        later = datetime.fromisoformat(entry["at"]) - datetime.fromisoformat(str(said))
    except (TypeError, ValueError):
        return False
    return abs(later) <= LONGEST_ACT


class ListedActs:
    """Compares a manifest's erasures with the export's entries as they pass."""

    def __init__(self, erasures: list[dict[str, Any]]) -> None:
        self._acts = {act["entry"]: act for act in erasures if act["entry"] is not None}
        self._passed: list[tuple[Line, str]] = []
        self._confirmed: dict[str, set[str]] = {}

    @property
    def unseen(self) -> bool:
        """Whether an erasure is listed whose entry has not passed."""
        return bool(self._acts)

    def take(self, line: Line) -> Fault | None:
        """The next entry: of an erasure it says in the ledger what it took, and when; so must the manifest."""
        listed = self._acts.pop(line.id, None)
        if listed is None and OF_ERASURE not in line.sealed:
            return None
        entry: Said = orjson.loads(line.sealed)
        said = line.opened.get("query", {}).get("value", "")
        if is_confirmation(entry):
            self._confirmed.setdefault(said.partition(" ")[0], set()).add(entry["actor"])
        if listed is None:
            return self._unlisted(line, entry)
        self._passed.append((line, listed["erasure"]))
        told = is_act(entry) and said == f"{listed['erasure']} {listed['sha256']}"
        if told and is_moment_of(listed["at"], entry):
            return None
        what = f"does not say what the manifest says of erasure {listed['erasure']}."
        return entry_fault(Code.NOT_ERASED_RIGHTLY, what, line.index, line.id)

    def unconfirmed(self) -> Fault | None:
        """The first act, once every entry of the ledger has passed, that no two officers confirmed."""
        for line, erasure in self._passed:
            if len(self._confirmed.get(erasure, ())) < NEEDED:
                what = f"is of erasure {erasure}, and no {NEEDED} privacy officers' entries say that they confirmed it."
                return entry_fault(Code.NOT_ERASED_RIGHTLY, what, line.index, line.id)
        return None

    def _unlisted(self, line: Line, entry: Said) -> Fault | None:
        if not is_act(entry):
            return None
        what = "is of an erasure, of which the manifest says nothing."
        return entry_fault(Code.NOT_ERASED_RIGHTLY, what, line.index, line.id)
