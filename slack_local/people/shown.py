"""Messages and views as a test reads them."""

from dataclasses import dataclass, field

from slack_local.json_types import Json
from slack_local.people.pressing import Press


@dataclass(frozen=True, slots=True)
class Shown:
    """One message. `text` is all its words as the person reads them; `source` all that was sent, as JSON."""

    channel: str
    ts: str
    user: str
    text: str
    buttons: tuple[str, ...]
    ephemeral: bool
    edited: bool
    thread_ts: str
    source: str = field(repr=False)
    body: Json = field(repr=False)

    def __contains__(self, words: str) -> bool:
        return words in self.text


@dataclass(frozen=True, slots=True)
class ShownView:
    """A modal or a Home. `labels` are those of its inputs, `state` what stands in them by label."""

    id: str
    callback_id: str
    title: str
    text: str
    buttons: tuple[str, ...]
    labels: tuple[str, ...]
    state: Json
    source: str = field(repr=False)
    body: Json = field(repr=False)

    def __contains__(self, words: str) -> bool:
        return words in self.text


@dataclass(frozen=True, slots=True)
class Button:
    """A button as it stood on the screen when it was found; pressing it later presses what was seen then."""

    label: str
    action_id: str
    value: str
    where: Press
