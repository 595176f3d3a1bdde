"""Ending a Socket Mode client so that nothing of it runs on."""

from slack_sdk.socket_mode import SocketModeClient

from bot.gate.socket import end_for_good


def hang_up(client: SocketModeClient) -> None:
    """Close the connection and wait for its threads."""
    end_for_good(client)
    client.close()
