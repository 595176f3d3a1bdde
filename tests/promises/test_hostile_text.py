"""Promise 9: what people type, and what customers are called, is data: no mention, no link, no formula."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.access.grants import Grant, Request, Status
from bot.access.overview import Overview
from bot.access.reasons import Reason
from bot.access.requests.drafts import Fault, Part
from bot.access.requests.filing import Incomplete
from bot.accounts.disclosures.draft import Basis
from bot.accounts.disclosures.records import Approval, Disclosure
from bot.accounts.disclosures.records import Status as DisclosureStatus
from bot.accounts.disclosures.waiting import OfDisclosures
from bot.accounts.results import Card, Line, NotFound, Refused, Revealed, Suggestions
from bot.accounts.source import AccountRef
from bot.app import company_of
from bot.audit.entry import Action, Entry, Outcome, Surface, leaf_hash, seal
from bot.audit.exports.export import csv_lines
from bot.audit.query import Filter, Unclear
from bot.audit.read import Stored
from bot.audit.search import Found, NotSearched
from bot.settings import load_configuration
from handlers.command_text import read, unescape
from handlers.views import home
from handlers.views.access import form as access_form
from handlers.views.access import lists as access_lists
from handlers.views.access import requests
from handlers.views.accounts import account
from handlers.views.audit import search as audit
from slack_local.people.escaping import entities
from tests.promises.surfaces import links_by_itself, marked_up, problems, told
from tests.scenarios.harness import ROOT

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CONFIGURATION = load_configuration(ROOT / "steward.toml")
COMPANY, RULES = company_of(CONFIGURATION), CONFIGURATION.rules
SUPPORT = RULES.purposes["technical_support"]
PEOPLE = {"U0INESE", "U0JANIS"}
ID = "0198f5b4-7c1e-7000-8000-00000000abcd"

NASTY = (
    "<!channel>",
    "<!here|everyone>",
    "<@U0JANIS>",
    "<@U0MARTINS|boss>",
    "<#C123|general>",
    "<!subteam^S1|@support>",
    "<!date^0^{date}^https://evil.example|today>",
    "<https://evil.example|balticbeans.example>",
    "<mailto:a@evil.example|write>",
    "&lt;!channel&gt;",
    "&amp;lt;!channel&amp;gt;",
    "https://evil.example/?a=1&b=<2>",
    "`code` *bold* _it_ ~no~ > quote",
    "```",
    "*" * 40,
    "=cmd|' /C calc'!A1",
    "@SUM(1+1)*cmd",
    "\t=1+1",
    "\r\n-1",
    "\u202egnp.exe\u202c \u200f\u2067",
    "\x00",
    "a\x00b",
    "\ud83d",
    "\udc00<!channel>",
    "\u2028\u2029\ufeff=1",
    "<" * 5000,
    "&" * 5000,
    "`" * 5000,
    "é" * 5000,
    "𝔸" * 5000,
    "{reason} {0} %s %(x)s",
    "sha256:" + "0" * 64,
    ":white_check_mark: *Approved* by",
    " ",
    "",
)

pieces = st.one_of(st.sampled_from(NASTY), st.text(max_size=60), st.text(alphabet="<>@!#|&;*_`~=+-\n ", max_size=20))
typed = st.lists(pieces, min_size=1, max_size=4).map("".join)
whole = typed.map(lambda text: text.encode("utf-8", "ignore").decode().replace("\x00", ""))
checked = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def clean(document: Mapping[str, Any], people: set[str] = PEOPLE) -> None:
    """Slack takes it, and nothing in it is a mention or a link that was not meant."""
    assert problems(document) == []
    assert links_by_itself(document) == []
    for words in marked_up(document):
        assert told(words, people) == [], words


def nasty_request(text: str, status: Status = Status.PENDING) -> Request:
    """As a person filled it in, as far as the form lets them."""
    request = Request(
        number=1042,
        team="T1",
        person="U0INESE",
        account=account_of(text),
        account_label=text[:10_000],
        purpose="technical_support",
        data_classes=("contact", "recipients"),
        duration=timedelta(hours=2),
        justification=text[:2000],
        ticket=text[:100] or None,
        status=status,
        asked_at=NOW,
        expires_at=NOW + timedelta(hours=8),
        grant=nasty_grant(text) if status is Status.GRANTED else None,
    )
    if status is Status.PENDING:
        return request
    return replace(request, decided_at=NOW, decided_by="U0JANIS", decision_note=text[:1000])


def nasty_grant(text: str) -> Grant:
    ends = NOW + timedelta(hours=2)
    return Grant(1042, "T1", "U0INESE", account_of(text), SUPPORT.key, ("contact",), NOW, ends, "U0JANIS")


def nasty_disclosure(text: str) -> Disclosure:
    """As a person filled it in, with a deputy's yes."""
    typed = {"recipient": text[:200], "organisation": text[:200], "reference": text[:200], "given_by": text[:200]}
    return Disclosure(
        number=12,
        team="T1",
        asked_by="U0INESE",
        account=account_of(text),
        fields=("email",),
        basis=Basis.CONSENT,
        dated=NOW.date(),
        why=text[:2000],
        policy_version="v",
        status=DisclosureStatus.PENDING,
        asked_at=NOW,
        expires_at=NOW + timedelta(hours=8),
        decided_at=None,
        decided_by=None,
        shown_until=None,
        shown_at=None,
        approvals=(Approval("U0INESE", frozenset({"approvers"}), "U0JANIS"),),
        **typed,
    )


def account_of(text: str) -> str:
    """An id may be any text that can be typed in a search, up to 100 characters."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())[:100].strip() or "pw-1"


def nasty_ref(text: str) -> AccountRef:
    return AccountRef(account_of(text), "business", {"name": text, "domain": text[:320]})


def messages(text: str) -> Iterator[Mapping[str, Any]]:
    for status in Status:
        one = nasty_request(text, status)
        yield requests.to_approvers(one, COMPANY, text, NOW)
        yield requests.to_requester(one, COMPANY, NOW)
        yield requests.asked(one, COMPANY, NOW)
        yield requests.over(one, COMPANY, 3, NOW)
        yield requests.ending_soon(one, COMPANY, NOW)
        seen = Overview((nasty_grant(text),) * 3, (one,) * 3, (one,) * 3)
        outside = OfDisclosures((nasty_disclosure(text),) * 7, (nasty_disclosure(text),) * 2)
        yield access_lists.own_list(seen, outside, COMPANY, NOW, "")
        yield access_lists.waiting_list(seen, outside, COMPANY, NOW)
        yield access_lists.waiting_list(Overview((), (), (one,) * 20), OfDisclosures((), ()), COMPANY, NOW)
        yield home.render(seen, tuple(RULES.purposes.values()), COMPANY, NOW, outside=outside)
        yield access_form.deny_form(one, COMPANY)
        for reason in Reason:
            words = requests.not_decided(reason, one, COMPANY, NOW, "U0JANIS")
            yield {
                "text": words,
                "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": words[:3000], "verbatim": True}}],
            }


def cards(text: str) -> Iterator[Mapping[str, Any]]:
    ref = nasty_ref(text)
    lines = tuple(
        Line(one, one.shown, dict.fromkeys(one.fields, text[:320]), dict.fromkeys(one.fields, 3), grant)
        for one in RULES.data_classes.values()
        for grant in (None, nasty_grant(text))
    )
    others = tuple(RULES.purposes.values())
    for chosen in (lines[::2], lines[1::2]):
        yield account.render(Card(ID, ref, SUPPORT, True, chosen, others), COMPANY, NOW)
    several = tuple(ref._replace(id=f"{ref.id[:90]}{n}") for n in range(10))
    for similar, more in ((False, False), (True, False), (False, True)):
        yield account.render(Suggestions(ID, text, SUPPORT, True, several, more, similar), COMPANY, NOW)
    for reason in Reason:
        yield account.render(NotFound(ID, text, reason), COMPANY, NOW)
        yield account.render(Refused(ID, reason, SUPPORT), COMPANY, NOW)
    values, lists = {"email": text or "-", "phone": text or "-"}, {"recipients": (text[:320],) * 50}
    shown, total = RULES.data_classes["contact"], {"recipients": 150}
    yield account.revealed(Revealed(ID, ref, shown, SUPPORT, nasty_grant(text), values, lists, 2, 3, total), NOW)


def forms(text: str) -> Iterator[Mapping[str, Any]]:
    prefill = access_form.Prefill(text, SUPPORT, timedelta(hours=1), text, text)
    yield access_form.form(tuple(RULES.purposes.values()), prefill, COMPANY)
    found = Incomplete({Part.ACCOUNT: Fault.SEVERAL_MATCHES}, (nasty_ref(text),) * 10)
    assert all(isinstance(words, str) for words in access_form.errors(found, COMPANY, SUPPORT).values())


def stored(text: str, action: Action, **more: Any) -> Stored:
    entry = Entry(
        id=ID, at=NOW, actor="U0INESE", team="T1", actor_email="inese@postwing.example", action=action,
        outcome=Outcome.DISCLOSED, reason="granted", account=account_of(text), query=text[:4000], purpose=SUPPORT.key,
        fields=("email", "phone"), grant="R-1042", ticket=text[:100], justification=text[:2000],
        policy_version="0" * 64, request="1.2.3", surface=Surface.COMMAND,
    )  # fmt: skip
    sealed, opened = seal(replace(entry, **more), lambda size: b"\x01" * size)
    return Stored(ID, NOW, sealed, leaf_hash(sealed), orjson.dumps(opened).decode())


def searches(text: str) -> Iterator[Mapping[str, Any]]:
    entries = tuple(stored(text, action) for action in list(Action)[:10])
    wanted = Filter(account=text[:100] or None, actor="U0INESE", since=NOW)
    yield audit.render(Found(ID, wanted, entries, 10_000, (NOW, ID)), COMPANY, NOW)
    yield audit.render(Found(ID, wanted, (), 0, None), COMPANY, NOW)
    yield audit.not_searched(NotSearched(ID, Reason.UNCLEAR_QUERY, Unclear(text, text)), COMPANY)


@checked
@given(text=whole)
@example(text="<!channel>")
@example(text="<" * 5000)
@example(text="é" * 5000)
@example(text="`" * 5000)
@example(text="&" * 5000)
def test_requests_and_lists(text: str) -> None:
    for document in messages(text):
        clean(document)


@checked
@given(text=whole)
@example(text="<!channel>")
@example(text="<" * 5000)
@example(text="é" * 5000)
def test_cards_and_suggestions(text: str) -> None:
    for document in cards(text):
        clean(document)


@checked
@given(text=whole)
@example(text="x" * 5000)
def test_forms(text: str) -> None:
    for document in forms(text):
        clean(document)


@checked
@given(text=whole)
@example(text="<!channel>")
@example(text="é" * 5000)
@example(text="a" * 5000)
@example(text="<" * 5000)
def test_searches(text: str) -> None:
    for document in searches(text):
        clean(document)


@checked
@given(text=whole)
@example(text="=1")
@example(text="\t=1")
@example(text="\ufeff=1")
@example(text=" =1")
@example(text="＝1")
@example(text="\n=1")
def test_no_cell_of_an_export_is_a_formula(text: str) -> None:
    lines = list(csv_lines([stored(text, Action.LOOK_UP, reason=text, purpose=text)]))
    rows = list(csv.reader(io.StringIO("".join(lines), newline="")))
    assert [len(row) for row in rows] == [18, 18]
    for cell in rows[1]:
        seen = "".join(one for one in cell if one.isprintable() and one not in " \u200b")
        assert not seen.startswith(("=", "+", "-", "@", "|", "%", "＝", "＋", "－", "＠")), cell


@checked
@given(text=whole)
def test_text_comes_back_as_it_was_typed(text: str) -> None:
    """Slack's escapes are undone once: what was typed as an entity stays one."""
    spaced = " ".join(text.split())
    assert unescape(entities(spaced)) == spaced
    assert read(entities(text), {}).query == unescape(entities(spaced))


def test_nobody_hides_a_reason_by_making_it_look_erased() -> None:
    """What stands in an opened field was typed by a person, whatever it looks like."""
    reason = "sha256:" + "0" * 64
    assert reason[:20] in audit.line(stored(reason, Action.REQUEST), COMPANY, NOW)
    assert "(erased)" not in audit.line(stored(reason, Action.REQUEST), COMPANY, NOW)
    erased = stored("x", Action.REQUEST)._replace(written=None)
    assert "(erased)" in audit.line(erased, COMPANY, NOW)
