"""What keeps Steward from running, in words for whoever starts it."""

from bot.checks.findings import Finding


class CannotStart(Exception):
    """Something foreseeable is in the way. `what` says it, `mend` what to do about it; neither holds a secret."""

    def __init__(self, what: str, mend: str = "") -> None:
        super().__init__(f"{what} {mend}".strip())
        self.what = what
        self.mend = mend


def refuse(finding: Finding) -> CannotStart:
    """The refusal to go on with what a check found wrong."""
    where = f"{finding.where}: " if finding.where and finding.where not in finding.what else ""
    return CannotStart(where + finding.what, finding.mend or "")
