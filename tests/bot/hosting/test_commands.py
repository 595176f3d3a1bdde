"""The command line with several workspaces."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.cli import main
from bot.clock import system_clock
from bot.command_line.running import keep_for_ourselves
from bot.hosting.host import opened_registry
from bot.hosting.registry import NewInstallation, Tokens
from bot.hosting.sealing import new_key
from tests.bot.captured_logs import logs_as_before
from tests.bot.hosting.town import GLOBEX, POSTWING, Hosting

Steward = Callable[..., tuple[int, str, str]]


@pytest.fixture
def steward(
    sqlite_hosting: Hosting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Steward]:
    """Runs commands in the environment of the two companies; keywords are variables."""
    for name in list(os.environ):
        if name.startswith(("SLACK_", "STEWARD_", "DATABASE_URL")):
            monkeypatch.delenv(name)
    keys = sqlite_hosting.environment.steward_token_keys
    variables = {**sqlite_hosting.variables, **sqlite_hosting.town.environment}
    variables["STEWARD_WORKSPACES"] = str(tmp_path / "workspaces.toml")
    variables["STEWARD_TOKEN_KEYS"] = keys.get_secret_value() if keys else ""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    def run(*arguments: str, **more: str) -> tuple[int, str, str]:
        for name, value in more.items():
            monkeypatch.setenv(name, value)
        code = main(arguments)
        said = capsys.readouterr()
        return code, said.out, said.err

    with logs_as_before():
        yield run


def _install(hosted: Hosting, domain: str) -> None:
    workspace = hosted.town.workspaces[domain]
    token = f"xoxb-{domain}"
    workspace.platform.installation.grant(token)
    scopes = ",".join(sorted(workspace.platform.manifest.scopes))
    new = NewInstallation(workspace.team_id, None, domain, "A1", "B1", "U0B", "U0ANA", scopes, Tokens(token))
    with opened_registry(hosted.environment, hosted.plan, system_clock) as registry:
        registry.save(new)


def test_every_command_is_about_the_workspace_that_is_named(steward: Steward, sqlite_hosting: Hosting) -> None:
    code, _, said = steward("policy", "history")
    assert (code, "say which one: postwing, globex" in " ".join(said.split())) == (2, True)
    for name, words in ((POSTWING, "Postwing"), (GLOBEX, "Globex")):
        policy = str(sqlite_hosting.plan.named(name).configuration.parent / "policies" / f"{name}.md")
        assert steward("policy", "import", policy, "--workspace", name)[0] == 0
        code, said, _ = steward("policy", "show", "--workspace", name)
        assert (code, words in said) == (0, True)
    code, said, _ = steward("audit", "search", "--workspace", GLOBEX, "--json")
    assert code == 0
    assert "Baltic" not in said
    code, _, said = steward("policy", "history", "--workspace", "globx")
    assert (code, "Did you mean “globex”" in said) == (1, True)
    code, _, said = steward("policy", "history", "--workspace", POSTWING, STEWARD_WORKSPACES="")
    assert (code, "STEWARD_WORKSPACES is not set" in " ".join(said.split())) == (1, True)


def test_upgrade_and_check_go_through_all(steward: Steward, sqlite_hosting: Hosting) -> None:
    code, said, _ = steward("db", "upgrade")
    assert code == 0
    for which in ("registry of installations", "database of postwing", "database of globex"):
        assert which in said
    _install(sqlite_hosting, POSTWING)
    code, said, err = steward("check")
    assert code == 1, "Globex has no app"
    assert "Workspace postwing" in said, err
    assert "The app is installed, by U0ANA." in said
    assert "The database belongs to no workspace yet" in said
    postwing, globex = said.split("Workspace globex")
    assert "Slack takes the bot token" in postwing
    assert "not installed in this workspace" in globex
    assert "SLACK_BOT_TOKEN" not in said
    assert [said.count(f"\n{heading}\n") for heading in ("Database", "Slack")] == [2, 2], "one heading each"
    assert "Workspace globex" not in steward("check", "--workspace", POSTWING)[1]
    code, without, _ = steward("check", STEWARD_TOKEN_KEYS="")
    assert (code, without.count("STEWARD_TOKEN_KEYS is not set")) == (1, 2)
    assert "The database answers" in without, "the rest is looked at all the same"
    assert steward("check", "--json", "--workspace", GLOBEX)[1].startswith('[{"workspace":"globex"')


def test_installations_are_listed_and_their_keys_rotated(steward: Steward, sqlite_hosting: Hosting) -> None:
    old = os.environ["STEWARD_TOKEN_KEYS"]
    _install(sqlite_hosting, POSTWING)
    code, said, _ = steward("installations", "list")
    assert code == 0
    assert [line.split()[0] for line in said.splitlines()[1:]] == [POSTWING, GLOBEX]
    assert "not installed" in said
    new = steward("installations", "key")[1].strip()
    code, said, _ = steward("installations", "rotate", "--json", STEWARD_TOKEN_KEYS=f"{new},{old}")
    assert (code, said.strip()) == (0, '{"rotated":1,"lost":[]}')
    assert "installed" in steward("installations", "list", STEWARD_TOKEN_KEYS=new)[1]
    code, _, err = steward("installations", "rotate", STEWARD_TOKEN_KEYS=new_key())
    assert (code, "opens the token of postwing" in " ".join(err.split())) == (1, True)
    assert "token lost, install again" in steward("installations", "list")[1]
    code, _, err = steward("installations", "list", STEWARD_TOKEN_KEYS="")
    assert (code, "STEWARD_TOKEN_KEYS is not set" in " ".join(err.split())) == (1, True)


def test_the_registry_is_backed_up_and_put_back(steward: Steward, sqlite_hosting: Hosting, tmp_path: Path) -> None:
    _install(sqlite_hosting, POSTWING)
    copy, other = tmp_path / "registry.backup", tmp_path / "workspace.backup"
    assert steward("installations", "backup", str(copy))[0] == 0
    assert copy.stat().st_mode & 0o777 == 0o600
    code, _, err = steward("installations", "backup", str(copy))
    assert (code, "is there already" in err) == (1, True)
    _install(sqlite_hosting, GLOBEX)
    assert states(steward) == {POSTWING: "installed", GLOBEX: "installed"}
    code, said, err = steward("installations", "restore", str(copy), "--yes")
    assert (code, "What was there until now is in" in said) == (0, True), err
    assert states(steward) == {POSTWING: "installed", GLOBEX: "not installed"}
    assert steward("db", "backup", str(other), "--workspace", POSTWING)[0] == 0
    code, _, err = steward("installations", "restore", str(other), "--yes")
    assert (code, "is not a registry of installations" in " ".join(err.split())) == (1, True)
    assert states(steward)[POSTWING] == "installed"


def test_a_nightly_backup_copies_all_of_them(steward: Steward, sqlite_hosting: Hosting, tmp_path: Path) -> None:
    """The unit says `steward db backup FILE`, and knows of no workspace."""
    _install(sqlite_hosting, POSTWING)
    nightly = tmp_path / "steward-20260302T023000Z.backup"
    code, said, err = steward("db", "backup", str(nightly))
    assert (code, "The registry of installations is in" in said) == (0, True), err
    made = {name: tmp_path / f"steward-20260302T023000Z.{name}.backup" for name in (POSTWING, GLOBEX, "_installations")}
    assert [one.stat().st_mode & 0o777 for one in made.values()] == [0o600] * 3
    _install(sqlite_hosting, GLOBEX)
    assert steward("db", "restore", str(made[GLOBEX]), "--yes", "--workspace", GLOBEX)[0] == 0
    assert steward("installations", "restore", str(made["_installations"]), "--yes")[0] == 0
    assert states(steward) == {POSTWING: "installed", GLOBEX: "not installed"}
    made[GLOBEX].unlink()
    code, said, err = steward("db", "backup", str(nightly))
    assert (code, "The database of postwing was not copied" in err) == (1, True)
    assert made[GLOBEX].is_file(), "one that can't be copied keeps none of the others"
    assert f"The database of {GLOBEX} is in" in said


def states(steward: Steward) -> dict[str, str]:
    return {one["workspace"]: one["state"] for one in json.loads(steward("installations", "list", "--json")[1])}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"SLACK_CLIENT_SECRET": ""}, "SLACK_CLIENT_SECRET is not set"),
        ({"SLACK_BOT_TOKEN": "xoxb-one"}, "SLACK_BOT_TOKEN is set"),
        ({"STEWARD_TOKEN_KEYS": ""}, "STEWARD_TOKEN_KEYS is not set"),
        ({"STEWARD_WORKSPACES": "none.toml"}, "none.toml can't be read"),
    ],
)
def test_it_does_not_start_and_says_why(steward: Steward, changed: dict[str, str], words: str) -> None:
    code, _, err = steward("run", **changed)
    assert code == 1
    assert words in " ".join(err.split())


def test_socket_mode_is_refused_and_two_ledgers_of_one_name_are(steward: Steward, sqlite_hosting: Hosting) -> None:
    assert "--socket serves one workspace" in " ".join(steward("run", "--socket")[2].split())
    toml = sqlite_hosting.plan.named(GLOBEX).configuration
    toml.write_text(toml.read_text().replace("globex.example/audit", "postwing.example/audit"))
    code, _, err = steward("run")
    assert (code, "have the same name" in " ".join(err.split())) == (1, True)


def test_what_was_read_is_left_to_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """An app of Bolt's that finds a client's id and secret makes an installation store of its own, in a file."""
    variables = {"SLACK_CLIENT_ID": "1", "SLACK_CLIENT_SECRET": "2", "STEWARD_TOKEN_KEYS": "3", "PATH": "4"}
    keep_for_ourselves(variables)
    assert variables == {"PATH": "4"}
