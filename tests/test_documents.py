"""The documents hold what they say: commands, options, keys, variables and links that stand in them exist."""

import re
import shlex
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, get_args

import click
import pytest
import typer
from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo

from bot.cli import cli
from bot.configuration.http_source import HttpTable
from bot.configuration.schema import File
from bot.configuration.sql_source import SqlTable
from bot.settings import Environment
from handlers.access import command as access
from handlers.audit import command as audit
from handlers.policy import command as policy
from handlers.privacy import slips as privacy

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "deploy").rglob("*.md")])
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
KEY = re.compile(r"^\| ((?:`[^`]+`(?:, )?)+) \|", re.MULTILINE)


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


documents = pytest.mark.parametrize("document", DOCUMENTS, ids=named)


@cache
def code_of(document: Path) -> tuple[str, ...]:
    """Every line of a block of code and every word in one, without prompts and comments."""
    text = document.read_text()
    blocks = [line for block in FENCED.findall(text) for line in block.splitlines()[1:-1]]
    return (*blocks, *INLINE.findall(FENCED.sub("", text)))


# Links


def anchors_of(document: Path) -> set[str]:
    """The names that GitHub gives to headings."""
    headings = re.findall(r"^#+ (.+)$", FENCED.sub("", document.read_text()), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", one)) for one in headings)
    return {one.strip().lower().replace(" ", "-") for one in plain}


@documents
def test_links_lead_somewhere(document: Path) -> None:
    for address in LINK.findall(INLINE.sub("", FENCED.sub("", document.read_text()))):
        if re.match(r"[a-z]+:", address):
            continue
        path, _, anchor = address.partition("#")
        target = (document.parent / path).resolve() if path else document
        assert target.exists(), address
        assert not anchor or anchor in anchors_of(target), address


# Commands


def command_lines(document: Path) -> Iterator[list[str]]:
    """What follows `steward` in a line of code."""
    for line in code_of(document):
        for part in re.split(r"\||&&|;| (?=>)", line.partition(" #")[0]):
            found = re.match(r"\s*(?:[$] |\.venv/bin/|[A-Z_]+=\S+ )*steward ([a-z-].*)", part)
            if found and "…" not in found[1].split()[0]:
                yield shlex.split(found[1].replace("[", "").replace("]", "").replace("\\|", " ").replace("'", ""))


def resolved(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that some words name, and the rest of them."""
    here: Any = typer.main.get_command(cli)
    rest = list(words)
    while isinstance(getattr(here, "commands", None), dict) and rest and rest[0] in here.commands:
        here = here.commands[rest.pop(0)]
    return here, rest


@documents
def test_commands_and_their_options_exist(document: Path) -> None:
    for words in command_lines(document):
        command, rest = resolved(words)
        said = f"steward {' '.join(words)}"
        if hasattr(command, "commands"):
            assert not rest or rest[0].startswith("-"), f"{said}: there is no such command"
        options = {name for one in command.params for name in (*one.opts, *one.secondary_opts)} | {"--help"}
        for word in rest:
            name = word.partition("=")[0].rstrip(",.;:")
            assert not name.startswith("--") or name in options, f"{said}: it has no {name}"


def test_every_command_is_documented() -> None:
    said = {tuple(words) for document in DOCUMENTS for words in command_lines(document)}

    def below(command: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        for name, one in getattr(command, "commands", {}).items():
            yield from below(one, (*path, name)) if hasattr(one, "commands") else [] if one.hidden else [(*path, name)]

    missing = [
        path for path in below(typer.main.get_command(cli), ()) if not any(one[: len(path)] == path for one in said)
    ]
    assert missing == []


def test_every_command_and_each_of_its_options_says_what_it_is() -> None:
    def silent(command: Any, path: tuple[str, ...]) -> Iterator[str]:
        for name, one in getattr(command, "commands", {}).items():
            yield from silent(one, (*path, name))
        mute = [str(one.name) for one in command.params if not getattr(one, "help", None)]
        yield from (" ".join((*path, one)) for one in [*mute, *([] if command.help else ["--help"])])

    assert list(silent(typer.main.get_command(cli), ("steward",))) == []


def test_targets_of_make_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    said = {
        (named(document), found[1])
        for document in DOCUMENTS
        for line in code_of(document)
        if (found := re.match(r"(?:[A-Z]+=\S+ )*make ([a-z]+)", line.strip()))
    }
    assert {one for one in said if one[1] not in targets} == set()


TYPED = {
    "access": access.SUBCOMMANDS,
    "audit": audit.SUBCOMMANDS,
    "policy": policy.SUBCOMMANDS,
    "privacy": privacy.SUBCOMMANDS,
}


def words_typed() -> set[tuple[str, str]]:
    """Each command in Slack with the word that follows it."""
    typed = re.compile(rf"(?<![\w/.])/({'|'.join(TYPED)}) ([a-z]+)(?![\w-])")
    return {found for document in DOCUMENTS for line in code_of(document) for found in typed.findall(line)}


def test_every_subcommand_in_slack_is_documented() -> None:
    assert {(command, word) for command, known in TYPED.items() for word in known} - words_typed() == set()


def test_subcommands_in_slack_exist() -> None:
    """What follows `/privacy` may be a question, and what follows `/audit` a search."""
    unknown = {one for one in words_typed() if one[1] not in TYPED[one[0]] and one[0] in ("access", "policy")}
    assert {one for one in unknown if not access.ABOUT_REQUESTS.fullmatch(one[1])} == set()


# Configuration


def tables(model: type[BaseModel], path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Each key with the table in which it stands."""
    for name, field in model.model_fields.items():
        yield path, field.alias or name
        for inner in _models(field.annotation):
            yield from tables(inner, (*path, field.alias or name))


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for one in get_args(annotation):
        yield from _models(one)


def section(heading: str) -> str:
    """What stands below `### [heading]`, or below the table that holds it."""
    text = (ROOT / "docs" / "configuration.md").read_text()
    found = re.search(rf"^### \[{heading}(?:\.NAME)?\]\n(.*?)(?=^##|\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"there is no section for [{heading}]"
    return found[1]


def code(text: str) -> str:
    """Everything that is marked as code."""
    return "\n".join([*FENCED.findall(text), *INLINE.findall(FENCED.sub("", text))])


def test_every_key_of_the_configuration_is_documented() -> None:
    missing = []
    for path, key in tables(File):
        if path and path[:2] != ("accounts", "sources"):
            words = set(re.findall(r"\w+", code(section(path[0]))))
            missing += [".".join((*path, key))] if key not in words else []
        elif not path:
            section(key)
    assert missing == []


@pytest.mark.parametrize(("model", "document"), [(SqlTable, "accounts.md"), (HttpTable, "http-sources.md")])
def test_every_key_of_a_source_is_documented(model: type[BaseModel], document: str) -> None:
    words = set(re.findall(r"\w+", code((ROOT / "docs" / document).read_text())))
    assert {".".join((*path, key)) for path, key in tables(model) if key not in words} == set()


def test_every_documented_key_exists() -> None:
    """The first column of each section's tables."""
    keys: dict[str, set[str]] = {}
    for path, key in tables(File):
        keys.setdefault(path[0] if path else key, set()).add(key)
    for table, known in keys.items():
        for row in KEY.findall(section(table)):
            for key in INLINE.findall(row):
                assert key.partition(".")[0] in known, f"[{table}] has no {key}"


DEFAULT = re.compile(r"^\| `(\w+)` \| (`[^`]+`|none|never|needed|\d+) \|", re.MULTILINE)


def documented_defaults() -> Iterator[tuple[str, str, str]]:
    """Table, key, and what its row says stands there where nobody wrote it."""
    for table in File.model_fields:
        for key, said in DEFAULT.findall(section(table)):
            yield table, key, said.strip("`")


def fields_of(table: str) -> Mapping[str, FieldInfo]:
    """The keys of a table, and of those in it, by name."""
    found: dict[str, FieldInfo] = {}
    for model in _models(File.model_fields[table].annotation):
        for inner in [one for field in model.model_fields.values() for one in _models(field.annotation)]:
            found |= inner.model_fields
        found |= {field.alias or name: field for name, field in model.model_fields.items()}
    return found


def is_default(said: str, field: FieldInfo) -> bool:
    """Whether a row says what the schema has. What a default depends on ("…") is for words to say."""
    if said == "needed" or field.is_required():
        return said == "needed" and field.is_required()
    default = field.get_default(call_default_factory=True)
    if said in ("none", "never"):
        return default in (None, (), [], {}) or isinstance(default, BaseModel)
    written = tomllib.loads(f"value = {said}")["value"] if "…" not in said else default
    annotation: Any = Annotated[field.annotation, field]
    return default is None or bool(TypeAdapter(annotation).validate_python(written) == default)


def test_what_holds_where_a_key_is_not_written_is_what_its_row_says() -> None:
    rows = list(documented_defaults())
    assert len(rows) > 80
    assert [row for row in rows if not is_default(row[2], fields_of(row[0])[row[1]])] == []


def test_rows_of_a_table_stand_together() -> None:
    """A row apart from its head is shown as its characters."""
    for document in DOCUMENTS:
        for part in re.split(r"\n\s*\n", FENCED.sub("", document.read_text())):
            rows = [line for line in part.splitlines() if line.startswith("|")]
            assert not rows or re.fullmatch(r"\|[ |:-]+\|", rows[1]), f"{named(document)}: {rows[0]}"


def test_every_variable_is_documented() -> None:
    words = set(re.findall(r"\w+", code((ROOT / "docs" / "configuration.md").read_text())))
    assert {name.upper() for name in Environment.model_fields} - words == set()


def test_the_changelog_begins_with_what_is_being_made_and_names_each_part_once() -> None:
    text = (ROOT / "CHANGELOG.md").read_text()
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert len(set(headings)) == len(headings)
    assert headings[0].startswith("Unreleased")
