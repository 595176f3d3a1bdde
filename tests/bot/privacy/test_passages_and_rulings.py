"""Passages found again, quotations that nobody made, such questions, what may be said, and the reply to customers."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.audit.weekly.charts import WIDEST, paired
from bot.privacy.answer import Answer, Confidence, Kind, Why, as_they_stand
from bot.privacy.customer_reply import LONGEST, Terms, customer_reply, lacks, language_of
from bot.privacy.desk import NotYet, Part, Verdict, flaws_of
from bot.privacy.gaps import first_working_day, month_named
from bot.privacy.passages import invented, standing, unmarked
from bot.privacy.questions import Reply, only_verbatim
from bot.privacy.rulings import Kind as Ruled
from bot.privacy.rulings import Ruling, Status, alike, such
from bot.privacy.saying import say
from bot.privacy.text import Clause, PolicyText, find_clause, read_policy
from bot.privacy.versions import Policy
from handlers.views.privacy.answers import render

NOW = datetime(2026, 3, 2, tzinfo=UTC)
TEXT = "# Policy\n\n## Sharing\n\nWe do not sell data. We share data only when a court orders it.\n"
TERMS = Terms("Postwing", "privacy@postwing.example", "https://postwing.example/privacy")


def policy_of(text: str = TEXT) -> PolicyText:
    return read_policy(text.encode(), "policy.md")


def clause(words: str, policy: PolicyText) -> Clause:
    found = find_clause(policy, words)
    assert found is not None
    return found


def ruling(asked: str, topic: str | None = "sale") -> Ruling:
    return Ruling(
        1, 1, "e", Ruled.WRITTEN, "T1", "U1", NOW, topic, "v", (), Status.IN_FORCE, 0, None, None, None, asked, "No."
    )


def reply(quote: Clause | None, policy: PolicyText, kind: Kind, topic: str | None = None) -> Reply:
    why = Why.SAID if quote else Why.TOPIC_MISSING
    answer = Answer(kind, why, Confidence.HIGH, policy.hash, "t", topic, (quote,) if quote else ())
    return Reply("e", "q", Policy(policy.hash, NOW, policy), answer)


def test_a_passage_stands_as_whole_sentences_only() -> None:
    policy = policy_of()
    found = standing("We do not sell data.", policy)
    assert found is not None
    assert (found.heading, found.quote) == ("Sharing", "We do not sell data.")
    assert standing("We do not sell data. We share data only when a court orders it.", policy) is not None
    longer = policy_of(TEXT.replace("sell data.", "sell data. Not today"))
    for words in ("We do not sell", "sell data.", "", "We share data only"):
        assert standing(words, longer) is None
    assert standing("We do not sell data", policy_of(TEXT.replace("sell data.", "sell data unless paid."))) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It's ours, isn't it?", None),
        ("As it says: “We do NOT sell data.”", None),
        ("«a court orders it» and 'nothing else'", None),
        ('They say "we sell data"', "we sell data"),
        ("“We do not sell data. And we never will.", "We do not sell data. And we never will."),
        ("„We sell“", "We sell"),
        ('" "', None),
    ],
)
def test_quotations_that_nobody_made_are_found(text: str, found: str | None) -> None:
    policy = policy_of()
    assert invented(text, policy) == found
    assert invented(unmarked(text, policy), policy) is None
    assert (unmarked(text, policy) == text) is (found is None)


@given(st.text(alphabet='“”"«»„ abWe do not sell data.', max_size=80))
def test_unmarked_quotes_nothing_invented(text: str) -> None:
    assert invented(unmarked(text, policy_of()), policy_of()) is None


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("Do you sell my personal data?", "do you sell my personal data", True),
        ("do you ever sell my personal data to anyone", "do you ever sell my personal data to anyone, please", True),
        ("do you sell my data", "do you sell my data to the police", False),
        ("do you keep it 3 years", "do you keep it 5 years", False),
        ("do you share my data with them", "do you not share my data with them", False),
        ("may I", "", False),
    ],
)
def test_such_questions_are_nearly_the_same_words(first: str, second: str, same: bool) -> None:
    assert alike(first, second) is same
    assert alike(second, first) is same


def test_a_like_question_needs_the_same_topic() -> None:
    asked = "do you ever sell my personal data to anyone"
    like = f"{asked} please"
    assert such(asked, None, [ruling(asked)]) == (ruling(asked), True)
    assert such(like, "sale", [ruling(asked)]) == (ruling(asked), False)
    assert such(like, "retention", [ruling(asked)]) is None
    assert such(like, None, [ruling(asked, None)]) is None
    assert such("", None, [ruling("")]) is None
    for erased in (replace(ruling(asked), text=None), replace(ruling(asked), asked=None)):
        assert such(asked, "sale", [erased]) is None
    assert such(asked, "sale", [replace(ruling(asked), text=None), ruling(asked)]) == (ruling(asked), True)


def test_what_is_said_is_a_part_of_the_quote_in_its_order() -> None:
    quote = "We do not, under any circumstances, sell or rent data without your consent or unless ordered by a court."
    assert say(quote) == "We do not sell or rent data without your consent or unless ordered by a court."
    for left_out in ("Under no circumstances, of course, do we sell.", "We do not sell data.", "x" * 5000):
        assert say(left_out) is None


asides = st.sampled_from(
    [", of course, ", ", of course,", ", under any circumstances,", "please note that ", "as always, ", "we", " "]
)


@given(st.lists(asides | st.text("ab É,.", max_size=9), max_size=8).map("".join))
def test_nothing_is_added_to_what_is_said(quote: str) -> None:
    said, words = say(quote), iter(quote.casefold().replace(",", " ").split())
    assert all(word in words for word in (said or "").casefold().replace(",", " ").split())
    assert said is None or len(said) < len(quote)


@pytest.mark.parametrize("aside", [", of course,", ", under any circumstances,", ", as a matter of principle ,"])
@pytest.mark.parametrize("begin", ["Please note that we", "As always, we", "Of course, we", "We"])
def test_only_what_stresses_is_left_out(begin: str, aside: str) -> None:
    assert say(f"{begin} do not{aside} sell it, unless you agree.") == "We do not sell it, unless you agree."


def test_what_an_officer_writes_is_judged_field_by_field() -> None:
    policy = Policy("v", NOW, policy_of())

    def flaws(asked: str | None, text: str | None, kind: Ruled = Ruled.WRITTEN) -> dict[Part, NotYet]:
        return flaws_of(Verdict(kind, asked, (), text), policy)

    assert flaws("Do you sell it?", "We never have.") == {}
    assert flaws(None, "As we say: “We do not sell data.”") == {}
    assert flaws(" why ", "no") == {Part.ASKED: NotYet.TOO_SHORT, Part.TEXT: NotYet.TOO_SHORT}
    assert flaws("x" * 301, "x" * 2001) == {Part.ASKED: NotYet.TOO_LONG, Part.TEXT: NotYet.TOO_LONG}
    assert flaws(None, None) == {Part.TEXT: NotYet.TOO_SHORT}
    assert flaws(None, "It says “we sell nothing”.") == {Part.TEXT: NotYet.INVENTED_QUOTE}
    assert flaws(None, None, Ruled.NOT_OURS) == flaws(None, None, Ruled.QUOTED) == {}


def test_an_answer_that_is_not_the_text_is_no_quote() -> None:
    policy = policy_of()
    good = clause("We do not sell data", policy)
    whole = Clause(policy.text[good.start : good.end], good.heading, good.start, good.end, policy.hash)
    lies = (
        Clause("We sell data.", "Sharing", whole.start, whole.end, policy.hash),
        Clause(whole.quote, "Sharing", whole.start + 1, whole.end + 1, policy.hash),
        Clause(whole.quote, "Sharing", whole.start, whole.end, "0" * 64),
    )
    for lie in lies:
        answer = Answer(Kind.QUOTED, Why.SAID, Confidence.HIGH, policy.hash, quotes=(lie,), candidates=(whole, lie))
        safe = only_verbatim(answer, policy)
        assert (safe.kind, safe.quotes, safe.candidates) == (Kind.UNSURE, (), (whole,))
    assert only_verbatim(Answer(Kind.QUOTED, Why.SAID, Confidence.HIGH, policy.hash), policy).kind is Kind.UNSURE


def test_the_reply_is_in_the_policys_language() -> None:
    german = policy_of(
        "# Datenschutz\n\n## Weitergabe\n\nWir verkaufen Ihre Daten nicht und geben sie nur mit Zustimmung weiter. "
        "Die Daten werden auf unseren Servern und nicht bei Dritten gespeichert.\n"
    )
    assert language_of(german) == "de"
    said = customer_reply(reply(clause("Wir verkaufen Ihre Daten nicht", german), german, Kind.QUOTED), TERMS)
    assert "„Wir verkaufen Ihre Daten nicht“" in said
    assert said.endswith("Freundliche Grüße\nPostwing")
    silent = customer_reply(reply(None, german, Kind.SILENT, "how long data is kept"), TERMS)
    assert "how long" not in silent
    assert language_of(policy_of()) == "en"


def test_a_quote_is_whole_or_not_there() -> None:
    long = "We do not sell data " + "and so on " * 400 + "unless a court orders it."
    policy = policy_of(f"# Policy\n\n## Sharing\n\n{long}\n")
    whole = Clause(long, "Sharing", policy.text.index("We do"), len(policy.text), policy.hash)
    said = customer_reply(reply(whole, policy, Kind.QUOTED), TERMS)
    assert len(said) <= LONGEST
    assert "We do not sell" not in said
    assert "speaks of this in the section Sharing." in said


def test_silence_in_words() -> None:
    assert lacks("how long data is kept") == "does not say how long data is kept"
    assert lacks("cookies") == "says nothing about cookies"


@example([(34 * "0" + "\x7f", 0, 0)])
@given(
    st.lists(
        st.tuples(st.text(st.characters(codec="ascii", min_codepoint=32), max_size=60), *[st.integers(0, 10**6)] * 2)
    )
)
def test_a_paired_chart_fits_a_phone(rows: list[tuple[str, int, int]]) -> None:
    lines = paired(rows).split("\n")
    assert all(len(line) <= WIDEST for line in lines)
    for name, now, _ in rows:
        assert not now or f"{now:,}" in paired([(name, now, 0)])


def test_the_first_working_day() -> None:
    days = [first_working_day(month_named(name, UTC)).isoformat() for name in ("2026-03", "2026-08", "2026-04")]
    assert days == ["2026-03-02", "2026-08-03", "2026-04-01"]


def test_what_stands_under_one_heading_is_read_in_the_order_of_the_text() -> None:
    policy = policy_of("# Policy\n\n## Held\n\nWe hold:\n\n- your name\n\n## Sold\n\nNothing is sold.\n")
    item, beginning, other = (clause(words, policy) for words in ("your name", "We hold:", "Nothing is sold."))
    assert as_they_stand((item, other, beginning)) == (beginning, item, other)
    answer = Answer(Kind.QUOTED, Why.SAID, Confidence.HIGH, policy.hash, None, None, (item, beginning, other))
    said = customer_reply(Reply("e", "q", Policy(policy.hash, NOW, policy), answer), TERMS)
    assert "“We hold:”\n\n“your name”\n(Held)\n\n“Nothing is sold.”\n(Sold)" in said


@pytest.mark.parametrize(
    ("kind", "why", "on_topic", "said"),
    [
        (Kind.SILENT, Why.TOPIC_MISSING, False, "The policy does not say whether cookies are used."),
        (Kind.SILENT, Why.NOTHING_LIKE_IT, True, "The policy has something on this (whether cookies are used), but"),
        (Kind.SILENT, Why.NOTHING_LIKE_IT, False, "I found nothing in the policy that answers this."),
        (Kind.UNSURE, Why.SEVERAL_MEANT, True, "what the policy says about this (whether cookies are used)."),
        (Kind.UNSURE, Why.SEVERAL_MEANT, False, "I am not sure what the policy says about this."),
    ],
)
def test_an_agent_reads_that_the_policy_has_a_topic_only_where_it_has(
    kind: Kind, why: Why, said: str, *, on_topic: bool
) -> None:
    policy = policy_of()
    near = (clause("We do not sell data.", policy),)
    label = "whether cookies are used"
    answer = Answer(kind, why, Confidence.LOW, policy.hash, "cookies", label, (), near, on_topic=on_topic)
    shown = render(Reply("e", "q", Policy(policy.hash, NOW, policy), answer))
    assert said in shown["text"]
    assert ("More from the policy*" in str(shown)) is (why is Why.NOTHING_LIKE_IT)
