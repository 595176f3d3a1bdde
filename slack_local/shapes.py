"""How people, channels, groups, messages and views look on the wire. Pure.

Source: https://docs.slack.dev/reference/objects/
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from slack_local.block_kit import inputs
from slack_local.json_types import Json
from slack_local.messages import Message
from slack_local.surfaces import View
from slack_local.workspace import Channel, Group, Person, Team
from slack_local.world import SLACKBOT, AppIdentity, World

_IMAGE_SIZES = (24, 32, 48, 72, 192, 512)


def user(world: World, person: Person, base_url: str, *, email: bool) -> Json:
    """A user object; the address only for those who hold users:read.email."""
    shown: Json = {
        "id": person.id,
        "team_id": person.team_id,
        "name": person.name,
        "deleted": person.deleted,
        "is_bot": person.is_bot,
        "is_app_user": False,
        "updated": world.created,
        "profile": _profile(person, world, base_url, email=email),
    }
    if person.deleted:
        return shown
    shown |= {"color": person.color, "real_name": person.real_name, **_zone(person)}
    shown |= {
        "is_admin": person.is_admin,
        "is_owner": person.is_admin,
        "is_primary_owner": False,
        "is_restricted": person.is_guest,
        "is_ultra_restricted": False,
        "is_email_confirmed": not person.is_bot,
        "who_can_share_contact_card": "EVERYONE",
    }
    return {**shown, "is_stranger": True} if person.is_stranger else shown


def _zone(person: Person) -> Json:
    zone = ZoneInfo(person.tz)
    offset = datetime.now(UTC).astimezone(zone).utcoffset()
    return {"tz": person.tz, "tz_label": person.tz, "tz_offset": int(offset.total_seconds()) if offset else 0}


def _profile(person: Person, world: World, base_url: str, *, email: bool) -> Json:
    first, _, last = person.real_name.partition(" ")
    profile: Json = {
        "title": person.title,
        "phone": "",
        "skype": "",
        "real_name": person.real_name,
        "real_name_normalized": person.real_name,
        "display_name": "" if person.is_bot else first,
        "display_name_normalized": "" if person.is_bot else first,
        "first_name": first,
        "last_name": last,
        "status_text": "",
        "status_text_canonical": "",
        "status_emoji": "",
        "status_emoji_display_info": [],
        "status_expiration": 0,
        "avatar_hash": person.id.lower(),
        "team": person.team_id,
    }
    profile |= {f"image_{size}": f"{base_url}/pictures/avatar.svg?u={person.id}&s={size}" for size in _IMAGE_SIZES}
    if person.is_bot:
        profile |= {"bot_id": person.bot_id, "api_app_id": world.app.id, "always_active": True}
    return {**profile, "email": person.email} if email and person.email else profile


def channel(world: World, one: Channel, *, members: bool = True) -> Json:
    """A conversation as the app sees it; `members` adds their number."""
    common: Json = {
        "id": one.id,
        "created": world.created,
        "is_archived": one.is_archived,
        "is_im": one.kind == "im",
        "is_org_shared": False,
        "context_team_id": world.team.id,
        "updated": world.created * 1000,
    }
    if one.kind == "im":
        gone = world.people[one.user].deleted
        return {**common, "user": one.user, "is_user_deleted": gone, "priority": 0}
    shown = {**common, **_channel_flags(world, one), **_channel_words(world, one)}
    return {**shown, "num_members": len(one.members)} if members else shown


def _channel_flags(world: World, one: Channel) -> Json:
    return {
        "name": one.name,
        "name_normalized": one.name,
        "is_channel": True,
        "is_group": False,
        "is_mpim": False,
        "is_private": one.kind == "private",
        "is_general": one.name == "general",
        "is_shared": one.is_ext_shared,
        "is_ext_shared": one.is_ext_shared,
        "is_pending_ext_shared": False,
        "is_member": world.app_is_in(one),
        "unlinked": 0,
    }


def _channel_words(world: World, one: Channel) -> Json:
    creator = one.creator or world.app.bot_user
    return {
        "creator": creator,
        "pending_shared": [],
        "pending_connected_team_ids": [],
        "shared_team_ids": list(one.shared_team_ids or (world.team.id,)),
        "topic": _note(one.topic, creator, world.created),
        "purpose": _note(one.purpose, creator, world.created),
        "previous_names": [],
    }


def _note(value: str, creator: str, when: int) -> Json:
    return {"value": value, "creator": creator if value else "", "last_set": when if value else 0}


def group(world: World, one: Group, *, users: bool, count: bool) -> Json:
    creator = next((p.id for p in world.people.values() if p.is_admin), SLACKBOT)
    shown: Json = {
        "id": one.id,
        "team_id": world.team.id,
        "is_usergroup": True,
        "is_subteam": True,
        "name": one.name,
        "description": one.description,
        "handle": one.handle,
        "is_external": False,
        "date_create": world.created,
        "date_update": world.created,
        "date_delete": 0,
        "auto_provision": False,
        "enterprise_subteam_id": "",
        "created_by": creator,
        "updated_by": creator,
        "prefs": {"channels": [], "groups": []},
        "channel_count": 0,
    }
    active = world.active(one)
    shown |= {"users": active} if users else {}
    return {**shown, "user_count": len(active)} if count else shown


def team(one: Team, base_url: str) -> Json:
    icon: Json = {f"image_{size}": f"{base_url}/pictures/team.svg?s={size}" for size in (34, 44, 68, 88, 102, 132, 230)}
    return {
        "id": one.id,
        "name": one.name,
        "url": f"{base_url}/",
        "domain": one.domain,
        "email_domain": one.email_domain,
        "icon": {**icon, "image_default": True},
        "is_verified": False,
    }


def bot_profile(app: AppIdentity, world: World, base_url: str) -> Json:
    return {
        "id": app.bot_id,
        "app_id": app.id,
        "name": app.name,
        "icons": {f"image_{size}": f"{base_url}/pictures/app.svg?s={size}" for size in (36, 48, 72)},
        "deleted": False,
        "updated": world.created,
        "team_id": world.team.id,
    }


def message(world: World, one: Message, base_url: str, files: list[Json], *, metadata: bool = True) -> Json:
    """A message as answers and payloads hold it."""
    shown: Json = {"type": "message", "user": one.user, "text": one.text, "ts": one.ts, "team": world.team.id}
    if one.is_bot:
        app = world.app
        shown |= {"bot_id": app.bot_id, "app_id": app.id, "bot_profile": bot_profile(app, world, base_url)}
    optional = {"subtype": one.subtype, "blocks": one.blocks, "attachments": one.attachments, "files": files}
    shown |= {key: value for key, value in optional.items() if value}
    if one.thread_ts:
        shown |= {"thread_ts": one.thread_ts, "parent_user_id": world.app.bot_user}
    if one.edited_ts:
        shown["edited"] = {"user": one.user, "ts": one.edited_ts}
    return {**shown, "metadata": one.metadata} if metadata and one.metadata else shown


def view(world: World, one: View) -> Json:
    """A view as answers and payloads hold it, with its state."""
    body = one.body
    words = {key: inputs.completed(body[key]) if body.get(key) else None for key in ("title", "submit", "close")}
    if one.type == "home":
        words["title"] = {"type": "plain_text", "text": "View Title", "emoji": True}
    return {
        "id": one.id,
        "team_id": world.team.id,
        "type": one.type,
        "blocks": body["blocks"],
        "private_metadata": body.get("private_metadata", ""),
        "callback_id": body.get("callback_id", ""),
        "state": {"values": inputs.state(body["blocks"], one.values)},
        "hash": one.hash,
        **words,
        "clear_on_close": body.get("clear_on_close", False),
        "notify_on_close": body.get("notify_on_close", False),
        "submit_disabled": body.get("submit_disabled", False),
        "previous_view_id": one.previous or None,
        "root_view_id": one.root,
        "app_id": world.app.id,
        "external_id": body.get("external_id", ""),
        "app_installed_team_id": world.team.id,
        "bot_id": world.app.bot_id,
    }
