"""Third parties that the company engaged: who their people are, and what a contract lets them ask for. Pure.

Source: policy, "Third parties that we have engaged may see it as well: a company that handles billing for us".
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.access.people import Person, Standing
from bot.access.rules.purposes import Purpose


@dataclass(frozen=True, slots=True)
class Processor:
    """One engaged third party. `sponsor` is a role of [groups]: who answers for it within the company.

    The contract runs from `starts_at` to before `ends_at`. Its people are those with an address of `people` ("@" and a
    domain, or a whole address, in small letters) or in the group of the role `group`.
    """

    key: str
    label: str
    starts_at: datetime
    ends_at: datetime
    purposes: tuple[str, ...]
    data_classes: tuple[str, ...]
    sponsor: str
    people: frozenset[str]
    group: str | None = None

    def is_engaged(self, now: datetime) -> bool:
        """By the clock alone: with the contract ends all that rests on it."""
        return self.starts_at <= now < self.ends_at

    def has(self, person: Person) -> bool:
        """Whether this is one of its people."""
        address = (person.email or "").casefold()
        domain = f"@{address.rpartition('@')[2]}" if "@" in address else ""
        return bool({address, domain} & self.people) or self.group in person.roles


def processor_of(person: Person, processors: Mapping[str, Processor]) -> Processor | None:
    """Whose person this is; None for employees, and for guests of nobody who is engaged."""
    return next((one for one in processors.values() if one.has(person)), None)


def is_outsider(person: Person, processors: Mapping[str, Processor]) -> bool:
    """Whether this person sees nothing without a grant: a guest, or one of a processor's people."""
    return person.standing is Standing.GUEST or processor_of(person, processors) is not None


def narrowed(purpose: Purpose, processor: Processor) -> Purpose | None:
    """The purpose as the contract permits it, or None: fewer classes, and never at once or without somebody's yes."""
    classes = tuple(key for key in purpose.data_classes if key in processor.data_classes)
    if purpose.key not in processor.purposes or not classes:
        return None
    return replace(
        purpose,
        data_classes=classes,
        approvals=max(purpose.approvals, 1),
        extend_at_once=False,
        emergency=None,
        on_duty=None,
    )


def within_contract(duration: timedelta, begins: datetime, processor: Processor | None) -> timedelta:
    """How long a grant may last that begins then: what was given, or what is left of the contract (zero: nothing)."""
    return min(duration, max(processor.ends_at - begins, timedelta(0))) if processor else duration
