"""With which roles people decide, who is reminded when, and when lists are drawn up."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.access.deciding.judge import may_approve, may_decide
from bot.access.deputising.deputies import Absence, Deputyship, approving_roles, effective_roles, stand_in, voice_for
from bot.access.grants import Request, Status
from bot.access.people import Person, Standing
from bot.access.recertification.terms import RecertificationSettings, next_term, term_of
from bot.access.rules.purposes import Rules
from bot.access.rules.quorum import Approval
from bot.access.rules.reminding import LONGEST_GAP, Reminding, next_to_remind, reminder_at
from tests.bot.access.strategies import NOW, people, people_ids, requests, role_sets, rules

HOUR = timedelta(hours=1)
hours = st.integers(-3, 3).map(lambda count: NOW + count * HOUR)


@st.composite
def deputyships(draw: st.DrawFn) -> Deputyship:
    since = draw(st.just(NOW - HOUR) | hours)
    ended = draw(st.sampled_from([None, None, None, NOW]))
    absence = Absence(1, "T1", draw(people_ids), draw(people_ids), since, since + draw(st.integers(1, 4)) * HOUR, ended)
    return Deputyship(absence, draw(role_sets))


def test_a_deputy_stands_in_from_the_beginning_to_the_end_and_not_at_the_end() -> None:
    absence = Absence(1, "T1", "U1", "U2", NOW, NOW + HOUR)
    moments = (NOW - timedelta(seconds=1), NOW, NOW + HOUR - timedelta(seconds=1), NOW + HOUR)
    assert [absence.is_on(at) for at in moments] == [False, True, True, False]
    assert [stand_in({"U1": absence}, "U1", at) for at in moments] == ["U1", "U2", "U2", "U1"]
    assert not replace(absence, ended_at=NOW).is_on(NOW)
    assert stand_in({"U1": absence}, "U3", NOW) == "U3"


@given(people(), st.frozensets(people_ids, max_size=1), st.lists(st.tuples(deputyships(), st.booleans()), max_size=4))
def test_a_voice_is_ones_own_or_of_somebody_away_who_named_them(
    person: Person, others: frozenset[str], found: list[tuple[Deputyship, bool]]
) -> None:
    person = replace(person, others=others)
    given_ones = [replace(one, absence=replace(one.absence, deputy=person.id)) if me else one for one, me in found]
    own, *passed = effective_roles(person, given_ones, NOW)
    assert (own.whose, own.roles, own.others) == (person.id, person.roles, others)
    mine = [
        one
        for one in given_ones
        if person.standing is Standing.MEMBER
        and (one.absence.deputy, one.absence.team) == (person.id, person.team)
        and one.absence.ended_at is None
        and one.absence.since <= NOW < one.absence.until
        and one.absence.person not in {person.id, *others}
    ]
    assert [(voice.whose, voice.roles) for voice in passed] == [(one.absence.person, one.roles) for one in mine]


def test_nobody_stands_in_for_an_account_of_their_own() -> None:
    absence = Absence(1, "T1", "U2", "U1", NOW, NOW + HOUR)
    person = Person("U1", "T1", "Somebody", None, Standing.MEMBER)
    deputyship = Deputyship(absence, frozenset({"approvers"}))
    assert [one.whose for one in effective_roles(person, [deputyship], NOW)] == ["U1", "U2"]
    alike = replace(person, others=frozenset({"U2"}))
    assert [one.whose for one in effective_roles(alike, [deputyship], NOW)] == ["U1"]


@settings(max_examples=60)
@given(people(), requests(), rules(), st.lists(deputyships(), max_size=3))
def test_a_deputy_never_decides_for_those_who_ask(
    person: Person, request: Request, company: Rules, given_ones: list[Deputyship]
) -> None:
    voices = effective_roles(person, given_ones, NOW)
    waiting = replace(request, team=person.team, status=Status.PENDING, expires_at=NOW + HOUR)
    purpose = company.purposes.get(request.purpose)
    able = [one for one in voices if purpose is not None and purpose.approvers in one.roles]
    for_another = person.standing is Standing.MEMBER and any(one.whose != request.person for one in able)
    allowed = may_decide(person, None, waiting, company, NOW, voices) is None
    assert allowed is (for_another and person.id != request.person)


@given(people_ids, people_ids, requests(), rules())
def test_nobody_counts_twice(by: str, behalf: str, request: Request, company: Rules) -> None:
    roles = approving_roles(company)
    agreed = Approval(by, roles, NOW, request.data_classes, request.duration, None, behalf)
    asked = replace(request, approvals=(agreed,), needs=dict.fromkeys(roles, 3), person="U9", asked_by=None)
    for one in {by, behalf}:
        person = Person(one, "T1", "Somebody", None, Standing.MEMBER, roles)
        assert may_approve(person, asked, company) is not None
        absence = Absence(1, "T1", one, "U8", NOW - HOUR, NOW + HOUR)
        deputy = Person("U8", "T1", "Deputy", None, Standing.MEMBER)
        voices = effective_roles(deputy, [Deputyship(absence, roles)], NOW)
        assert not hasattr(voice_for(voices, asked, asked.needs, company), "whose")


@given(st.sets(st.sampled_from("abcdef")), st.lists(st.sampled_from("abcdef")), st.integers(1, 9))
def test_reminders_go_round(able: set[str], before: list[str], number: int) -> None:
    chosen = next_to_remind(sorted(able), before, number)
    assert (chosen is None) == (not able)
    assert chosen is None or (chosen in able and before.count(chosen) == min(before.count(one) for one in able))


@given(st.integers(1, 2000).map(lambda minutes: timedelta(minutes=minutes)), st.integers(1, 6))
def test_reminders_back_off_and_are_bounded(after: timedelta, nth: int) -> None:
    gap = reminder_at(NOW, after, nth) - (reminder_at(NOW, after, nth - 1) if nth > 1 else NOW)
    assert after <= gap <= max(after, LONGEST_GAP)
    assert reminder_at(NOW, HOUR, 3) == NOW + 7 * HOUR


def test_escalation_gives_the_right_only_where_it_is_configured() -> None:
    company = Rules({}, {}, HOUR, reminding=Reminding(HOUR, HOUR, "privacy", decides=True))
    assert approving_roles(company) == {"privacy"}
    assert approving_roles(replace(company, reminding=Reminding(HOUR, HOUR, "privacy"))) == set()


@given(
    st.integers(0, 15 * 365 * 24 * 60).map(
        lambda minutes: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    )
)
def test_terms_follow_one_another(now: datetime) -> None:
    company = RecertificationSettings(ZoneInfo("Europe/Riga"))
    term = next_term(now, company)
    assert term.since <= now < term.begins
    assert term_of(term.name, company) == term
    assert next_term(term.begins, company).since == term.begins
