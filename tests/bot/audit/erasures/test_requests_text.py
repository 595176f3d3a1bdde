"""What people wrote of requests, grants and questions stands beside the ledger too: an erasure takes it from there."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from bot.audit.entry import Action, Actor, Outcome, Surface
from bot.audit.ledger import Origin
from models.access import AccessApproval, AccessGrant, AccessRequest
from models.questions import DeskQuestion, PolicyQuestion, Ruling
from tests.bot.audit.erasures.office import IEVA, INESE, LAILA, SECRET, Office, office

__all__ = ["office"]
EXTENSION = 1003
OTHER = Actor("U0OTHER", "T1", "other@postwing.example")
KEPT = {
    "why": "SELECT justification FROM access_requests WHERE number = 1001",
    "why more": "SELECT justification FROM access_requests WHERE number = 1003",
    "note": "SELECT decision_note FROM access_requests WHERE number = 1001",
    "note on more": "SELECT decision_note FROM access_requests WHERE number = 1003",
    "yes": "SELECT note FROM access_approvals WHERE request = 1001",
    "yes to more": "SELECT note FROM access_approvals WHERE request = 1003",
    "end": "SELECT end_note FROM access_grants WHERE number = 1001",
}
OTHERS = (
    "SELECT justification FROM access_requests WHERE number = 1002",
    "SELECT decision_note FROM access_requests WHERE number = 1002",
    "SELECT note FROM access_approvals WHERE request = 1002",
    "SELECT end_note FROM access_grants WHERE number = 1002",
)
DECIDED = {"note", "note on more", "yes", "yes to more"}


def kept_of_grants(office: Office) -> None:
    """R-1001, with an extension, and R-1002: each with every text that people write of one."""
    now = office.clock()
    both = {"team": "T1", "person": INESE.id, "account": "pw-1", "purpose": "billing", "data_classes": ["contact"]}
    decided = {"status": "granted", "asked_at": now, "expires_at": now, "decided_at": now, "decided_by": "U0JANIS"}
    request = both | decided | {"duration_s": 60, "justification": SECRET, "decision_note": SECRET}
    approval = {"by": "U0JANIS", "roles": [], "at": now, "data_classes": [], "duration_s": 60, "note": SECRET}
    ended = {"ended_at": now, "ended_by": "U0JANIS", "end_note": SECRET}
    period = {"starts_at": now, "ends_at": now + timedelta(hours=1), "granted_by": "U0JANIS"}
    with office.database.transaction() as connection:
        for number in (1001, 1002):
            connection.execute(insert(AccessRequest).values(request | {"number": number}))
            connection.execute(insert(AccessGrant).values(both | period | ended | {"number": number}))
        more = {"number": EXTENSION, "kind": "extension", "extends": 1001}
        connection.execute(insert(AccessRequest).values(request | more))
        for number in (1001, 1002, EXTENSION):
            connection.execute(insert(AccessApproval).values(approval | {"request": number}))


def erase(office: Office) -> None:
    asked = office.ask()
    office.confirm(LAILA, asked)
    office.confirm(IEVA, asked)


@pytest.mark.parametrize(
    ("action", "gone"),
    [
        (Action.REQUEST, {"why"}),
        (Action.EMERGENCY, {"why"}),
        (Action.EXTEND, {"why more"}),
        (Action.APPROVE, DECIDED),
        (Action.DENY, DECIDED),
        (Action.END, {"note", "note on more", "end"}),
        (Action.QUESTION, set()),
    ],
)
def test_words_of_an_entry_that_is_erased_go_where_grants_keep_them(
    office: Office, action: Action, gone: set[str]
) -> None:
    kept_of_grants(office)
    with office.ledger.entry(Origin(INESE, Surface.MODAL), action) as entry:
        entry.account, entry.grant, entry.justification = "pw-1", "R-1001", SECRET
        entry.close(Outcome.DONE)
    erase(office)
    assert {name for name, query in KEPT.items() if office.rows(query) == [("(erased)",)]} == gone
    assert [office.rows(query) for query in OTHERS] == [[(SECRET,)]] * len(OTHERS)
    assert ("R-1001",) in office.rows("SELECT about FROM delivery_subjects")


def test_messages_about_a_question_and_its_ruling_are_made_anew(office: Office) -> None:
    """Both show the words; each step of a ruling has messages of its own."""
    now, entries = office.clock(), []
    for who, action in ((INESE, Action.ASK_POLICY), (OTHER, Action.ASK_POLICY), (INESE, Action.RULE)):
        with office.ledger.entry(Origin(who, Surface.MODAL), action, query=SECRET) as entry:
            entry.close(Outcome.DONE)
        entries.append(entry.id)
    asked, another, ruled = entries
    question = {"at": now, "team": "T1", "person": INESE.id, "version": "0" * 64, "kind": "unsure", "why": "no_topic"}
    desk = {"team": "T1", "person": INESE.id, "version": "0" * 64, "candidates": [], "asked_at": now, "reminders": 0}
    decided = {"status": "written", "step": 1, "decided_at": now, "decided_by": LAILA.id}
    made = {"team": "T1", "author": LAILA.id, "made_at": now, "version": "0" * 64, "rests_on": [], "kind": "written"}
    with office.database.transaction() as connection:
        for number, entry_id in ((7, asked), (8, another)):
            connection.execute(insert(PolicyQuestion).values(question | {"entry_id": entry_id}))
            connection.execute(insert(DeskQuestion).values(desk | decided | {"number": number, "entry_id": entry_id}))
        ruling = {"number": 3, "question": 8, "entry_id": ruled, "status": "in_force", "step": 1}
        connection.execute(insert(Ruling).values(made | ruling))
    erase(office)
    told = {about for (about,) in office.rows("SELECT about FROM delivery_subjects")}
    assert told == {"E-1", "Q-7", "Q-8", "L-3/0", "L-3/1"}
