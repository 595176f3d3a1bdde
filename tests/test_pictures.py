"""Every picture in the docs is made by a test in the browser, is there, and stands on a page."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "screenshots"
MADE = re.compile(r'picture\(\w+, "([^"]+)"')
SHOWN = re.compile(r"!\[[^\]]+\]\((?:docs/)?screenshots/([^)]+)\.png\)")


def test_pictures_are_made_kept_and_shown() -> None:
    kept = {path.stem for path in FOLDER.glob("*.png")}
    made = [
        name for path in (ROOT / "tests" / "browser").glob("*.py") for name in MADE.findall(path.read_text("utf-8"))
    ]
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    shown = {name for page in pages for name in SHOWN.findall(page.read_text("utf-8"))}
    assert sorted(made) == sorted(set(made))
    assert (kept - set(made), set(made) - kept) == (set(), set())
    assert (kept - shown, shown - kept) == (set(), set())
