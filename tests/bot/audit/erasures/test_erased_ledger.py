"""After an erasure: the ledger verifies, exports say what was erased and when, and no erasure can be made up."""

import csv
import hashlib
import io
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from bot.audit.entry import leaf_hash, timestamp
from bot.audit.erasures.records import acts_of
from bot.audit.erasures.scope import Value, digest_of
from bot.audit.exports.export import Form, erased_among, exported, lines_of
from bot.audit.exports.manifest import Act, Contents, check_manifest, manifest
from bot.audit.faults import Code
from bot.audit.integration.integrated import index_of, latest_checkpoint
from bot.audit.integration.snapshots import at_one_moment
from bot.audit.offline import verify_export
from bot.audit.query import Filter
from bot.audit.verify import Verification, verify_live
from bot.database import Database
from models.erasure import Erasure
from tests.bot.audit.erasures.test_steps import CLI, IEVA, INESE, LAILA, Office
from tests.bot.audit.integration.integrating import SIGNER, integrator_of, tamper
from tests.conftest import SettableClock


class Erased(Office):
    """Inese's text was erased after it had its index: entries 3 and 4, of five; then come those of the erasure."""

    def __init__(self, database: Database, clock: SettableClock) -> None:
        super().__init__(database, clock)
        integrator_of(database, clock).step()
        clock.advance(hours=1)
        self.opened = self.rows("SELECT entry_id, opened FROM audit_open")
        self.erasure = self.ask()
        self.confirm(LAILA, self.erasure)
        self.confirm(IEVA, self.erasure)
        integrator_of(database, clock).step()

    def verified(self) -> Verification:
        with at_one_moment(self.database) as connection:
            return verify_live(connection, (SIGNER.key,))

    def fault(self) -> tuple[Code, str | None]:
        fault = self.verified().fault
        assert fault is not None
        return fault.code, fault.id

    def ids_of(self, outcome: str) -> list[str]:
        return [one["id"] for one in self.entries() if (one["action"], one["outcome"]) == ("audit.erase", outcome)]

    def export(self, wanted: Filter | None = None) -> tuple[list[bytes], dict[str, Any], str]:
        """Lines, manifest and checkpoint."""
        chosen = wanted or Filter()
        with at_one_moment(self.database) as connection:
            stored = latest_checkpoint(connection)
            assert stored is not None
            entries = list(exported(connection, chosen, stored.size))
            lines = list(lines_of(Form.JSONL, entries))
            whole = b"".join(lines)
            positions = [one.position for one in entries]
            contents = Contents(len(lines), positions[0], positions[-1], len(whole), hashlib.sha256(whole).hexdigest())
            head = {
                "file": "audit.jsonl",
                "format": "jsonl",
                "whole": len(lines) == stored.size,
                "filters": {},
                "checkpoint": stored.note,
                "waiting": 0,
                "made_at": timestamp(self.clock()),
                "recorded_as": "x",
            }
            acts = [
                Act(
                    one.name,
                    timestamp(one.settled_at or self.clock()),
                    one.carried_out_in,
                    len(taken),
                    digest_of(taken),
                )
                for one, taken in acts_of(connection)
                if one.carried_out_in and index_of(connection, one.carried_out_in) is not None
            ]
            text = "".join(manifest(head, contents, acts, erased_among(connection, chosen, stored.size)))
        return lines, orjson.loads(text), stored.note


REST_OF_ERASURE = ", ".join(name for name in Erasure.model_fields if name != "number")


@pytest.fixture
def ledger(database: Database, clock: SettableClock) -> Erased:
    return Erased(database, clock)


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


class TestMadeUp:
    """Text that is gone needs an erasure on record, and that an entry of the ledger which says so."""

    def test_taken_out_and_recorded_by_hand(self, ledger: Erased) -> None:
        entry_id = min(ledger.sealed())
        tamper(
            ledger.database,
            f"INSERT INTO audit_erased VALUES ('{entry_id}', 'query', 1, '2026-03-02 09:00:00+00:00')",
            f"INSERT INTO audit_erased VALUES ('{entry_id}', 'actor_email', 1, '2026-03-02 09:00:00+00:00')",
            f"DELETE FROM audit_open WHERE entry_id = '{entry_id}'",
        )
        assert ledger.fault() == (Code.NOT_ERASED_RIGHTLY, entry_id)
        assert "erased by E-1 is not what the entry of that erasure says" in str(ledger.verified().fault)

    def test_a_record_removed(self, ledger: Erased) -> None:
        entry_id = ledger.taken()[0].entry_id
        tamper(ledger.database, f"DELETE FROM audit_erased WHERE entry_id = '{entry_id}' AND field = 'query'")
        assert ledger.fault() == (Code.NOT_ERASED_RIGHTLY, entry_id)

    def test_recorded_as_erased_and_still_there(self, ledger: Erased) -> None:
        entry_id = min(ledger.sealed())
        tamper(
            ledger.database,
            f"INSERT INTO audit_erased VALUES ('{entry_id}', 'query', 1, '2026-03-02 09:00:00+00:00')",
        )
        assert ledger.fault() == (Code.NOT_ERASED_RIGHTLY, entry_id)
        assert "its query is still there" in str(ledger.verified().fault)

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE erasures SET carried_out_in = NULL",
            "UPDATE erasures SET carried_out_in = asked_in",
            "UPDATE erasures SET status = 'refused'",
            "UPDATE audit_erased SET field = 'justification' WHERE field = 'query'",
        ],
    )
    def test_records_that_no_longer_fit(self, ledger: Erased, statement: str) -> None:
        tamper(ledger.database, statement)
        fault = ledger.verified().fault
        assert fault is not None
        assert fault.code is Code.NOT_ERASED_RIGHTLY

    def test_all_put_back_from_a_backup_as_if_nothing_had_been_erased(self, ledger: Erased) -> None:
        """No text is missing then; the entries say that it was taken out."""
        erased = {one.entry_id for one in ledger.taken()}
        texts = [(entry_id, opened) for entry_id, opened in ledger.opened if entry_id in erased]
        tamper(
            ledger.database,
            *(f"DELETE FROM {table}" for table in ("audit_erased", "erasure_confirmations", "erasures")),
            *(f"INSERT INTO audit_open VALUES ('{entry_id}', '{opened}')" for entry_id, opened in texts),
        )
        assert len(texts) == 2
        fault = ledger.verified().fault
        assert fault is not None
        assert fault.words.startswith("What is on the list of erasures of E-1 is not")

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE erasures SET settled_by = 'U0IEVA'",
            "UPDATE erasures SET status = 'expired', settled_by = 'system', carried_out_in = NULL",
            f"INSERT INTO erasures SELECT 7, {REST_OF_ERASURE} FROM erasures",
        ],
    )
    def test_a_list_that_says_otherwise_how_it_ended(self, ledger: Erased, statement: str) -> None:
        tamper(ledger.database, statement)
        fault = ledger.verified().fault
        assert fault is not None
        assert fault.code is Code.NOT_ERASED_RIGHTLY

    def test_one_that_was_withdrawn_cannot_be_said_to_have_been_refused(self, ledger: Erased) -> None:
        ledger.clock.advance(hours=1)
        asked = ledger.ask("U01")
        ledger.erasures.withdraw(CLI, asked.number)
        assert ledger.verified().sound
        tamper(ledger.database, f"UPDATE erasures SET settled_by = 'U0IEVA' WHERE number = {asked.number}")
        assert ledger.fault() == (Code.NOT_ERASED_RIGHTLY, ledger.ids_of("ended")[0])

    def test_text_put_back(self, ledger: Erased) -> None:
        entry_id = ledger.taken()[0].entry_id
        pair = '{"query": {"salt": "' + "00" * 32 + '", "value": "made up"}}'
        tamper(ledger.database, f"INSERT INTO audit_open VALUES ('{entry_id}', '{pair}')")
        assert ledger.fault() == (Code.OPENED_CHANGED, entry_id)

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE erasures SET asked_by = 'U0IEVA'",
            "UPDATE erasures SET asked_in = carried_out_in",
            "UPDATE erasures SET asked_at = '2020-03-02 09:00:00.000000'",
            "UPDATE erasures SET settled_at = '2020-03-02 09:00:00.000000'",
            "UPDATE audit_erased SET at = '2020-03-02 09:00:00.000000' WHERE field = 'query'",
            "UPDATE erasure_confirmations SET person = 'U0MARTA' WHERE person = 'U0IEVA'",
            "UPDATE erasure_confirmations SET at = '2020-03-02 09:00:00.000000' WHERE person = 'U0IEVA'",
            "DELETE FROM erasure_confirmations WHERE person = 'U0IEVA'",
            "INSERT INTO erasure_confirmations VALUES (1, 'U0MARTA', 'T1', '2026-03-02 09:00:00.000000')",
        ],
    )
    def test_who_and_when_are_what_the_ledger_says(self, ledger: Erased, statement: str) -> None:
        tamper(ledger.database, statement)
        fault = ledger.verified().fault
        assert fault is not None
        assert "E-1, wh" in fault.words
