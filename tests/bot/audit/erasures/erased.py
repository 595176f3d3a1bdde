"""A ledger in which one text was erased."""

import hashlib
from typing import Any

import orjson
import pytest

from bot.audit.entry import timestamp
from bot.audit.erasures.records import acts_of
from bot.audit.erasures.scope import digest_of
from bot.audit.exports.export import Form, erased_among, exported, lines_of
from bot.audit.exports.manifest import Act, Contents, manifest
from bot.audit.faults import Code
from bot.audit.integration.integrated import index_of, latest_checkpoint
from bot.audit.integration.snapshots import at_one_moment
from bot.audit.query import Filter
from bot.audit.verify import Verification, verify_live
from bot.database import Database
from models.erasure import Erasure
from tests.bot.audit.erasures.office import IEVA, LAILA, Office
from tests.bot.audit.integration.integrating import SIGNER, integrator_of
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
