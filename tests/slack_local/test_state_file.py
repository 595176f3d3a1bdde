"""What outlives a restart, in one process and across two."""

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from slack_sdk import WebClient

from slack_local import LocalSlack, Workspace
from tests.slack_local.conftest import MANIFEST, WORKSPACE
from tests.waiting import until

ROOT = Path(__file__).resolve().parents[2]

HARBOUR = """
[team]
name = "Harbour"
[[people]]
name = "ann"
real_name = "Ann"
[[channels]]
name = "general"
app = true
"""


def started(state: Path) -> LocalSlack:
    return LocalSlack.start(manifest=MANIFEST, workspace=Workspace.parse(WORKSPACE), state=state)


def test_what_was_said_and_changed_stays(tmp_path: Path) -> None:
    with started(tmp_path / "s.db") as slack:
        client = WebClient(slack.bot_token, base_url=slack.api_url)
        tokens, ann = slack.environment, slack.people["ann"].id
        posted = client.chat_postMessage(channel="general", text="kept")
        gone = client.chat_postMessage(channel="general", text="gone")
        client.chat_delete(channel=gone["channel"], ts=gone["ts"])
        client.chat_postEphemeral(channel=posted["channel"], user=ann, text="psst")
        client.views_publish(user_id=ann, view={"type": "home", "blocks": [{"type": "divider"}]})
        client.files_upload_v2(content="hi", filename="a.txt", title="A", channel=posted["channel"])
        slack.as_user("ann").type("mine", "general")
        slack.groups["crew"].set("cem")
        slack.people["bob"].deactivate()
        slack.channels["deck"].share()
    with started(tmp_path / "s.db") as slack:
        client = WebClient(slack.bot_token, base_url=slack.api_url)
        assert {k: v for k, v in slack.environment.items() if k != "SLACK_API_URL"} == {
            k: v for k, v in tokens.items() if k != "SLACK_API_URL"
        }
        assert [message["text"] for message in slack.messages("general")] == ["kept", "", "mine"]
        assert slack.messages("general")[1]["files"][0]["title"] == "A"
        assert "Nothing" not in slack.as_user("ann").glance_home().text
        assert slack.groups["crew"].members == (slack.people["cem"].id,)
        assert slack.people["bob"].now.deleted
        assert slack.channels["deck"].now.is_ext_shared
        newer = client.chat_postMessage(channel="general", text="newer")["ts"]
        assert newer > posted["ts"]
        client.chat_update(channel=posted["channel"], ts=posted["ts"], text="changed")


def test_a_person_who_left_the_file_is_in_no_group(tmp_path: Path) -> None:
    with started(tmp_path / "s.db") as slack:
        slack.groups["crew"].set("ann", "cem")
    people = [person for person in WORKSPACE["people"] if person["name"] != "cem"]
    seeds = Workspace.parse({**WORKSPACE, "people": people})
    with LocalSlack.start(manifest=MANIFEST, workspace=seeds, state=tmp_path / "s.db") as slack:
        client = WebClient(slack.bot_token, base_url=slack.api_url)
        crew = client.usergroups_users_list(usergroup=slack.groups["crew"].id)["users"]
        assert crew == [slack.people["ann"].id]


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    manifest, workspace = tmp_path / "manifest.yml", tmp_path / "workspace.toml"
    manifest.write_text(yaml.safe_dump(MANIFEST))
    workspace.write_text(HARBOUR)
    kept = {"credentials": tmp_path / "c.json", "state": tmp_path / "s.db"}
    return {"manifest": manifest, "workspace": workspace, **kept}


def launched(files: dict[str, Path], *more: str) -> "subprocess.Popen[str]":
    options = [f"--{name}={path}" for name, path in files.items()]
    command = [sys.executable, "-m", "slack_local", "--port=0", *options, *more]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture
def processes() -> Iterator[list["subprocess.Popen[str]"]]:
    running: list[subprocess.Popen[str]] = []
    yield running
    for process in running:
        if process.poll() is None:
            process.kill()
        process.communicate()


def environment(files: dict[str, Path]) -> Any:
    return json.loads(files["credentials"].read_text())


def test_one_command_starts_it(files: dict[str, Path], processes: list["subprocess.Popen[str]"]) -> None:
    process = launched(files)
    processes.append(process)
    assert process.stdout is not None
    assert process.stdout.readline().startswith("Harbour is at http://127.0.0.1:")
    given = environment(files)
    assert stat.S_IMODE(os.stat(files["credentials"]).st_mode) == 0o600  # noqa: PTH116 - Path.stat follows nothing more
    client = WebClient(given["SLACK_BOT_TOKEN"], base_url=given["SLACK_API_URL"])
    assert client.chat_postMessage(channel="general", text="before")["ok"]
    process.send_signal(signal.SIGKILL)
    process.wait()
    again = launched(files)
    processes.append(again)
    assert again.stdout is not None
    again.stdout.readline()
    fresh = environment(files)
    assert fresh["SLACK_BOT_TOKEN"] == given["SLACK_BOT_TOKEN"]
    client = WebClient(fresh["SLACK_BOT_TOKEN"], base_url=fresh["SLACK_API_URL"])
    channel = client.conversations_list()["channels"][0]["id"]
    assert [message["text"] for message in client.conversations_history(channel=channel)["messages"]] == ["before"]
    again.send_signal(signal.SIGTERM)
    assert again.wait(timeout=60) == 0


def test_ctrl_c_ends_it_quietly(files: dict[str, Path], processes: list["subprocess.Popen[str]"]) -> None:
    process = launched(files, "--signing-secret=known", "--deliver-to=http://127.0.0.1:9/")
    processes.append(process)
    assert process.stdout is not None
    process.stdout.readline()
    assert environment(files)["SLACK_SIGNING_SECRET"] == "known"
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, "")


def test_a_file_that_is_not_there(files: dict[str, Path], processes: list["subprocess.Popen[str]"]) -> None:
    process = launched({**files, "workspace": files["workspace"].with_name("none.toml")})
    processes.append(process)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "none.toml" in errors
    assert "Traceback" not in errors


def test_nothing_stays_behind() -> None:
    import threading

    before = set(threading.enumerate())
    with LocalSlack.start(manifest=MANIFEST, workspace=Workspace.parse(WORKSPACE)) as slack:
        slack.deliver_to("http://127.0.0.1:9/")
        slack.as_user("ann").type("/echo x", "deck")
    until(lambda: set(threading.enumerate()) == before)
