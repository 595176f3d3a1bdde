"""The policy's words that people are shown are those that came: any other text is found, and read by nobody."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from bot.audit.entry import Actor, Surface
from bot.audit.faults import Code
from bot.audit.integration.snapshots import at_one_moment
from bot.audit.ledger import Ledger, Origin
from bot.audit.verify import verify_live
from bot.database import Database
from bot.privacy.doubt import Doubtful, PolicyInDoubt
from bot.privacy.kept import kept_version
from bot.privacy.text import read_policy
from bot.privacy.versions import import_policy, policy_in_force
from models.policy import PolicyVersion
from tests.bot.audit.integration.integrating import CLI, SIGNER, Told, integrator_of, tamper
from tests.conftest import SettableClock

FIRST = b"# Privacy of beans\n\nWe look at beans for technical support alone.\n"
SECOND = b"# Privacy of beans\n\nWe look at beans for technical support and for billing.\n"
FORGED = b"# Privacy of beans\n\nWe look at beans whenever we like.\n"


@pytest.fixture
def versions(database: Database, clock: SettableClock) -> list[str]:
    """Two versions that came one after the other; the second is in force."""
    clock.advance(seconds=len(database.engine.dialect.name))  # else a text would be known from the other database
    origin, ledger = Origin(Actor("cli:tests"), Surface.CLI), Ledger(database, clock)
    made = []
    for data in (FIRST, SECOND, SECOND):
        made.append(import_policy(ledger, clock, data, "policy.md", origin).version)
        clock.advance(days=1)
    integrator_of(database, clock).tick()
    return made[:2]


def fault(database: Database) -> Code | None:
    with at_one_moment(database) as connection:
        found = verify_live(connection, (SIGNER.key,)).fault
    return found.code if found else None


def test_what_came_is_what_is_kept(database: Database, versions: list[str]) -> None:
    assert fault(database) is None
    with database.reading() as connection:
        assert all(kept_version(connection, version) for version in versions)


MADE_UP = (
    "INSERT INTO policy_versions (hash, title, source, media_type, original, text, imported_at, imported_by, "
    "in_force_from, document) SELECT '{forged}', title, source, media_type, original, '{text}', imported_at, "
    "imported_by, in_force_from, NULL FROM policy_versions WHERE hash = '{first}'"
)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE policy_versions SET text = replace(text, 'beans', 'peas') WHERE hash = '{first}'",
        "UPDATE policy_versions SET document = replace(document, 'beans', 'peas') WHERE hash = '{first}'",
        "UPDATE policy_versions SET document = 'x' WHERE hash = '{second}'",
        "UPDATE policy_versions SET text = replace(text, 'alone', 'too'), document = NULL WHERE hash = '{first}'",
        "UPDATE policy_versions SET hash = '{forged}', text = '{text}', document = NULL WHERE hash = '{second}'",
        "DELETE FROM policy_versions WHERE hash = '{first}'",
        MADE_UP,
    ],
)
def test_another_text_is_found(database: Database, versions: list[str], statement: str) -> None:
    forged = read_policy(FORGED, "policy.md")
    first, second = versions
    tamper(database, statement.format(first=first, second=second, forged=forged.hash, text=forged.text))
    assert fault(database) is Code.OTHER_POLICY


def test_another_text_is_nobodys_to_read_and_permits_nothing(
    database: Database, clock: SettableClock, versions: list[str]
) -> None:
    tamper(database, "UPDATE policy_versions SET document = replace(document, 'billing', 'anything')")
    now = clock() + timedelta(days=1)
    with database.reading() as connection:
        assert policy_in_force(connection, now) is None
        assert [kept_version(connection, version) is None for version in versions] == [False, True]
    assert is_nothing(database, now, FORGED)
    assert not is_nothing(database, now, SECOND)


def is_nothing(database: Database, now: datetime, original: bytes) -> bool:
    """Whether no policy is in force where an older release would have kept this file and nothing read from it."""
    with database.engine.begin() as connection:
        values = {"document": None, "extraction": 0, "original": original}
        connection.execute(update(PolicyVersion).values(values))
    with database.reading() as connection:
        return policy_in_force(connection, now) is None


def test_that_none_is_in_force_because_of_it_is_told_once(database: Database, clock: SettableClock) -> None:
    """Also where it came before readings were kept: then it may be this release that reads it otherwise."""
    told = Told()
    look = PolicyInDoubt(database, clock, told)
    look()
    assert (look.found(), told.messages) == (None, [])
    version = import_policy(Ledger(database, clock), clock, FIRST, "policy.md", CLI).version
    look()
    assert (look.found(), told.messages) == (None, [])
    for unread, change in ((True, {"document": None}), (False, {"document": "[]"})):
        with database.transaction() as connection:
            connection.execute(update(PolicyVersion).values(original=FORGED, **change))
        assert look.found() == Doubtful(version, unread=unread)
        look()
        assert told.messages == [("ledger.policy", version)] * (1 if unread else 2)  # the outbox sends it once
