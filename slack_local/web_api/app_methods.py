"""apps.connections.open: a ticket for one WebSocket."""

from collections.abc import Mapping

from slack_local.json_types import Json
from slack_local.web_api.call import Call, Method


def apps_connections_open(call: Call) -> Json:
    ticket = call.platform.sockets.ticket()
    address = call.platform.base_url.replace("http://", "ws://", 1)
    return {"url": f"{address}/link/?ticket={ticket}&app_id={call.platform.world.app.id}"}


METHODS: Mapping[str, Method] = {"apps.connections.open": Method(apps_connections_open, token="app")}  # noqa: S106
