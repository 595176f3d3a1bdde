"""Inputs to choose a moment or a person with. https://docs.slack.dev/reference/block-kit/block-elements"""

from datetime import datetime

from handlers.views.blocks import Element, plain


def moment_picker(action: str, initial: datetime | None = None) -> Element:
    """A day and a time in the reader's own zone."""
    element: Element = {"type": "datetimepicker", "action_id": action}
    if initial is not None:
        element["initial_date_time"] = int(initial.timestamp())
    return element


def person_picker(action: str, initial: str | None = None) -> Element:
    """A person of Slack; `initial` is a user id."""
    element: Element = {"type": "users_select", "action_id": action, "placeholder": plain("Choose a person", 150)}
    if initial:
        element["initial_user"] = initial
    return element
