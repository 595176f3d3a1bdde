"""Files of accounts: what is read, and what is wrong with which line. No database."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.accounts.checking import Account, check
from bot.accounts.files import LONGEST_LINE, BadRow, Row, read_rows
from bot.accounts.layout import AccountLayout

LAYOUT = AccountLayout.of(["id", "name", "email", "address", "lists"], kind_field="kind")
BOM = b"\xef\xbb\xbf"


def _read(folder: Path, name: str, content: bytes) -> list[Row | BadRow]:
    path = folder / name
    path.write_bytes(content)
    return list(read_rows(path))


def _values(rows: list[Row | BadRow]) -> list[dict[str, object]]:
    return [row.values for row in rows if isinstance(row, Row)]


def _faults(content: bytes, name: str, folder: Path) -> list[str]:
    found: list[str] = []
    for row in _read(folder, name, content):
        checked = [row] if isinstance(row, BadRow) else check(row, LAYOUT)
        found += [] if isinstance(checked, Account) else map(str, checked)
    return found


@pytest.mark.parametrize(
    "content",
    [
        b"id,name\r\na,Acme\r\nb,Bea\r\n",
        BOM + b"id;name\na;Acme\n\nb;Bea",
        b'"id","name"\n"a","Acme"\n"b","Bea"\n',
    ],
)
def test_csv_in_its_usual_forms(tmp_path: Path, content: bytes) -> None:
    assert _values(_read(tmp_path, "x.csv", content)) == [{"id": "a", "name": "Acme"}, {"id": "b", "name": "Bea"}]


@pytest.mark.parametrize("content", [b'{"id":"a"}\n\n{"id":"b"}', BOM + b'{"id":"a"}\r\n{"id":"b"}\r\n'])
@pytest.mark.parametrize("name", ["x.jsonl", "x.ndjson", "x"])
def test_jsonl_in_its_usual_forms(tmp_path: Path, content: bytes, name: str) -> None:
    assert _values(_read(tmp_path, name, content)) == [{"id": "a"}, {"id": "b"}]


def test_a_quoted_cell_may_hold_what_separates_and_rows_count_from_their_first_line(tmp_path: Path) -> None:
    rows = _read(tmp_path, "x.csv", b'id,name,address\na,"Acme, ""the"" one","1 Road\nTown"\nb,Bea\nc,Cee,x\n')
    assert _values(rows)[0] == {"id": "a", "name": 'Acme, "the" one', "address": "1 Road\nTown"}
    assert [row.line for row in rows] == [2, 4, 5]
    assert rows[1] == BadRow(4, "2 cells where the header has 3")


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        (b'{"id": "a"', ["line 1: not valid JSON at character 11"]),
        (b"[]\n5\nnull", [f"line {n}: not a JSON object; each line holds one account as {{…}}" for n in (1, 2, 3)]),
        (b'{"id": "\xff"}', ["line 1: not UTF-8 at byte 9 of the line"]),
        (b'{"id": "\\ud800"}', ["line 1: not valid JSON at character 9"]),
        (b'{"name": "Secret"}', ["line 1: no id"]),
        (b'{"id": ""}', ["line 1: no id"]),
        (b'{"id": 7}', ["line 1: field “id”: a number where text is expected"]),
        (b'{"id": "' + b"x" * 101 + b'"}', ["line 1: field “id”: longer than 100 characters"]),
        (b'{"id": "a\\u0000"}', ["line 1: field “id”: characters that can't be typed in a search"]),
        (b'{"id": "a", "name": true}', ["line 1: field “name”: true or false where text is expected"]),
        (b'{"id": "a", "address": {}}', ["line 1: field “address”: an object where text is expected"]),
        (b'{"id": "a", "name": ["x"]}', ["line 1: field “name”: a list where text is expected"]),
        (b'{"id": "a", "lists": ["x", 1]}', ["line 1: field “lists”: entry 2 is a number where text is expected"]),
        (b'{"id": "a", "lists": ["\\n"]}',
         ["line 1: field “lists”: entry 1: a line break or another control character"]),
        (b'{"id": "a", "name": "x\\u0085"}', ["line 1: field “name”: a line break or another control character"]),
        (b'{"id": "a", "name": "' + b"x" * 10_001 + b'"}', ["line 1: field “name”: longer than 10,000 characters"]),
        (b'{"id": "a", "email": "' + b"x" * 321 + b'"}', ["line 1: field “email”: longer than 320 characters"]),
        (b'{"id": "a", "kind": "robot"}', ["line 1: field “kind”: neither business nor individual"]),
        (b'{"id": "a", "adress": "x"}', ["line 1: no data class has a field “adress”; is it “address”?"]),
        (b'{"id": "a", "m@x.example": "x"}', ["line 1: a field that no data class has"]),
        (b'{"name": 1, "kind": 2}', [
            "line 1: no id",
            "line 1: field “name”: a number where text is expected",
            "line 1: field “kind”: a number where text is expected",
        ]),
        (b'{"id": "a"}\n{"id": "' + b"x" * LONGEST_LINE + b'"}\n[]\n', [
            "line 2: longer than 4,000,000 bytes",
            "line 3: not a JSON object; each line holds one account as {…}",
        ]),
        ("{}".encode("utf-16"), ["line 1: the file is in UTF-16; save it as UTF-8"]),
    ],
)  # fmt: skip
def test_bad_jsonl_is_named_by_line_and_field(tmp_path: Path, content: bytes, faults: list[str]) -> None:
    assert _faults(content, "x.jsonl", tmp_path) == faults


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        (b"Marta,marta@x.example\n", ["line 1: no column “id”; the first line names the columns"]),
        (b"", ["line 1: no column “id”; the first line names the columns"]),
        (b"id,id\na,b\n", ["line 1: the header names a column twice"]),
        (b"id,name\na,b,c\nb\n", ["line 2: 3 cells where the header has 2", "line 3: 1 cells where the header has 2"]),
        (b"id,name\na,\xff\nb,ok\n", ["line 2: not UTF-8 at byte 3 of the line"]),
        (b"id,nam\xff\n", ["line 1: not UTF-8 at byte 7 of the line"]),
        (b'id,name\na,"b"c\nd,e\n', ["line 2: a cell whose quotes do not fit or that is far too long"]),
        (b'id,name\na,"b\nd,e\n', ["line 2: a cell whose quotes do not fit or that is far too long"]),
        (b'id,name\na,"' + b"x" * 200_000 + b'"\n', ["line 2: a cell whose quotes do not fit or that is far too long"]),
        (b'id,name\na,"two\nlines"\n', ["line 2: field “name”: a line break or another control character"]),
        (b"id,name,nmae\na,b,c\n", ["line 2: no data class has a field “nmae”; is it “name”?"]),
        (b"id,name\n,b\n", ["line 2: no id"]),
    ],
)
def test_bad_csv_is_named_by_line_and_field(tmp_path: Path, content: bytes, faults: list[str]) -> None:
    assert _faults(content, "x.csv", tmp_path) == faults


def test_blank_cells_and_nulls_are_empty_fields() -> None:
    account = check(Row(1, {"id": " a ", "name": " ", "email": None, "kind": "", "lists": []}, 9), LAYOUT)
    assert account == Account(1, "a", {"name": None, "email": None, "kind": None, "lists": []}, 9)


@given(st.binary(max_size=300), st.sampled_from(["x.csv", "x.jsonl", "x"]))
def test_any_bytes_are_rows_or_faults(tmp_path_factory: pytest.TempPathFactory, content: bytes, name: str) -> None:
    for row in _read(tmp_path_factory.mktemp("any"), name, content):
        assert row.line >= 1


SECRET = "Zq7Wv9"


@given(
    st.dictionaries(
        st.sampled_from(["id", "name", "email", "lists", "kind", "unknown"]),
        st.sampled_from([SECRET, SECRET + "\n", [SECRET, 5], {"x": SECRET}, 5, SECRET * 2000, [SECRET + "\x00"]]),
    )
)
def test_no_fault_shows_a_value(values: dict[str, object]) -> None:
    checked = check(Row(3, values, 0), LAYOUT)
    if not isinstance(checked, Account):
        assert SECRET not in " ".join(map(str, checked))


def test_an_unknown_name_that_may_be_a_value_is_not_shown() -> None:
    checked = check(Row(1, {"id": "a", "marta@balticbeans.example": ""}, 0), LAYOUT)
    assert checked == [BadRow(1, "a field that no data class has")]
