"""Checkpoints: what they say, whom to believe, and how two of them stand to each other."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.audit.faults import Code, Fault
from bot.audit.merkle.checkpoints import (
    Checkpoint,
    Cosigned,
    Relation,
    cosignatures,
    read_checkpoint,
    read_key,
    relation_fault,
)
from bot.audit.merkle.notes import Malformed, Signer, VerifierKey
from bot.audit.merkle.tree import EMPTY_ROOT
from tests.bot.audit.merkle.test_notes import CT_KEY, CT_NOTE, SEED, WITNESSES

ROOT = bytes(range(32))
SIGNER = Signer("ledger.example", SEED)

# sum.golang.org's tree head, as the go command keeps it. Its origin is not its key's name.
GO_SUM = """\
go.sum database tree
63096908
8lHrQPRYe4KT4WQ9/Qk8/taKnD6IRHbFgfN7vQE2Y54=

— sum.golang.org Az3gri/oVBN1jAhNZ/iS+W31psFAWRT20/GyrhpU6taFwulQGetBkH5S7wpGXdS935jiIGiUUAXBVHzT/P6fYhqAmAk=
"""
GO_SUM_KEY = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"

lines = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30)


def code_of(outcome: object) -> Code | None:
    return outcome.code if isinstance(outcome, Fault) else None


@given(lines, st.integers(1, 2**63 - 1), st.binary(min_size=32, max_size=32), st.lists(lines, max_size=3))
def test_a_checkpoint_reads_back_from_its_text(origin: str, size: int, root: bytes, extensions: list[str]) -> None:
    checkpoint = Checkpoint(origin, size, root, tuple(extensions))
    assert Checkpoint.parse(str(checkpoint)) == checkpoint


def test_what_was_signed_is_what_is_read() -> None:
    checkpoint = Checkpoint("ledger.example", 3, ROOT, ("extra",))
    signed = checkpoint.sign(SIGNER)
    assert signed.startswith(f"ledger.example\n3\n{base64.b64encode(ROOT).decode()}\nextra\n\n— ledger.example ")
    assert read_checkpoint(signed, SIGNER.key) == checkpoint


def test_public_checkpoints_are_read() -> None:
    log = read_checkpoint(CT_NOTE, VerifierKey.parse(CT_KEY))
    assert isinstance(log, Checkpoint)
    assert (log.origin, log.size) == ("arche2025h1.staging.ct.transparency.dev", 1432088532)
    witnesses = [VerifierKey.parse(witness) for witness in WITNESSES]
    assert cosignatures(CT_NOTE, witnesses) == [Cosigned(witness.name, 1779573024) for witness in witnesses]
    assert code_of(read_checkpoint(GO_SUM, VerifierKey.parse(GO_SUM_KEY))) is Code.OTHER_LEDGER


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "o\n1\n",
        f"o\n1\n{base64.b64encode(ROOT).decode()}",
        f"\n1\n{base64.b64encode(ROOT).decode()}\n",
        f"o\n01\n{base64.b64encode(ROOT).decode()}\n",
        f"o\n+1\n{base64.b64encode(ROOT).decode()}\n",
        f"o\n-1\n{base64.b64encode(ROOT).decode()}\n",
        f"o\n1 \n{base64.b64encode(ROOT).decode()}\n",
        f"o\n١\n{base64.b64encode(ROOT).decode()}\n",
        f"o\n9223372036854775808\n{base64.b64encode(ROOT).decode()}\n",
        f"o\n99999999999999999999\n{base64.b64encode(ROOT).decode()}\n",
        f"o\n1\n{base64.b64encode(ROOT[:31]).decode()}\n",
        f"o\n1\n{base64.b64encode(ROOT).decode().rstrip('=')}\n",
        f"o\n1\n{ROOT.hex()}\n",
        f"o\n1\n{base64.b64encode(ROOT).decode()}\n\n",
        f"o\n1\n{base64.b64encode(ROOT).decode()}\n\nextra\n",
        f"o\n0\n{base64.b64encode(ROOT).decode()}\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        Checkpoint.parse(text)


def test_an_empty_ledger_has_a_checkpoint() -> None:
    assert read_checkpoint(Checkpoint("ledger.example", 0, EMPTY_ROOT).sign(SIGNER), SIGNER.key) == Checkpoint(
        "ledger.example", 0, EMPTY_ROOT
    )


def test_a_ledger_signs_in_its_own_name_only() -> None:
    with pytest.raises(Malformed):
        Checkpoint("other.example", 3, ROOT).sign(SIGNER)


def test_whom_not_to_believe_is_told_apart() -> None:
    signed = Checkpoint("ledger.example", 3, ROOT).sign(SIGNER)
    assert code_of(read_checkpoint(signed, Signer("ledger.example", ROOT[::-1]).key)) is Code.WRONG_KEY
    assert code_of(read_checkpoint(signed, Signer("other.example", SEED).key)) is Code.WRONG_KEY_NAME
    assert code_of(read_checkpoint(signed.replace("\n3\n", "\n4\n"), SIGNER.key)) is Code.BAD_SIGNATURE
    assert code_of(read_checkpoint(signed[:-1], SIGNER.key)) is Code.CHECKPOINT_MALFORMED
    elsewhere = str(SIGNER.sign(str(Checkpoint("other.example", 3, ROOT))))
    assert code_of(read_checkpoint(elsewhere, SIGNER.key)) is Code.OTHER_LEDGER
    assert code_of(read_checkpoint(str(SIGNER.sign("only a note\n")), SIGNER.key)) is Code.CHECKPOINT_MALFORMED


def test_a_key_is_a_ledgers_own() -> None:
    assert read_key(str(SIGNER.key)) == SIGNER.key
    assert code_of(read_key("nonsense")) is Code.KEY_MALFORMED
    assert code_of(read_key(WITNESSES[0])) is Code.KEY_MALFORMED


@pytest.mark.parametrize(
    ("older", "relation", "code"),
    [
        (Checkpoint("ledger.example", 3, ROOT), Relation.SAME, None),
        (Checkpoint("ledger.example", 2, ROOT), Relation.SMALLER, None),
        (Checkpoint("ledger.example", 4, ROOT), Relation.LARGER, Code.OLDER_IS_LARGER),
        (Checkpoint("ledger.example", 3, ROOT[::-1]), Relation.FORK, Code.FORK),
        (Checkpoint("other.example", 3, ROOT), Relation.OTHER_LEDGER, Code.OTHER_LEDGER),
    ],
)
def test_how_two_checkpoints_stand_to_each_other(older: Checkpoint, relation: Relation, code: Code | None) -> None:
    newer = Checkpoint("ledger.example", 3, ROOT)
    assert older.relation_to(newer) is relation
    assert code_of(relation_fault(older, newer)) is code
