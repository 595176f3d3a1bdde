"""What a Steward that runs has loaded when everything it needs is there."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
NOT_NEEDED = (
    "alembic",
    "attr",
    "dateparser",
    "dateutil",
    "fpdf",
    "greenlet",
    "holidays",
    "httpx",
    "jinja2",
    "rapidfuzz",
    "rich",
    "selectolax",
)
LOADED = f"""
import sys
from bot.command_line.starting import loading
with loading():
    import bot.command_line.running, bot.command_line.working
print([name for name in {NOT_NEEDED} if name in sys.modules])
import rich.console, bot.command_line.console
bot.command_line.console.say("rich")
"""


def test_what_few_need_is_not_loaded_and_can_be_later() -> None:
    said = subprocess.run([sys.executable, "-c", LOADED], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    assert said.splitlines() == ["[]", "rich"]
