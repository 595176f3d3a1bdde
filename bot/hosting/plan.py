"""workspaces.toml: which workspaces one Steward hosts, and where each keeps what is its own."""

import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic_core import ErrorDetails
from sqlalchemy.exc import ArgumentError

from bot.configuration.faults import ConfigurationInvalid, Fault, nearest, suggestion
from bot.configuration.lines import Lines, lines_of
from bot.database import normalised_url
from bot.settings import Environment

_SHAPE: Final = ConfigDict(extra="forbid", frozen=True, strict=True)
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Team = Annotated[str, StringConstraints(pattern=r"^T[A-Z0-9]{2,20}$")]
Enterprise = Annotated[str, StringConstraints(pattern=r"^E[A-Z0-9]{2,20}$")]
Variable = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{0,63}$")]
Words = Annotated[str, StringConstraints(min_length=1)]


class _Workspace(BaseModel):
    model_config = _SHAPE
    team: Team
    enterprise: Enterprise | None = None
    config: Words
    database: Variable
    signing_key: Variable | None = None


class _Installations(BaseModel):
    model_config = _SHAPE
    database: Variable
    redirect_url: Annotated[str, StringConstraints(pattern=r"^https?://[^\s?#]+$")] | None = None


class _File(BaseModel):
    model_config = _SHAPE
    installations: _Installations
    workspaces: Annotated[dict[Name, _Workspace], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Hosted:
    """One workspace. `name` is the operator's word for it, `team` Slack's id, `enterprise` its Grid's id if it has one.

    The database's address and the signing key may be secrets, and are not shown.
    """

    name: str
    team: str
    enterprise: str | None
    configuration: Path
    database_url: str = field(repr=False)
    signing_key: str | None = field(default=None, repr=False)

    def environment(self, shared: Environment, token: str | None = None) -> Environment:
        """The environment of a Steward of this workspace alone; `token` is the installation's bot token."""
        own = {
            "database_url": self.database_url,
            "steward_config": self.configuration,
            "steward_signing_key": self.signing_key,
            "slack_bot_token": token,
        }
        return Environment.model_validate({**shared.model_dump(), **own})


@dataclass(frozen=True, slots=True)
class Plan:
    """What workspaces.toml says, with what the environment holds under the names in it."""

    workspaces: tuple[Hosted, ...]
    registry_url: str = field(repr=False)
    redirect_url: str | None = None

    def named(self, name: str) -> Hosted:
        """The workspace of this name. Raises ConfigurationInvalid."""
        names = [one.name for one in self.workspaces]
        if name in names:
            return self.workspaces[names.index(name)]
        near = nearest(name, names)
        mend = f"Did you mean “{near}”?" if near else f"Known: {', '.join(names)}."
        raise ConfigurationInvalid([Fault("--workspace", None, f"There is no workspace “{name}”.", mend)])


def read_plan(path: Path, variables: Mapping[str, str]) -> Plan:
    """Read workspaces.toml; `variables` are the environment's. Raises ConfigurationInvalid with all that is wrong."""
    text = _text(path)
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _invalid([Fault("", None, f"This is not TOML: {error}.", "See toml.io for how it is written.")]) from None
    lines = lines_of(text)
    try:
        file = _File.model_validate(raw)
    except ValidationError as invalid:
        raise _invalid([_fault(error, lines) for error in invalid.errors(include_url=False)]) from None
    if faults := [*_unset(file, variables, lines), *_shared(file, variables, lines)]:
        raise _invalid(faults)
    hosted = tuple(_hosted(name, one, path.parent, variables) for name, one in file.workspaces.items())
    return Plan(hosted, variables[file.installations.database], file.installations.redirect_url)


def _hosted(name: str, one: _Workspace, folder: Path, variables: Mapping[str, str]) -> Hosted:
    key = variables[one.signing_key] if one.signing_key else None
    return Hosted(name, one.team, one.enterprise, folder / one.config, variables[one.database], key)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        mend = "Set STEWARD_WORKSPACES to the file's name, or leave it out to run for one workspace."
        raise _invalid([Fault("", None, f"{path} can't be read ({type(error).__name__}).", mend)]) from error


def _invalid(faults: Sequence[Fault]) -> ConfigurationInvalid:
    return ConfigurationInvalid([Fault(f"workspaces.toml {one.where}".strip(), *_rest(one)) for one in faults])


def _rest(fault: Fault) -> tuple[int | None, str, str]:
    return fault.line, fault.what, fault.mend


_MENDS: Final[Mapping[str, tuple[str, str]]] = {
    "team": ("This is no workspace's id.", "Slack shows it in the address of a workspace in the browser: T…"),
    "enterprise": ("This is no Enterprise Grid's id.", "Slack shows it in the address of an organisation: E…"),
    "database": (
        "This is not the name of a variable.",
        "Write the name of the variable that holds the address, such as ACME_DATABASE_URL; not the address.",
    ),
    "signing_key": (
        "This is not the name of a variable.",
        "Write the name of the variable that holds the key, such as ACME_SIGNING_KEY; not the key.",
    ),
    "redirect_url": ("This is not an address.", "Write https://…/slack/oauth_redirect, as the app's settings have it."),
}


def _fault(error: ErrorDetails, lines: Lines) -> Fault:
    """A fault in words; what stands in the file is not repeated, for it may be a secret in the wrong place."""
    path = tuple(part for part in error["loc"] if isinstance(part, str) and part != "[key]")
    where, key = ".".join(path), path[-1] if path else ""
    if error["type"] == "missing":
        what, mend = f"“{key}” is missing.", "See docs/workspaces.md for an example."
    elif error["type"] == "extra_forbidden":
        what, mend = f"“{key}” is no key here.", suggestion(key, _keys(path))
    elif "[key]" in error["loc"]:
        what, mend = "This is no name for a workspace.", "Use small letters, digits and hyphens: [workspaces.acme]."
    else:
        what, mend = _MENDS.get(key, ("This is not what belongs here.", "See docs/workspaces.md for an example."))
    return Fault(where, lines.of(path), what, mend)


def _keys(path: tuple[str, ...]) -> tuple[str, ...]:
    tables: dict[int, type[BaseModel]] = {1: _File, 3: _Workspace}
    shape = _Installations if path[0] == "installations" and len(path) > 1 else tables.get(len(path), _File)
    return tuple(shape.model_fields)


def _named(file: _File) -> Iterator[tuple[str, str]]:
    """Where a variable is named, and its name."""
    yield "installations.database", file.installations.database
    for name, one in file.workspaces.items():
        yield f"workspaces.{name}.database", one.database
        if one.signing_key:
            yield f"workspaces.{name}.signing_key", one.signing_key


def _unset(file: _File, variables: Mapping[str, str], lines: Lines) -> Iterator[Fault]:
    for where, variable in _named(file):
        if not variables.get(variable):
            yield Fault(where, lines.at(where), f"{variable} is not set.", "Set it in the environment of Steward.")


def _shared(file: _File, variables: Mapping[str, str], lines: Lines) -> Iterator[Fault]:
    """What may be only one workspace's, and is named by two."""
    users: dict[tuple[str, Any], list[str]] = defaultdict(list)
    for where, variable in _named(file):
        kind = where.rpartition(".")[2]
        if value := variables.get(variable):
            users[kind, _identity(value) if kind == "database" else value].append(where)
    for name, one in file.workspaces.items():
        users["team", one.team].append(f"workspaces.{name}.team")
        if one.signing_key is None and (folder := _folder(variables.get(one.database, ""))):
            users["folder", folder].append(f"workspaces.{name}.database")
    for (kind, _), places in users.items():
        for where in places[1:]:
            mend = "Two that share it would mix what is theirs."
            yield Fault(where, lines.at(where), f"This is the same {_WORDS[kind]} as {places[0]}.", mend)


_WORDS: Final = {
    "database": "database",
    "folder": "folder, and so the same steward.key without a signing_key,",
    "signing_key": "signing key",
    "team": "workspace",
}


def _folder(url: str) -> Path | None:
    """Where a signing key is made that is not configured: beside a SQLite database."""
    try:
        parsed = normalised_url(url)
    except ArgumentError:
        return None
    there = parsed.get_backend_name() == "sqlite" and parsed.database
    return Path(there).resolve().parent if there else None


def _identity(url: str) -> object:
    """What makes two addresses lead to the same database: neither the login nor options do."""
    try:
        parsed = normalised_url(url)
    except ArgumentError:
        return url
    if parsed.get_backend_name() == "sqlite":
        return str(Path(parsed.database or "").resolve())
    return parsed.get_backend_name(), (parsed.host or "").casefold(), parsed.port or 5432, parsed.database
