"""Modals and App Homes: a stack of at most three modals a person, one Home a person, the values typed into them."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace

from slack_local.changes import Change, Changes
from slack_local.clock import Clock, Ids
from slack_local.json_types import Json, Values
from slack_local.saved import Saved

STACK_LIMIT = 3


@dataclass(frozen=True, slots=True)
class View:
    """One view. `body` is what the app sent, with every id filled in; `values` is what the person has entered."""

    id: str
    user: str
    body: Json
    hash: str
    root: str
    previous: str = ""
    values: Values = field(default_factory=dict)

    @property
    def type(self) -> str:
        return str(self.body["type"])


@dataclass(slots=True)
class ViewBook:
    clock: Clock
    ids: Ids
    changes: Changes
    saved: Saved
    homes: dict[str, View] = field(default_factory=dict)
    stacks: dict[str, list[View]] = field(default_factory=dict)

    def restore(self) -> None:
        for user, document in self.saved.all("home"):
            self.homes[user] = View(**document)

    def all(self) -> Iterator[View]:
        yield from self.homes.values()
        for stack in self.stacks.values():
            yield from stack

    def find(self, view_id: str) -> View | None:
        return next((view for view in self.all() if view.id == view_id), None)

    def with_external_id(self, external_id: str) -> View | None:
        return next((view for view in self.all() if external_id and view.body.get("external_id") == external_id), None)

    def stack(self, user: str) -> list[View]:
        return self.stacks.setdefault(user, [])

    def open(self, user: str, body: Json) -> View:
        """A new modal in the place of whatever was open."""
        view = self._new(user, body)
        self.stacks[user] = [view]
        self._tell(user)
        return view

    def push(self, user: str, body: Json) -> View:
        """A new modal on top; the caller has checked STACK_LIMIT."""
        stack = self.stack(user)
        view = self._new(user, body)
        if stack:
            view = replace(view, root=stack[0].id, previous=stack[-1].id)
        stack.append(view)
        self._tell(user)
        return view

    def update(self, view: View, body: Json) -> View:
        """A new body for a view; what was typed into inputs that stay is kept."""
        return self._replace(replace(view, body=body, hash=self._hash()))

    def enter(self, view: View, values: Values) -> View:
        """Takes over what the person has entered."""
        return self._replace(replace(view, values=values), tell=False)

    def publish(self, user: str, body: Json) -> View:
        old = self.homes.get(user)
        view = replace(old, body=body, hash=self._hash()) if old else self._new(user, body)
        return self._replace(view)

    def pop(self, user: str) -> None:
        self.stack(user).pop()
        self._tell(user)

    def clear(self, user: str) -> None:
        self.stacks[user] = []
        self._tell(user)

    def _new(self, user: str, body: Json) -> View:
        view_id = self.ids.id("V")
        return View(view_id, user, body, self._hash(), view_id)

    def _hash(self) -> str:
        return f"{int(self.clock())}.{self.ids.letters(8)}"

    def _replace(self, view: View, *, tell: bool = True) -> View:
        if view.type == "home":
            self.homes[view.user] = view
            self.saved.put("home", view.user, asdict(view))
        else:
            self.stacks[view.user] = [view if old.id == view.id else old for old in self.stack(view.user)]
        if tell:
            self._tell(view.user, view.type)
        return view

    def _tell(self, user: str, kind: str = "modal") -> None:
        self.changes.publish(Change("home" if kind == "home" else "views", users=frozenset({user})))
