"""What a customer reads: the report's sentences, its table, the chart, and the files."""

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pypdfium2  # type: ignore[import-untyped]  # it has no types
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.access.people import Conversation, Person, Standing
from bot.access.reasons import Reason
from bot.audit.reports import as_json, chart, html, pdf, words
from bot.audit.reports.customer import Disclosure, bars_of, by_role
from bot.audit.reports.making import may_report
from tests.bot.audit.reports.samples import (
    END,
    RIGA,
    START,
    WORDING,
    a_quarter,
    a_report,
    disclosure,
    reveal,
)

LATVIAN = "Šķērsielas Ļaužu Ēdnīca Ģībo Ņūtons Žūrija"
NASTY = '<script>alert(1)</script> "><img src=x onerror=1> {{ 7*7 }} {nb} & **bold** [a](b) \x00\u202e 🙂'


class Reader(HTMLParser):
    """The page's text and tags, as a browser has them."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    return reader


@pytest.mark.parametrize(
    ("looks", "summary"),
    [
        ([], "Nobody at Postwing looked at your data in this time."),
        (
            [disclosure()],
            (
                "One person at Postwing looked at your data once, for Technical support. "
                "Details were shown in part only, with the rest masked."
            ),
        ),
        (
            [disclosure(), reveal(1, actor="U0EDGARS", purpose="billing")],
            (
                "Two people at Postwing looked at your data twice, for Billing and Technical support. "
                "In one case details were shown in full."
            ),
        ),
        (
            [disclosure(number % 90) for number in range(14)],
            (
                "One person at Postwing looked at your data 14 times, for Technical support. "
                "Details were shown in part only, with the rest masked."
            ),
        ),
    ],
)
def test_the_summary(looks: list[Disclosure], summary: str) -> None:
    assert a_report(looks).summary == summary


def test_the_title_says_the_time_in_the_companys_zone() -> None:
    assert a_report([]).title == "Who looked at your data between 2 March and 31 May 2026"
    other = datetime(2025, 12, 31, 22, 30, tzinfo=UTC)  # half past midnight in Riga
    assert a_report([], since=other).title == "Who looked at your data between 1 January and 31 May 2026"
    assert "between 31 December 2025 and" in a_report([], since=other - timedelta(hours=1)).title
    assert a_report([], until=START + timedelta(hours=1)).title == "Who looked at your data on 2 March 2026"


def test_the_tables_lines() -> None:
    lines = a_report([disclosure(0), reveal(1), reveal(2, decided_by="policy"), reveal(3, decided_by=None)]).looks
    assert [one.kinds for one in lines] == ["Contact details in full"] * 3 + ["Account; Contact details in part"]
    assert [one.approval for one in lines] == [
        "Not on file (R-1001)",
        "As the purpose allows (R-1001)",
        "Access approvers (R-1001)",
        "None needed",
    ]
    assert [one.at for one in lines] == sorted((one.at for one in lines), reverse=True)


@pytest.mark.parametrize(
    ("changed", "approval"),
    [
        ({"needed": (("approvers", 1), ("privacy", 1))}, "Access approvers and Privacy office (R-1001)"),
        ({"needed": (("approvers", 2),)}, "Two of Access approvers (R-1001)"),
        (
            {"needed": (("approvers", 2), ("privacy", 1))},
            "Two of Access approvers and one of Privacy office (R-1001)",
        ),
        ({"emergency": True, "decided_by": "policy"}, "Emergency, reviewed afterwards (R-1001)"),
    ],
)
def test_under_whose_approval(changed: dict[str, Any], approval: str) -> None:
    one = reveal(**changed)
    assert WORDING.approval(one, WORDING.agreeing(one)) == approval


@pytest.mark.parametrize(
    ("basis", "purpose"),
    [("consent", "Disclosure on a written consent"), ("court_order", "Disclosure ordered by a court")],
)
def test_what_an_outsider_was_given_has_its_basis_for_a_purpose(basis: str, purpose: str) -> None:
    (line,) = a_report([reveal(action="access.disclose", basis=basis, purpose=None, grant="D-1")]).looks
    assert (line.purpose, line.who, line.whole) == (purpose, "An employee", True)


def test_people_of_one_role_are_told_apart_and_stay_the_same() -> None:
    looks = [disclosure(0), disclosure(1, actor="U0KASPARS"), disclosure(2), disclosure(3, purpose="billing")]
    name = by_role(looks, WORDING)
    assert [name(one) for one in looks] == ["Support, person 1", "Support, person 2", "Support, person 1", "Billing"]
    assert by_role(looks[:1], WORDING)(looks[0]) == "Support"


def test_a_purpose_and_fields_that_are_configured_no_longer_keep_their_names() -> None:
    (line,) = a_report([disclosure(purpose="surveys", fields=("id", "shoe_size"))]).looks
    assert (line.purpose, line.who) == ("surveys", "An employee")
    assert line.kinds == "Account (id); shoe size"


@given(
    st.lists(st.integers(0, 900 * 24 * 60), max_size=60),
    st.integers(0, 900),
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001 - made aware below
)
@settings(deadline=None)
def test_every_look_is_in_one_bar_and_no_week_is_missing(minutes: list[int], days: int, begin: datetime) -> None:
    since = begin.replace(tzinfo=UTC)
    until = since + timedelta(days=days)
    times = [since + timedelta(minutes=one % max(1, days * 24 * 60)) for one in minutes]
    bars, by_month = bars_of(times, since, until, RIGA)
    assert sum(bar.looks for bar in bars) == len(times)
    assert 1 <= len(bars) <= 62
    firsts = [bar.first for bar in bars]
    assert firsts[0] <= since.astimezone(RIGA).date()
    if by_month:
        assert all(one.day == 1 for one in firsts)
        assert [(two.year * 12 + two.month) - (one.year * 12 + one.month) for one, two in pairs(firsts)] == [1] * (
            len(firsts) - 1
        )
    else:
        assert all(one.weekday() == 0 for one in firsts)
        assert all(two - one == timedelta(days=7) for one, two in pairs(firsts))


def pairs(days: list[date]) -> list[tuple[date, date]]:
    return list(pairwise(days))


def test_the_charts_bars_stand_within_it() -> None:
    made = a_quarter()
    slots = chart.slots(made)
    assert len(slots) == 13
    assert all(slot.x >= 0 and slot.x + slot.width <= 1 and 0 <= slot.height <= 1 for slot in slots)
    assert [slot.label for slot in slots if slot.label][:3] == ["2 Mar", "16 Mar", "30 Mar"]
    assert "week of 2 March 2026: 3" in chart.spoken(made)


@pytest.mark.parametrize("weeks", [1, 2, 5, 8, 11, 12, 13, 24, 60])
def test_on_a_phone_no_two_labels_meet(weeks: int) -> None:
    made = a_quarter()
    bars = tuple(replace(made.bars[0], first=date(2026, 3, 2) + timedelta(weeks=n)) for n in range(weeks))
    shown = [slot for slot in chart.slots(replace(made, bars=bars)) if slot.label and not slot.spare]
    assert all(two.x - one.x >= chart.NARROW for one, two in pairwise(shown))
    assert shown[0].x < chart.NARROW


def test_the_page_stands_by_itself() -> None:
    page = read(html.render(a_quarter()))
    assert not {"script", "link", "img", "iframe", "object", "base", "form"} & set(page.tags)
    assert not {"src", "href", "onclick", "style"} & page.attributes
    assert page.tags.count("tr") == 1 + 11
    for said in ("Postwing", "privacy@postwing.example", "R-1014", "HD-2290", "Support, person 2", "12,345 entries"):
        assert said in page.text


def test_what_people_typed_is_text_in_the_page() -> None:
    made = a_report([reveal(ticket=NASTY, purpose=NASTY)], name=NASTY, account=NASTY)
    page = read(html.render(made))
    assert not {"script", "img", "a", "b"} & set(page.tags)
    assert "onerror" not in page.attributes
    assert page.text.count("<script>alert(1)</script>") >= 3
    assert "{{ 7*7 }}" in page.text


def test_the_pdf_has_a_glyph_for_every_latvian_letter(caplog: pytest.LogCaptureFixture) -> None:
    """The library says which letters its font lacks: none of these, but the Chinese one."""
    made = pdf.printed(a_report([disclosure()], name=LATVIAN))
    assert made.content.startswith(b"%PDF-")
    assert made.content.count(b"/FontFile2") == 3
    assert made.unprinted == ()
    assert caplog.records == []


def test_what_people_typed_is_text_in_the_pdf() -> None:
    content = pdf.render(a_report([reveal(ticket=NASTY)], name=NASTY, account=NASTY))
    assert b"/URI" not in content
    assert b"/JavaScript" not in content
    assert pdf.render(a_report([reveal(ticket="\n".join("HD-2211 and what one can add" * 3))]))  # higher than a page
    printed = pdf.render(a_report([reveal(number, ticket="HD-{nb}") for number in range(60)], name="Firm {nb}"))
    pages = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(printed)]
    assert "Firm {nb}" in pages[0]
    assert sum(page.count("HD-{nb}") for page in pages) == 60
    assert [f"{number} of {len(pages)}" in page for number, page in enumerate(pages, start=1)] == [True] * len(pages)


def test_the_same_report_makes_the_same_file() -> None:
    assert pdf.render(a_quarter()) == pdf.render(a_quarter())


def test_a_long_report_has_pages_and_heads_on_each() -> None:
    looks = [disclosure(number % 90, entry=f"{number:036d}") for number in range(150)]
    content = pdf.render(a_report(looks))
    assert 3 <= len(re.findall(rb"/Type /Page\b", content)) <= 8


def test_an_empty_report_says_so_and_can_be_checked() -> None:
    made = a_report([], seal=None, refused=2)
    page = read(html.render(made))
    assert "Nobody at Postwing looked at your data in this time. Two attempts were refused" in page.text
    assert "has not been signed yet" in page.text
    assert "table" not in page.tags
    assert pdf.render(made).startswith(b"%PDF-")


def test_what_is_left_out_is_said() -> None:
    made = a_report([disclosure()], left_out=1500)
    assert "1,500 older ones are not in it" in words.below_the_table(made)
    assert "1,501 times" in made.summary


def test_json_has_whole_ids_and_times_in_utc() -> None:
    value = json.loads(json.dumps(as_json.as_json(a_report([reveal(1)]))))
    (look,) = value["looks"]
    assert look["at"] == "2026-03-03T09:01:00.000000Z"
    assert (look["grant"], look["index"], look["in_full"]) == ("R-1001", 41, True)
    assert len(look["entry"]) == 36
    assert value["checkpoint"]["root"] == bytes(range(32)).hex()
    assert value["purposes"][0]["clause"].startswith("employees who need it")
    assert value["until"] == END.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@pytest.mark.parametrize(
    ("standing", "roles", "conversation", "reason"),
    [
        (Standing.MEMBER, {"privacy"}, Conversation.INTERNAL, None),
        (Standing.MEMBER, {"privacy", "support"}, Conversation.INTERNAL, None),
        (Standing.MEMBER, {"support", "auditors"}, Conversation.INTERNAL, Reason.NOT_A_PRIVACY_OFFICER),
        (Standing.MEMBER, set(), Conversation.INTERNAL, Reason.NOT_A_PRIVACY_OFFICER),
        (Standing.GUEST, {"privacy"}, Conversation.INTERNAL, Reason.NOT_A_PRIVACY_OFFICER),
        (Standing.DEACTIVATED, {"privacy"}, Conversation.INTERNAL, Reason.DEACTIVATED),
        (Standing.STRANGER, {"privacy"}, Conversation.INTERNAL, Reason.STRANGER),
        (Standing.BOT, {"privacy"}, Conversation.INTERNAL, Reason.BOT),
        (Standing.MEMBER, {"privacy"}, Conversation.SHARED, Reason.SHARED_CHANNEL),
        (Standing.MEMBER, {"privacy"}, Conversation.UNKNOWN, Reason.UNSEEN_CHANNEL),
    ],
)
def test_who_may_report(standing: Standing, roles: set[str], conversation: Conversation, reason: Reason | None) -> None:
    person = Person("U1", "T1", "somebody", None, standing, frozenset(roles))
    assert may_report(person, conversation) is reason
