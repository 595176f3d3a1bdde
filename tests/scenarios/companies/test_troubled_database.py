"""A company's database of which one table is broken, or that is held by others: what people read, and what is written.

Each trouble ends, and the next look-up is as before it.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from time import monotonic
from typing import Final

import pytest
from sqlalchemy import URL, create_engine, text

from bot.database import Database
from slack_local import AsUser
from tests.bot.accounts.sql.test_checking import run
from tests.bot.captured_logs import captured_logs
from tests.conftest import SettableClock
from tests.scenarios.companies.own_accounts import ONE, company_folder
from tests.scenarios.companies.test_own_database import VALUES, company_url, engine_of, granted
from tests.scenarios.harness import Steward, running
from tests.waiting import until

__all__ = ["company_url"]

TIMEOUT_S: Final = 3
SLOW_MACHINE_S: Final = 60
"""By how much an answer may be late: what is tried is that it comes before those who hold the database let go."""
COLUMN: Final = ("payment_details RENAME COLUMN vat TO gone", "payment_details RENAME COLUMN gone TO vat")
TABLE: Final = ("list_members RENAME TO gone", "gone RENAME TO list_members")


def folder_of(tmp_path: Path, company_url: URL, *, timeout_s: int = 60, connections: int = 5) -> Path:
    words = ONE.replace("timeout_s = 60", f"timeout_s = {timeout_s}\nconnections = {connections}")
    (folder := tmp_path / "company").mkdir()
    return company_folder(folder, words, url=company_url)


def answer(person: AsUser, command: str, channel: str = "general") -> str:
    """What stands there in the end, in one line."""
    person.type(command, channel=channel)
    until(lambda: not person.read(channel)[-1].text.startswith("Looking"))
    return " ".join(person.read(channel)[-1].text.split())


@contextmanager
def altered(url: URL, there: str, back: str) -> Iterator[None]:
    run(url, f"ALTER TABLE {there}")
    try:
        yield
    finally:
        run(url, f"ALTER TABLE {back}")


def test_only_the_classes_of_a_broken_table_are_missing(
    database: Database, clock: SettableClock, tmp_path: Path, company_url: URL, capfd: pytest.CaptureFixture[str]
) -> None:
    """On the card, in a search and in what is revealed; the entry tells what was shown and what was not."""
    with running(database, clock, folder=folder_of(tmp_path, company_url)) as steward, captured_logs() as logs:
        biller, inese = steward.person("edgars"), steward.person("inese")
        granted(steward, inese, "Recipient lists")
        assert "•••• 01" in answer(biller, "/account LV40003412345")
        with altered(company_url, *COLUMN):
            card = answer(biller, "/account pw-00412")
            assert "Baltic Beans SIA" in card
            assert "Payment details not shown: it can't be read now from the system that has it. Tell the op" in card
            entry = steward.last()
            assert (entry["outcome"], entry["reason"]) == ("masked", "standing source_broken:payment")
            assert "email" in entry["fields"]
            assert not {"iban", "card_last4", "vat_number"} & {*entry["fields"]}
            assert "because it can't be read now from the system that has it: Payment details" in answer(
                biller, "/account LV40003412345"
            )
            assert steward.last()["reason"] == "no_match source_broken:payment"
            answer(inese, "/account pw-00412")
            assert "email" in steward.last()["fields"]
        assert "•••• 01" in answer(biller, "/account LV40003412345")
        assert steward.last()["reason"] == "standing"
        with altered(company_url, *TABLE):
            lists_without_recipients(steward, inese)
        answer(inese, "/account pw-00412")
        inese.press("Reveal", in_="general")
        assert "reader49@inbox.example" in inese.modal().text
    said = logs.getvalue() + "".join(capfd.readouterr())
    assert "source.table_broken" in said
    assert [value for value in (*VALUES, "SELECT", "inbox.example") if value in said] == []


def lists_without_recipients(steward: Steward, inese: AsUser) -> None:
    """A class in two tables: what is in the other is shown."""
    for _ in range(4):  # as often as would have a source that is down let alone
        card = answer(inese, "/account pw-00412")
    assert "m•••@balticbeans.example" in card
    assert "recipients not shown: it can't be read now" in card
    assert steward.last()["reason"].endswith(" source_broken:recipients")
    inese.press("Reveal", in_="general")
    assert "Wholesale (88)" in inese.modal().text
    assert "Not shown, because it can't be read now from the system that has it (tell the operator): recipients" in (
        inese.modal().text
    )
    entry = steward.last()
    assert (entry["outcome"], entry["reason"]) == ("disclosed", "granted source_broken:recipients")
    assert entry["fields"] == ["lists"]
    inese.close(everything=True)


@contextmanager
def locked(url: URL, _steward: Steward) -> Iterator[None]:
    """Somebody else holds the main table, as a migration does."""
    with closing(create_engine(url).connect()) as other:
        if url.get_backend_name() == "sqlite":
            other.exec_driver_sql("BEGIN EXCLUSIVE")
        else:
            other.execute(text("LOCK TABLE customers IN ACCESS EXCLUSIVE MODE"))
        yield
        other.rollback()


@contextmanager
def used_up(_url: URL, steward: Steward) -> Iterator[None]:
    """The one connection is in somebody's hands."""
    with engine_of(steward).connect():
        yield


@pytest.mark.parametrize("held", [locked, used_up])
def test_a_database_that_others_hold_is_said_to_be_late_and_the_next_look_up_works(
    database: Database,
    clock: SettableClock,
    tmp_path: Path,
    company_url: URL,
    held: Callable[[URL, Steward], AbstractContextManager[None]],
) -> None:
    """By name, by id, and of what a grant opens; each is told of within the time-out and recorded."""
    folder = folder_of(tmp_path, company_url, timeout_s=TIMEOUT_S, connections=1)
    with running(database, clock, folder=folder, patience_s=0.2) as steward:
        inese = steward.person("inese")
        assert "Baltic Beans SIA" in answer(inese, "/account pw-00412")
        before, begun = steward.count("audit_entries"), monotonic()
        with held(company_url, steward), captured_logs() as logs:
            for query in ("mara@balticbeans.example", "pw-00412"):
                assert "did not answer in time, so nothing is shown. Try again in a minute" in answer(
                    inese, f"/account {query}"
                )
                entry = steward.last()
                assert (entry["outcome"], entry["reason"], entry["fields"]) == ("refused", "source_slow", [])
                assert entry["query"] == query
        assert monotonic() - begun < 2 * TIMEOUT_S + SLOW_MACHINE_S
        assert steward.count("audit_entries") == before + 2
        assert "Baltic Beans SIA" in answer(inese, "/account pw-00412")
        assert steward.last()["reason"] == "standing"
        assert [value for value in VALUES if value in logs.getvalue()] == []
