"""A JSON API as steward.toml has it: faults with their line, and look-ups through the one door."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.accounts.http.connection import rate_of
from bot.accounts.source import Source, SourceDown
from bot.audit.entry import Action, Actor, Outcome, Surface
from bot.audit.ledger import Ledger, OpenEntry, Origin
from bot.building.account_sources import account_source
from bot.clock import system_clock
from bot.database import Database
from bot.settings import Configuration, ConfigurationInvalid, load_configuration
from tests.bot.accounts.crm import TOKEN, Crm, served
from tests.bot.accounts.test_http_source import NAMELESS

ROOT = Path(__file__).parents[3]
HUBSPOT = (ROOT / "docs" / "examples" / "hubspot.toml").read_text()


def company(folder: Path, accounts: str, *, classes: str = "") -> Path:
    """The reference company's file with another [accounts]."""
    whole = (ROOT / "steward.toml").read_text()
    before, _, after = whole.partition("[accounts]\n")
    path = folder / "steward.toml"
    path.write_text(f"{before}{classes}{accounts}\n[{after.partition(chr(10) + '[')[2]}")
    return path


def nested(said: str) -> str:
    """The nameless product's table below [accounts]."""
    top, *tables = said.split("\n[")
    return "\n[".join((f'[accounts]\nsource = "http"\n{top}', *(f"accounts.{one}" for one in tables)))


@pytest.fixture(scope="module")
def crm() -> Iterator[Crm]:
    with served(Crm()) as made:
        yield made


@contextmanager
def looking(source: Source, url: str) -> Iterator[OpenEntry]:
    database = Database(url)
    try:
        with Ledger(database, system_clock).entry(Origin(Actor("cli:ops"), Surface.CLI), Action.LOOK_UP) as entry:
            yield entry
            entry.close(Outcome.DISCLOSED)
    finally:
        database.close()
        source.close()


def configured(folder: Path, crm: Crm, accounts: str = f'{NAMELESS}paging = "link"\n') -> Configuration:
    said = nested(accounts).replace("[accounts]\n", f'[accounts]\nurl = "{crm.url}"\nkind_field = "kind"\n', 1)
    return load_configuration(company(folder, said))


def test_an_api_stands_behind_the_one_door(tmp_path: Path, crm: Crm, sqlite_url: str) -> None:
    source = account_source(configured(tmp_path, crm), {"CRM_TOKEN": TOKEN})
    with looking(source, sqlite_url) as entry:
        (ana,) = source.search("Ana.Liepa@inbox.example", limit=10, entry=entry).refs
        assert (ana.id, ana.kind, ana.title) == ("102", "individual", {"name": "A•••"})
        (beans,) = source.search("baltic beans", limit=10, entry=entry).refs
        record = source.fetch(beans, ["name", "email"], counts=["recipients"], entry=entry)
        assert record.values == {"name": "Baltic Beans", "email": "info@balticbeans.example"}
        assert record.counts == {"recipients": 30}
        page = source.page(beans, ["recipients"], 2, size=20, entry=entry)
        assert page.record.values["recipients"] == tuple(f"reader{number}@inbox.example" for number in range(20, 30))
        assert (page.number, page.pages) == (2, 2)
        assert source.holds(beans, ["recipients"], "reader29@inbox.example", entry=entry)


def test_one_that_is_down_is_told_as_such(tmp_path: Path, sqlite_url: str) -> None:
    source = account_source(configured(tmp_path, Crm(url="http://127.0.0.1:1")), {"CRM_TOKEN": TOKEN})
    with looking(source, sqlite_url) as entry, pytest.raises(SourceDown):
        source.search("baltic beans", limit=10, entry=entry)


@pytest.mark.parametrize(
    ("said", "instead", "line", "words"),
    [
        ('id = { at = "$.id"', 'id = { at = "$.id["', 'id = { at = "$.id["', "is no JSONPath"),
        ('token = "HUBSPOT_TOKEN"', 'token = "pat-eu1-0123"', "token =", "no name of an environment variable"),
        ('url = "https://api.hubapi.com"', 'url = "http://api.hubapi.com"', "[accounts]", "not sent unencrypted"),
        ('url = "https://api.hubapi.com"', 'url = "https://u:p@api.hubapi.com"', "url =", "no name and password"),
        ('query = "{query}"', 'query = "name:{query}"', "[accounts.search]", "part of a larger text"),
        ('properties = "{fields}"', 'properties = "{filds}"', "[accounts.find]", "nothing to put for {filds}"),
        ('next = "$.paging.next.after"\n', "", "[accounts.lists.recipients]", "Where is the cursor"),
        ("per_second = 4", "per_second = 0", "per_second", "number of requests a second"),
        ("per_second = 4", "per_secnd = 4", "per_secnd", "not a key"),
        ('id_like = "[0-9]{1,19}"', 'id_like = "[0-9"', "id_like", "no pattern"),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path: Path, said: str, instead: str, line: str, words: str) -> None:
    assert said in HUBSPOT
    wrong = HUBSPOT.replace(said, instead, 1).replace('exact = ["domain", "phone"]\n', "", 1)
    path = company(tmp_path, wrong.replace("created_at", "status"))
    with pytest.raises(ConfigurationInvalid) as invalid:
        load_configuration(path)
    (fault,) = invalid.value.faults
    assert words in fault.what
    assert path.read_text().splitlines()[(fault.line or 1) - 1].startswith(line)
    assert "pat-eu1" not in str(fault)
    assert "u:p@" not in str(fault)


@given(st.floats(0.01, 100))
def test_the_rate_is_never_more_than_was_said(per_second: float) -> None:
    rate = rate_of(per_second)
    made = rate.limit / rate.interval * 1000
    assert made == pytest.approx(per_second, abs=0.001)
    assert made <= per_second * (1 + 1e-9)
    assert rate.burst <= max(1, per_second)
