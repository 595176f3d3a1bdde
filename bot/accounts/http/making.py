"""An API as a source, from its table of steward.toml and the environment."""

import time
from collections.abc import Mapping

from pydantic import ValidationError

from bot.accounts.company_source import SourceSettings, SourceUnusable
from bot.accounts.http.connection import Access, Connection
from bot.accounts.http.expressions import Expression, expression
from bot.accounts.http.paging import Paging
from bot.accounts.http.settings import Api, Asking, Listing, Place
from bot.accounts.http.source import HttpSource
from bot.accounts.http.templates import Template
from bot.configuration import http_source as tables


def http_source(settings: SourceSettings) -> HttpSource:
    """Connects to nothing yet. Raises SourceUnusable, which names no secret."""
    try:
        table = tables.parsed(settings.options)
    except ValidationError as invalid:
        where = ", ".join(sorted({".".join(map(str, error["loc"])) or "it" for error in invalid.errors()}))
        raise SourceUnusable(f"The API “{settings.name}” is not configured as it must be: look at {where}.") from None
    access = Access(table.url, _headers(table, settings), round(table.largest_mb * 1_000_000), table.per_second)
    connection = Connection(access, time.monotonic)
    return HttpSource(settings.name, settings.layout, api_of(table), connection, time.monotonic, settings.timeout_s)


def api_of(table: tables.HttpTable) -> Api:
    """What the API gives, and where."""
    return Api(
        places=_places(table.fields),
        find=_asking(table.find) if table.find else None,
        find_by={name: _asking(one) for name, one in table.find_by.items()},
        search=_asking(table.search) if table.search else None,
        listings={name: _listing(one) for name, one in table.lists.items()},
        counts=_places(table.counts),
        id_like=table.id_like,
        absent=frozenset(table.absent),
    )


def _headers(table: tables.HttpTable, settings: SourceSettings) -> Mapping[str, str]:
    headers = dict(table.headers)
    if table.token is None:
        return headers
    token = settings.environment.get(table.token, "").strip()
    if not token:
        raise SourceUnusable(f"The API “{settings.name}” needs a token: set {table.token} in the environment.")
    if not (token.isascii() and token.isprintable()):
        raise SourceUnusable(f"{table.token} holds something that can be no token: look for line breaks and quotes.")
    return {**headers, table.header: f"{table.scheme} {token}".strip()}


def _places(said: Mapping[str, tables.PlaceTable]) -> dict[str, Place]:
    return {name: _place(one) for name, one in said.items()}


def _place(said: tables.PlaceTable) -> Place:
    at = expression(said.at)
    return Place(at, said.asked or at.last, said.words)


def _template(said: tables.RequestTable) -> Template:
    return Template(said.path, said.method, said.query, said.body)


def _asking(said: tables.FindTable) -> Asking:
    return Asking(_template(said), expression(said.accounts))


def _listing(said: tables.ListTable) -> Listing:
    paging = Paging(said.paging, said.page_size, said.first_page, _perhaps(said.next))
    holding = Asking(_template(said.holds), expression(said.holds.items)) if said.holds else None
    return Listing(_template(said), expression(said.items), paging, _perhaps(said.total), holding)


def _perhaps(path: str | None) -> Expression | None:
    return None if path is None else expression(path)
