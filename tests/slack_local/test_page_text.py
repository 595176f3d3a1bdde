"""What the page makes of Slack's text, and what its files promise: no scripts in the markup, readable colours."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from slack_local.local_slack import LocalSlack
from tests.slack_local.page_app import MANIFEST, WORKSPACE
from tests.slack_local.page_chromium import pages_of

pytest_plugins = ["tests.slack_local.page_chromium"]

PAGE = Path(__file__).parents[2] / "slack_local" / "page"


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    """One for all: what is drawn of a text does not stay in it."""
    with LocalSlack.start(manifest=MANIFEST, workspace=WORKSPACE) as office, pages_of(chromium, office) as opened:
        yield opened("?as=inese")


def drawn(page: Page, text: str) -> str:
    """The HTML that the page makes of a mrkdwn text."""
    script = """async (text) => {
      const {drawMrkdwn} = await import("/page/text.js");
      const reader = {me: "U1", name: (id) => ({U1: "Inese", U2: "Jānis <i>"})[id] ?? id, channelName: () => "support",
        groupHandle: () => "support", zone: () => "Europe/Riga", now: () => new Date("2026-03-01T12:00:00Z")};
      const box = document.createElement("div");
      box.append(...drawMrkdwn(text, reader));
      return box.innerHTML.replaceAll(/ (class|title|datetime|data-[a-z]+|tabindex|rel|target)="[^"]*"/g, "");
    }"""
    return str(page.evaluate(script, text))


@pytest.mark.browser
@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*bold* _italic_ ~gone~ `code`", "<strong>bold</strong> <em>italic</em> <s>gone</s> <code>code</code>"),
        ("snake_case_name 2*3*4 a~b~c", "snake_case_name 2*3*4 a~b~c"),
        ("* not bold* and *open", "* not bold* and *open"),
        ("*bold with _italic_ inside*", "<strong>bold with <em>italic</em> inside</strong>"),
        ("*<https://a.example|a*b>*", '<strong><a href="https://a.example">a*b</a></strong>'),
        ("`*code*` stays", "<code>*code*</code> stays"),
        ("```\n*pre*\n  kept\n```", "<pre>*pre*\n  kept</pre>"),
        ("&gt; one\n&gt; two\nafter", "<blockquote>one\ntwo</blockquote>after"),
        ("&gt;&gt;&gt;all\nof it", "<blockquote>all\nof it</blockquote>"),
        ("• one\n• two\n1. three", "• one\n• two\n1. three"),
        ("&lt;b&gt; &amp;amp; <script>x</script>", "&lt;b&gt; &amp;amp; &lt;script&gt;x&lt;/script&gt;"),
        ("<@U1> and <@U2>", "<span>@Inese</span> and <span>@Jānis &lt;i&gt;</span>"),
        ("<#C1> <#C2|named>", "<span>#support</span> <span>#named</span>"),
        ("<!subteam^S1|@office> <!subteam^S1>", "<span>@office</span> <span>@support</span>"),
        ("<!here> <!channel>", "<span>@here</span> <span>@channel</span>"),
        ("<https://a.example?x=1&amp;y=2|a>", '<a href="https://a.example?x=1&amp;y=2">a</a>'),
        ("<mailto:m@a.example|m@a.example>", '<a href="mailto:m@a.example">m@a.example</a>'),
        ("see https://a.example/b_c_d.", 'see <a href="https://a.example/b_c_d">https://a.example/b_c_d</a>.'),
        ("<javascript:alert(1)|no>", "&lt;javascript:alert(1)|no&gt;"),
        ("<data:text/html,x|no>", "&lt;data:text/html,x|no&gt;"),
        (":lock: :not_known: 12:30:45", "🔒 :not_known: 12:30:45"),
        ("<!date^x^{date}|fall back>", "fall back"),
        ("<!date^1772366400^{nothing}|fall back>", "fall back"),
    ],
)
def test_mrkdwn(page: Page, text: str, html: str) -> None:
    assert drawn(page, text) == html


NOON = 1_772_366_400  # 2026-03-01 12:00 UTC, 14:00 in Riga, the reader's now


@pytest.mark.browser
@pytest.mark.parametrize(
    ("seconds", "token", "words"),
    [
        (NOON, "{date_num}", "2026-03-01"),
        (NOON, "{date_slash}", "01/03/2026"),
        (NOON, "{date}", "March 1st, 2026"),
        (NOON, "{date_long}", "Sunday, March 1st, 2026"),
        (NOON, "{date_long_full}", "March 1, 2026"),
        (NOON, "{date_short}", "Mar 1, 2026"),
        (NOON, "{time}", "14:00"),
        (NOON + 5, "{time_secs}", "14:00:05"),
        (NOON, "{date_pretty}", "Today"),
        (NOON + 86_400, "{date_short_pretty} at {time}", "Tomorrow at 14:00"),
        (NOON - 86_400, "{date_long_pretty}", "Yesterday"),
        (NOON + 11 * 3_600, "{date_pretty}", "Tomorrow"),  # 01:00 of the next day in Riga, the same day in UTC
        (NOON + 10 * 86_400, "{date_long_pretty}", "Wednesday, March 11th, 2026"),
        (NOON + 21 * 86_400, "{date_pretty}", "March 22nd, 2026"),
        (NOON + 40 * 86_400, "{day_divider_pretty}", "Friday, April 10th"),
        (NOON + 40 * 86_400, "{time}", "15:00"),  # summer time
        (NOON - 240, "{ago}", "4 minutes ago"),
        (NOON + 7_200, "until {time} ({ago})", "Until 16:00 (in 2 hours)"),
    ],
)
def test_date_tokens(page: Page, seconds: int, token: str, words: str) -> None:
    assert drawn(page, f"<!date^{seconds}^{token}|fall back>") == f"<time>{words}</time>"


@pytest.mark.browser
def test_reading_is_done_once_more_whenever_it_was_asked_for_meanwhile(page: Page) -> None:
    """Asked for again at each turn of an earlier reading, its last ones too: what is then there is always read."""
    script = """async () => {
      const {oneAtATime} = await import("/page/reading.js");
      const lost = [];
      for (let turns = 0; turns < 12; turns += 1) {
        let there = 1, seen = 0;
        const read = oneAtATime(async () => { const now = there; await null; seen = now; });
        read();
        for (let turn = 0; turn < turns; turn += 1) await null;
        there = 2;
        await read();
        if (seen !== 2) lost.push(turns);
      }
      return lost;
    }"""
    assert page.evaluate(script) == []


@pytest.mark.browser
def test_the_policy_of_the_page_lets_no_inline_script_run(page: Page) -> None:
    script = """() => {
      try { document.body.innerHTML = "<b>x</b>"; return "written"; } catch (error) { return error.name; }
    }"""
    assert page.evaluate(script) == "TypeError"
    assert page.evaluate("document.body.children.length > 3") is True


class _Markup(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "script" and "src" not in given:
            self.wrong.append("an inline script")
        self.wrong += [f"{name} on {tag}" for name in given if name.startswith("on") or name == "style"]
        addresses = [str(given[name]) for name in ("src", "href") if given.get(name)]
        self.wrong += [f"{tag} from elsewhere" for one in addresses if re.match(r"(https?:)?//", one)]


def test_the_markup_has_no_handlers_no_inline_scripts_and_nothing_from_elsewhere() -> None:
    markup = _Markup()
    markup.feed((PAGE / "index.html").read_text(encoding="utf-8"))
    assert markup.wrong == []
    for module in PAGE.glob("*.js"):
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", module.read_text("utf-8")
        ), module
    for sheet in PAGE.glob("*.css"):
        assert not re.search(r"@import|url\(", sheet.read_text("utf-8")), sheet


def _colours(sheet: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", sheet))


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


_TEXT_ON = {
    "ink": ("paper", "raised", "column", "column-hover", "column-here", "sunk", "accent-soft", "danger-soft"),
    "quiet": ("paper", "raised", "column", "column-hover", "sunk", "accent-soft"),
    "accent": ("paper", "raised", "sunk", "accent-soft"),
    "danger": ("paper", "raised", "danger-soft"),
    "accent-ink": ("accent",),
    "danger-ink": ("danger",),
    "warn-ink": ("warn-soft",),
    "me-ink": ("me-soft",),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_can_be_read(scheme: str) -> None:
    """WCAG 2.2, 1.4.3 (4.5 to 1 for text) and 1.4.11 (3 to 1 for the edges of what is pressed or filled)."""
    light, dark = (PAGE / "base.css").read_text("utf-8").split("@media (prefers-color-scheme: dark)", 1)
    colours: dict[str, Any] = (
        _colours(light) if scheme == "light" else _colours(light) | _colours(dark.split("*,", 1)[0])
    )
    poor = {
        f"{ink} on {ground}": round(ratio, 2)
        for ink, grounds in _TEXT_ON.items()
        for ground in grounds
        if (ratio := _contrast(colours[ink], colours[ground])) < 4.5
    }
    edges = {ground: _contrast(colours["line-strong"], colours[ground]) for ground in ("paper", "raised")}
    assert poor == {}
    assert {ground: round(ratio, 2) for ground, ratio in edges.items() if ratio < 3} == {}
