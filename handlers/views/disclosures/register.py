"""The disclosure register, by pages."""

from bot.accounts.disclosures.records import Entered
from bot.accounts.disclosures.register import Listed
from bot.company import listed
from handlers.views.blocks import Block, Element, actions, button, code, context, ephemeral, section
from handlers.views.disclosures.disclosure import IN_LISTS, basis_of, to_whom
from handlers.views.words import recorded, value_of

PAGE = "disclosure.page"


def register(found: Listed) -> Block:
    """A page of the register."""
    if not found.total:
        text = "The disclosure register is empty: nothing was given to anybody outside."
        return ephemeral(text, [section(text), context(recorded(found.entry))])
    title = f"*Disclosure register* · {found.total:,} in all"
    blocks = [section(title), *(_entry(one) for one in found.lines), *_pages(found)]
    return ephemeral("The disclosure register", [*blocks, context(recorded(found.entry))])


def _entry(one: Entered) -> Block:
    who = listed(f"<@{person}>" for person in one.approved_by)
    head = f"*{one.name}* · {one.entered_at:%-d %b %Y} · {code(one.account)} · asked by <@{one.asked_by}>"
    return section(f"{head}\n{to_whom(one, IN_LISTS)}\n{basis_of(one, IN_LISTS)}\nApproved by {who}")


def _pages(found: Listed) -> list[Block]:
    if found.pages == 1:
        return []

    def turn(label: str, page: int, way: str) -> Element:
        return button(label, f"{PAGE}.{way}", value_of(page=page))

    buttons = [turn("Newer", found.page - 1, "newer")] if found.page > 1 else []
    buttons += [turn("Older", found.page + 1, "older")] if found.page < found.pages else []
    return [context(f"Page {found.page} of {found.pages}"), actions(*buttons)]
