"""apps.connections.open: a ticket for one WebSocket. auth.revoke: a token that is given back."""

from collections.abc import Mapping

from slack_local.json_types import Json
from slack_local.oauth import removal
from slack_local.web_api.call import Call, Method


def apps_connections_open(call: Call) -> Json:
    ticket = call.platform.sockets.ticket()
    address = call.platform.base_url.replace("http://", "ws://", 1)
    return {"url": f"{address}/link/?ticket={ticket}&app_id={call.platform.world.app.id}"}


def auth_revoke(call: Call) -> Json:
    if call.arguments.flag("test"):
        return {"revoked": False}
    removal.revoke(call.platform, call.bearer)
    return {"revoked": True}


METHODS: Mapping[str, Method] = {
    "apps.connections.open": Method(apps_connections_open, token="app"),  # noqa: S106
    "auth.revoke": Method(auth_revoke),
}
