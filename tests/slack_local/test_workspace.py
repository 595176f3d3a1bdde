"""The workspace file and the manifest, and the reference company's own."""

from pathlib import Path
from typing import Any

import pytest

from slack_local import LocalSlack, Workspace, pytest_plugin
from slack_local.manifest import Manifest, ManifestError
from slack_local.workspace import WorkspaceError
from tests.slack_local.conftest import WORKSPACE

ROOT = Path(__file__).resolve().parents[2]

local_slack = pytest_plugin.local_slack


def test_ids_are_the_same_each_time() -> None:
    first, second = Workspace.parse(WORKSPACE), Workspace.parse(WORKSPACE)
    assert first == second
    assert len({person.id for person in first.people}) == len(first.people)
    assert all(person.id.startswith("U") and person.id.isalnum() and person.id.isupper() for person in first.people)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"people": [{"name": "x"}]}, r"people\[0\] has no real_name"),
        ({"team": {}}, "team has no name"),
        ({"start_as": "zed"}, "start_as names zed"),
        ({"channels": [{"name": "c", "members": ["zed"]}]}, "#c names zed"),
        ({"people": [{"name": "x", "real_name": "X"}] * 2, "start_as": "x", "channels": []}, "the same name"),
        (
            {"people": [{"name": "x", "real_name": "X", "groups": ["g"]}], "start_as": "x", "channels": []},
            r"x is in the group g",
        ),
        ({"people": {}}, r"\[\[people\]\] is not a list"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, Any], words: str) -> None:
    with pytest.raises(WorkspaceError, match=words):
        Workspace.parse({**WORKSPACE, **change})


def test_a_file_that_is_no_toml(tmp_path: Path) -> None:
    (tmp_path / "w.toml").write_text("[team\n")
    with pytest.raises(WorkspaceError, match=r"w\.toml"):
        Workspace.read(tmp_path / "w.toml")


def test_a_manifest_needs_a_name(tmp_path: Path) -> None:
    (tmp_path / "m.yml").write_text("display_information: {}\n")
    with pytest.raises(ManifestError, match=r"display_information\.name"):
        Manifest.read(tmp_path / "m.yml")
    (tmp_path / "m.yml").write_text("- 1\n")
    with pytest.raises(ManifestError, match="is not a manifest"):
        Manifest.read(tmp_path / "m.yml")


def test_the_reference_company() -> None:
    workspace = Workspace.read(ROOT / "demo" / "workspace.toml")
    people = {person.name: person for person in workspace.people}
    groups = {group.handle: {p.name for p in workspace.people if p.id in group.members} for group in workspace.groups}
    channels = {channel.name: channel for channel in workspace.channels}
    assert people["inese"].id == workspace.start_as
    assert groups["access-approvers"] == {"janis", "martins"}
    assert groups["billing-partners"] == {"paula"}
    assert all("nils" not in members for members in groups.values())
    assert (people["paula"].is_guest, people["raitis"].deleted, people["erin"].is_stranger) == (True, True, True)
    assert all(p.name.isascii() and p.email for p in workspace.people)
    private = {name for name, channel in channels.items() if channel.kind == "private"}
    assert private >= {"access-approvals", "privacy-desk", "audit-log"}
    assert channels["acme-postwing"].is_ext_shared
    assert people["erin"].id in channels["acme-postwing"].members
    with_app = {channel.name for channel in workspace.channels if channel.id in workspace.app_channels}
    assert with_app == {"general", "support", "access-approvals", "privacy-desk", "audit-log", "acme-postwing"}


def test_what_a_failing_test_prints_holds_no_secret(local_slack: LocalSlack) -> None:
    local_slack.deliver_to("http://127.0.0.1:9/")
    person, platform = local_slack.as_user("inese"), local_slack.platform
    printed = repr((person, local_slack.people["inese"], local_slack.trouble, platform))
    secrets = local_slack.bot_token, local_slack.app_token, local_slack.signing_secret
    assert not [secret for secret in secrets if secret in printed]
    assert len(repr(person)) < 100


def test_the_fixture_of_the_plugin(local_slack: LocalSlack) -> None:
    local_slack.as_user("inese").type("hello", "general")
    assert local_slack.as_user("janis").read("general")[-1].text == "hello"
