"""What a person reads: marks taken away, mentions as names, dates in the reader's zone."""

from typing import Any

import pytest

from slack_local import LocalSlack
from slack_local.people.words import Reader


@pytest.fixture
def reader(slack: LocalSlack) -> Reader:
    return Reader(slack.platform.world, "Europe/Riga")


@pytest.mark.parametrize(
    ("mrkdwn", "read"),
    [
        ("*Granted until 14:48* · R-1", "Granted until 14:48 · R-1"),
        ("_a_ ~b~ `pw-00412`", "a b pw-00412"),
        ("snake_case_name 2*3*4", "snake_case_name 2*3*4"),
        ("**Twice** bold", "**Twice** bold"),
        ("&gt; quoted\n&gt;again", "quoted\nagain"),
        ("a &lt;b&gt; &amp;amp;", "a <b> &amp;"),
        ("<https://x.example|the page> <https://y.example>", "the page https://y.example"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("<!here> <!channel>", "@here @channel"),
        ("<!date^1772366400^{date_num} {time}|fallback>", "2026-03-01 14:00"),
        ("<!date^1772366400^{date_short_pretty} at {time_secs}|fallback>", "Mar 1, 2026 at 14:00:00"),
        ("<!date^soon^{time}|fallback>", "fallback"),
        ("<@U000|somebody>", "somebody"),
    ],
)
def test_marks(reader: Reader, mrkdwn: str, read: str) -> None:
    assert reader.read(mrkdwn) == read


def test_names(slack: LocalSlack, reader: Reader) -> None:
    text = f"<@{slack.people['bob'].id}> <#{slack.channels['deck'].id}> <!subteam^{slack.groups['crew'].id}>"
    assert reader.read(text) == "@Bob Quay #deck @crew"


def test_all_words_of_a_message(slack: LocalSlack, reader: Reader) -> None:
    def plain(text: str) -> dict[str, Any]:
        return {"type": "plain_text", "text": text}

    mrkdwn = {"type": "mrkdwn", "text": "*two*"}
    user = {"type": "user", "user_id": slack.people["bob"].id}
    press = {"type": "button", "text": plain("press")}
    rich = {"type": "rich_text_section", "elements": [{"type": "text", "text": "rich"}, user]}
    blocks = [
        {"type": "header", "text": plain("one")},
        {"type": "section", "text": mrkdwn, "fields": [mrkdwn], "accessory": press},
        {"type": "image", "image_url": "x", "alt_text": "a chart", "title": plain("growth")},
        {"type": "context", "elements": [plain("small")]},
        {"type": "divider"},
        {"type": "rich_text", "elements": [rich]},
    ]
    assert reader.message({"text": "not shown", "blocks": blocks}).split("\n") == [
        "one",
        "two two press",
        "a chart growth",
        "small",
        "rich @Bob Quay",
    ]
    assert reader.message({"text": "*shown*", "blocks": None}) == "shown"
