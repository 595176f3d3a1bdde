"""What one person sees: messages, modals, the Home, and the buttons in them."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from slack_local import shapes
from slack_local.block_kit import inputs
from slack_local.block_kit.composition import options_of
from slack_local.json_types import Json
from slack_local.messages import Message
from slack_local.people import screen
from slack_local.people.filling import NotThere, label_of
from slack_local.people.pressing import Press
from slack_local.people.shown import Button, Shown, ShownView
from slack_local.people.words import Reader
from slack_local.platform import Platform
from slack_local.surfaces import View

Surface = tuple[Sequence[Json], Press]
"""The blocks of a message or a view, and where a press in it happens."""


@dataclass(frozen=True, slots=True)
class Eyes:
    platform: Platform = field(repr=False)
    user: str

    @property
    def reader(self) -> Reader:
        world = self.platform.world
        return Reader(world, world.people[self.user].tz)

    def channel(self, name: str | None) -> str:
        """Id of a channel by name or id; None is the app's direct message. Raises NotThere."""
        world = self.platform.world
        if name is None or name == "dm":
            return world.direct_message(self.user).id
        found = world.channels.get(name) or world.channel_named(name.lstrip("#"))
        if found is None:
            raise NotThere(f"there is no channel {name!r}")
        if self.user not in found.members:
            raise NotThere(f"{world.people[self.user].name} is not in {name!r}")
        return found.id

    def messages(self, channel: str) -> list[Shown]:
        return [self._shown(message) for message in self.platform.messages.seen(channel, self.user)]

    def view(self, view: View) -> ShownView:
        body = shapes.view(self.platform.world, view)
        placed = [one for one in inputs.placed(view.body["blocks"]) if one.block["type"] == "input"]
        state = body["state"]["values"]
        return ShownView(
            id=view.id,
            callback_id=body["callback_id"],
            title=(body["title"] or {}).get("text", ""),
            text=self.reader.view(body),
            buttons=tuple(_labels(view.body["blocks"])),
            labels=tuple(label_of(one.block) for one in placed),
            state={label_of(one.block): _bare(one, state[one.block_id][one.action_id]) for one in placed},
            source=json.dumps(body, ensure_ascii=False),
            body=body,
        )

    def buttons(self, where: str | None) -> Iterator[Button]:
        for blocks, place in self.surfaces(where):
            yield from _buttons(blocks, place)

    def surfaces(self, where: str | None) -> Iterator[Surface]:
        """Newest first; a modal that is open covers all else, unless `where` names a place."""
        stack = self.platform.views.stack(self.user)
        home = self.platform.views.homes.get(self.user)
        if where == "modal" or (where is None and stack):
            yield from map(self._of_view, stack[-1:])
        elif where == "home":
            yield from map(self._of_view, [home] if home else [])
        elif where is not None:
            yield from self._of_messages([self.channel(where)])
        else:
            yield from self._of_messages([c.id for c in self.platform.world.channels_of(self.user)])
            yield from map(self._of_view, [home] if home else [])

    def _of_view(self, view: View) -> Surface:
        return view.body["blocks"], Press(self.user, "", "", view_id=view.id)

    def _of_messages(self, channels: Sequence[str]) -> Iterator[Surface]:
        messages = [m for channel in channels for m in self.platform.messages.seen(channel, self.user)]
        for message in sorted(messages, key=lambda m: m.ts, reverse=True):
            yield message.blocks or [], Press(self.user, "", "", channel=message.channel, ts=message.ts)

    def _shown(self, message: Message) -> Shown:
        body = screen.message(self.platform, message)
        return Shown(
            channel=message.channel,
            ts=message.ts,
            user=message.user,
            text=self.reader.message(body),
            buttons=tuple(_labels(message.blocks or [])),
            ephemeral=message.ephemeral,
            edited=bool(message.edited_ts),
            thread_ts=message.thread_ts,
            source=json.dumps(body, ensure_ascii=False),
            body=body,
        )


def _labels(blocks: Sequence[Json]) -> list[str]:
    return [one.element["text"]["text"] for one in inputs.placed(blocks) if one.element["type"] == "button"]


def _buttons(blocks: Sequence[Json], place: Press) -> Iterator[Button]:
    """Buttons by their words, and the entries of overflow menus by theirs."""
    for one in inputs.placed(blocks):
        element, here = one.element, replace(place, block_id=one.block_id, action_id=one.action_id)
        if element["type"] == "button":
            yield Button(element["text"]["text"], one.action_id, element.get("value", ""), here)
        elif element["type"] == "overflow":
            for option in options_of(element):
                label, value = option["text"]["text"], option.get("value", "")
                yield Button(label, one.action_id, value, replace(here, chosen={"option": option}))


def _bare(one: inputs.Placed, value: Json) -> object:
    """What stands in an input, by its words."""
    held = value[inputs.value_key(one.element) or "value"]
    if isinstance(held, dict) and "text" in held:
        return held["text"]["text"]
    if isinstance(held, list):
        return [part["text"]["text"] if isinstance(part, dict) else part for part in held]
    return held
