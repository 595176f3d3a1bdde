"""What makes a message's words."""

from collections.abc import Callable

from bot.effects import Message
from handlers.views.blocks import Block

Words = Callable[[Message], Block | None]
"""From what a message speaks of, as that is when it is sent; None when it is not there."""
