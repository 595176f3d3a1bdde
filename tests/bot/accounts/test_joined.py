"""Sources of a company's behind the one door: joined by id, waited for with patience, quiet about what they raise."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import pytest

from bot.accounts.company_source import Account, AccountSource, Found, SourceDown, SourceSlow, Value
from bot.accounts.in_time import FAILURES, MOST_AT_ONCE, REST_S, InTime
from bot.accounts.joined import JoinedSource, Part
from bot.accounts.layout import AccountLayout
from bot.accounts.source import AccountRef, NoOpenEntry, SeveralOfOneId
from bot.audit.ledger import OpenEntry
from tests.bot.accounts.conftest import Company
from tests.bot.captured_logs import captured_logs

CRM = AccountLayout.of(
    ["id", "name", "kind", "email"], kind_field="kind", exact=["email"], names=["name"], title=["name"]
)
BILLING = AccountLayout.of(["id", "iban", "vat_number"], exact=["vat_number"], names=[], title=[])
MAIL = AccountLayout.of(["id", "recipients"], exact=[], names=[], title=[])
WHOLE = AccountLayout.of(
    [*CRM.fields, *BILLING.fields, *MAIL.fields],
    kind_field="kind",
    exact=["email", "vat_number"],
    names=["name"],
    title=["name"],
)
SECRET = "ana.liepa@inbox.example"
ROWS: Mapping[str, Mapping[str, Value]] = {
    "c-1": {
        "name": "Baltic Beans",
        "kind": "business",
        "email": "info@beans.example",
        "iban": "LV80BANK0000435195001",
        "vat_number": "LV400",
        "recipients": tuple(f"r{n}@inbox.example" for n in range(120)),
    },
    "c-2": {"name": "Ana Liepa", "kind": "individual", "email": SECRET, "iban": "LV11", "recipients": (SECRET,)},
}


class Rows(AccountSource):
    """Gives the fields of its layout; `fail` is called before each answer."""

    def __init__(self, layout: AccountLayout, fail: Callable[[], None] = lambda: None) -> None:
        self.layout, self.fail, self.asked = layout, fail, list[tuple[str, ...]]()

    @property
    def lists(self) -> frozenset[str]:
        return frozenset({"recipients"} & {*self.layout.fields})

    def search(self, query: str, limit: int) -> Found:
        self.fail()
        if one := self.find(query):
            return Found((one,), how="id")
        whole = [key for key, row in ROWS.items() if query in [row.get(name) for name in self.layout.exact]]
        if whole:
            return Found(tuple(self._account(one) for one in whole), how="exact")
        part = [key for key, row in ROWS.items() if any(query in str(row.get(name)) for name in self.layout.names)]
        return Found(tuple(self._account(one) for one in part[:limit]), len(part) > limit)

    def find(self, account_id: str) -> Account | None:
        self.fail()
        return self._account(account_id) if account_id in ROWS else None

    def fetch(self, account_id: str, fields: Sequence[str]) -> Mapping[str, Value]:
        self.fail()
        self.asked.append(tuple(fields))
        return {name: value for name, value in ROWS.get(account_id, {}).items() if name in fields}

    def _account(self, key: str) -> Account:
        title = {name: str(ROWS[key][name]) for name in self.layout.title}
        return Account(key, "individual" if ROWS[key]["kind"] == "individual" else "business", title)


class Broken(Exception):
    """A driver's error that quotes what it was asked."""


def down() -> None:
    raise SourceDown


def shared() -> None:
    raise SeveralOfOneId("c-1")


def raising() -> None:
    raise Broken(f"no such row: {SECRET}")


@contextmanager
def joined(company: Company, **fails: Callable[[], None]) -> Iterator[tuple[JoinedSource, OpenEntry]]:
    """The three sources, some of which fail, under an open entry."""
    parts = [
        Part(InTime(name, Rows(layout, fails.get(name, lambda: None)), 60.0), layout)
        for name, layout in (("crm", CRM), ("billing", BILLING), ("mail", MAIL))
    ]
    with company.entry() as entry:
        yield JoinedSource(WHOLE, parts[0], tuple(parts[1:])), entry


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What is tried here knows nothing of Steward's own database."""
    return sqlite_url


def test_fields_come_from_their_sources_and_no_others_are_asked(company: Company) -> None:
    with joined(company) as (source, entry):
        ref = source.find("c-1", entry=entry)
        assert ref == AccountRef("c-1", "business", {"name": "Baltic Beans"})
        found = source.fetch(ref, ["id", "name", "iban"], counts=["recipients"], entry=entry)
        assert found.values == {"id": "c-1", "name": "Baltic Beans", "iban": "LV80BANK0000435195001"}
        assert (found.counts, found.unread) == ({"recipients": 120}, {})
        asked = [part.source.asked for part in source.parts if isinstance(part.source, Rows)]
        assert asked == [[("name",)], [("iban",)], [("recipients",)]]
        page = source.page(ref, ["name", "recipients"], 9, size=50, entry=entry)
        assert (page.number, page.pages, page.totals) == (3, 3, {"recipients": 120})
        assert page.record.values["recipients"] == tuple(f"r{n}@inbox.example" for n in range(100, 120))
        assert source.holds(ref, ["name", "recipients"], "r7@inbox.example", entry=entry)
        with pytest.raises(ValueError, match="not configured: cvc"):
            source.fetch(ref, ["cvc"], entry=entry)


def test_an_individuals_title_is_masked_at_the_door(company: Company) -> None:
    with joined(company) as (source, entry):
        (found,) = source.search(SECRET, limit=10, entry=entry).refs
        assert found == AccountRef("c-2", "individual", {"name": "A•••"})


def test_what_one_source_knows_as_a_whole_is_found_through_it(company: Company) -> None:
    with joined(company) as (source, entry):
        found = source.search("LV400", limit=10, entry=entry)
        assert ([ref.title for ref in found.refs], found.how) == ([{"name": "Baltic Beans"}], "exact")
    with joined(company, billing=down) as (source, entry):
        found = source.search("LV400", limit=10, entry=entry)
        assert (found.refs, found.unread) == ((), {"vat_number": "down"})


def test_what_others_have_under_an_id_that_two_accounts_share_is_nobodys(company: Company) -> None:
    with joined(company, crm=shared) as (source, entry):
        for ask in (lambda: source.search("c-1", limit=10, entry=entry), lambda: source.find("c-1", entry=entry)):
            with pytest.raises(SeveralOfOneId):
                ask()
    with joined(company, billing=shared) as (source, entry):
        ref = source.find("c-1", entry=entry)
        assert ref is not None
        assert source.fetch(ref, ["name", "iban"], entry=entry).unread == {"iban": "shared"}


def test_sources_are_searched_at_once(company: Company) -> None:
    """None answers before all have been asked."""
    all_asked = threading.Barrier(3, timeout=60)
    parts = [Part(InTime("crm", Rows(CRM), 60.0), CRM)]
    parts += [Part(InTime(name, Meeting(BILLING, all_asked), 60.0), BILLING) for name in ("billing", "tax", "law")]
    with company.entry() as entry:
        found = JoinedSource(WHOLE, parts[0], tuple(parts[1:])).search("LV400", limit=10, entry=entry)
    assert [ref.id for ref in found.refs] == ["c-1"]


class Meeting(Rows):
    """A search waits until the others are asked too."""

    def __init__(self, layout: AccountLayout, all_asked: threading.Barrier) -> None:
        super().__init__(layout)
        self._all_asked = all_asked

    def search(self, query: str, limit: int) -> Found:
        self._all_asked.wait()
        return super().search(query, limit)


def test_the_rest_is_there_when_one_is_not(company: Company) -> None:
    with joined(company, billing=down) as (source, entry):
        found = source.fetch(AccountRef("c-1"), ["name", "iban"], counts=["recipients"], entry=entry)
        assert (found.values, found.counts) == ({"name": "Baltic Beans"}, {"recipients": 120})
        assert found.unread == {"iban": "down"}
        with pytest.raises(SourceDown):
            source.holds(AccountRef("c-1"), ["iban"], "r7@inbox.example", entry=entry)


def test_who_it_is_may_be_unknown_and_then_it_may_be_a_person(company: Company) -> None:
    with joined(company, crm=down) as (source, entry):
        for found in (source.find("c-1", entry=entry), *source.search("c-1", limit=10, entry=entry).refs):
            assert found is not None
            assert (found.id, found.title, found.known, found.is_individual) == ("c-1", {}, False, True)
        with pytest.raises(SourceDown):
            source.search("Baltic", limit=10, entry=entry)
        with pytest.raises(SourceDown):
            source.find("nobody", entry=entry)


def test_without_an_open_entry_no_source_is_asked(company: Company) -> None:
    asked: list[str] = []
    with joined(company, crm=lambda: asked.append("crm")) as (source, entry):
        pass
    for ask in (
        lambda: source.search("Baltic", limit=10, entry=entry),
        lambda: source.find("c-1", entry=entry),
        lambda: source.fetch(AccountRef("c-1"), ["name"], entry=entry),
        lambda: source.page(AccountRef("c-1"), ["name"], 1, size=5, entry=entry),
        lambda: source.holds(AccountRef("c-1"), ["name"], "a@b.example", entry=entry),
        lambda: source.sample(entry=entry),
    ):
        with pytest.raises(NoOpenEntry):
            ask()
    assert asked == []


def test_what_a_company_raises_is_neither_told_nor_logged(company: Company) -> None:
    with captured_logs() as logs, joined(company, crm=raising) as (source, entry):
        with pytest.raises(SourceDown) as told:
            source.search(SECRET, limit=10, entry=entry)
        assert told.value.__cause__ is None
        assert told.value.__suppress_context__ or not isinstance(told.value.__context__, Broken)
        assert SECRET not in str(told.value)
    assert "Broken" in logs.getvalue()
    assert SECRET not in logs.getvalue()


def test_one_that_hangs_is_slow_and_holds_nobody_up() -> None:
    gate = threading.Event()
    asked = InTime("crm", Rows(CRM, lambda: _held(gate)), 0.01)
    with pytest.raises(SourceSlow):
        asked.ask(lambda source: source.find("c-1"))
    gate.set()


def test_one_whose_places_all_hang_is_counted_told_of_and_let_alone() -> None:
    gate, told = threading.Event(), list[bool]()
    asked = InTime(
        "crm", Rows(CRM, lambda: _held(gate)), 0.01, observe=lambda _name, _seconds, answered: told.append(answered)
    )
    hanging = [asked.begin(lambda source: source.find("c-1")) for _ in range(MOST_AT_ONCE)]
    with captured_logs() as logs:
        for _ in range(FAILURES + 2):
            with pytest.raises(SourceSlow):
                asked.ask(lambda source: source.find("c-1"))
    assert told == [False] * FAILURES
    assert [one["event"] for one in logs.entries()] == ["source.unanswered"] * FAILURES
    gate.set()
    for one in hanging:
        one.future.result(60)


def test_waiting_for_a_place_is_part_of_the_time() -> None:
    now = [0.0]
    asked = InTime("crm", Rows(CRM), 5.0, seconds=lambda: now[0], _places=Busy(lambda: now.append(now.pop() + 4.0)))
    assert asked.begin(lambda source: source.find("c-1")).begun == 0.0
    assert now == [4.0]


class Busy(threading.BoundedSemaphore):
    """Places of which one becomes free after a while."""

    def __init__(self, wait: Callable[[], None]) -> None:
        super().__init__(1)
        self._wait = wait

    def acquire(self, blocking: bool = True, timeout: float | None = None) -> bool:
        self._wait()
        return super().acquire(blocking, timeout)


def test_one_that_is_down_rests_and_is_asked_again() -> None:
    """After three failures in a row nobody asks it for ten seconds; one answer, and all is as before."""
    now, seen, working = [0.0], list[bool](), [False]

    def fail() -> None:
        seen.append(working[0])
        if not working[0]:
            raise SourceDown

    told: list[tuple[str, bool]] = []
    asked = InTime(
        "crm",
        Rows(CRM, fail),
        60.0,
        seconds=lambda: now[0],
        observe=lambda name, _seconds, answered: told.append((name, answered)),
    )
    for _ in range(FAILURES + 2):
        with pytest.raises(SourceDown):
            asked.ask(lambda source: source.find("c-1"))
    assert len(seen) == FAILURES
    assert told == [("crm", False)] * FAILURES
    now[0], working[0] = REST_S + 1, True
    assert asked.ask(lambda source: source.find("c-1")) is not None
    working[0] = False
    for _ in range(FAILURES - 1):
        with pytest.raises(SourceDown):
            asked.ask(lambda source: source.find("c-1"))
    assert len(seen) == FAILURES + 1 + FAILURES - 1


def _held(gate: threading.Event) -> None:
    gate.wait(60)
