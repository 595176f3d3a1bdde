"""The entry's text and hashes."""

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone

import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from bot.audit.entry import KEYS, PERSONAL, Action, Entry, Outcome, Surface, commit_to, leaf_hash, seal

CONTRACT = (
    "id at actor team actor_email action outcome reason account query purpose fields grant ticket justification "
    "policy_version request surface"
)
words = st.text(alphabet=st.characters(codec="utf-8"), max_size=40)
maybe = st.none() | words


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    return Entry(
        id=draw(words),
        at=draw(st.integers(0, 2**31).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))),
        actor=draw(words),
        team=draw(maybe),
        actor_email=draw(maybe),
        action=draw(st.sampled_from(Action)),
        outcome=draw(st.sampled_from(Outcome)),
        reason=draw(maybe),
        account=draw(maybe),
        query=draw(maybe),
        purpose=draw(maybe),
        fields=tuple(draw(st.lists(words, max_size=4))),
        grant=draw(maybe),
        ticket=draw(maybe),
        justification=draw(maybe),
        policy_version=draw(maybe),
        request=draw(maybe),
        surface=draw(st.sampled_from(Surface)),
    )


def test_the_keys_are_the_contracts() -> None:
    assert list(KEYS) == CONTRACT.split()


@given(entries(), st.binary(min_size=32, max_size=32))
def test_the_text_is_canonical_and_commits_to_personal_text(entry: Entry, salt: bytes) -> None:
    sealed, opened = seal(entry, lambda _: salt)
    value = json.loads(sealed)
    assert sealed.encode() == rfc8785.dumps(value)
    assert sorted(value) == sorted(CONTRACT.split())
    for key in PERSONAL:
        plain = getattr(entry, key)
        if plain is None:
            assert value[key] is None
            assert key not in opened
        else:
            assert value[key] == "sha256:" + hashlib.sha256(salt + plain.encode()).hexdigest()
            assert opened[key] == {"salt": salt.hex(), "value": plain}


@given(words, st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_the_same_text_looks_different_every_time(value: str, one: bytes, other: bytes) -> None:
    assert (commit_to(value, one) == commit_to(value, other)) == (one == other)


def test_times_are_utc_with_microseconds() -> None:
    riga = datetime(2026, 3, 2, 11, 0, 0, 5, tzinfo=timezone(timedelta(hours=2)))
    entry = Entry(
        id="1", at=riga, actor="U1", team=None, actor_email=None, action=Action.LOOK_UP, outcome=Outcome.REFUSED,
        reason=None, account=None, query=None, purpose=None, fields=(), grant=None, ticket=None, justification=None,
        policy_version=None, request=None, surface=Surface.CLI,
    )  # fmt: skip
    sealed, _ = seal(entry, bytes)
    assert json.loads(sealed)["at"] == "2026-03-02T09:00:00.000005Z"
    assert leaf_hash(sealed) == hashlib.sha256(b"\x00" + sealed.encode()).digest()
