"""An export of 1,000 entries is found out when a byte of it is changed, or an entry taken out, put in or moved.

Here each byte of each line is changed in one way, and the rest of tests/faults/tampering.py is sampled; `make faults`
does all of it.
"""

from collections import Counter

import pytest

from bot.audit.offline import verify_export
from tests.bot.audit.ledgers import book
from tests.faults.bytewise import ALTERATIONS, ONE_OF_EACH, UNDETECTED
from tests.faults.tampering import MISPLACED, SIZE, done, jobs
from tests.faults.whole import WAYS

JOBS = jobs(every=False)
SHARES = [(kind, 0, 1) for kind in (*ALTERATIONS, *WAYS, MISPLACED) if kind != "byte changed"]


@pytest.mark.parametrize(("kind", "share", "of"), [*(("byte changed", share, 4) for share in range(4)), *SHARES])
def test_an_export_that_was_tampered_with_is_found_out(kind: str, share: int, of: int) -> None:
    ledger = book(SIZE)
    assert verify_export(ledger.lines(), ledger.checkpoint(), ledger.vkey).sound
    found: Counter[str] = Counter()
    for job in [one for one in JOBS if one.kind == kind][share::of]:
        verdicts = done(job)
        assert not verdicts[UNDETECTED], job
        found += verdicts
    assert found.total() >= SIZE // 20 // of


def test_every_byte_is_changed_even_in_a_sample() -> None:
    lines = book(SIZE).lines()
    sample = [job for job in JOBS if job.kind == "byte changed"]
    assert len(sample) == SIZE
    assert done(sample[7]).total() == len(lines[7])


def test_nothing_can_be_put_after_the_end() -> None:
    ledger = book(SIZE)
    for byte in ONE_OF_EACH:
        assert verify_export([*ledger.lines(), byte], ledger.checkpoint(), ledger.vkey).fault is not None


def test_no_byte_of_the_checkpoint_or_the_key_can_change() -> None:
    ledger = book(SIZE)
    checkpoint = ledger.checkpoint()
    signed = checkpoint.encode()
    for place in range(len(signed)):
        for other in range(1, 256):
            changed = signed[:place] + bytes([signed[place] ^ other]) + signed[place + 1 :]
            assert not verify_export([], changed, ledger.vkey).checkpoint, (place, other)
    for place in range(len(ledger.vkey)):
        key = ledger.vkey[:place] + chr(ord(ledger.vkey[place]) ^ 1) + ledger.vkey[place + 1 :]
        assert not verify_export([], checkpoint, key).checkpoint, place
