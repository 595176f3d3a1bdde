"""The symbols that messages have: each is one that the local Slack's page draws too."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_every_shortcode_of_a_message_is_drawn_by_the_page() -> None:
    said = "".join(path.read_text("utf-8") for path in (ROOT / "handlers").rglob("*.py"))
    used = set(re.findall(r'["*( ]:([a-z_]{3,}):[ "*]', said))
    page = (ROOT / "slack_local" / "page" / "emoji.js").read_text("utf-8")
    drawn = set(re.findall(r'^    "?([a-z0-9_+-]+)"?: ', page, re.MULTILINE))
    assert {"hourglass", "speech_balloon", "white_check_mark"} <= used
    assert used - drawn == set()
