"""What a person types becomes what Slack sends. Pure.

Source: https://docs.slack.dev/interactivity/implementing-slash-commands#creating_commands (escaping) and
https://docs.slack.dev/messaging/formatting-message-text
"""

import re

from slack_local.world import World

_PATTERN = re.compile(
    r"(?P<url>https?://[^\s<>|]+)"
    r"|(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<domain>(?<![\w.@/-])(?:[a-z0-9-]+\.)+(?:com|net|org|io|eu|lv|lt|ee|de|fr|fi|se|pl|uk|ie|dev|app)(?![\w-]))"
    r"|(?P<person>(?<![\w@])@[\w.-]*\w)"
    r"|(?P<channel>(?<![\w#])#[\w-]+)",
    re.IGNORECASE,
)


def entities(text: str) -> str:
    """The three characters that Slack always escapes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def escaped(world: World, text: str) -> str:
    """Text with mentions as ids and addresses as links, as a command with `should_escape` or a message carries it."""
    parts, end = [], 0
    for match in _PATTERN.finditer(text):
        parts += [entities(text[end : match.start()]), _replacement(world, match)]
        end = match.end()
    return "".join([*parts, entities(text[end:])])


def _replacement(world: World, match: re.Match[str]) -> str:
    found, word = match.lastgroup, entities(match.group())
    if found == "url":
        return f"<{word}>"
    if found == "email":
        return f"<mailto:{word}|{word}>"
    if found == "domain":
        return f"<http://{word}|{word}>"
    if found == "channel":
        channel = world.channel_named(match.group()[1:])
        return f"<#{channel.id}|{channel.name}>" if channel else word
    return _mention(world, match.group()[1:]) or word


def _mention(world: World, name: str) -> str:
    if name in ("here", "channel", "everyone"):
        return f"<!{name}>"
    person, group = world.person_named(name), world.group_named(name)
    if person is not None:
        return f"<@{person.id}|{person.name}>"
    return f"<!subteam^{group.id}|@{group.handle}>" if group else ""
