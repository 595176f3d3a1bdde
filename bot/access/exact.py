"""Finding an account for people of other companies: by its exact id, so that nothing can be browsed. Pure."""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from bot.access.drafts import Fault
from bot.audit.ledger import OpenEntry


class HasId(Protocol):
    """An account as far as this needs it."""

    @property
    def id(self) -> str: ...


Found = TypeVar("Found", bound=HasId)
Resolving = Callable[[str, OpenEntry], tuple[Sequence[Found], Fault | None]]


def by_exact_id(resolve: Resolving[Found]) -> Resolving[Found]:
    """The same, without what was found by anything but the id: no name, no suggestion, nothing that is near."""

    def exactly(query: str, entry: OpenEntry) -> tuple[Sequence[Found], Fault | None]:
        found, fault = resolve(query, entry)
        if fault is Fault.SOURCE_DOWN:
            return (), fault
        wanted = query.strip().casefold()
        same = tuple(one for one in found if one.id.casefold() == wanted)
        return same, None if same else Fault.NO_MATCH

    return exactly
