"""files.*: the first and the third step of an upload; the second is a POST of the bytes to the address given."""

from collections.abc import Mapping
from typing import Any

from slack_local.errors import SlackError, invalid
from slack_local.files import File
from slack_local.json_types import Json
from slack_local.messages import Message
from slack_local.web_api.call import Call, Method
from slack_local.workspace import Channel


def get_upload_url_external(call: Call) -> Json:
    name, length = call.arguments.required("filename"), call.arguments.number("length", 0)
    if length < 1:
        raise invalid("must be more than 0: length")
    file = call.platform.files.announce(name, length, call.platform.world.app.bot_user)
    return {"upload_url": f"{call.platform.base_url}/upload/v1/{file.ticket}", "file_id": file.id}


def complete_upload_external(call: Call) -> Json:
    """Without a channel the file stays private to the app."""
    rows: Any = call.arguments.json("files")
    if not isinstance(rows, list) or not rows:
        raise invalid("missing required field: files")
    files = [(_uploaded(call, row), str(row.get("title", ""))) for row in rows]
    channels = [_place(call, name) for name in _places(call)]
    ids = tuple(channel.id for channel in channels)
    done = [call.platform.files.finish(file, title, ids) for file, title in files]
    for channel in channels:
        _share(call, channel, done)
    return {"files": [call.platform.files.shape(file) for file in done]}


def _uploaded(call: Call, row: Any) -> File:
    file = call.platform.files.find(str(row.get("id"))) if isinstance(row, dict) else None
    if file is None or file.content is None:
        raise SlackError("file_not_found")
    if file.complete:
        raise SlackError("file_update_failed")
    return file


def _places(call: Call) -> list[str]:
    listed = call.arguments.text("channels").split(",")
    return [name for name in (call.arguments.text("channel_id"), *listed) if name]


def _place(call: Call, channel_id: str) -> Channel:
    channel = call.platform.world.channels.get(channel_id)
    if channel is None or not call.platform.world.app_is_in(channel):
        raise SlackError("channel_not_found" if channel is None or channel.kind != "public" else "not_in_channel")
    return channel


def _share(call: Call, channel: Channel, files: list[File]) -> None:
    call.platform.messages.post(
        Message(
            channel=channel.id,
            ts="",
            user=call.platform.world.app.bot_user,
            text=call.arguments.text("initial_comment"),
            is_bot=True,
            thread_ts=call.arguments.text("thread_ts"),
            files=tuple(file.id for file in files),
        )
    )


METHODS: Mapping[str, Method] = {
    "files.getUploadURLExternal": Method(get_upload_url_external, "files:write"),
    "files.completeUploadExternal": Method(complete_upload_external, "files:write"),
}
