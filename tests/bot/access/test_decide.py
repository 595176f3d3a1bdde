"""Who may see what: the rules, whatever they are given."""

from dataclasses import replace
from functools import partial

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.access.decide import Decision, Refusal, may_reveal, standing_decision, with_grants
from bot.access.grants import Grant
from bot.access.people import Conversation, Person, Standing
from bot.access.reasons import Reason
from bot.access.rules.purposes import Purpose, Rules
from tests.bot.access.strategies import NOW, PURPOSES, account_ids, grants, people, rules

asked_for = st.none() | st.sampled_from([*PURPOSES, "selling"])
conversations = st.sampled_from(Conversation)


def yes(_: str) -> bool:
    return True


@settings(max_examples=200)
@given(people(), st.just(Conversation.INTERNAL) | conversations, asked_for, rules())
def test_what_is_shown_is_of_a_purpose_of_ones_own_and_nothing_beyond(
    person: Person, conversation: Conversation, asked: str | None, given_rules: Rules
) -> None:
    seen = standing_decision(person, conversation, asked, given_rules, yes)
    own = [one for one in given_rules.purposes.values() if person.roles & one.groups]
    default = [one for one in own if person.roles & one.default_for] or own[: len(own) == 1]
    meant = [one for one in own if one.key == asked] if asked else default
    if person.standing is not Standing.MEMBER or conversation is not Conversation.INTERNAL or not meant:
        assert isinstance(seen, Refusal)
    else:
        assert isinstance(seen, Decision)
        assert seen.purpose == meant[0]
        assert seen.shown == {key: given_rules.data_classes[key].shown for key in meant[0].data_classes}


@given(people(), conversations, asked_for, rules())
def test_who_is_not_of_the_company_or_is_overheard_sees_nothing(
    person: Person, conversation: Conversation, asked: str | None, given_rules: Rules
) -> None:
    seen = standing_decision(person, conversation, asked, given_rules, yes)
    barred = person.standing in (Standing.BOT, Standing.DEACTIVATED, Standing.STRANGER)
    if barred or conversation is not Conversation.INTERNAL:
        assert isinstance(seen, Refusal)


@given(people(), asked_for, rules())
def test_a_purpose_lives_only_while_its_clause_stands(person: Person, asked: str | None, given_rules: Rules) -> None:
    seen = standing_decision(person, Conversation.INTERNAL, asked, given_rules, lambda _: False)
    assert isinstance(seen, Refusal)


@given(people(), asked_for, rules())
def test_without_a_purpose_there_is_no_data(person: Person, asked: str | None, given_rules: Rules) -> None:
    nobody = Person(person.id, person.team, person.name, None, Standing.MEMBER, frozenset())
    seen = standing_decision(nobody, Conversation.INTERNAL, asked, given_rules, yes)
    assert seen == Refusal(Reason.NO_PURPOSE)


@given(people(), account_ids, rules(), st.lists(st.tuples(grants(), st.booleans()), max_size=4))
def test_only_a_live_grant_of_ones_own_reveals(
    person: Person, account: str, given_rules: Rules, found: list[tuple[Grant, bool]]
) -> None:
    standing = standing_decision(person, Conversation.INTERNAL, None, given_rules, yes)
    if isinstance(standing, Refusal):
        return
    own = partial(replace, team=person.team, person=person.id, purpose=standing.purpose.key)
    given_grants = [own(one) if is_own else one for one, is_own in found]
    decision = with_grants(standing, person, account, given_grants, NOW)
    assert decision.shown == standing.shown
    for key in given_rules.data_classes:
        allowed = may_reveal(decision, key)
        live = [
            one
            for one in given_grants
            if (one.team, one.person, one.purpose) == (person.team, person.id, decision.purpose.key)
            and account in one.accounts
            and key in one.data_classes
            and one.ended_at is None
            and one.starts_at <= NOW < one.ends_at
        ]
        if key not in decision.purpose.data_classes:
            assert allowed is Reason.NOT_IN_PURPOSE
        elif live:
            assert isinstance(allowed, Grant)
            assert allowed.ends_at == max(one.ends_at for one in live)
        else:
            assert allowed is Reason.NO_GRANT


@given(rules())
def test_the_default_is_of_the_persons_own_group(given_rules: Rules) -> None:
    for role in ("support", "billing", "marketing"):
        person = Person("U1", "T1", "Somebody", None, Standing.MEMBER, frozenset({role}))
        seen = standing_decision(person, Conversation.INTERNAL, None, given_rules, yes)
        own: list[Purpose] = [one for one in given_rules.purposes.values() if role in one.groups]
        defaults = [one for one in own if role in one.default_for]
        if defaults:
            assert isinstance(seen, Decision)
            assert seen.purpose == defaults[0]
        elif len(own) > 1:
            assert seen == Refusal(Reason.PURPOSE_NEEDED)
