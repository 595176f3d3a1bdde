"""The app goes: somebody removes it from the workspace, or gives a token back. The app hears of it by events.

Source: https://docs.slack.dev/reference/events/app_uninstalled and .../tokens_revoked
"""

from slack_local.delivery import payloads
from slack_local.json_types import Json
from slack_local.platform import Platform


def remove(platform: Platform) -> None:
    """Uninstall the app. Its tokens are over before it hears of it."""
    platform.installation.remove()
    _tell(platform, {"type": "app_uninstalled"})
    _tell(platform, _revoked(platform))


def revoke(platform: Platform, token: str) -> None:
    """One token is over."""
    platform.installation.revoke(token)
    _tell(platform, _revoked(platform))


def _revoked(platform: Platform) -> Json:
    return {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [platform.world.app.bot_user]}}


def _tell(platform: Platform, body: Json) -> None:
    """If the manifest subscribes to it; the first attempt is not waited for."""
    if body["type"] not in platform.manifest.events:
        return
    stamped = {**body, "event_ts": platform.messages.stamps.next()}
    event_id, now = platform.ids.id("Ev"), int(platform.clock())
    wrapped = payloads.event(platform.world, platform.credentials.verification_token, event_id, now, stamped)
    platform.delivery.spawn(platform.delivery.event(wrapped))
