"""What App Home says to approvers: that they are away, for whom they stand in, and lists to confirm."""

from bot.access.people import Person
from bot.services import Services
from handlers.views.access.away import home_lines
from handlers.views.access.recertification import home_lines as list_lines
from handlers.views.blocks import Block


def with_approving(view: Block, services: Services, person: Person) -> Block:
    """App Home with it below its first heading."""
    now = services.clock()
    lines = home_lines(services.approvers.away.of(person), now)
    lines += list_lines(services.approvers.recertify.mine(person), services.company, now)
    first, *rest = view["blocks"]
    return {**view, "blocks": [first, *lines, *rest]} if lines else view
