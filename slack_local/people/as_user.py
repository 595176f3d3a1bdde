"""A person in a test: type, press, fill, submit, read. Everything by the words that stand on the screen."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from slack_local.block_kit import inputs
from slack_local.block_kit.composition import options_of
from slack_local.errors import CannotDo
from slack_local.json_types import Json
from slack_local.people import acts, modals
from slack_local.people.eyes import Eyes
from slack_local.people.filling import NotThere, find_input, label_of, value_of
from slack_local.people.pressing import Press, press
from slack_local.people.shown import Button, Shown, ShownView
from slack_local.server import Background
from slack_local.surfaces import View

T = TypeVar("T")

_GLANCE = 0.01


@dataclass(frozen=True, slots=True)
class AsUser:
    """Raises NotThere (an AssertionError) for what is not on the screen, CannotDo where Slack would say no.

    `channel` and `in_` take a channel's name or id; "dm" is the app's direct message, "modal" the top modal, "home"
    the App Home.
    """

    background: Background = field(repr=False)
    id: str

    @property
    def name(self) -> str:
        return self.background.platform.world.people[self.id].name

    def type(self, text: str, channel: str | None = None) -> None:
        """A message or a command, in the app's direct message unless a channel is named. Waits for the ack."""
        where = self._look(lambda: self._eyes.channel(channel))
        self._do(acts.say(self.background.platform, self.id, where, text))

    def find(self, label: str, in_: str | None = None) -> Button:
        """The button (or the entry of a menu) with these words on the newest surface that has it."""
        return self._look(lambda: self._find(label, in_))

    def press(self, label: "str | Button", in_: str | None = None) -> None:
        """Presses it and waits for the ack. A `Button` found earlier is pressed as it stood then."""
        button = label if isinstance(label, Button) else self.find(label, in_)
        self._do(press(self.background.platform, button.where))

    def choose(self, option: str, in_: str | None = None) -> None:
        """Chooses from the newest menu (select, radio buttons) outside a form that has this option."""
        where = self._look(lambda: self._menu(option, in_))
        self._do(press(self.background.platform, where))

    def fill(self, answers: Mapping[str, Any]) -> None:
        """Enters values into the inputs of the top modal, by label; None empties one.

        Text for text, options by their words (lists for several), dates as text or `date`, people by user name.
        """
        for label, typed in answers.items():
            self._fill_one(label, typed)

    def submit(self) -> dict[str, str]:
        """Errors by label; none when the modal was accepted."""
        view = self._look(self._top)
        labels = {b["block_id"]: label_of(b) for b in view.body["blocks"] if b["type"] == "input"}
        errors = self._do(modals.submit(self.background.platform, self.id, view.id, {}))
        return {labels[block]: words for block, words in errors.items()}

    def close(self, *, everything: bool = False) -> None:
        """Closes the top modal, or all of them."""
        view = self._look(self._top)
        self._do(modals.close(self.background.platform, self.id, view.id, everything=everything))

    def shortcut(self, name: str, message: Shown | None = None) -> None:
        """A shortcut by its name, on a message where it is one for messages."""
        manifest = self.background.platform.manifest
        found = next((one for one in manifest.shortcuts if one.name == name), None)
        if found is None:
            raise NotThere(f"there is no shortcut {name!r}")
        where = (message.channel, message.ts) if message else ("", "")
        self._do(acts.use_shortcut(self.background.platform, self.id, found.callback_id, *where))

    def read(self, channel: str | None = None) -> list[Shown]:
        """What this person sees in a channel, oldest first, ephemeral messages too."""
        return self._look(lambda: self._eyes.messages(self._eyes.channel(channel)))

    def dm(self) -> list[Shown]:
        """The app's direct message."""
        return self.read(None)

    def modal(self) -> ShownView:
        """The top modal."""
        return self._look(lambda: self._eyes.view(self._top()))

    def modals(self) -> list[ShownView]:
        """All open modals, bottom first."""
        views = self.background.platform.views
        return self._look(lambda: [self._eyes.view(view) for view in views.stack(self.id)])

    def home(self) -> ShownView:
        """Opens the App Home and reads it."""
        self._do(acts.open_home(self.background.platform, self.id))
        return self.glance_home()

    def glance_home(self) -> ShownView:
        """The App Home as last published, without opening it anew."""
        return self._look(self._home)

    def wait_for(self, text: str, channel: str | None = None, timeout: float = 5.0) -> Shown:
        """The newest message in the channel that contains these words, as soon as there is one."""
        deadline, changes = time.monotonic() + timeout, self.background.platform.changes
        while True:
            count = changes.count
            seen = self.read(channel)
            found = next((message for message in reversed(seen) if text in message.text), None)
            if found is not None:
                return found
            while changes.count == count:
                if time.monotonic() > deadline:
                    words = "\n---\n".join(message.text for message in seen)
                    raise NotThere(f"{text!r} did not come within {timeout} s; {self.name} sees:\n{words}")
                time.sleep(_GLANCE)

    @property
    def _eyes(self) -> Eyes:
        return Eyes(self.background.platform, self.id)

    def _top(self) -> View:
        stack = self.background.platform.views.stack(self.id)
        if not stack:
            raise NotThere(f"{self.name} has no modal open")
        return stack[-1]

    def _home(self) -> ShownView:
        home = self.background.platform.views.homes.get(self.id)
        if home is None:
            raise NotThere(f"the app has published no Home for {self.name}")
        return self._eyes.view(home)

    def _find(self, label: str, in_: str | None) -> Button:
        seen = []
        for button in self._eyes.buttons(in_):
            if button.label == label:
                return button
            seen.append(button.label)
        raise NotThere(f"{self.name} sees no button {label!r}{f' in {in_}' if in_ else ''}; there are {seen}")

    def _menu(self, option: str, in_: str | None) -> Press:
        for blocks, place in self._eyes.surfaces(in_):
            for one in inputs.placed(blocks):
                found = [o for o in options_of(one.element) if o["text"]["text"] == option]
                if found and one.element["type"] in ("static_select", "radio_buttons"):
                    chosen = {"option": found[0]}
                    return replace(place, block_id=one.block_id, action_id=one.action_id, chosen=chosen)
        raise NotThere(f"{self.name} sees no menu with {option!r}")

    def _fill_one(self, label: str, typed: Any) -> None:
        view = self._look(self._top)
        one = find_input(view.body["blocks"], label)
        suggested = self._suggested(view, one, typed) if "external" in one.element["type"] else []
        entered = value_of(self.background.platform.world, one.element, typed, suggested)
        self._look(lambda: self._enter(one, entered))
        if one.block.get("dispatch_action"):
            own = {key.removeprefix("selected_"): value for key, value in entered.items() if key != "type"}
            pressed = Press(self.id, one.block_id, one.action_id, view_id=view.id, chosen=own)
            self._do(press(self.background.platform, pressed))

    def _enter(self, one: inputs.Placed, entered: Json) -> None:
        view = self._top()
        values = inputs.state(view.body["blocks"], view.values)
        values.setdefault(one.block_id, {})[one.action_id] = entered
        self.background.platform.views.enter(view, values)

    def _suggested(self, view: View, one: inputs.Placed, typed: Any) -> list[Json]:
        queries = [typed] if isinstance(typed, str) else list(typed or [])
        found: list[Json] = []
        for query in queries:
            where = {"type": "view", "view_id": view.id}
            ids = one.block_id, one.action_id
            answer = self._do(modals.options(self.background.platform, self.id, where, *ids, query))
            found += answer.get("options", [])
            found += [option for group in answer.get("option_groups", []) for option in group["options"]]
        return found

    def _look(self, work: Callable[[], T]) -> T:
        return self.background.call(work)

    def _do(self, work: Any) -> Any:
        return self.background.wait(work)


__all__ = ["AsUser", "Button", "CannotDo", "NotThere", "Shown", "ShownView"]
