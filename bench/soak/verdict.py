"""What was lost and what came twice."""

from dataclasses import dataclass, field


@dataclass
class Verdict:
    """In words; nothing of either is what should be."""

    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    told_to_try_again: int = 0

    @property
    def good(self) -> bool:
        """Nothing lost and nothing twice."""
        return not self.lost and not self.twice

    def once(self, what: str, found: int) -> None:
        """Note what is not there exactly once."""
        if found == 0:
            self.lost.append(what)
        elif found > 1:
            self.twice.append(f"{what}: {found} times")
