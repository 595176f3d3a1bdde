"""A source of accounts that is a JSON API: how it is reached, what it is asked, and where its answers hold things."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator, model_validator

from bot.configuration.formats import FieldName, Words, fault

OF_A_TABLE = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)
LARGEST_MB = 50
MOST_PER_SECOND = 1000
LARGEST_PAGE = 10_000
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def _url(value: str) -> str:
    try:
        parts = urlsplit(value.strip())
        sound = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        sound = False
    if not sound or parts.query or parts.fragment:
        raise fault("This is no address of an API.", 'Write where its paths begin, such as "https://api.crm.example".')
    if parts.username or parts.password:
        raise fault(
            "An address holds no name and password.", 'Put the token into the environment, and name it: token = "…".'
        )
    return value.strip().rstrip("/")


def _variable(value: str) -> str:
    if not _VARIABLE.fullmatch(value):  # not quoted back: it may be the token itself
        raise fault("This is no name of an environment variable.", 'Write token = "CRM_TOKEN", and set CRM_TOKEN.')
    return value


def _path(value: str) -> str:
    from bot.accounts.http.expressions import NoExpression, expression  # only where there is an API: it takes a while

    try:
        expression(value)
    except NoExpression as error:
        mend = 'Write a path as RFC 9535 has it, such as "$.properties.name" or "$.results[*]".'
        raise fault(f"“{value}” is no JSONPath: {error}.", mend) from None
    return value


def _pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise fault(f"“{value}” is no pattern: {error}.", 'Write a regular expression, such as "[0-9]+".') from None
    return value


def _between(least: float, most: float, what: str) -> PlainValidator:
    def check(value: object) -> float:
        if not isinstance(value, int | float) or isinstance(value, bool) or not least <= value <= most:
            raise fault(f"{value!r} is no {what}.", f"Write a number from {least:g} to {most:g}.")
        return value

    return PlainValidator(check)


def _at(value: object) -> object:
    """A place may be written as its JSONPath alone."""
    return {"at": value} if isinstance(value, str) else value


JsonPath = Annotated[str, AfterValidator(_path)]
Json = Any
Largest = Annotated[float, _between(0.01, LARGEST_MB, "size in MB")]
Rate = Annotated[float, _between(0.01, MOST_PER_SECOND, "number of requests a second")]
PageSize = Annotated[int, _between(1, LARGEST_PAGE, "number of items on a page")]
FirstPage = Annotated[int, _between(0, 1, "number of a first page")]
Status = Annotated[int, _between(400, 499, "status of an answer that there is nothing")]


class PlaceTable(BaseModel):
    """Where a field stands within an account, what the API calls it, and what its words mean here."""

    model_config = OF_A_TABLE

    at: JsonPath = Field(examples=['"$.properties.name"'])
    asked: Words | None = None
    words: dict[str, Words] = {}

    @model_validator(mode="before")
    @classmethod
    def _alone(cls, value: object) -> object:
        return _at(value)


class RequestTable(BaseModel):
    """A request, with placeholders where something is put in."""

    model_config = OF_A_TABLE

    path: Words = Field(examples=['"/customers/{id}"'])
    method: Literal["GET", "POST"] = "GET"
    query: dict[str, Json] = {}
    body: dict[str, Json] | None = None

    @model_validator(mode="after")
    def _askable(self) -> Self:
        from bot.accounts.http.templates import Template

        for what, mend in Template(self.path, self.method, self.query, self.body).faults():
            raise fault(what, mend)
        return self


class FindTable(RequestTable):
    """A request for one account or several, and where in its answer they are."""

    accounts: JsonPath = "$"


class HoldsTable(RequestTable):
    """A request for one item of a list."""

    items: JsonPath = Field(examples=['"$.results[*].email"'])


class ListTable(RequestTable):
    """A request for the items of a list, page by page."""

    items: JsonPath = Field(examples=['"$.results[*].email"'])
    paging: Literal["none", "page", "offset", "cursor", "url", "link"] = "none"
    page_size: PageSize = 100
    first_page: FirstPage = 1
    next: JsonPath | None = None
    total: JsonPath | None = None
    holds: HoldsTable | None = None

    @model_validator(mode="after")
    def _can_turn_pages(self) -> Self:
        if self.paging in ("cursor", "url") and self.next is None:
            raise fault(f"Where is the {self.paging} of the next page?", 'Add next = "$.paging.next.after".')
        wanted = {"page": "{page}", "offset": "{offset}", "cursor": "{cursor}"}.get(self.paging)
        if wanted and wanted not in f"{self.path} {self.query} {self.body}":
            raise fault(
                f"Nothing in the request says which page: {wanted} is missing.", f"Put {wanted} into query or body."
            )
        return self


class HttpTable(BaseModel):
    """[accounts] or [accounts.sources.…] with source = "http"."""

    model_config = OF_A_TABLE

    url: Annotated[str, AfterValidator(_url)] = Field(examples=['"https://api.crm.example"'])
    private: bool = False
    token: Annotated[str, AfterValidator(_variable)] | None = None
    header: Words = "Authorization"
    scheme: str = "Bearer"
    headers: dict[str, Words] = {}
    largest_mb: Largest = 2
    per_second: Rate = 10
    id_like: Annotated[str, AfterValidator(_pattern)] | None = None
    absent: list[Status] = [404, 410]
    fields: dict[FieldName, PlaceTable] = Field(examples=['{ id = "$.id", name = "$.name" }'])
    find: FindTable | None = None
    find_by: dict[FieldName, FindTable] = {}
    search: FindTable | None = None
    lists: dict[FieldName, ListTable] = {}
    counts: dict[FieldName, PlaceTable] = {}

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.url.startswith("http://") and not self.private and urlsplit(self.url).hostname not in _LOOPBACK:
            raise fault(
                "A token is not sent unencrypted.", "Write https://, or add private = true in a network of your own."
            )
        if "id" not in self.fields:
            raise fault("Where is an account's id?", 'Add id = "$.id" to fields.')
        if twice := sorted(self.fields.keys() & self.lists.keys()):
            raise fault(f"“{twice[0]}” stands in fields and in lists.", "Keep one of them.")
        return self


def parsed(options: Mapping[str, Any]) -> HttpTable:
    """The table as it was validated when the file was read. Raises pydantic's ValidationError."""
    table: HttpTable = HttpTable.model_validate(dict(options))
    return table
