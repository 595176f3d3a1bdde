"""What an API gives, and where: the tables of steward.toml under a source that is an API, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.accounts.http.expressions import Expression
from bot.accounts.http.paging import Paging
from bot.accounts.http.templates import Template


@dataclass(frozen=True, slots=True)
class Place:
    """Where one field stands within an account. `asked`: what the API calls it when it is told which fields to send.

    `words`: what stands here for a word of the API's, for fields whose words have a meaning.
    """

    at: Expression
    asked: str | None = None
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asking:
    """One way to ask for accounts: the request, and where in its answer they are."""

    template: Template
    accounts: Expression


@dataclass(frozen=True, slots=True)
class Listing:
    """A list that is asked for by itself. `total`: where its length is said. `holding`: asks for one address alone."""

    template: Template
    items: Expression
    paging: Paging
    total: Expression | None = None
    holding: Asking | None = None


@dataclass(frozen=True, slots=True)
class Api:
    """A whole API. `places` are of the fields that stand within an account, `id` among them; `listings` of others.

    `find`: by id; `find_by`: by a field that is found as a whole; `search`: by a text. `counts`: where within an
    account the number of a list's items stands. `id_like`: what typed text must look like to be asked for as an id.
    `absent`: the statuses by which the API says that there is no such account.
    """

    places: Mapping[str, Place]
    find: Asking | None = None
    find_by: Mapping[str, Asking] = field(default_factory=dict)
    search: Asking | None = None
    listings: Mapping[str, Listing] = field(default_factory=dict)
    counts: Mapping[str, Place] = field(default_factory=dict)
    id_like: str | None = None
    absent: frozenset[int] = frozenset({404, 410})
