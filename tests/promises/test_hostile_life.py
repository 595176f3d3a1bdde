"""Promise 9 where a grant lives on: several accounts, less, more time, emergencies, deputies, outsiders, clauses."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import example, given

from bot.access.asking.emergency import NoEmergency, NotReviewed
from bot.access.clauses.suspensions import NotTaken, Why
from bot.access.deputising.away import Standings
from bot.access.deputising.deputies import Absence
from bot.access.ending.extend import Extendable
from bot.access.ending.least_use import Ticket, TicketCheck
from bot.access.grants import Request, RequestKind, Status
from bot.access.people import Person, Standing
from bot.access.reasons import Reason
from bot.access.recertification.certifying import Line, Listing, Removal, Verdict
from bot.access.recertification.recertify import Certified
from bot.access.requests.drafts import Fault, Part
from bot.access.requests.filing import Asked, Incomplete, Unclear
from bot.access.rules.quorum import Approval
from bot.accounts.disclosures import records
from bot.accounts.disclosures.ask import NotAllowed
from bot.accounts.disclosures.draft import Basis
from bot.accounts.disclosures.judge import NotDecided
from bot.accounts.disclosures.register import Listed
from bot.accounts.disclosures.show import NotShown, Shown
from bot.privacy.clauses import Standing as Stands
from bot.privacy.clauses import Suspension
from bot.privacy.policy_text import Clause
from handlers.views.access import (
    away,
    emergency,
    extension_form,
    less_form,
    on_behalf,
    processors,
    recertification,
    reminders,
    requests,
)
from handlers.views.access import form as access_form
from handlers.views.blocks import message, modal, section
from handlers.views.disclosures import disclosure as disclosures
from handlers.views.disclosures import form as disclosure_form
from handlers.views.disclosures import register as disclosure_register
from handlers.views.policy import clauses
from tests.promises.test_hostile_text import (
    COMPANY,
    ID,
    NOW,
    PEOPLE,
    SUPPORT,
    account_of,
    checked,
    clean,
    nasty_grant,
    nasty_ref,
    nasty_request,
    whole,
)

SOON, LATER = NOW - timedelta(hours=1), NOW + timedelta(days=3)
ASKER, OTHER = sorted(PEOPLE)


def several(text: str, status: Status, kind: RequestKind = RequestKind.REQUEST) -> Request:
    """For as many accounts as one request may name, with an approver who took some off."""
    accounts = tuple((f"{account_of(text)[:90]}{place}", text[:10_000]) for place in range(10))
    ids = tuple(account for account, _ in accounts)
    less = Approval(OTHER, frozenset({"approvers"}), NOW, ("contact",), timedelta(hours=1), text[:1000], None, ids[:4])
    made = replace(nasty_request(text, status), several=accounts, kind=kind, approvals=(less,), asked_by=OTHER)
    grant = replace(nasty_grant(text), several=ids[:4], account=ids[0])
    return replace(made, grant=grant if status is Status.GRANTED else None, needs={"approvers": 2})


def life(text: str) -> Iterator[Mapping[str, Any]]:
    for status in Status:
        one = several(text, status)
        yield requests.to_approvers(one, COMPANY, text, NOW)
        yield requests.to_requester(one, COMPANY, NOW)
        yield requests.asked(one, COMPANY, NOW)
        yield on_behalf.for_you(one, COMPANY, NOW)
        yield on_behalf.decided_for(one, COMPANY, NOW)
        yield on_behalf.begun(one, COMPANY, NOW)
        yield processors.to_sponsor(one, text[:100], COMPANY, NOW)
        yield reminders.reminder(one, COMPANY, text, NOW)
        yield reminders.escalated(one, COMPANY, text, NOW)
        yield reminders.unused(one, COMPANY, NOW)
        for check in (None, TicketCheck(SOON, None, None), TicketCheck(SOON, Ticket.OPEN, NOW)):
            yield reminders.ticket(one, check, COMPANY, NOW)
        taken = several(text, Status.GRANTED, RequestKind.EMERGENCY)
        yield emergency.told(taken, COMPANY, NOW, to_approver=True)
        yield emergency.taken(Asked(taken), COMPANY, NOW)
        extends = replace(one, kind=RequestKind.EXTENSION, extends=1001, grant=nasty_grant(text))
        yield requests.to_approvers(extends, COMPANY, text, NOW)
        yield requests.to_requester(extends, COMPANY, NOW)


def forms(text: str) -> Iterator[Mapping[str, Any]]:
    one = several(text, Status.GRANTED)
    able = Extendable(one, nasty_grant(text), SUPPORT, timedelta(hours=2))
    yield less_form.form(several(text, Status.PENDING), COMPANY)
    yield extension_form.extension(able, timedelta(minutes=7), COMPANY, "C1")
    yield extension_form.end_others((one,) * 22, COMPANY, "C1")
    prefill = access_form.Prefill(text[:2000], SUPPORT, None, text[:2000], text[:100])
    yield emergency.form((SUPPORT,), prefill, COMPANY)
    for reason in Reason:
        words = emergency.none(NoEmergency(reason, SUPPORT, NotReviewed("R-1", SOON, "V-1")), COMPANY, NOW)
        yield modal("x", [section(words)], callback="x")
    unclear = tuple(Unclear(text, fault, (nasty_ref(text),) * 10) for fault in (Fault.SEVERAL_MATCHES, *Fault))
    found = Incomplete({Part.ACCOUNT: Fault.SEVERAL_MATCHES}, unclear=unclear, most=10)
    assert all(len(words) <= 700 for words in access_form.errors(found, COMPANY, SUPPORT).values())


def people(text: str) -> Iterator[Mapping[str, Any]]:
    gone = Absence(3, "T1", ASKER, OTHER, SOON, LATER)
    for absence in (gone, replace(gone, ended_at=NOW)):
        yield away.shown(Standings((absence,) * 5, (absence,) * 5), NOW)
        for deputy in (True, False):
            yield away.begun(absence, NOW, deputy=deputy)
    yield away.standstill("R-1", (gone,) * 5, LATER, NOW)
    lines = (
        Line(ASKER, (text[:60],), (text[:60],), 3),
        Line(OTHER, (text[:60],), (text[:60],), 0, Verdict.REMOVE, ASKER),
    )
    listing = Listing(1, text[:20], text[:40] or "support", "T1", OTHER, SOON, LATER, None, None, lines)
    for made in (listing, replace(listing, closed_at=NOW, owner=None)):
        yield recertification.due(made, COMPANY, NOW)
        yield recertification.office(made, COMPANY, NOW)
        yield recertification.overdue(made, COMPANY, NOW)
        yield recertification.form(made, dict.fromkeys(PEOPLE, text[:80]), COMPANY, "C1")
        yield recertification.several((made,) * 30, COMPANY, NOW)
    person = Person(OTHER, "T1", text[:80], None, Standing.MEMBER)
    for said in Verdict:
        yield message("x", recertification.certified(Certified(dict.fromkeys(PEOPLE, said), listing), person))
    for ended in (None, "gone", "lifted"):
        removal = Removal(
            2, "T1", ASKER, text[:40], SOON, OTHER, ended, NOW if ended else None, OTHER if ended else None
        )
        yield recertification.removal(removal, COMPANY, NOW)


def outside(text: str) -> Iterator[Mapping[str, Any]]:
    line = text[:200] or "x"
    yes = (records.Approval(OTHER, frozenset({"approvers"})),)
    whole_one = records.Disclosure(
        12, "T1", ASKER, account_of(text), ("email", "phone"), line, line, Basis.COURT_ORDER, line, date(2026, 2, 20),
        line, text[:2000] or "x", "0" * 64, records.Status.PENDING, SOON, LATER, None, None, None, None, yes,
    )  # fmt: skip
    for basis in Basis:
        yield disclosures.refused(replace(whole_one, basis=basis, status=records.Status.REFUSED), text)
    for status in records.Status:
        until = LATER if status is records.Status.APPROVED else None
        one = replace(whole_one, status=status, decided_at=NOW, decided_by=OTHER, shown_until=until)
        yield disclosures.asked(one, COMPANY, text, NOW)
        yield disclosures.decided(one, NOW)
        yield disclosure_form.sent(one, COMPANY)
        for reason in Reason:
            yield message("x", [section(disclosures.not_decided(NotDecided(reason, one), COMPANY, NOW, OTHER))])
            yield message("x", [section(disclosures.not_shown(NotShown(ID, reason, one), COMPANY, NOW))])
    yield disclosure_form.form(text[:200], COMPANY, "C1")
    yield disclosures.shown(Shown(ID, whole_one, {"email": text or "x", "phone": (text[:300],) * 3}))
    for reason in Reason:
        yield message("x", [section(disclosure_form.not_allowed(NotAllowed(ID, reason, text), COMPANY))])
    entered = records.Entered(
        12, NOW, "T1", ASKER, account_of(text), ("email",), line, line, Basis.CONSENT, line, date(2026, 2, 20), line,
        text[:2000] or "x", (OTHER,), "0" * 64, ID,
    )  # fmt: skip
    yield disclosure_register.register(Listed(ID, (entered,) * 5, 1, 3, 15))


def passages(text: str) -> Iterator[Mapping[str, Any]]:
    clause = Clause(text or "x", text[:300], 0, len(text), "0" * 64)
    names = [f"R-{number}" for number in range(1001, 1060)]
    gone = Suspension(
        4, SUPPORT.key, text or "x", "0" * 64, SOON, tuple(names), tuple(names), Stands.SUSPENDED, text or "x", ID,
        ASKER, SOON, None, None,
    )  # fmt: skip
    for standing in Stands:
        settled = NOW if standing is not Stands.SUSPENDED else None
        one = replace(gone, status=standing, settled_at=settled, settled_by=OTHER if settled else None)
        yield clauses.gone(one, clause, COMPANY, NOW)
        for why in Why:
            yield message("x", [section(clauses.not_taken(NotTaken(why, one), COMPANY, NOW))])
    yield clauses.form(gone, (clause,) * 5, COMPANY, "C1")


@checked
@given(text=whole)
@example(text="<!channel>")
@example(text="<" * 5000)
@example(text="&" * 5000)
@example(text="é" * 5000)
@example(text="`" * 5000)
def test_the_life_of_a_request_for_several(text: str) -> None:
    for document in (*life(text), *forms(text)):
        clean(document)


@checked
@given(text=whole)
@example(text="<!channel>")
@example(text="<" * 5000)
@example(text="&" * 5000)
@example(text="`" * 5000)
def test_people_outsiders_and_clauses(text: str) -> None:
    for document in (*people(text), *outside(text), *passages(text)):
        clean(document)
