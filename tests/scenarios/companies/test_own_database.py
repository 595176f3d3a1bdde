"""A company whose accounts stay in its own database: everything that people do, and a database that fails."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, create_engine, event, make_url, text

from bot.access.people import Conversation
from bot.access.reasons import Reason
from bot.accounts.joined import JoinedSource
from bot.accounts.measured import MeasuredSource
from bot.accounts.sql.source import SqlSource
from bot.database import Database
from bot.privacy.customer_requests.assemble import Assembled
from slack_local import AsUser
from tests.bot.captured_logs import captured_logs
from tests.conftest import SettableClock
from tests.postgres import Server
from tests.promises.office import by
from tests.scenarios.accounts.objecting import object_to
from tests.scenarios.companies.own_accounts import ONE, SEVERAL, company_folder, customers, filled
from tests.scenarios.customer_requests.registering import opened, register
from tests.scenarios.harness import PATIENCE_S, Steward, answered, person_of, running
from tests.waiting import until

VALUES = [
    value
    for one in customers()
    for name, value in one.items()
    if isinstance(value, str) and len(value) > 6 and name not in ("id", "kind", "created_at", "status")
]


@pytest.fixture
def company_url(database: Database, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[URL]:
    """The company's own database, of the kind that Steward's is."""
    if database.is_sqlite:
        yield filled(make_url(f"sqlite:///{tmp_path}/company.db"))
        return
    server: Server = request.getfixturevalue("postgres")
    name = f"own_{tmp_path.name}"
    url = server.create_database(name)
    server.execute_in(name, "CREATE EXTENSION pg_trgm")
    yield filled(make_url(url).set(drivername="postgresql+psycopg"))
    server.execute_in("postgres", f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def steward(database: Database, clock: SettableClock, tmp_path: Path, company_url: URL) -> Iterator[Steward]:
    folder = tmp_path / "company"
    folder.mkdir()
    with running(database, clock, folder=company_folder(folder, ONE, url=company_url)) as made:
        yield made


def engine_of(steward: Steward) -> Any:
    measured = steward.services.look_up.source
    assert isinstance(measured, MeasuredSource)
    source = measured.source
    assert isinstance(source, JoinedSource)
    assert isinstance(source.first.source, SqlSource)
    return source.first.source.engine


def granted(steward: Steward, who: AsUser, what: str, account: str = "pw-00412") -> None:
    who.type(f"/access {account}", channel="general")
    who.fill({"What do you need to see?": [what], "Why?": "A newsletter bounces since Monday", "Ticket": "HD-2211"})
    assert who.submit() == {}
    who.close(everything=True)
    steward.deliver()
    steward.person("janis").press("Approve", in_="access-approvals")
    steward.deliver()


def test_a_day_at_a_company_with_its_own_database(steward: Steward) -> None:
    """Look up, request, approve, reveal, page through recipients, ask for one address, market, report."""
    inese, zane, told = steward.person("inese"), steward.person("zane"), list[str]()
    event.listen(engine_of(steward), "before_cursor_execute", lambda _c, _cur, said, *_: told.append(said))
    inese.type("/account mara@BalticBeans.example", channel="general")
    card = inese.read("general")[-1].text
    assert "Baltic Beans SIA" in card
    assert "m•••@balticbeans.example" in card
    assert "3 lists and 57 recipients, hidden without a grant" in card
    assert not any("iban_no" in said or "internal_note" in said for said in told)
    entry = steward.last()
    assert (entry["account"], entry["outcome"], entry["reason"]) == ("pw-00412", "masked", "standing")
    inese.type("/account bean", channel="general")
    assert "3 accounts match bean" in inese.read("general")[-1].text
    inese.type("/account pw-00500", channel="general")
    assert "Z•••" in inese.read("general")[-1].text
    assert "individual" in inese.read("general")[-1].text

    granted(steward, inese, "Recipient lists")
    inese.type("/account pw-00412", channel="general")
    told.clear()
    inese.press("Reveal", in_="general")
    assert "Page 1 of 2" in inese.modal().text
    assert "reader49@inbox.example" in inese.modal().text
    assert sum("OFFSET" in said or "LIMIT" in said for said in told) >= 2
    inese.press("Next", in_="modal")
    assert "reader56@inbox.example" in inese.modal().text
    assert "reader49@" not in inese.modal().text
    told.clear()
    inese.fill({"Is this address on their list?": "Reader3@inbox.example"})
    inese.submit()
    assert "Yes, that address is on a list" in inese.modal().text
    assert not any("SELECT list_members.address" in said for said in told)
    inese.close(everything=True)

    assert object_to(steward, "telephone") == {}
    zane.type("/account pw-00412", channel="general")
    marketed = zane.read("general")[-1].text
    assert "Marketing" in marketed
    assert "m•••@balticbeans.example" in marketed
    assert "+371" not in marketed
    assert "••• 478" not in marketed
    laila = steward.person("laila")
    assert "Who looked at your data" in answered(laila, "/privacy report pw-00412")


def test_a_database_that_fails_says_so_and_nothing_leaks(
    steward: Steward, company_url: URL, capfd: pytest.CaptureFixture[str]
) -> None:
    """The driver's errors have statements and parameters in them; neither people nor logs see any."""
    inese = steward.person("inese")
    granted(steward, inese, "Contact details")
    assert register(steward, answers={"What does the customer ask for?": "Access"}) == {}
    person, laila, requests = (
        person_of(steward, "inese"),
        person_of(steward, "laila"),
        steward.services.customer_requests,
    )
    requests.work.assign(by(laila), laila, 1, 1, person)
    inese.type("/account pw-00412", channel="support")
    broken = create_engine(company_url)
    with broken.begin() as connection:
        connection.execute(text("ALTER TABLE customers RENAME TO elsewhere"))
    broken.dispose()
    before = steward.count("audit_entries")
    with captured_logs() as logs:
        for query in ("mara@balticbeans.example", "Baltic Beans SIA", "pw-00412"):
            inese.type(f"/account {query}", channel="general")
            said = inese.read("general")[-1].text
            assert "was changed or closed to Steward, so it can't be read now and nothing is shown" in said
            assert "customers" not in said
        entry = steward.last()
        assert (entry["outcome"], entry["reason"], entry["fields"]) == ("refused", "source_broken", [])
        inese.press("Reveal", in_="support")
        assert steward.last()["action"] == "account.reveal"
        assert steward.last()["reason"] == "source_broken"
        made = requests.assemble(by(person), person, Conversation.INTERNAL, 1)
        assert isinstance(made, Assembled)
        assert (made.data, made.why) == ({}, (Reason.SOURCE_BROKEN,))
        inese.type("/access Baltic Beans", channel="general")
        inese.fill({"What do you need to see?": ["Contact details"], "Why?": "A newsletter bounces since Monday"})
        assert "can't be reached now" in str(inese.submit())
    assert steward.count("audit_entries") >= before + 5
    assert "source.unanswered" in logs.getvalue()
    assert [value for value in VALUES if value in logs.getvalue() + "".join(capfd.readouterr())] == []


def test_an_id_that_stands_for_two_accounts_is_said_to(
    database: Database, clock: SettableClock, tmp_path: Path, company_url: URL
) -> None:
    """Not that a system is down: to try again would not help. The entry has the id, people and logs have no value."""
    made, folder = create_engine(company_url), tmp_path / "company"
    with made.begin() as connection:
        columns = "customer_no, company, web, type, since, contact, mail, tel, street, plan, status"
        both = columns.replace("customer_no", "'pw-00412'", 1)
        view = f"SELECT {columns} FROM customers UNION ALL SELECT {both} FROM customers WHERE customer_no = 'pw-00500'"
        connection.execute(text(f"CREATE VIEW everybody AS {view}"))
    made.dispose()
    folder.mkdir()
    words = ONE.replace('table = "customers"', 'table = "everybody"')
    with running(database, clock, folder=company_folder(folder, words, url=company_url)) as steward:
        inese = steward.person("inese")
        for query in ("pw-00412", "mara@balticbeans.example", "Baltic Beans SIA"):
            inese.type(f"/account {query}", channel="general")
            said = inese.read("general")[-1].text
            assert "shares its id with another one" in said, query
            assert "Try again" not in said
            entry = steward.last()
            assert (entry["account"], entry["outcome"], entry["reason"]) == ("pw-00412", "refused", "shared_id")
        inese.type("/access Baltic Beans SIA", channel="general")
        inese.fill({"What do you need to see?": ["Contact details"], "Why?": "A newsletter bounces since Monday"})
        assert "shares its id with another one" in str(inese.submit())
        assert (steward.last()["account"], steward.last()["reason"]) == ("pw-00412", "shared_id")
        inese.close(everything=True)
        inese.type("/account bean", channel="general")  # in a list it is named as a person is
        assert "B•••" in inese.read("general")[-1].text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_several_sources_joined_by_id_and_one_that_is_down(
    database: Database, clock: SettableClock, tmp_path: Path, company_url: URL
) -> None:
    """Its classes say so, the rest is shown, and the entry tells both."""
    billing, folder = make_url(f"sqlite:///{tmp_path}/billing.db"), tmp_path / "company"
    folder.mkdir()
    company_folder(folder, SEVERAL, url=company_url, billing=billing, mail=company_url)
    with running(database, clock, folder=folder) as steward:
        biller = steward.person("edgars")
        biller.type("/account pw-00412", channel="general")
        card = biller.read("general")[-1].text
        assert "Baltic Beans SIA" in card
        assert "Payment details not shown: the system that has it can't be reached now" in " ".join(card.split())
        entry = steward.last()
        assert (entry["outcome"], entry["reason"]) == ("masked", "standing source_down:payment")
        assert "email" in entry["fields"]
        assert not {"iban", "card_last4"} & {*entry["fields"]}
        biller.type("/account LV40003412345", channel="general")
        assert "Not searched, because it can't be read now from the system that has it: Payment details" in (
            biller.read("general")[-1].text
        )
        assert steward.last()["reason"] == "no_match source_down:payment"
        filled(billing)
        biller.type("/account LV40003412345", channel="general")
        assert "Baltic Beans SIA" in biller.read("general")[-1].text
        assert "LV•• •••• 01" in biller.read("general")[-1].text
        assert steward.last()["reason"] == "standing"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_source_that_takes_longer_than_slack_waits(
    database: Database, clock: SettableClock, tmp_path: Path, company_url: URL
) -> None:
    """ "Looking…" at once, and the card or the window follows; the entry stands before either."""
    folder = tmp_path / "company"
    folder.mkdir()
    company_folder(folder, ONE, url=company_url)
    with running(database, clock, folder=folder, patience_s=0.05) as steward:
        inese, gate = steward.person("inese"), threading.Event()
        granted(steward, inese, "Contact details")
        inese.type("/account pw-00412", channel="support")
        until(lambda: "Reveal" in inese.read("support")[-1].buttons)
        event.listen(engine_of(steward), "before_cursor_execute", lambda *_: _held(gate))
        inese.type("/account pw-00412", channel="general")
        assert inese.read("general")[-1].text.startswith("Looking…")
        before = steward.count("audit_entries")
        steward.person("laila").type("/privacy do you sell my list?", channel="general")
        until(lambda: steward.count("audit_entries") > before)  # nobody else waits for the company's database
        gate.set()
        until(lambda: "Baltic Beans SIA" in inese.read("general")[-1].text)
        gate.clear()
        inese.press("Reveal", in_="support")
        assert "Looking…" in inese.modal().text
        gate.set()
        until(lambda: "Māra Kalniņa" in inese.modal().text)
        assert (steward.last()["action"], steward.last()["outcome"]) == ("account.reveal", "disclosed")
        inese.close(everything=True)
        assert register(steward, answers={"What does the customer ask for?": "Access"}) == {}
        opened(steward, "laila")
        gate.clear()
        laila = steward.person("laila")
        laila.press("Assemble")
        assert "Reading what you may see for C-1." in laila.modal().text
        gate.set()
        until(lambda: "Assembled for C-1" in laila.modal().text)


def _held(gate: threading.Event) -> None:
    gate.wait(PATIENCE_S)
