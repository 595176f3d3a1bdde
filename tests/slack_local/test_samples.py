"""What the local Slack answers and sends has the keys and types of Slack's own samples."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from slack_bolt import App
from slack_sdk import WebClient

from slack_local import LocalSlack
from tests.slack_local.conftest import Served

SAMPLES = Path(__file__).resolve().parents[2].parent / "shared" / "slack" / "samples"

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="Slack's samples are not beside the checkout")

FAILURE = {"error", "needed", "provided", "warning", "response_metadata", "errors", "deprecated_argument", "arg"}
GRID = {"enterprise_id", "enterprise_name", "enterprise_user", "enterprise", "teams", "callstack"}
SHARING = {"connected_team_ids", "internal_team_ids", "conversation_host_id", "connected_limited_team_ids"}
RARE_CHANNEL = {
    "locale", "is_read_only", "is_thread_only", "is_non_threadable", "is_moved", "is_global_shared",
    "is_org_default", "is_org_mandatory", "properties", "priority", "user", "is_user_deleted",
}  # fmt: skip
RARE_USER = {
    "locale", "has_2fa", "two_factor_type", "is_stranger", "is_workflow_bot", "is_invited_user", "is_connector_bot",
    "bot_id", "api_app_id", "always_active", "image_original", "is_custom_image", "image_1024", "status_emoji_url",
    "pronouns", "huddle_state", "huddle_state_expiration_ts", "guest_invited_by", "start_date", "fields",
}  # fmt: skip
RARE_VIEW = {"entity_url", "external_ref", "app_unfurl_url", "message_ts", "thread_ts", "channel"}
MESSAGE_OPTIONS = {
    "thread_ts", "parent_user_id", "subtype", "username", "icons", "root", "metadata", "room", "attachments", "blocks",
    "assistant_app_thread", "edited", "upload", "display_as_bot", "x_files", "files", "file", "channel", "is_intro",
    "is_starred", "wibblr", "pinned_to", "reactions", "bot_link", "inviter", "client_msg_id", "comment", "topic",
    "purpose", "unfurl_links", "unfurl_media", "is_thread_broadcast", "is_locked", "reply_count", "reply_users",
    "reply_users_count", "latest_reply", "subscribed", "hidden", "last_read", "item_type", "item", "no_notifications",
}  # fmt: skip
WORKFLOWS = {"bot_access_token", "function_data", "interactivity", "app_unfurl"}
OPTIONAL_ACTION = {
    "style", "placeholder", "confirm", "url", "initial_option", "selected_option", "selected_user", "initial_user",
    "selected_conversation", "initial_conversation", "selected_channel", "initial_channel", "min_query_length",
    "selected_date", "initial_date", "selected_time", "initial_time", "rich_text_value",
}  # fmt: skip

OURS_ALONE = {"has_more", "pin_count", "context_team_id", "updated", "is_stranger", "is_user_deleted", "response_urls"}
"""Keys that Slack documents and that the samples happen to lack in that place."""


def sample(folder: str, name: str) -> Any:
    return json.loads((SAMPLES / folder / f"{name}.json").read_text(encoding="utf-8"))


def differences(ours: Any, theirs: Any, left_out: set[str], path: str = "") -> Iterator[str]:
    """Where ours has a key that theirs lacks, another type, or lacks a key that is not in `left_out`."""
    if ours is None or path.endswith((".blocks", ".state", ".event_payload")):
        return
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for key in ours.keys() - theirs.keys() - OURS_ALONE:
            yield f"{path}.{key} is not Slack's"
        for key in theirs.keys() - ours.keys() - left_out:
            yield f"{path}.{key} is missing"
        for key in ours.keys() & theirs.keys():
            yield from differences(ours[key], theirs[key], left_out, f"{path}.{key}")
    elif isinstance(theirs, list) and isinstance(ours, list):
        for one in ours if theirs else ():
            yield from differences(one, theirs[0], left_out, f"{path}[]")
    elif type(ours) is not type(theirs):
        yield f"{path} is {type(ours).__name__}, Slack's is {type(theirs).__name__}"


BLOCKS = [{"type": "section", "text": {"type": "mrkdwn", "text": "hi"}}]
MODAL = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "T"},
    "submit": {"type": "plain_text", "text": "S"},
    "close": {"type": "plain_text", "text": "C"},
    "callback_id": "modal",
    "external_id": "one",
    "notify_on_close": True,
    "blocks": BLOCKS,
}
HOME = {"type": "home", "blocks": BLOCKS}


def test_the_answers_about_the_workspace(slack: LocalSlack, client: WebClient) -> None:
    ann = slack.people["ann"].id
    user = FAILURE | GRID | RARE_USER
    compare(client.auth_test(), "auth.test", FAILURE | GRID | {"app_name", "app_id", "expires_in"})
    odd_team = {"discoverable", "avatar_base_url", "lob_sales_home_enabled", "is_sfdc_auto_slack", "sso_provider"}
    odd_team |= {"pay_prod_cur", "locale", "enterprise_domain", "image_original"}
    compare(client.team_info(), "team.info", FAILURE | GRID | odd_team)
    compare(client.users_info(user=ann), "users.info", user)
    compare(client.users_lookupByEmail(email="ann@harbour.example"), "users.lookupByEmail", user)
    groups = {"is_section", "is_idp_group", "is_visible", "is_editing_restricted", "is_membership_locked"}
    groups |= {"is_org_level", "deleted_by"}
    with_all = client.usergroups_list(include_users=True, include_count=True)
    compare(with_all, "usergroups.list", FAILURE | groups)
    compare(client.usergroups_users_list(usergroup=slack.groups["crew"].id), "usergroups.users.list", FAILURE)
    compare(client.apps_connections_open(app_token=slack.app_token), "apps.connections.open", FAILURE)


def test_the_list_of_users(client: WebClient) -> None:
    answer = client.users_list().data
    assert isinstance(answer, dict)
    whole = [member for member in answer["members"] if not member["deleted"] and not member["is_bot"]]
    listed = {**answer, "members": [member for member in whole if member["id"] != "USLACKBOT"]}
    faults = list(differences(listed, sample("api", "users.list"), FAILURE | GRID | RARE_USER | {"offset"}))
    assert faults == []


def test_the_answers_about_conversations(slack: LocalSlack, client: WebClient) -> None:
    channel = FAILURE | GRID | SHARING | RARE_CHANNEL
    general = slack.channels["general"].id
    compare(client.conversations_info(channel=general, include_num_members=True), "conversations.info", channel)
    compare(client.conversations_list(types="public_channel,private_channel"), "conversations.list", channel)
    compare(client.conversations_members(channel=general), "conversations.members", FAILURE)
    opened = client.conversations_open(users=slack.people["ann"].id, return_im=True)
    compare(opened, "conversations.open", channel | {"latest"})


def test_the_answers_about_messages(slack: LocalSlack, client: WebClient) -> None:
    general, message = slack.channels["general"].id, FAILURE | MESSAGE_OPTIONS
    metadata = {"event_type": "t", "event_payload": {"k": "v"}}
    posted = client.chat_postMessage(channel=general, text="hi", blocks=BLOCKS, metadata=metadata)
    compare(posted, "chat.postMessage", message | {"user_id"})
    compare(client.chat_update(channel=general, ts=posted["ts"], text="ho"), "chat.update", message)
    compare(client.chat_getPermalink(channel=general, message_ts=posted["ts"]), "chat.getPermalink", FAILURE)
    compare(client.chat_delete(channel=general, ts=posted["ts"]), "chat.delete", FAILURE)
    ephemeral = client.chat_postEphemeral(channel=general, user=slack.people["ann"].id, text="psst")
    compare(ephemeral, "chat.postEphemeral", FAILURE)


def test_the_answers_about_files(client: WebClient) -> None:
    address = client.files_getUploadURLExternal(filename="a.txt", length=2)
    compare(address, "files.getUploadURLExternal", FAILURE)
    body = sample("api", "files.completeUploadExternal")
    uploaded = client.files_upload_v2(content="hi", filename="a.txt", title="A")
    ours, theirs = uploaded["files"][0], body["files"][0]
    assert ours.keys() - theirs.keys() == set()
    assert list(differences(ours, theirs, set(theirs))) == []


def test_the_answers_about_views(slack: LocalSlack, client: WebClient) -> None:
    view, triggers, user = FAILURE | RARE_VIEW, slack.platform.triggers, slack.people["ann"].id
    opened = client.views_open(trigger_id=triggers.issue(user), view=MODAL)
    compare(opened, "views.open", view)
    compare(
        client.views_push(trigger_id=triggers.issue(user), view={**MODAL, "external_id": "two"}), "views.push", view
    )
    compare(client.views_update(view_id=opened["view"]["id"], view=MODAL), "views.update", view)
    compare(client.views_publish(user_id=user, view=HOME), "views.publish", view)


def compare(answer: Any, method: str, left_out: set[str]) -> None:
    faults = list(differences(answer.data, sample("api", method), left_out))
    assert faults == [], "\n".join(faults)


def recorded(app: App) -> list[dict[str, Any]]:
    """Every payload that reaches the app, as it came."""
    bodies: list[dict[str, Any]] = []

    @app.middleware
    def keep(body: dict[str, Any], next_: Any) -> None:
        bodies.append(json.loads(json.dumps(body)))
        next_()

    return bodies


@pytest.fixture
def story(slack: LocalSlack, served: Served) -> list[dict[str, Any]]:
    """One of each payload."""
    app = served.app()
    bodies = recorded(app)
    button = {"type": "button", "action_id": "go", "value": "1", "text": {"type": "plain_text", "text": "Go"}}
    blocks = [{"type": "actions", "elements": [button]}]

    @app.command("/echo")
    def echo(ack: Any, command: dict[str, Any], client: WebClient) -> None:
        client.chat_postMessage(channel=command["channel_id"], text="hi", blocks=blocks)
        client.views_open(trigger_id=command["trigger_id"], view=MODAL)
        ack()

    app.action("go")(lambda ack: ack())
    app.view("modal")(lambda ack: ack())
    app.view_closed("modal")(lambda ack: ack())
    app.shortcut("quote")(lambda ack: ack())
    app.event("app_home_opened")(lambda event, client: client.views_publish(user_id=event["user"], view=HOME))
    served.by_http(app)
    ann = slack.as_user("ann")
    ann.type("/echo hi", "general")
    ann.press("Go", in_="general")
    ann.submit()
    ann.type("/echo hi", "general")
    ann.close()
    ann.shortcut("Quote", ann.read("general")[-1])
    ann.home()
    ann.home()
    return bodies


def test_the_payloads(story: list[dict[str, Any]]) -> None:
    by_type = {body.get("type", body.get("command")): body for body in story}
    frame = GRID | WORKFLOWS
    view = RARE_VIEW | {"is_cleared"}
    expected = {
        "block_actions": ("BlockActionPayload", frame | OPTIONAL_ACTION | MESSAGE_OPTIONS | {"view", "attachment_id"}),
        "view_submission": ("ViewSubmissionPayload", frame | view),
        "view_closed": ("ViewClosedPayload", frame | view),
        "message_action": ("MessageShortcutPayload", frame | MESSAGE_OPTIONS),
        "event_callback": ("AppHomeOpenedPayload", GRID | {"authed_users", "authed_teams"}),
        "/echo": ("SlashCommandPayload", GRID),
    }
    container = {"view_id", "text", "is_app_unfurl", "app_unfurl_url", "thread_ts"}
    for kind, (name, left_out) in expected.items():
        ours = by_type[kind]
        if kind == "/echo":  # a form carries text only
            ours["is_enterprise_install"] = ours["is_enterprise_install"] != "false"
        faults = list(differences(ours, sample("payloads", name), left_out | container))
        allowed = {".view.blocks is not Slack's", ".event.view.blocks is not Slack's"}
        assert set(faults) <= allowed, (kind, faults)
