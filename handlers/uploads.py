"""Files to a person's own direct message. https://docs.slack.dev/messaging/working-with-files"""

from collections.abc import Sequence
from typing import Any

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

SECONDS = 20  # for each step: a file takes longer than a message

log = structlog.get_logger(__name__)


def upload(client: WebClient, user: str, files: Sequence[dict[str, Any]], comment: str) -> bool:
    """Upload all as one message with `comment` above; whether Slack took them."""
    uploading = WebClient(str(client.token), base_url=client.base_url, timeout=SECONDS)
    try:
        opened: Any = uploading.conversations_open(users=[user])
        channel = opened["channel"]["id"]
        uploading.files_upload_v2(channel=channel, file_uploads=list(files), initial_comment=comment)
    except (SlackApiError, SlackClientError, OSError) as error:
        log.warning("files.not_sent", exc_info=error)
        return False
    return True
