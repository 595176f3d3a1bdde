"""Exports: in the ledger's order, with its indexes, up to the checkpoint; flat in memory; gone on with after a cut."""

import csv
import io
import tracemalloc
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.audit.entry import Action, Actor, Outcome, Surface
from bot.audit.exports.export import Form, Record, exported, lines_of
from bot.audit.integration.snapshots import at_one_moment
from bot.audit.ledger import Ledger, Origin
from bot.audit.query import Filter
from bot.command_line.continued_files import PART, Differs, NotContinued, Target, write_lines
from bot.database import Database
from bot.running.refusals import CannotStart
from tests.bot.audit.integration.integrating import CLI, integrator_of
from tests.conftest import SettableClock

NASTY = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "plain", 'a,b;"c"\nd', "＝1", "emoji 🙂"]


def write(database: Database, clock: SettableClock, queries: list[str]) -> None:
    """An entry for each query, of two accounts in turn, each with its index."""
    ledger = Ledger(database, clock)
    with ledger.transaction() as connection:
        for number, query in enumerate(queries):
            origin = Origin(Actor("U1", "T1", "u1@company.example"), Surface.COMMAND)
            entry = ledger.opened(connection, origin, Action.LOOK_UP, query=query)
            entry.account = f"pw-{number % 2}"
            entry.close(Outcome.MASKED, "standing", ["id", "name"])
            ledger.write(entry)
    integrator = integrator_of(database, clock)
    while integrator.step():
        pass


def lines(database: Database, size: int, wanted: Filter | None = None, form: Form = Form.JSONL) -> list[bytes]:
    with at_one_moment(database) as connection:
        return list(lines_of(form, exported(connection, wanted or Filter(), size)))


def test_entries_are_in_the_ledgers_order_up_to_the_checkpoint(database: Database, clock: SettableClock) -> None:
    write(database, clock, NASTY)
    read = [orjson.loads(line) for line in lines(database, len(NASTY))]
    assert [line["index"] for line in read] == list(range(len(NASTY)))
    assert [line["open"]["query"]["value"] for line in read] == NASTY
    assert [sorted(line) for line in read] == [["entry", "index", "leaf", "open"]] * len(NASTY)
    assert lines(database, 4) == lines(database, len(NASTY))[:4]


def test_chosen_entries_keep_their_indexes(database: Database, clock: SettableClock) -> None:
    write(database, clock, NASTY)
    chosen = [orjson.loads(line)["index"] for line in lines(database, len(NASTY), Filter(account="pw-1"))]
    assert chosen == [1, 3, 5, 7]
    assert lines(database, len(NASTY), Filter(actor="U9")) == []


def test_what_has_no_index_is_not_exported(database: Database, clock: SettableClock) -> None:
    write(database, clock, ["one"])
    entry_id = Record(Ledger(database, clock))(CLI, Filter(account="pw-0"), Form.CSV)
    assert len(lines(database, 9)) == 1
    integrator_of(database, clock).step()
    recorded = orjson.loads(lines(database, 9)[1])["entry"]
    assert (recorded["id"], recorded["action"], recorded["account"]) == (entry_id, "audit.export", "pw-0")
    assert (recorded["outcome"], recorded["reason"]) == ("disclosed", "csv")


def test_what_no_entry_is_about_does_not_stand_in_the_record_of_an_export(
    database: Database, clock: SettableClock
) -> None:
    """It may be somebody's name, which could never be taken out again."""
    Record(Ledger(database, clock))(CLI, Filter(account="Anna Kalna"), Form.CSV, "Anna Kalna")
    integrator_of(database, clock).step()
    recorded = orjson.loads(lines(database, 9)[0])
    assert (recorded["entry"]["account"], recorded["open"]["query"]["value"]) == (None, "Anna Kalna")
    assert b"Anna Kalna" not in orjson.dumps(recorded["entry"])


def test_no_cell_of_a_csv_is_a_formula(database: Database, clock: SettableClock) -> None:
    write(database, clock, NASTY)
    rows = list(csv.DictReader(io.StringIO(b"".join(lines(database, len(NASTY), form=Form.CSV)).decode())))
    assert [row["query"] for row in rows] == [f"'{query}" if query[0] in "=+-@\t＝" else query for query in NASTY]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_memory_stays_flat(database: Database, clock: SettableClock) -> None:
    write(database, clock, ["a query that is a little long"] * 12_000)

    def peak(size: int) -> int:
        tracemalloc.start()
        with at_one_moment(database) as connection:
            assert sum(1 for _ in lines_of(Form.JSONL, exported(connection, Filter(), size))) == size
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(100)
    assert peak(12_000) < 1.5 * peak(4_000)


class TestGoingOn:
    whole = st.lists(st.binary(max_size=6).map(lambda text: text.replace(b"\n", b"") + b"\n"), max_size=6)

    @given(made=whole, cut=st.integers(0, 60))
    def test_from_any_cut_it_becomes_the_whole(self, made: list[bytes], cut: int) -> None:
        content = b"".join(made)
        file = io.BytesIO(content[:cut])
        written = write_lines(file, made)
        assert (file.getvalue(), written.bytes) == (content, len(content))
        assert written.kept == content[:cut].count(b"\n")

    @given(made=whole, there=st.binary(max_size=20))
    def test_what_is_no_beginning_is_left_as_it_is(self, made: list[bytes], there: bytes) -> None:
        content, file = b"".join(made), io.BytesIO(there)
        if content.startswith(there):
            write_lines(file, made)
            assert file.getvalue() == content
            return
        with pytest.raises(Differs) as differs:
            write_lines(file, made)
        assert file.getvalue() == there
        more = there.startswith(content)
        assert differs.value.why is (NotContinued.MORE if more else NotContinued.OTHER)

    def test_a_file_has_its_name_only_when_it_is_whole(self, tmp_path: Path) -> None:
        output = tmp_path / "audit.jsonl"
        with Target.opened(output, resume=False) as target:
            write_lines(target.file, [b"one\n"])
            assert not output.exists()
        assert output.with_name(output.name + PART).exists()
        with Target.opened(output, resume=True) as target:
            assert write_lines(target.file, [b"one\n", b"two\n"]).kept == 1
            target.finish()
        assert output.read_bytes() == b"one\ntwo\n"
        assert [one.name for one in tmp_path.iterdir()] == ["audit.jsonl"]
        assert output.stat().st_mode & 0o077 == 0

    def test_anew_nothing_of_before_is_left(self, tmp_path: Path) -> None:
        output = tmp_path / "audit.jsonl"
        output.with_name(output.name + PART).write_bytes(b"something else and longer\n")
        with Target.opened(output, resume=False) as target:
            write_lines(target.file, [b"one\n"])
            target.finish()
        assert output.read_bytes() == b"one\n"

    def test_a_link_in_its_place_is_not_followed(self, tmp_path: Path) -> None:
        (tmp_path / "elsewhere").write_bytes(b"kept")
        (tmp_path / "audit.jsonl.part").symlink_to(tmp_path / "elsewhere")
        with (
            pytest.raises(CannotStart, match="can't be written"),
            Target.opened(tmp_path / "audit.jsonl", resume=False),
        ):
            pass
        assert (tmp_path / "elsewhere").read_bytes() == b"kept"
