"""auth.*, team.*, users.*, usergroups.*: who is there."""

from collections.abc import Mapping

from slack_local import shapes
from slack_local.errors import SlackError
from slack_local.json_types import Json
from slack_local.web_api.call import Call, Method
from slack_local.workspace import Person


def auth_test(call: Call) -> Json:
    world = call.platform.world
    return {
        "url": f"{call.platform.base_url}/",
        "team": world.team.name,
        "user": world.people[world.app.bot_user].name,
        "team_id": world.team.id,
        "user_id": world.app.bot_user,
        "bot_id": world.app.bot_id,
        "is_enterprise_install": False,
    }


def team_info(call: Call) -> Json:
    world = call.platform.world
    if call.arguments.text("team", world.team.id) != world.team.id:
        raise SlackError("team_not_found")
    return {"team": shapes.team(world.team, call.platform.base_url)}


def users_info(call: Call) -> Json:
    person = call.platform.world.people.get(call.arguments.required("user"))
    if person is None:
        raise SlackError("user_not_found")
    return {"user": _user(call, person)}


def users_list(call: Call) -> Json:
    """People of other companies are not listed, as in Slack; they are known by id only."""
    people = [person for person in call.platform.world.people.values() if not person.is_stranger]
    rows, metadata = call.page(people, lambda person: person.id, 1000, 1000)
    return {"members": [_user(call, person) for person in rows], "cache_ts": int(call.platform.clock()), **metadata}


def users_lookup_by_email(call: Call) -> Json:
    email = call.arguments.required("email").casefold()
    people = [p for p in call.platform.world.people.values() if not (p.deleted or p.is_bot or p.is_stranger)]
    person = next((person for person in people if person.email and person.email.casefold() == email), None)
    if person is None:
        raise SlackError("users_not_found")
    return {"user": _user(call, person)}


def usergroups_list(call: Call) -> Json:
    users, count = call.arguments.flag("include_users"), call.arguments.flag("include_count")
    groups = call.platform.world.groups.values()
    return {"usergroups": [shapes.group(call.platform.world, group, users=users, count=count) for group in groups]}


def usergroups_users_list(call: Call) -> Json:
    group = call.platform.world.groups.get(call.arguments.required("usergroup"))
    if group is None:
        raise SlackError("no_such_subteam")
    return {"users": call.platform.world.active(group)}


def _user(call: Call, person: Person) -> Json:
    platform = call.platform
    email = "users:read.email" in platform.manifest.scopes
    return shapes.user(platform.world, person, platform.base_url, email=email)


METHODS: Mapping[str, Method] = {
    "auth.test": Method(auth_test),
    "team.info": Method(team_info, "team:read"),
    "users.info": Method(users_info, "users:read"),
    "users.list": Method(users_list, "users:read"),
    "users.lookupByEmail": Method(users_lookup_by_email, "users:read.email"),
    "usergroups.list": Method(usergroups_list, "usergroups:read"),
    "usergroups.users.list": Method(usergroups_users_list, "usergroups:read"),
}
