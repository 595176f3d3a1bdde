"""`/policy`: the privacy policy in force, its sections to read, and its history."""

from functools import partial
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.privacy.kept import kept_version
from bot.privacy.pages import page_of, pages_of
from bot.privacy.versions import history, policy_in_force
from bot.services import Services
from handlers.command_text import nearest_subcommand, subcommand, unescape
from handlers.payloads import Body, Caller, NotOurs
from handlers.policy import changes, notice_schedule
from handlers.replies import open_modal, words_only
from handlers.views.policy import reading
from handlers.views.policy import versions as views

SUBCOMMANDS = ("changes", "history", *notice_schedule.SUBCOMMANDS, "help")


def register(app: App, services: Services) -> None:
    """The command, and reading a section after the other."""
    app.command("/policy")(partial(policy, services))
    app.action(reading.SECTION)(partial(section_chosen, services))
    for action in reading.TURNED:
        app.action(action)(partial(page_turned, services))


def policy(services: Services, ack: Ack, command: dict[str, Any]) -> None:
    """/policy [changes | history | readers | schedule | help]. The policy is public: anybody may read it."""
    word, rest = subcommand(command.get("text") or "", SUBCOMMANDS)
    if word in notice_schedule.SUBCOMMANDS:
        ack(**notice_schedule.command(services, Caller.of_command(command), word, rest))
        return
    now = services.clock()
    with services.database.reading() as connection:
        if word == "history":
            ack(**views.history([one for one in history(connection, now) if one.in_force_from <= now]))
        elif word == "changes":
            ack(**changes.listing(services, connection, command))
        elif word == "help":
            ack(**words_only(views.HELP))
        elif rest:
            meant = nearest_subcommand(rest, SUBCOMMANDS)
            ack(**words_only(views.no_subcommand(unescape(rest), meant)))
        else:
            ack(**views.in_force(policy_in_force(connection, now), services.company))


def section_chosen(services: Services, ack: Ack, client: WebClient, body: Body, action: dict[str, Any]) -> None:
    """A section in the menu, of the message or of the modal that is open already."""
    place = _place(action.get("selected_option") or {})
    _show(services, client, body, place, by_section=True)
    ack()


def page_turned(services: Services, ack: Ack, client: WebClient, body: Body, action: dict[str, Any]) -> None:
    """**Read**, **Back** and **Next**."""
    _show(services, client, body, _place(action), by_section=False)
    ack()


def _place(chosen: Body) -> reading.Place:
    """Raises NotOurs."""
    try:
        return reading.Place.parse(chosen["value"])
    except (AttributeError, KeyError, ValueError):
        raise NotOurs("place") from None


def _show(services: Services, client: WebClient, body: Body, place: reading.Place, *, by_section: bool) -> None:
    """The page of the version that the person began to read, though another may be in force by now."""
    with services.database.reading() as connection:
        kept = kept_version(connection, place.version)
    if kept is None:
        view = reading.gone()
    else:
        pages = pages_of(kept.reading)
        number = page_of(pages, place.number) if by_section else place.number
        view = reading.page(kept, pages, max(0, min(number, len(pages) - 1)))
    shown = body.get("view") or {}
    if shown.get("callback_id") == reading.CALLBACK:
        client.views_update(view_id=shown["id"], hash=shown["hash"], view=view)
    else:
        open_modal(view, body, client)
