"""The entries that one checkpoint added, to say which of them it may be when they are not what was signed. Pure."""

from bot.audit.faults import Code, Fault, entries_of, entry_fault


class Added:
    """Their first index, and the first that is not in the order of ids."""

    def __init__(self, start: int) -> None:
        self.start = start
        self._last = ""
        self._misplaced: tuple[int, str] | None = None

    def take(self, position: int, entry_id: str) -> None:
        """The next one."""
        if entry_id < self._last and self._misplaced is None:
            self._misplaced = position, entry_id
        self._last = entry_id

    def fault(self, stop: int) -> Fault:
        """Which of them it may be."""
        if self._misplaced:
            what = "is out of order: it stands behind a younger one, and not where it was signed."
            return entry_fault(Code.OUT_OF_ORDER, what, *self._misplaced)
        one = stop - self.start == 1
        where = f"Entry {self.start} is not" if one else f"Among entries {self.start} to {stop - 1} one is not"
        what = f"{where} what the checkpoint of {entries_of(stop)} was signed over."
        why = "It was replaced together with its hash, or the checkpoint was."
        return Fault(Code.OTHER_ENTRIES, f"{what} {why}", self.start, self._last if one else None, stop - 1)
