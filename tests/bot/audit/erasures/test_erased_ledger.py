"""After an erasure: the ledger verifies, and exports say what was erased and when."""

import csv
import hashlib
import io
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from bot.audit.entry import leaf_hash, timestamp
from bot.audit.erasures.scope import Value, digest_of
from bot.audit.exports.export import Form, exported, lines_of
from bot.audit.exports.manifest import check_manifest
from bot.audit.faults import Code
from bot.audit.integration.snapshots import at_one_moment
from bot.audit.offline import verify_export
from bot.audit.query import Filter
from tests.bot.audit.erasures.erased import Erased
from tests.bot.audit.erasures.erased import ledger as ledger
from tests.bot.audit.erasures.office import INESE
from tests.bot.audit.integration.integrating import SIGNER, integrator_of


def test_a_csv_says_what_was_erased(ledger: Erased) -> None:
    with at_one_moment(ledger.database) as connection:
        lines = lines_of(Form.CSV, exported(connection, Filter(), 5))
        rows = list(csv.DictReader(io.StringIO(b"".join(lines).decode())))
    assert [row["query"] == "(erased)" for row in rows] == [False, False, False, True, True]
    assert [row["actor_email"] for row in rows[3:]] == ["(erased)"] * 2
    assert "sha256:" not in str(rows)


def test_the_ledger_verifies_and_says_how_much_was_erased(ledger: Erased) -> None:
    result = ledger.verified()
    assert (result.fault, result.count, result.erased) == (None, 9, 2)


def test_an_export_verifies_and_an_erased_field_is_absent_under_open(ledger: Erased) -> None:
    lines, described, note = ledger.export()
    found = verify_export(lines, note, str(SIGNER.key))
    assert (found.fault, found.count, found.erased) == (None, 9, 2)
    assert [(one.index, one.fields) for one in found.erased_entries] == [(n, ("query", "actor_email")) for n in (3, 4)]
    assert orjson.loads(lines[3])["open"] == {}
    assert check_manifest(orjson.dumps(described), lines, note).fault is None


def test_the_manifest_says_what_was_erased_and_when(ledger: Erased) -> None:
    lines, described, _ = ledger.export()
    at = timestamp(ledger.clock())
    ids = [orjson.loads(lines[n])["entry"]["id"] for n in (3, 4)]
    fields = ["actor_email", "query"]
    assert described["erased"] == [
        {"index": index, "id": entry_id, "fields": fields, "erasure": "E-1", "at": at}
        for index, entry_id in zip((3, 4), ids, strict=True)
    ]
    (act,) = described["erasures"]
    assert (act["erasure"], act["at"], act["values"]) == ("E-1", at, 4)
    said = {orjson.loads(line)["entry"]["id"]: orjson.loads(line)["open"] for line in lines}[act["entry"]]
    assert said["query"]["value"] == f"E-1 {act['sha256']}"


def test_a_chosen_export_lists_what_was_erased_from_its_own_entries(ledger: Erased) -> None:
    ledger.look_up(INESE, "pw-1", "a later one")
    integrator_of(ledger.database, ledger.clock).step()
    lines, described, note = ledger.export(Filter(account="pw-2"))
    assert ([orjson.loads(line)["index"] for line in lines], described["erased"]) == ([0, 1, 2], [])
    lines, described, note = ledger.export(Filter(actor="U0INESE"))
    assert [orjson.loads(line)["index"] for line in lines] == [3, 4, 9]
    assert [one["index"] for one in described["erased"]] == [3, 4]
    described["whole"] = False
    fault = check_manifest(orjson.dumps(described), lines, note).fault
    assert fault is None


Change = Callable[[list[bytes], dict[str, Any]], None]


def without_line(lines: list[bytes], _: dict[str, Any]) -> None:
    lines.pop()


def erased_otherwise(_: list[bytes], described: dict[str, Any]) -> None:
    described["erased"][0]["fields"] = ["query"]


def not_listed(_: list[bytes], described: dict[str, Any]) -> None:
    described["erased"].pop(0)


def listed_too_much(_: list[bytes], described: dict[str, Any]) -> None:
    described["erased"].append({**described["erased"][0], "id": "x"})


def another_digest(_: list[bytes], described: dict[str, Any]) -> None:
    described["erasures"][0]["sha256"] = "00" * 32


def another_entry(_: list[bytes], described: dict[str, Any]) -> None:
    described["erasures"][0]["entry"] = "x"


def no_entry(_: list[bytes], described: dict[str, Any]) -> None:
    described["erasures"][0] |= {"entry": None, "sha256": "00" * 32}


def taken_by_nobody(lines: list[bytes], described: dict[str, Any]) -> None:
    """The export was rewritten without a text, and the manifest with it."""
    line = orjson.loads(lines[0])
    gone = sorted(line["open"])
    lines[0] = orjson.dumps({**line, "open": {}}) + b"\n"
    taken = [Value(line["entry"]["id"], name) for name in gone]
    made_up = {"erasure": "E-9", "entry": None, "values": len(taken), "sha256": digest_of(taken)}
    described["erasures"].insert(0, described["erasures"][0] | made_up)
    one = {"index": 0, "id": line["entry"]["id"], "fields": gone, "erasure": "E-9"}
    described["erased"].insert(0, described["erased"][0] | one)
    whole = b"".join(lines)
    described |= {"bytes": len(whole), "sha256": hashlib.sha256(whole).hexdigest()}


def taken_by_nobody_as_chosen(lines: list[bytes], described: dict[str, Any]) -> None:
    taken_by_nobody(lines, described)
    described["whole"] = False


def taken_in_anothers_name(lines: list[bytes], described: dict[str, Any]) -> None:
    taken_by_nobody(lines, described)
    described["erasures"][0]["entry"] = described["erasures"][1]["entry"]


def taken_by_one_of_the_same_number(lines: list[bytes], described: dict[str, Any]) -> None:
    taken_by_nobody(lines, described)
    for one in (*described["erasures"], *described["erased"]):
        one["erasure"] = "E-1"


def no_erasure(_: list[bytes], described: dict[str, Any]) -> None:
    described["erasures"] = []


def at_another_time(_: list[bytes], described: dict[str, Any]) -> None:
    for one in (*described["erasures"], *described["erased"]):
        one["at"] = "2020-03-02T09:00:00.000000Z"


def one_text_at_another_time(_: list[bytes], described: dict[str, Any]) -> None:
    described["erased"][0]["at"] = "2020-03-02T09:00:00.000000Z"


def one_text_elsewhere(_: list[bytes], described: dict[str, Any]) -> None:
    described["erased"][0]["index"] = 0


def nothing_said_of_an_act(_: list[bytes], described: dict[str, Any]) -> None:
    described["erased"] = []


def not_confirmed_by_two(lines: list[bytes], described: dict[str, Any]) -> None:
    """Somebody with the key wrote a ledger in which one officer's word was enough."""
    (confirmed, _) = [n for n, line in enumerate(lines) if b'"reason":"confirmed"' in line]
    line = orjson.loads(lines[confirmed])
    line["entry"]["actor"] = next(orjson.loads(other)["entry"]["actor"] for other in lines[confirmed + 1 :])
    leaf = leaf_hash(orjson.dumps(line["entry"], option=orjson.OPT_SORT_KEYS).decode()).hex()
    lines[confirmed] = orjson.dumps({**line, "leaf": leaf}) + b"\n"
    whole = b"".join(lines)
    described |= {"bytes": len(whole), "sha256": hashlib.sha256(whole).hexdigest()}


@pytest.mark.parametrize(
    "change",
    [
        at_another_time,
        one_text_at_another_time,
        one_text_elsewhere,
        nothing_said_of_an_act,
        not_confirmed_by_two,
        without_line,
        erased_otherwise,
        not_listed,
        listed_too_much,
        another_digest,
        another_entry,
        no_entry,
        taken_by_nobody,
        taken_by_nobody_as_chosen,
        taken_in_anothers_name,
        taken_by_one_of_the_same_number,
        no_erasure,
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_manifest_that_does_not_fit_is_found(ledger: Erased, change: Change) -> None:
    lines, described, note = ledger.export()
    change(lines, described)
    fault = check_manifest(orjson.dumps(described), lines, note).fault
    assert fault is not None
    assert fault.code in (Code.OTHER_MANIFEST, Code.NOT_ERASED_RIGHTLY, Code.MANIFEST_MALFORMED)
    if "taken" in change.__name__:
        assert verify_export(lines, note, str(SIGNER.key)).sound


@pytest.mark.parametrize("acts", [True, False])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_erased_text_that_was_kept_and_is_put_into_an_export_again_is_found(ledger: Erased, *, acts: bool) -> None:
    """Every hash is right; the entry of the act says that the text is gone."""
    lines, described, note = ledger.export()
    kept = {entry_id: orjson.loads(opened) for entry_id, opened in ledger.opened}
    for number in (3, 4):
        line = orjson.loads(lines[number])
        lines[number] = orjson.dumps(line | {"open": kept[line["entry"]["id"]]}) + b"\n"
    whole = b"".join(lines)
    described |= {"bytes": len(whole), "sha256": hashlib.sha256(whole).hexdigest(), "erased": []}
    described["erasures"] = described["erasures"] if acts else []
    assert verify_export(lines, note, str(SIGNER.key)).sound
    assert not check_manifest(orjson.dumps(described), lines, note).sound


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_manifest_that_says_a_thing_twice_is_refused(ledger: Erased) -> None:
    lines, described, note = ledger.export()
    twice = orjson.dumps(described).replace(b'"erased":', b'"erased":[],"erased":')
    fault = check_manifest(twice, lines, note).fault
    assert fault is not None
    assert fault.words == "The manifest cannot be read: a field stands in it twice."
