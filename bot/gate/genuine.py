"""Whether what a payload names has the form that Slack gives it, whatever signed it.

The signing secret is one text in two places. Whoever gets hold of it should not have Steward call hosts inside the
company's network, nor write ids into the audit table that are no ids.
"""

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

ID: Final = re.compile(r"[A-Z0-9]{1,64}")
SLACKS: Final = frozenset({"slack.com", "www.slack.com", "slack-gov.com", "www.slack-gov.com"})
HOOKS: Final = frozenset({"hooks.slack.com", "hooks.slack-gov.com"})
LONGEST: Final = 2048  # of an address and of a trigger; Slack's have some 100


def fault_in(body: Mapping[str, Any], api: str) -> str | None:
    """The code of what is not as Slack's are in a command, a press, a form or a shortcut, or None. Pure.

    `api` is the address of Slack's Web API: answers go to Slack's own host, or to that of another Slack.
    """
    user = body.get("user")
    named = [body.get("user_id"), body.get("team_id"), body.get("channel_id"), user, body.get("team")]
    named.append(body.get("channel"))
    if not all(_is_id(one.get("id") if isinstance(one, dict) else one) for one in named if one is not None):
        return "malformed_id"
    if not _is_text(body.get("trigger_id")):
        return "malformed_trigger"
    address = body.get("response_url")
    return None if not address or is_slacks(address, api) else "foreign_response_url"


def is_slacks(address: object, api: str) -> bool:
    """Whether an answer may be sent there. https://docs.slack.dev/interactivity/handling-user-interaction/"""
    if not (isinstance(address, str) and len(address) <= LONGEST and address.isprintable()):
        return False
    try:
        to, slack = urlsplit(address), urlsplit(api)
    except ValueError:
        return False
    if to.scheme == "https" and to.netloc in HOOKS:
        return True
    return slack.hostname not in SLACKS and (to.scheme, to.netloc) == (slack.scheme, slack.netloc)


def _is_id(value: object) -> bool:
    return value is None or (isinstance(value, str) and ID.fullmatch(value) is not None)


def _is_text(value: object) -> bool:
    return value is None or (isinstance(value, str) and len(value) <= LONGEST and value.isprintable())
