"""Promise 1: when the entry can't be written, nobody sees anything, nothing changes, and it can be found in the log."""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from sqlalchemy import text

from bot.database import Database
from slack_local import AsUser
from slack_local.people.shown import Button
from tests.bot.captured_logs import Lines
from tests.promises import unwritable
from tests.promises.customers import SHARED, ZQBRENN, ZQVALOR, ids_in, values_in
from tests.promises.wire import Wire
from tests.scenarios.harness import Steward

REFERENCE = re.compile(r"\(ref ([23456789BCDFGHJKMNPQRSTVWXZ]{5})\)")
PATIENCE_S = 60.0
WHY = "Newsletters bounce since Monday, need the sender"
CHANGED_BY_PEOPLE = ("access_requests", "access_grants", "deliveries", "delivery_subjects", "due_work")


@dataclass
class Scene:
    """What stood on people's screens before the table broke."""

    steward: Steward
    wire: Wire
    logs: Lines
    buttons: dict[str, Button] = field(default_factory=dict)

    def person(self, name: str) -> AsUser:
        return self.steward.person(name)

    def keep(self, name: str, who: str, label: str, in_: str | None = None) -> None:
        self.buttons[name] = self.person(who).find(label, in_)

    def pressed(self, name: str, who: str) -> None:
        self.person(who).press(self.buttons[name])


def ask(scene: Scene, who: str, account: str, classes: list[str]) -> dict[str, str]:
    """The request form, filled in and sent; errors by label."""
    person = scene.person(who)
    person.type("/access", channel="general")
    person.fill({"Account": account, "What do you need to see?": classes, "Why?": WHY})
    return person.submit()


def granted(scene: Scene) -> None:
    """R-1001: Inese has contact details and recipients of the first customer."""
    assert ask(scene, "inese", ZQVALOR.id, ["Contact details", "Recipient lists"]) == {}
    scene.person("inese").close(everything=True)
    scene.steward.deliver()
    scene.person("janis").press("Approve", in_="access-approvals")
    scene.steward.deliver()


@pytest.fixture
def scene(steward: Steward, wire: Wire, logs: Lines) -> Scene:
    """Cards, lists, messages and forms that were opened while all was well."""
    made = Scene(steward, wire, logs)
    granted(made)
    inese = made.person("inese")
    inese.type(f"/account {SHARED}", channel="general")
    made.keep("open", "inese", "Open", "general")
    inese.type(f"/account {ZQVALOR.id}", channel="support")
    made.keep("reveal", "inese", "Reveal", "support")
    made.keep("open from the message", "inese", "Open the account", "dm")
    made.keep("end", "inese", "End now", "dm")
    made.pressed("reveal", "inese")
    inese.close(everything=True)
    assert ask(made, "kaspars", ZQBRENN.id, ["Contact details"]) == {}
    made.person("kaspars").close(everything=True)
    steward.deliver()
    made.keep("approve", "janis", "Approve", "access-approvals")
    made.keep("deny", "janis", "Deny", "access-approvals")
    for _ in range(12):
        made.person("agnese").type("/audit", channel="audit-log")
    made.keep("older", "agnese", "Older", "audit-log")
    return made


def by_id(scene: Scene) -> None:
    scene.person("inese").type(f"/account {ZQVALOR.id}", channel="general")


def by_email(scene: Scene) -> None:
    scene.person("inese").type(f"/account {ZQVALOR.email}", channel="general")


def by_name(scene: Scene) -> None:
    scene.person("inese").type(f"/account {SHARED}", channel="general")


def by_misspelt_name(scene: Scene) -> None:
    scene.person("inese").type("/account Orchrad", channel="general")


def of_nobody(scene: Scene) -> None:
    scene.person("inese").type("/account nobody-there-at-all", channel="general")


def refused(scene: Scene) -> None:
    scene.person("nils").type(f"/account {ZQVALOR.id}", channel="general")


def opened(scene: Scene) -> None:
    scene.pressed("open", "inese")


def opened_from_the_message(scene: Scene) -> None:
    scene.pressed("open from the message", "inese")


def revealed(scene: Scene) -> None:
    scene.pressed("reveal", "inese")


def through_the_form(scene: Scene) -> None:
    person = scene.person("inese")
    person.type("/account", channel="general")
    person.fill({"Account": ZQVALOR.email})
    assert person.submit()
    person.close(everything=True)


def requested_by_name(scene: Scene) -> None:
    assert ask(scene, "martins", SHARED, ["Contact details"])
    scene.person("martins").close(everything=True)


def requested(scene: Scene) -> None:
    assert ask(scene, "martins", ZQVALOR.email, ["Contact details"])
    scene.person("martins").close(everything=True)


def approved(scene: Scene) -> None:
    scene.pressed("approve", "janis")


def denied(scene: Scene) -> None:
    """The form opens, as nothing is decided by that; sending it fails."""
    person = scene.person("janis")
    scene.pressed("deny", "janis")
    person.fill({"Why?": "Ask the customer first, please"})
    assert person.submit()
    person.close(everything=True)


def ended(scene: Scene) -> None:
    scene.pressed("end", "inese")


def searched(scene: Scene) -> None:
    scene.person("agnese").type(f"/audit {ZQVALOR.id}", channel="audit-log")


def searched_on(scene: Scene) -> None:
    scene.pressed("older", "agnese")


Way = Callable[[Scene], None]
QUICK: tuple[Way, ...] = (by_id, by_name, opened, revealed, requested_by_name, approved)
WAYS: tuple[Way, ...] = (
    *QUICK,
    by_email,
    by_misspelt_name,
    of_nobody,
    refused,
    opened_from_the_message,
    through_the_form,
    requested,
    denied,
    ended,
    searched,
    searched_on,
)


def left(database: Database) -> list[object]:
    """Everything that a person's act could have changed."""
    with database.reading() as connection:
        tables = [connection.execute(text(f"SELECT * FROM {table} ORDER BY 1")).all() for table in CHANGED_BY_PEOPLE]
    return [sorted(map(repr, rows)) for rows in tables]


def entries(database: Database) -> int:
    with database.reading() as connection:
        return int(connection.execute(text("SELECT count(*) FROM audit_entries")).scalar_one())


def references_since(scene: Scene, mark: int, way: Way) -> set[str]:
    """The references that were told; a slow answer follows "Looking…"."""
    patience = time.monotonic() + PATIENCE_S
    while time.monotonic() < patience:
        if references := set(REFERENCE.findall(scene.wire.since(mark))):
            return references
        if "Looking" not in scene.wire.since(mark):
            break
        time.sleep(0.05)
    raise AssertionError(f"{way.__name__} named no reference, but said {scene.wire.since(mark)}")


def fails(scene: Scene, way: Way) -> None:
    """This way says that it failed, with a reference that is in the log, and says nothing else."""
    said, logged, before = scene.wire.mark, len(scene.logs.getvalue()), left(scene.steward.database)
    way(scene)
    references = references_since(scene, said, way)
    answer, lines = scene.wire.since(said), scene.logs.getvalue()[logged:]
    assert all(f'"reference":"{one}"' in lines for one in references), way.__name__
    assert values_in(answer) == set(), way.__name__
    assert values_in(lines) == set(), way.__name__
    assert left(scene.steward.database) == before, way.__name__


def works(scene: Scene) -> None:
    """It all works again."""
    inese = scene.person("inese")
    inese.type(f"/account {ZQVALOR.id}", channel="general")
    assert ZQVALOR.name in inese.read("general")[-1].text
    scene.pressed("reveal", "inese")
    assert ZQVALOR.email in inese.modal().text
    scene.pressed("approve", "janis")
    scene.steward.deliver()
    assert scene.steward.last()["outcome"] == "granted"


def unwritten(scene: Scene, fault: unwritable.Fault, ways: tuple[Way, ...]) -> None:
    with fault(scene.steward.database):
        for way in ways:
            fails(scene, way)
    works(scene)


@pytest.mark.parametrize("fault", unwritable.EVERYWHERE, ids=lambda fault: fault.__name__)
def test_nothing_is_shown_and_nothing_changes(scene: Scene, fault: unwritable.Fault) -> None:
    unwritten(scene, fault, QUICK if fault is unwritable.locked else WAYS)


@pytest.mark.parametrize("fault", [unwritable.read_only, unwritable.rolled_back], ids=lambda fault: fault.__name__)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_sqlite_refuses_the_entry(scene: Scene, fault: unwritable.Fault) -> None:
    unwritten(scene, fault, WAYS)


@pytest.mark.postgres
@pytest.mark.parametrize("fault", unwritable.POSTGRESQL, ids=lambda fault: fault.__name__)
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_postgresql_refuses_the_entry(scene: Scene, fault: unwritable.Fault) -> None:
    quick = fault in (unwritable.killed_at_insert, unwritable.killed_at_commit)
    unwritten(scene, fault, QUICK if quick else WAYS)


def looks(scene: Scene) -> Iterator[tuple[str, int]]:
    """One look-up after the other: what was said, and how many entries were written for it."""
    while True:
        mark, before = scene.wire.mark, entries(scene.steward.database)
        by_id(scene)
        yield scene.wire.since(mark), entries(scene.steward.database) - before


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_disk_that_fills_up_shows_what_it_recorded_and_no_more(scene: Scene) -> None:
    """The last free pages are used up by look-ups, each of which is either recorded or not shown."""
    with unwritable.full(scene.steward.database):
        failed = 0
        for answer, written in looks(scene):
            assert written == (1 if values_in(answer) else 0)
            assert values_in(answer) or REFERENCE.search(answer)
            failed += not written
            if failed == 5:
                break
        fails(scene, revealed)
        fails(scene, approved)
    works(scene)


def test_an_answer_names_no_account_that_was_not_named_in_the_question(scene: Scene) -> None:
    """Ids too: by e-mail or by name nobody learns under which number someone is a customer."""
    with unwritable.renamed(scene.steward.database):
        for way in (by_email, by_name, by_misspelt_name, through_the_form, requested_by_name, requested):
            mark = scene.wire.mark
            way(scene)
            assert ids_in(scene.wire.since(mark)) == set(), way.__name__
