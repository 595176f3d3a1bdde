"""Who may restore a purpose whose clause is gone, when a confirmation counts, and which words fit."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from bot.access.clauses.suspensions import Why, fits, may_confirm, may_settle
from bot.access.people import Person, Standing
from bot.access.rules.purposes import Purpose
from bot.privacy.clauses import Standing as Where
from bot.privacy.clauses import Suspension
from bot.privacy.text import read_policy
from bot.privacy.versions import Policy

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LAILA = Person("U0LAILA", "T1", "Laila", None, Standing.MEMBER, frozenset({"privacy"}))
IEVA = replace(LAILA, id="U0IEVA", name="Ieva")
GONE = Suspension(
    1, "billing", "for billing", "v2", NOW, (), (), Where.SUSPENDED, None, None, None, None, settled_at=None,
    settled_by=None,
)  # fmt: skip
PROPOSED = replace(GONE, proposed="to send you invoices", proposed_for="v2", proposed_by=LAILA.id, proposed_at=NOW)
POLICY = Policy("v2", NOW, read_policy(b"# Policy\n\nWe use it to send you invoices, by e-mail or by phone.\n", "p.md"))
BILLING = Purpose(
    "billing", "Billing", "for billing", frozenset(), frozenset(), ("contact",), timedelta(hours=1), 1, "approvers"
)


@pytest.mark.parametrize(("standing", "role", "where"), list(product(Standing, ("privacy", "support"), (None, *Where))))
def test_only_officers_settle_and_only_what_stands(standing: Standing, role: str, where: Where | None) -> None:
    person = replace(LAILA, standing=standing, roles=frozenset({role}))
    reason = may_settle(person, replace(GONE, status=where) if where else None)
    officer = standing is Standing.MEMBER and role == "privacy"
    if where is None:
        assert reason is Why.NO_SUCH_SUSPENSION
    elif not officer:
        assert reason is Why.NOT_AN_OFFICER
    else:
        assert reason is (None if where is Where.SUSPENDED else Why.SETTLED)


def test_another_officer_confirms_the_very_words_that_they_read() -> None:
    assert may_confirm(IEVA, PROPOSED, NOW, LAILA) is None
    for nothing in (GONE, replace(PROPOSED, proposed=None), replace(PROPOSED, proposed_by=None)):
        assert may_confirm(IEVA, nothing, NOW, LAILA) is Why.NOTHING_PROPOSED
    for own in (LAILA, replace(IEVA, others=frozenset({LAILA.id}))):
        assert may_confirm(own, PROPOSED, NOW, LAILA) is Why.OWN_PROPOSAL
    for read, proposer in ((NOW - timedelta(seconds=1), LAILA), (None, LAILA), (NOW, None), (NOW, IEVA)):
        assert may_confirm(IEVA, PROPOSED, read, proposer) is Why.CHANGED
    for left in (replace(LAILA, roles=frozenset()), replace(LAILA, standing=Standing.DEACTIVATED)):
        assert may_confirm(IEVA, PROPOSED, NOW, left) is Why.PROPOSER_LEFT


def test_words_fit_that_are_a_passage_of_the_policy_and_name_the_purposes_media() -> None:
    words = "use it to  SEND you invoices"
    assert fits(words, BILLING, POLICY) == "use it to send you invoices"
    assert fits("it to send you", None, POLICY) == "it to send you"
    assert fits("send you invoices", BILLING, POLICY) is Why.TOO_SHORT
    assert fits("we send you no invoices", BILLING, POLICY) is Why.NOT_IN_POLICY
    assert fits(words, BILLING, None) is Why.NOT_IN_POLICY
    marketing = replace(BILLING, media={"email": ("email",), "telephone": ("phone",)})
    assert fits("send you invoices, by e-mail", marketing, POLICY) is Why.MEDIUM_NOT_NAMED
    whole = "send you invoices, by e-mail or by phone"
    assert fits(whole, marketing, POLICY) == whole
