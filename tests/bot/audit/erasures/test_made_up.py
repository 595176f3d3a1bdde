"""No erasure can be made up: text that is gone without two officers is found."""

import pytest

from bot.audit.faults import Code
from tests.bot.audit.erasures.erased import REST_OF_ERASURE, Erased
from tests.bot.audit.erasures.erased import ledger as ledger
from tests.bot.audit.erasures.office import CLI
from tests.bot.audit.integration.integrating import tamper


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
