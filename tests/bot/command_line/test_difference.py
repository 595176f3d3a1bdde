"""`steward policy diff`: files without a database, and kept versions."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli import main
from tests.bot.command_line.shell import Steward

BEFORE = "# Policy\n\n## Sharing\n\nWe never sell your data. We keep invoices for 30 days.\n"
AFTER = BEFORE.replace("30 days", "90 days").replace("We never sell your data. ", "")


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str, str], Path]:
    """Writes a file."""

    def write(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


def test_two_files_need_no_database_and_no_configuration(
    file: Callable[[str, str], Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    monkeypatch.setenv("STEWARD_CONFIG", str(tmp_path / "none.toml"))
    one, other = file("a.md", BEFORE), file("b.md", AFTER)
    assert main(["policy", "diff", str(one), str(other), "--format", "json"]) == 0
    value = json.loads(capsys.readouterr().out)
    assert value["class"] == "text"
    assert [(row["kind"], row["section"], row["before"], row["after"]) for row in value["changes"]] == [
        ("removed", "Sharing", "We never sell your data.", None),
        ("reworded", "Sharing", "We keep invoices for 30 days.", "We keep invoices for 90 days."),
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.md", "b.md"]


def test_links_that_changed_are_noise(file: Callable[[str, str], Path], capsys: pytest.CaptureFixture[str]) -> None:
    one = file("a.md", f"{BEFORE}\nRead [more](https://postwing.example/a).\n")
    other = file("b.md", f"{BEFORE}\nRead [more](https://postwing.example/b).\n")
    main(["policy", "diff", str(one), str(other), "--json"])
    assert json.loads(capsys.readouterr().out) == {"class": "noise", "changes": []}
    main(["policy", "diff", str(one), str(one), "--json"])
    assert json.loads(capsys.readouterr().out) == {"class": "same", "changes": []}


def test_for_people_it_is_words_and_a_page(
    file: Callable[[str, str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    one, other = file("a.md", BEFORE), file("b.txt", AFTER.replace("#", ""))
    main(["policy", "diff", str(one), str(other)])
    assert "- We never sell your data." in capsys.readouterr().out
    main(["policy", "diff", str(one), str(other), "--format", "html"])
    assert capsys.readouterr().out.startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("typed", "says"),
    [("none.md", "There is no file none.md."), ("folder/none", "There is no file folder/none.")],
)
def test_a_file_that_is_not_there(
    file: Callable[[str, str], Path], capsys: pytest.CaptureFixture[str], typed: str, says: str
) -> None:
    assert main(["policy", "diff", str(file("a.md", BEFORE)), typed]) == 1
    assert says in capsys.readouterr().err


def test_versions_by_hash_date_and_in_force(steward: Steward, tmp_path: Path) -> None:
    for name, text in (("a.md", BEFORE), ("b.md", AFTER)):
        (tmp_path / name).write_text(text)
        assert steward("policy", "import", tmp_path / name).code == 0
    newest, oldest = json.loads(steward("policy", "history", "--json").out)
    by_hash = steward("policy", "diff", oldest["version"][:8], newest["version"], "--json")
    assert json.loads(by_hash.out)["class"] == "text"
    against_file = steward("policy", "diff", tmp_path / "b.md", "in force", "--json")
    assert json.loads(against_file.out) == {"class": "same", "changes": []}
    by_date = steward("policy", "diff", oldest["version"][:8], newest["in_force_from"][:10], "--json")
    assert json.loads(by_date.out)["class"] == "text"
    unknown = steward("policy", "diff", "in force", "ffffffff")
    assert unknown.code == 1
    assert "no version ffffffff" in unknown.err
    assert oldest["version"][:12] in unknown.err


def test_versions_and_changes_are_published_for_any_web_server(steward: Steward, tmp_path: Path) -> None:
    refused = steward("policy", "publish", tmp_path / "site")
    assert refused.code == 1
    assert not (tmp_path / "site").exists()
    for name, text in (("a.md", BEFORE), ("b.md", AFTER)):
        (tmp_path / name).write_text(text)
        steward("policy", "import", tmp_path / name)
    said = steward("policy", "publish", tmp_path / "site", "--url", "https://postwing.example/privacy")
    assert said.code == 0
    assert "2 versions" in said.out
    files = {path.name: path for path in (tmp_path / "site").iterdir()}
    assert len(files) == 5
    assert {path.stat().st_mode & 0o777 for path in files.values()} == {0o644}
    assert "removed" in files["index.html"].read_text()
    assert "promise removed" not in files["index.html"].read_text()
    assert "https://postwing.example/privacy/index.html" in files["feed.atom"].read_text()
    assert steward("policy", "publish", tmp_path / "a.md").code == 1
