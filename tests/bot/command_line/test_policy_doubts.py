"""`steward policy import` of what may not be meant: another page, most of the text gone, a purpose's clause gone."""

import io
import json
from pathlib import Path

import pytest

from tests.bot.command_line.shell import ROOT, Steward

POLICY = (ROOT / "policies" / "postwing.md").read_text()
CAPTCHA = "<html><body><h1>Just a moment</h1><p>Please verify that you are human to continue.</p></body></html>"
WITHOUT_BILLING = POLICY.replace("customer service, billing or marketing", "customer service or marketing")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def in_force(steward: Steward) -> str:
    versions = json.loads(steward("policy", "history", "--json").out)
    return next(str(one["source"]) for one in versions if one["in_force"])


@pytest.fixture
def files(steward: Steward, tmp_path: Path) -> Path:
    """Texts to import, and a policy in force."""
    for name, content in (("captcha.html", CAPTCHA), ("short.md", "We keep data."), ("less.md", WITHOUT_BILLING)):
        (tmp_path / name).write_text(content)
    assert steward("policy", "import", ROOT / "policies" / "postwing.md").code == 0
    return tmp_path


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestDoubts:
    def test_another_page_is_refused_where_nobody_can_be_asked(self, steward: Steward, files: Path) -> None:
        said = steward("policy", "import", files / "captcha.html")
        assert said.code == 1
        assert "rather not the policy: the page asks whether one is human" in said.err
        said = steward("policy", "import", files / "short.md")
        assert said.code == 1
        assert (
            "rather not the policy: most of the text that is in force is not in it. Nothing was imported." in said.err
        )
        assert in_force(steward) == "postwing.md"
        assert steward("policy", "import", files / "captcha.html", "--yes").code == 0
        assert in_force(steward) == "captcha.html"

    def test_a_person_is_asked(self, steward: Steward, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for name, says in (
            ("captcha.html", "Is this the policy? It seems that the page asks"),
            ("short.md", "It seems that most of the text that is in force is not in it."),
            ("less.md", "Nobody could look anything up any more for Billing: the clause is not in this text."),
        ):
            monkeypatch.setattr("sys.stdin", Terminal("n\n"))
            said = steward("policy", "import", files / name)
            assert (said.code, says in said.err) == (1, True), said.err
            assert "Nothing was imported." in said.err
        assert in_force(steward) == "postwing.md"
        monkeypatch.setattr("sys.stdin", Terminal("y\n"))
        assert steward("policy", "import", files / "less.md").code == 0
        assert in_force(steward) == "less.md"

    def test_what_changes_nothing_is_not_asked_about(
        self,
        steward: Steward,
        files: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        (files / "more.md").write_text(f"{POLICY}\nWe answer within a week.\n")
        monkeypatch.setattr("sys.stdin", Terminal(""))
        for file in (ROOT / "policies" / "postwing.md", files / "more.md"):
            assert steward("policy", "import", file).code == 0
        assert in_force(steward) == "more.md"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_without_a_name_all_that_the_configuration_names_is_one_policy(
    steward: Steward, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two sources the first by itself would be a policy that has lost the other's clauses."""
    (tmp_path / "policy.md").write_text(POLICY)
    (tmp_path / "annex.md").write_text("# Annex\n\nWe answer within thirty days.\n")
    configured = (ROOT / "steward.toml").read_text()
    two = configured.replace('source = "policies/postwing.md"', 'source = ["policy.md", "annex.md"]')
    (tmp_path / "steward.toml").write_text(two)
    monkeypatch.setenv("STEWARD_CONFIG", str(tmp_path / "steward.toml"))
    said = steward("policy", "import")
    assert said.code == 0, said.err
    text = steward("policy", "show").out
    assert "customer service, billing or marketing" in text
    assert "We answer within thirty days." in text
    assert "nothing changed" in steward("policy", "import").out
    (tmp_path / "annex.md").unlink()
    said = steward("policy", "import")
    assert (said.code, "could not be imported" in said.err) == (1, True)
