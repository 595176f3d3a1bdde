"""Signed notes against published vectors, and every bent form refused."""

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from bot.audit.merkle.notes import (
    MAX_NOTE_BYTES,
    MAX_SIGNATURES,
    Kind,
    Malformed,
    Note,
    Signature,
    Signer,
    Trust,
    VerifierKey,
    cosigned_at,
    cosigned_message,
    strict_base64,
    timestamp_of,
)

# golang.org/x/mod, sumdb/note/note_test.go: keys, the note, and both signatures.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_PRIVATE = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"  # 0x01 ‖ seed
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"  # a note
PETER_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
ENOCH_LINE = (
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
)

# c2sp.org/signed-note, the example with a key.
FOO = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
FOO_NOTE = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)

# A checkpoint of a public Certificate Transparency log, cosigned by four witnesses in public service.
CT_NOTE = """\
arche2025h1.staging.ct.transparency.dev
1432088532
U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=

— arche2025h1.staging.ct.transparency.dev zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGREPMHbdQ3ur\
bllzalApkptQIgIpwtEroeW2BXaHAI4kJXFbon5Ch9MNL5zRNZ55lvGt0=
— arche2025h1.staging.ct.transparency.dev ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75M\
dhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=
— transparency.dev/DEV:witness-little-garden 2AQqhwAAAABqEiEgzgFIqqhbUoDwjMWE6UP8nd8/KYTzwZ2rhIgcqoX\
HAwVkjZr4AscylP3v7sEodkRAErumC2q44vdgJY096st5BQ==
— witness1.smartit.nu/witness1 pIyCDwAAAABqEiEghIp82KWebrw7/oHQwlTAm3g2RKS4+eebl8eO0WH+/iEcxZ75W3u5h\
NI7TOQtmJbqmNWVuE0tgh0XwzdZsDsUAQ==
— remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5Xe\
U/zZ0WBxtqB0DrAWfBw==
— witness.stagemole.eu Z/euoAAAAABqEiEgw0i+7g2ENfDAWHmtRzCfKTHSDwYDJA2NmKeGi9Y8FtEyOUvVr+AJmIY/2TUFu\
cgKi7lI7cUiOvKFYe/TmN9DAg==
"""
CT_KEY = "arche2025h1.staging.ct.transparency.dev+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f"
WITNESSES = [
    "transparency.dev/DEV:witness-little-garden+d8042a87+BCtusOxINQNUTN5Oj8HObRkh2yHf/MwYaGX4CPdiVEPM",
    "witness1.smartit.nu/witness1+a48c820f+BPSFWg9G6KPiO7QPryYO5Xq4oYJJ+kAvLKLSimDhoxMO",
    "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2",
    "witness.stagemole.eu+67f7aea0+BEqSG3yu9YrmcM3BHvQYTxwFj3uSWakQepafafpUqklv",
]

SEED = bytes(range(32))
names = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"], exclude_characters="+"), min_size=1)
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n"), max_size=200)


def test_gos_notes_are_read_verified_and_signed_alike() -> None:
    signer = Signer("PeterNeumann", base64.b64decode(PETER_PRIVATE)[1:])
    assert str(signer.key) == PETER
    assert str(signer.sign(TEXT)) == f"{TEXT}\n{PETER_LINE}"
    both = Note.parse(f"{TEXT}\n{PETER_LINE}{ENOCH_LINE}")
    assert [both.trust(VerifierKey.parse(key)) for key in (PETER, ENOCH, FOO)] == [
        Trust.VERIFIED,
        Trust.VERIFIED,
        Trust.OTHER_NAME,
    ]


def test_c2sps_example_holds() -> None:
    assert Note.parse(FOO_NOTE).trust(VerifierKey.parse(FOO)) is Trust.VERIFIED


def test_a_public_logs_checkpoint_and_its_witnesses_hold() -> None:
    note = Note.parse(CT_NOTE.encode())
    assert str(note) == CT_NOTE
    assert note.trust(VerifierKey.parse(CT_KEY)) is Trust.VERIFIED
    assert {cosigned_at(note, VerifierKey.parse(witness)) for witness in WITNESSES} == {1779573024}
    assert cosigned_at(note, VerifierKey.parse(CT_KEY)) is None
    forged = Note.parse(CT_NOTE.replace("1432088532", "1432088533"))
    assert {forged.trust(VerifierKey.parse(key)) for key in (CT_KEY, *WITNESSES)} == {Trust.FAILED}
    assert all(cosigned_at(forged, VerifierKey.parse(witness)) is None for witness in WITNESSES)


def test_a_cosignature_covers_its_time() -> None:
    private = Ed25519PrivateKey.from_private_bytes(SEED)
    witness = VerifierKey("w.example", private.public_key().public_bytes_raw(), Kind.COSIGNATURE)
    text = "log.example\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    value = (1700000000).to_bytes(8, "big") + private.sign(cosigned_message(text, 1700000000))
    note = Note(text, (Signature(witness.name, witness.id, value),))
    assert cosigned_at(note, witness) == timestamp_of(note.signatures[0]) == 1700000000
    later = Signature(witness.name, witness.id, (1700000001).to_bytes(8, "big") + value[8:])
    assert cosigned_at(Note(text, (later,)), witness) is None
    beyond = Signature(witness.name, witness.id, b"\xff" + value[1:])
    assert Note(text, (beyond,)).trust(witness) is Trust.FAILED
    with pytest.raises(Malformed):
        timestamp_of(Signature("w", b"1234", value[:-1]))


def test_every_part_and_every_changed_byte_of_a_key_is_refused() -> None:
    for start in range(len(PETER)):
        for end in range(start + 1, len(PETER) + 1):
            if (start, end) != (0, len(PETER)):
                with pytest.raises(Malformed):
                    VerifierKey.parse(PETER[start:end])
    for place in range(len(PETER)):
        for other in (chr(ord(PETER[place]) ^ 1), chr(ord(PETER[place]) ^ 0x20)):
            with pytest.raises(Malformed):
                VerifierKey.parse(PETER[:place] + other + PETER[place + 1 :])


@pytest.mark.parametrize(
    "key",
    [
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",  # Go's: longer, with its own id
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",  # Go's: of an unknown type
        "",
        "a",
        "a+b",
        "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ],
)
def test_a_key_of_another_form_is_refused(key: str) -> None:
    with pytest.raises(Malformed):
        VerifierKey.parse(key)


@given(names, st.binary(min_size=32, max_size=32), st.sampled_from(Kind))
def test_a_key_reads_back_from_its_text(name: str, public: bytes, kind: Kind) -> None:
    if len(name.encode()) <= 255:
        key = VerifierKey(name, public, kind)
        assert VerifierKey.parse(f" {key}\n") == key
        assert key.id == hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


@given(texts.map(lambda text: text + "\n"))
def test_any_text_signs_reads_back_and_holds(text: str) -> None:
    signer = Signer("steward.example", SEED)
    note = signer.sign(text)
    assert Note.parse(str(note).encode()) == note
    assert note.trust(signer.key) is Trust.VERIFIED


def test_no_byte_of_a_signed_note_can_change() -> None:
    signed = str(Signer("s.example", SEED).sign("log\n1\nroot\n")).encode()
    key = Signer("s.example", SEED).key
    for place in range(len(signed)):
        for other in range(256):
            changed = signed[:place] + bytes([other]) + signed[place + 1 :]
            assert changed == signed or not is_trusted(changed, key), (place, other)


def is_trusted(source: bytes, key: VerifierKey) -> bool:
    try:
        return Note.parse(source).trust(key) is Trust.VERIFIED
    except Malformed:
        return False


@pytest.mark.parametrize(
    "source",
    [
        TEXT,
        TEXT + "\n",
        f"{TEXT}\n{PETER_LINE[:-1]}",
        f"\x01{TEXT}\n{PETER_LINE}",
        f"{TEXT}\t\n{PETER_LINE}",
        f"{TEXT}\r\n{PETER_LINE}",
        b"\xff" + f"{TEXT}\n{PETER_LINE}".encode(),
        f"{TEXT}\ud800\n\n{PETER_LINE}",
        f"{TEXT}\n— Bad Name {PETER_LINE.split()[2]}\n",
        f"{TEXT}\n—  {PETER_LINE.split()[2]}\n",
        f"{TEXT}\n— A+B {PETER_LINE.split()[2]}\n",
        f"{TEXT}\n— A\u00a0B {PETER_LINE.split()[2]}\n",
        f"{TEXT}\n— A AAAA\n",
        f"{TEXT}\n— A !!!!\n",
        f"{TEXT}\n-- A {PETER_LINE.split()[2]}\n",
        f"{TEXT}\n{PETER_LINE}Unexpected line.\n",
        f"{TEXT}\n{PETER_LINE}\n",
        f"{TEXT}\n" + PETER_LINE * (MAX_SIGNATURES + 1),
        "x" * MAX_NOTE_BYTES + f"\n\n{PETER_LINE}",
        "",
        b"",
        "\n\n",
    ],
)
def test_what_is_no_note_is_refused(source: str | bytes) -> None:
    with pytest.raises(Malformed):
        Note.parse(source)


def test_sixteen_signatures_and_more_are_taken() -> None:
    note = Note.parse(f"{TEXT}\n" + PETER_LINE + ENOCH_LINE * (MAX_SIGNATURES - 1))
    assert note.trust(VerifierKey.parse(PETER)) is Trust.VERIFIED


def test_who_signed_is_told_apart() -> None:
    signer, other = Signer("s.example", SEED), Signer("s.example", bytes(32))
    note = signer.sign("text\n")
    assert note.trust(other.key) is Trust.OTHER_KEY
    assert note.trust(Signer("t.example", SEED).key) is Trust.OTHER_NAME
    wrong = Signature(signer.key.name, signer.key.id, bytes(64))
    assert Note(note.text, (*note.signatures, wrong)).trust(signer.key) is Trust.FAILED
    unknown = Signature("w.example", b"1234", b"of a kind to come")
    assert Note(note.text, (*note.signatures, unknown)).trust(signer.key) is Trust.VERIFIED


@pytest.mark.parametrize("text", ["", "no end", "a\tb\n", "\ud800\n"])
def test_what_could_not_be_read_back_is_not_signed(text: str) -> None:
    with pytest.raises(Malformed):
        Signer("s.example", SEED).sign(text)


@pytest.mark.parametrize(("name", "seed"), [("a b", SEED), ("", SEED), ("a+b", SEED), ("é" * 128, SEED), ("a", b"1")])
def test_a_signer_with_an_impossible_name_or_seed_is_refused(name: str, seed: bytes) -> None:
    with pytest.raises(Malformed):
        Signer(name, seed)


def test_a_signer_does_not_show_its_seed() -> None:
    assert repr(Signer("s.example", SEED)) == "Signer('s.example')"


@given(st.binary(max_size=50))
def test_base64_has_one_spelling(value: bytes) -> None:
    encoded = base64.b64encode(value).decode()
    assert strict_base64(encoded) == value
    for other in (encoded.rstrip("="), encoded + "=", encoded + "\n", f" {encoded}"):
        if other != encoded:
            with pytest.raises(Malformed):
                strict_base64(other)


def test_base64_with_loose_bits_at_its_end_is_refused() -> None:
    with pytest.raises(Malformed):
        strict_base64("AB==")
