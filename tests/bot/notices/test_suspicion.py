"""Pages that are not the policy, and policies that only speak of what such pages say."""

import pytest

from bot.notices.suspicion import Suspicion, suspicion_of
from bot.privacy.text import read_policy

SENTENCES = [
    "We collect the name and the address of whoever signs up with us.",
    "Our support may read them in order to help.",
    "We never sell them to anyone at all.",
    "Invoices are kept for ten years as the law demands.",
    "You may ask us at any time what we know of you.",
    "We answer within a month of the day of your request.",
    "A court may order us to hand something over.",
    "Then we tell you unless that is forbidden to us.",
    "This policy may change in the course of time.",
    "We announce every change two weeks ahead of it.",
]
ENDED, OPEN = "<html><body>{}</body></html>", "<html><body>{}"


def markdown(sentences: list[str]) -> str:
    return "# Policy\n\n## What we do\n\n" + "\n\n".join(sentences)


def page(sentences: list[str], frame: str = ENDED) -> str:
    return frame.format("<h1>Policy</h1><h2>What we do</h2>" + "".join(f"<p>{one}</p>" for one in sentences))


def suspected(after: str, before: str | None = None, most_lost: float = 0.5) -> Suspicion | None:
    texts = [one.encode() for one in (before or markdown(SENTENCES), after)]
    kept, came = (read_policy(one, "policy.html" if one.startswith(b"<") else "policy.md") for one in texts)
    return suspicion_of(kept, came, texts[0], texts[1], most_lost)


@pytest.mark.parametrize(
    ("said", "suspicion"),
    [
        ("Please complete the security check to go on.", Suspicion.CAPTCHA),
        ("Checking your browser before you go on.", Suspicion.CAPTCHA),
        ("Please sign in with your company account.", Suspicion.LOGIN),
        ("Did you forget your password?", Suspicion.LOGIN),
        ("Access denied for this address.", Suspicion.ERROR_PAGE),
        ("We are under maintenance at the moment.", Suspicion.ERROR_PAGE),
        ("502 from the gateway, with nothing to show.", Suspicion.ERROR_PAGE),
    ],
)
def test_another_page_is_told_by_what_it_says(said: str, suspicion: Suspicion) -> None:
    assert suspected(page([said])) is suspicion
    assert suspected(page([said, *SENTENCES[:2]])) is suspicion, "two sentences of ten are no policy yet"


@pytest.mark.parametrize(
    "said", ["Access is denied to everybody else.", "You may sign in with a key.", "Write to 404."]
)
def test_a_policy_may_speak_of_what_such_pages_say(said: str) -> None:
    assert suspected(markdown([said, *SENTENCES])) is None
    assert suspected(markdown([said, *SENTENCES[:9]])) is None


def test_a_page_that_asks_for_a_password_is_a_login_whatever_its_words() -> None:
    asking = (
        "<html><body><p>Welcome back, dear reader of ours.</p><form><input name=p type='password'></form></body></html>"
    )
    assert suspected(asking) is Suspicion.LOGIN
    assert suspected(page(SENTENCES).replace("</body>", '<input type="password"></body>'), page(SENTENCES)) is None


def test_a_text_that_lost_too_much_is_incomplete() -> None:
    """Ten sentences of ten words each, and the words of the headings on either side."""
    even = [f"{one} two three four five six seven eight nine ten." for one in "abcdefghij"]
    last = even[-1]
    assert suspected("\n\n".join([*even[:4], last]), "\n\n".join(even)) is Suspicion.SHRUNK
    assert suspected("\n\n".join([*even[:5], last]), "\n\n".join(even)) is None
    assert suspected("\n\n".join([*even[:5], last]), "\n\n".join(even), most_lost=0.4) is Suspicion.SHRUNK


def test_a_text_that_stops_within_a_sentence_is_cut_off() -> None:
    assert suspected(markdown([*SENTENCES[:9], "We announce every change two"])) is Suspicion.CUT_OFF
    assert suspected(markdown(SENTENCES[:9])) is None, "the last sentence was taken out"
    assert suspected(markdown([*SENTENCES[:9], "We announce every change to those whom it concerns"])) is None
    assert suspected(markdown(["We announce every change two", *SENTENCES])) is None, "it ends as it did"
    turned = [SENTENCES[9], *SENTENCES[:8], "This policy may change in"]
    assert suspected(markdown(turned)) is None, "its former end is there"
    assert suspected(markdown([*SENTENCES[:9], "We announce every change."])) is None, "a whole sentence, only shorter"
    assert suspected(markdown([*SENTENCES[:9], "We announce"])) is None, "two words may begin anything"


def test_a_text_that_ends_with_a_heading_is_cut_off() -> None:
    assert suspected(markdown(SENTENCES[:9]) + "\n\n## Changes\n") is Suspicion.CUT_OFF


def test_a_page_that_does_not_end_as_it_did_is_cut_off() -> None:
    whole = page(SENTENCES)
    assert suspected(page(SENTENCES[:8], OPEN), whole) is Suspicion.CUT_OFF
    assert suspected(page(SENTENCES[:8]), whole) is None
    assert suspected(page(SENTENCES[:8], OPEN), page(SENTENCES, OPEN)) is None, "it never had an end"
    assert suspected(page(SENTENCES, OPEN), whole) is None, "nothing of it is missing"
