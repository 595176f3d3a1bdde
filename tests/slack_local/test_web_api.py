"""The Web API through the real client: what it answers, and Slack's own error codes."""

import json
import urllib.request
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from slack_local import LocalSlack, Workspace
from tests.slack_local.conftest import MANIFEST, WORKSPACE

Json = dict[str, Any]

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "said"}}


def error(call: Any, *arguments: Any, **more: Any) -> str:
    """The code of the error that the call answers."""
    with pytest.raises(SlackApiError) as raised:
        call(*arguments, **more)
    return str(raised.value.response["error"])


def without(*scopes: str) -> Json:
    manifest: Json = json.loads(json.dumps(MANIFEST))
    listed = manifest["oauth_config"]["scopes"]["bot"]
    manifest["oauth_config"]["scopes"]["bot"] = [scope for scope in listed if scope not in scopes]
    return manifest


def test_tokens(slack: LocalSlack) -> None:
    assert slack.bot_token.startswith("xoxb-")
    assert slack.app_token.startswith("xapp-")
    nobody = WebClient(base_url=slack.api_url)
    assert error(nobody.auth_test) == "not_authed"
    assert error(WebClient("xoxb-wrong", base_url=slack.api_url).auth_test) == "invalid_auth"
    assert error(WebClient(slack.app_token, base_url=slack.api_url).auth_test) == "not_allowed_token_type"
    assert error(nobody.apps_connections_open, app_token=slack.bot_token) == "not_allowed_token_type"


def test_two_workspaces_have_different_secrets(slack: LocalSlack) -> None:
    with LocalSlack.start(manifest=MANIFEST, workspace=Workspace.parse(WORKSPACE)) as other:
        assert {other.bot_token, other.app_token, other.signing_secret}.isdisjoint(
            {slack.bot_token, slack.app_token, slack.signing_secret}
        )


def test_forms_queries_and_json_all_work(slack: LocalSlack, client: WebClient) -> None:
    general = slack.channels["general"].id
    bearer = {"Authorization": f"Bearer {slack.bot_token}"}
    assert client.api_call("conversations.info", params={"channel": general})["channel"]["name"] == "general"
    assert client.api_call("conversations.info", json={"channel": general})["channel"]["name"] == "general"
    asked = urllib.request.Request(f"{slack.api_url}conversations.info?channel={general}", headers=bearer)  # noqa: S310
    with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310
        assert json.load(answer)["channel"]["name"] == "general"
        assert "chat:write" in answer.headers["x-oauth-scopes"]


def test_wrong_calls(client: WebClient) -> None:
    assert error(client.api_call, "chat.shout") == "unknown_method"
    assert error(client.api_call, "users.info") == "invalid_arguments"
    assert error(client.users_info, user="U0") == "user_not_found"


def test_a_missing_scope_says_which() -> None:
    manifest = without("users:read", "im:write", "groups:read")
    with LocalSlack.start(manifest=manifest, workspace=Workspace.parse(WORKSPACE)) as slack:
        client = WebClient(slack.bot_token, base_url=slack.api_url)
        with pytest.raises(SlackApiError) as raised:
            client.users_list()
        answer = raised.value.response
        assert (answer["error"], answer["needed"]) == ("missing_scope", "users:read")
        assert "users:read.email" in answer["provided"]
        assert error(client.conversations_open, users=slack.people["ann"].id) == "missing_scope"
        assert error(client.conversations_list, types="public_channel,private_channel") == "missing_scope"
        assert client.conversations_list(types="public_channel")["channels"]


def test_without_the_scope_no_address_is_told() -> None:
    manifest = without("users:read.email")
    with LocalSlack.start(manifest=manifest, workspace=Workspace.parse(WORKSPACE)) as slack:
        client = WebClient(slack.bot_token, base_url=slack.api_url)
        assert "email" not in client.users_info(user=slack.people["ann"].id)["user"]["profile"]
        assert error(client.users_lookupByEmail, email="ann@harbour.example") == "missing_scope"


def test_people(slack: LocalSlack, client: WebClient) -> None:
    ann = client.users_info(user=slack.people["ann"].id)["user"]
    assert ann["profile"]["email"] == "ann@harbour.example"
    assert ann["is_admin"]
    assert client.users_info(user=slack.people["cem"].id)["user"]["is_restricted"]
    dee = client.users_info(user=slack.people["dee"].id)["user"]
    assert dee["is_stranger"]
    assert dee["team_id"] != ann["team_id"]
    eve = client.users_info(user=slack.people["eve"].id)["user"]
    assert eve["deleted"]
    assert "is_admin" not in eve
    listed = {member["name"] for member in client.users_list()["members"]}
    assert listed == {"ann", "bob", "cem", "eve", "echo", "slackbot"}
    assert client.users_lookupByEmail(email="BOB@harbour.example")["user"]["name"] == "bob"
    assert error(client.users_lookupByEmail, email="eve@harbour.example") == "users_not_found"


def test_cursors_reach_everybody_once(client: WebClient) -> None:
    seen: list[str] = []
    cursor = ""
    while True:
        answer = client.users_list(limit=2, cursor=cursor)
        assert len(answer["members"]) <= 2
        seen += [member["id"] for member in answer["members"]]
        cursor = answer["response_metadata"]["next_cursor"]
        if not cursor:
            break
    assert len(seen) == len(set(seen)) == 6
    assert error(client.users_list, cursor="nonsense") == "invalid_cursor"


def test_groups_follow_changes(slack: LocalSlack, client: WebClient) -> None:
    crew = slack.groups["crew"]
    members = client.usergroups_users_list(usergroup=crew.id)["users"]
    assert members == [slack.people["ann"].id, slack.people["bob"].id], "who is deactivated is in no group"
    crew.remove("ann")
    crew.add("cem")
    listed = {group["handle"]: group for group in client.usergroups_list(include_users=True)["usergroups"]}
    assert listed["crew"]["users"] == [slack.people["bob"].id, slack.people["cem"].id]
    slack.people["bob"].deactivate()
    assert client.usergroups_users_list(usergroup=crew.id)["users"] == [slack.people["cem"].id]
    assert error(client.usergroups_users_list, usergroup="S0") == "no_such_subteam"


def test_conversations(slack: LocalSlack, client: WebClient) -> None:
    channels = client.conversations_list(types="public_channel,private_channel,im")["channels"]
    names = {channel["name"]: channel for channel in channels if not channel["is_im"]}
    assert names.keys() == {"general", "bridge", "deck", "acme"}, "a private one only where the app is in"
    assert (names["general"]["is_member"], names["deck"]["is_member"]) == (True, False)
    assert names["bridge"]["is_private"]
    assert names["acme"]["is_ext_shared"]
    assert error(client.conversations_info, channel=slack.channels["hold"].id) == "channel_not_found"
    assert error(client.conversations_list, types="secret") == "invalid_types"
    members = client.conversations_members(channel=slack.channels["acme"].id)["members"]
    assert slack.people["dee"].id in members
    mine = {channel["name"] for channel in client.users_conversations(types="public_channel")["channels"]}
    assert mine == {"general", "acme"}


def test_a_channel_can_become_shared_while_it_runs(slack: LocalSlack, client: WebClient) -> None:
    general = slack.channels["general"]
    assert not client.conversations_info(channel=general.id)["channel"]["is_ext_shared"]
    general.share()
    assert client.conversations_info(channel=general.id)["channel"]["is_ext_shared"]


def test_opening_direct_messages(slack: LocalSlack, client: WebClient) -> None:
    ann = slack.people["ann"]
    opened = client.conversations_open(users=ann.id, return_im=True)["channel"]
    assert (opened["id"], opened["user"]) == (ann.dm, ann.id)
    assert error(client.conversations_open, users="U0") == "user_not_found"
    assert error(client.conversations_open, users=slack.people["eve"].id) == "user_disabled"
    assert error(client.conversations_open, users=slack.bot_user) == "cannot_dm_bot"


def test_where_one_can_post(slack: LocalSlack, client: WebClient) -> None:
    ann = slack.people["ann"]
    assert client.chat_postMessage(channel=ann.id, text="hi")["channel"] == ann.dm
    assert client.chat_postMessage(channel="#general", text="hi")["ok"]
    assert client.chat_postMessage(channel=slack.channels["bridge"].id, text="hi")["ok"]
    assert error(client.chat_postMessage, channel=slack.channels["deck"].id, text="hi") == "not_in_channel"
    assert error(client.chat_postMessage, channel=slack.channels["hold"].id, text="hi") == "channel_not_found"
    assert error(client.chat_postMessage, channel="C0", text="hi") == "channel_not_found"
    slack.channels["general"].archive()
    assert error(client.chat_postMessage, channel=slack.channels["general"].id, text="hi") == "is_archived"
    slack.people["ann"].deactivate()
    assert error(client.chat_postMessage, channel=ann.dm, text="hi") == "is_archived"


def test_what_one_can_post(slack: LocalSlack, client: WebClient) -> None:
    general, post = slack.channels["general"].id, client.chat_postMessage
    assert error(post, channel=general, text="") == "no_text"
    assert error(post, channel=general, text="x" * 40_001) == "msg_too_long"
    assert error(post, channel=general, text="t", blocks='{"not": "a list"}') == "invalid_blocks_format"
    assert error(post, channel=general, text="t", blocks="[") == "invalid_blocks_format"
    with pytest.raises(SlackApiError) as raised:
        post(channel=general, text="t", blocks=[{"type": "header"}])
    answer = raised.value.response
    assert answer["error"] == "invalid_blocks"
    assert answer["response_metadata"]["messages"] == ["[ERROR] missing required field: text [json-pointer:/blocks/0]"]
    assert error(post, channel=general, text="t", metadata={"event_type": 1}) == "invalid_metadata_format"
    assert error(post, channel=general, text="t", thread_ts="1.000000") == "thread_not_found"


def test_ephemeral_messages(slack: LocalSlack, client: WebClient) -> None:
    general, ann, cem = slack.channels["general"].id, slack.people["ann"], slack.people["cem"]
    ts = client.chat_postEphemeral(channel=general, user=ann.id, text="psst")["message_ts"]
    assert [message.text for message in slack.as_user("ann").read("general")] == ["psst"]
    assert slack.as_user("bob").read("general") == []
    assert client.conversations_history(channel=general)["messages"] == []
    assert error(client.chat_postEphemeral, channel=general, user=cem.id, text="psst") == "user_not_in_channel"
    assert error(client.chat_update, channel=general, ts=ts, text="new") == "message_not_found"
    assert error(client.chat_delete, channel=general, ts=ts) == "message_not_found"
    assert error(client.chat_getPermalink, channel=general, message_ts=ts) == "message_not_found"


def test_updating(slack: LocalSlack, client: WebClient) -> None:
    general = slack.channels["general"].id
    metadata = {"event_type": "t", "event_payload": {"k": "v"}}
    ts = client.chat_postMessage(channel=general, text="one", blocks=[SECTION], metadata=metadata)["ts"]
    kept = client.chat_update(channel=general, ts=ts, metadata=metadata)
    assert kept["message"]["blocks"][0]["text"]["text"] == "said"
    changed = client.chat_update(channel=general, ts=ts, text="two")
    assert "blocks" not in changed["message"], "text without blocks takes the blocks away"
    assert changed["message"]["metadata"] == metadata
    assert changed["message"]["edited"]["user"] == slack.bot_user
    assert error(client.chat_update, channel=general, ts=ts, text="x" * 4001) == "msg_too_long"
    assert error(client.chat_update, channel=general, ts="1.000000", text="x") == "message_not_found"
    assert error(client.chat_update, channel=slack.people["ann"].id, ts=ts, text="x") == "channel_not_found"
    slack.as_user("ann").type("mine", "general")
    own = slack.messages("general")[-1]["ts"]
    assert error(client.chat_update, channel=general, ts=own, text="x") == "cant_update_message"
    assert error(client.chat_delete, channel=general, ts=own) == "cant_delete_message"
    client.chat_delete(channel=general, ts=ts)
    assert [message["text"] for message in slack.messages("general")] == ["mine"]


def test_history_finds_a_message_by_its_metadata(slack: LocalSlack, client: WebClient) -> None:
    general = slack.channels["general"].id
    stamps = []
    for number in range(5):
        metadata = {"event_type": "delivery", "event_payload": {"key": f"d{number}"}}
        stamps.append(client.chat_postMessage(channel=general, text=f"m{number}", metadata=metadata)["ts"])
    plain = client.conversations_history(channel=general)["messages"]
    assert [message["text"] for message in plain] == ["m4", "m3", "m2", "m1", "m0"]
    assert "metadata" not in plain[0]
    window = client.conversations_history(
        channel=general, oldest=stamps[1], latest=stamps[3], inclusive=True, include_all_metadata=True
    )["messages"]
    assert [message["metadata"]["event_payload"]["key"] for message in window] == ["d3", "d2", "d1"]
    between = client.conversations_history(channel=general, oldest=stamps[1], latest=stamps[3])["messages"]
    assert [message["text"] for message in between] == ["m2"]
    page = client.conversations_history(channel=general, limit=2)
    assert page["has_more"]
    rest = client.conversations_history(channel=general, limit=9, cursor=page["response_metadata"]["next_cursor"])
    assert [message["text"] for message in rest["messages"]] == ["m2", "m1", "m0"]
    assert error(client.conversations_history, channel=slack.channels["deck"].id) == "not_in_channel"
    assert error(client.conversations_history, channel=slack.channels["hold"].id) == "channel_not_found"
    assert error(client.conversations_history, channel=general, oldest="yesterday") == "invalid_ts_oldest"


def test_threads(slack: LocalSlack, client: WebClient) -> None:
    general = slack.channels["general"].id
    ts = client.chat_postMessage(channel=general, text="root")["ts"]
    client.chat_postMessage(channel=general, text="reply", thread_ts=ts)
    assert [m["text"] for m in client.conversations_history(channel=general)["messages"]] == ["root"]
    thread = client.conversations_replies(channel=general, ts=ts)["messages"]
    assert [message["text"] for message in thread] == ["root", "reply"]
    assert error(client.conversations_replies, channel=general, ts="1.000000") == "thread_not_found"


def test_timestamps_rise_though_the_clock_stands_still() -> None:
    with LocalSlack.start(
        manifest=MANIFEST, workspace=Workspace.parse(WORKSPACE), clock=lambda: 1_700_000_000.5
    ) as slack:
        client = WebClient(slack.bot_token, base_url=slack.api_url)
        stamps = [client.chat_postMessage(channel="general", text="x")["ts"] for _ in range(3)]
        assert stamps == ["1700000000.500000", "1700000000.500001", "1700000000.500002"]


def test_files_in_three_steps(slack: LocalSlack, client: WebClient) -> None:
    general = slack.channels["general"].id
    uploaded = client.files_upload_v2(
        content="id,name\n1,Ann\n", filename="a.csv", title="All", channel=general, initial_comment="Here"
    )
    message = slack.as_user("ann").read("general")[-1]
    assert "Here" in message.text
    assert "All" in message.text
    url = uploaded["files"][0]["url_private"]
    with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310
        assert answer.read() == b"id,name\n1,Ann\n"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert error(client.files_completeUploadExternal, files=[{"id": "F0", "title": "x"}]) == "file_not_found"
    assert error(client.files_getUploadURLExternal, filename="x", length=0) == "invalid_arguments"


def test_a_permalink_leads_to_the_page(slack: LocalSlack, client: WebClient) -> None:
    general = slack.channels["general"].id
    ts = client.chat_postMessage(channel=general, text="hi")["ts"]
    link = client.chat_getPermalink(channel=general, message_ts=ts)["permalink"]
    assert link == f"{slack.url}/archives/{general}/p{ts.replace('.', '')}"
    answer = httpx.get(link)
    assert answer.headers["location"] == f"/?channel={general}&message={ts}"
