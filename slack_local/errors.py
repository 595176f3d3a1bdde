"""What goes wrong, in Slack's own codes."""

from slack_local.block_kit import Problem
from slack_local.json_types import Json


class SlackError(Exception):
    """Becomes `{"ok": false, "error": code, …}`."""

    def __init__(self, code: str, extra: Json | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.extra = extra or {}


class CannotDo(Exception):
    """Something that a person at the screen cannot do, in words for that person."""


def refused(problems: list[Problem]) -> SlackError:
    """The answer to a surface that breaks Slack's rules: the first problem's code, and all of them in words."""
    words = [str(problem) for problem in problems]
    metadata = {"messages": [f"[ERROR] {line}" for line in words]}
    code = problems[0].code
    listed = {"errors": words} if code == "invalid_blocks" else {}
    return SlackError(code, {**listed, "response_metadata": metadata})


def invalid(words: str) -> SlackError:
    """Wrong or missing arguments."""
    return SlackError("invalid_arguments", {"response_metadata": {"messages": [f"[ERROR] {words}"]}})
