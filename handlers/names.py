"""What people are called, for those who read a name and no mention."""

from collections.abc import Iterable

from bot.delivery.directory import SlackRefused
from bot.privacy.desk_items import Item
from bot.services import Services


def name_of(services: Services, team: str, user: str) -> str:
    """A plain name; whom Slack does not know any more keeps the id. Raises DirectoryUnavailable."""
    try:
        return services.directory.person(team, user).name
    except SlackRefused:
        return user


def names_of(services: Services, team: str, users: Iterable[str]) -> dict[str, str]:
    """Plain names by user id. Raises DirectoryUnavailable."""
    return {user: name_of(services, team, user) for user in set(users)}


def names_in(services: Services, *items: Item) -> dict[str, str]:
    """The people of these questions at the privacy desk by user id. Raises DirectoryUnavailable."""
    found: dict[str, str] = {}
    for item in items:
        ruling = item.ruling
        people = [item.person, item.decided_by, *((ruling.author, ruling.settled_by) if ruling else ())]
        found |= names_of(services, item.team, [user for user in people if user])
    return found
