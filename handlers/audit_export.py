"""`/audit export [WORDS]`: what a search finds as files, to the auditor's own direct message."""

from typing import Any

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.audit.handing_out import HandedOut, HandOut
from bot.audit.search import NotSearched
from bot.services import Services
from handlers.payloads import Caller
from handlers.views import audit as search_views
from handlers.views import audit_export as views
from handlers.views.blocks import Block

UPLOAD_SECONDS = 20

log = structlog.get_logger(__name__)


def export(services: Services, caller: Caller, client: WebClient, text: str) -> Block:
    """In short here; the files follow where only the auditor reads."""
    person = caller.person(services, fresh=True)
    search = services.search
    hand_out = HandOut(search.database, search.ledger, search.rules, search.clock, services.proof.keys.signer.key)
    made = hand_out(caller.origin(person), person, caller.conversation(services), text)
    if isinstance(made, NotSearched):
        return search_views.not_searched(made, services.company)
    return views.exported(made, sent=bool(made.files) and _send(made, person.id, client))


def _send(made: HandedOut, user: str, client: WebClient) -> bool:
    """Upload the files in Slack's three steps. https://docs.slack.dev/messaging/working-with-files"""
    uploading = WebClient(str(client.token), base_url=client.base_url, timeout=UPLOAD_SECONDS)
    uploads = [{"filename": name, "content": content, "title": name} for name, content in made.files.items()]
    try:
        opened: Any = uploading.conversations_open(users=[user])
        channel = opened["channel"]["id"]
        uploading.files_upload_v2(channel=channel, file_uploads=uploads, initial_comment=views.comment(made))
    except (SlackApiError, SlackClientError, OSError) as error:
        log.warning("export.not_sent", exc_info=error)
        return False
    return True
