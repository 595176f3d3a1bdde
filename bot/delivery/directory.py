"""Slack's directory: who is asking, who holds a role, and who can read along, as Slack says now."""

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar

import structlog
from slack_sdk import WebClient

from bot.access.people import Conversation, DirectoryUnavailable, Person
from bot.access.people_alike import Alike, Known
from bot.clock import Clock
from bot.delivery.cache import Cache
from bot.delivery.faults import SLACK_FAULTS, NoSuchChannel, fault_of
from bot.delivery.roster import Roster, Unanswered, User
from bot.delivery.slack_people import Groups, Roles, conversation_of, handle_of, person_of

log = structlog.get_logger(__name__)

CHANNEL_ID = re.compile(r"[CGD][A-Z0-9]{5,}")
CHANNELS_LIFETIME = timedelta(minutes=10)
CHANNELS_PAGE = 999
LATELY = timedelta(minutes=15)
PEOPLE_AT_ONCE = 50
SLACKBOT = "USLACKBOT"  # in every workspace, and not marked as a bot
EVERYTHING = "all"  # the one key of caches that hold one value
NOT_OURS = frozenset({"user_not_found", "user_not_visible"})  # https://docs.slack.dev/reference/methods/users.info
NOT_THERE = NOT_OURS | {"channel_not_found", "users_not_found"}

T = TypeVar("T")


class SlackRefused(DirectoryUnavailable):
    """Slack answered with an error code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class SlackDirectory:
    """bot.access.people.Directory over Slack's Web API, and the ids of steward.toml's channels.

    The client's time-out is how long a question may take (about 2 s; a person and the groups are asked for at the same
    time). Every fault of Slack's raises DirectoryUnavailable: nobody has a right because Slack was not reached.
    """

    def __init__(
        self,
        client: WebClient,
        roles: Roles,
        channels: Mapping[str, str],
        clock: Clock,
        *,
        lifetime: timedelta = timedelta(seconds=60),
        alike: Alike | None = None,
    ) -> None:
        self._client = client
        self._roles = roles
        self._channels = channels
        self._users: Cache[str, Mapping[str, Any]] = Cache(self._read_user, clock, lifetime)
        self._groups: Cache[str, Groups] = Cache(self._read_groups, clock, lifetime)
        self._addresses: Cache[str, str | None] = Cache(self._read_address, clock, lifetime)
        self._conversations: Cache[str, Conversation] = Cache(self._read_conversation, clock, lifetime)
        self._ids: Cache[str, Mapping[str, str]] = Cache(self._read_channels, clock, CHANNELS_LIFETIME)
        self._lifetime = lifetime
        self._roster = Roster(self._read_people, self._learn, clock)
        self._known = Known(alike or Alike())
        self._known_lock = threading.Lock()
        self._made: tuple[object, object, Mapping[str, Person]] | None = None
        self._asking: tuple[Groups, dict[tuple[str, str], tuple[User, Person]]] = ({}, {})
        self._missing: frozenset[str] = frozenset()
        self._ours: str | None = None
        self._ours_lock = threading.Lock()

    def person(self, team: str, user: str, *, fresh: bool = False) -> Person:
        """The person with their roles; `fresh` reads Slack again (at a decision). Raises DirectoryUnavailable.

        Fresh, it is StillReading while not everybody was read: somebody's other account could be among the rest.
        """
        ours = self._our_team()
        if fresh:
            self._roster.everybody()
        if not fresh and self._groups.has(EVERYTHING):
            found, of_groups = self._users.get(user), self._groups.get(EVERYTHING)
        else:
            with ThreadPoolExecutor(1, thread_name_prefix="directory") as beside:
                groups = beside.submit(self._groups.get, EVERYTHING, fresh=fresh)
                found, of_groups = self._users.get(user, fresh=fresh), groups.result()
        person, others = self._person(found, of_groups, ours, team), self.others(user)
        return replace(person, others=others) if others else person

    def _person(self, user: User, groups: Groups, ours: str, team: str) -> Person:
        """Made again only when Slack was asked again about the user or about the groups."""
        of, people = self._asking
        if of is not groups:
            of, people = self._asking = (groups, {})
        made = people.get((team, user["id"]))
        if made is None or made[0] is not user:
            made = people[team, user["id"]] = (user, person_of(user, groups, self._roles, ours, team))
        return made[1]

    def others(self, user: str) -> frozenset[str]:
        """The other accounts of whoever's account this is, among those that were seen. Does not ask Slack.

        `person(…, fresh=True)` sees to it that everybody of the workspace was, within the last ten minutes or, where
        Slack takes long to tell, at the last reading (bot.delivery.roster).
        """
        with self._known_lock:
            return self._known.others(user)

    def members(self, role: str, *, fresh: bool = False) -> Sequence[str]:
        """User ids of the role's group; none when there is no such group. Raises DirectoryUnavailable, KeyError."""
        source = self._roles[role]
        if isinstance(source, str):
            return sorted(self._groups.get(EVERYTHING, fresh=fresh).get(handle_of(source), frozenset()))
        known = [self._addresses.get(address.casefold(), fresh=fresh) for address in source]
        return sorted({user for user in known if user is not None})

    def people(self) -> Sequence[Person]:
        """Everyone of the workspace, deactivated ones and apps too, not Slackbot. Raises DirectoryUnavailable."""
        return tuple(self._by_id().values())

    def find(self, user: str) -> Person | None:
        """The one of them with this id. Raises DirectoryUnavailable."""
        return self._by_id().get(user)

    def _by_id(self) -> Mapping[str, Person]:
        """Made again only when Slack was asked again: of a large workspace that is not done for each message."""
        ours, listed = self._our_team(), self._roster.everybody(self._lifetime).users
        groups, made = self._groups.get(EVERYTHING), self._made
        if made is None or made[0] is not listed or made[1] is not groups:
            people = {
                str(user["id"]): person_of(user, groups, self._roles, ours, str(user.get("team_id") or ours))
                for user in listed
                if user["id"] != SLACKBOT
            }
            made = self._made = (listed, groups, people)
        return made[2]

    def conversation(self, channel: str) -> Conversation:
        """Whether this channel is shared with another company. Raises DirectoryUnavailable."""
        found = self._conversations.get(channel)
        if found is Conversation.UNKNOWN:
            self._conversations.forget(channel)  # the app may be invited at any moment
        return found

    def channel_id(self, role: str) -> str:
        """Slack's id of a channel of steward.toml's [channels]. Raises NoSuchChannel, DirectoryUnavailable."""
        written = self._channels.get(role)
        if written is None:
            raise NoSuchChannel(role)
        if CHANNEL_ID.fullmatch(written):
            return written
        name = written.removeprefix("#")
        found = self._ids.get(EVERYTHING).get(name) or self._ids.get(EVERYTHING, fresh=True).get(name)
        if found is None:
            raise NoSuchChannel(role)
        return found

    def warm(self) -> None:
        """Read again what is about to be forgotten and was wanted lately, so that people rarely wait for Slack.

        Raises DirectoryUnavailable.
        """
        self._our_team()
        self._groups.renew(EVERYTHING)
        for user in self._users.ageing(LATELY, PEOPLE_AT_ONCE):
            self._users.renew(user)
        self._roster.keep_good()

    def _our_team(self) -> str:
        if self._ours is None:
            with self._ours_lock:
                self._ours = self._ours or self._ask("auth.test", lambda answer: str(answer["team_id"]))
        return self._ours

    def _read_user(self, user: str) -> Mapping[str, Any]:
        """A user as Slack has them. One that Slack says it does not have is a stranger: a refusal is theirs to have."""
        try:
            found = self._ask("users.info", lambda answer: {"id": user, **answer["user"]}, user=user)
        except SlackRefused as refusal:
            if refusal.code not in NOT_OURS:
                raise
            return {"id": user, "name": user, "is_stranger": True}
        with self._known_lock:
            self._known.learn(found)
        return found

    def _learn(self, users: Sequence[User]) -> None:
        """So that two accounts of one person are known for what they are before either does anything."""
        with self._known_lock:
            for user in users:
                self._known.learn(user)

    def _read_people(self, cursor: str, size: int) -> tuple[Sequence[User], str]:
        """A page of everybody. Source: https://docs.slack.dev/reference/methods/users.list"""

        def read(answer: Mapping[str, Any]) -> tuple[Sequence[User], str]:
            after = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            return [{**one, "id": one["id"]} for one in answer["members"]], after

        return self._ask("users.list", read, limit=size, cursor=cursor)

    def _read_groups(self, _: str) -> Groups:
        """Members come with the list; for a group where they do not, they are asked for."""
        wanted = {handle_of(source) for source in self._roles.values() if isinstance(source, str)}
        listed = self._ask("usergroups.list", lambda answer: list(answer["usergroups"]), include_users=True)
        groups = {one["handle"]: one for one in listed if one.get("handle") in wanted and not one.get("date_delete")}
        for handle in sorted(wanted - groups.keys() - self._missing):
            log.warning("directory.no_such_group", about=handle)
        self._missing = frozenset(wanted - groups.keys())
        return {
            handle: frozenset(one["users"]) if "users" in one else self._read_members(one["id"])
            for handle, one in groups.items()
        }

    def _read_members(self, group: str) -> frozenset[str]:
        return self._ask("usergroups.users.list", lambda answer: frozenset(answer["users"]), usergroup=group)

    def _read_address(self, email: str) -> str | None:
        try:
            return self._ask("users.lookupByEmail", lambda answer: str(answer["user"]["id"]), email=email)
        except SlackRefused as refusal:
            if refusal.code == "users_not_found":
                return None
            raise

    def _read_conversation(self, channel: str) -> Conversation:
        try:
            return self._ask("conversations.info", lambda answer: conversation_of(answer["channel"]), channel=channel)
        except SlackRefused as refusal:
            if refusal.code == "channel_not_found":
                return Conversation.UNKNOWN
            raise

    def _read_channels(self, _: str) -> Mapping[str, str]:
        """Name → id of those that are configured; reads on until all are found."""
        wanted = {written.removeprefix("#") for written in self._channels.values()}
        found: dict[str, str] = {}
        cursor = ""
        while wanted - found.keys():
            page, cursor = self._ask(
                "conversations.list",
                lambda answer: (
                    {one["name"]: one["id"] for one in answer["channels"]},
                    (answer.get("response_metadata") or {}).get("next_cursor") or "",
                ),
                types="public_channel,private_channel",
                exclude_archived=True,
                limit=CHANNELS_PAGE,
                cursor=cursor,
            )
            found |= {name: page[name] for name in wanted & page.keys()}
            if not cursor:
                break
        return found

    def _ask(self, method: str, read: Callable[[Mapping[str, Any]], T], **arguments: str | int | bool) -> T:
        """One question. Raises SlackRefused with Slack's code, and Unanswered for all other faults."""
        given, retry_after = {name: value for name, value in arguments.items() if value != ""}, None
        try:
            answer = self._client.api_call(method, params=given)
            return read(answer.data if isinstance(answer.data, dict) else {})
        except (KeyError, TypeError, AttributeError):
            code = "unreadable_answer"
        except SLACK_FAULTS as error:
            fault = fault_of(error)
            code, retry_after = fault.code, fault.retry_after
        if code in NOT_THERE:
            raise SlackRefused(code)
        log.warning("directory.unavailable", method=method, error_code=code)
        raise Unanswered(method, code, retry_after)
