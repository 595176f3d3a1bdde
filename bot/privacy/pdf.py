"""PDF to blocks."""

from bot.privacy.blocks import Document
from bot.privacy.faults import PolicyUnreadable, Reason


def read_pdf(data: bytes) -> Document:  # noqa: ARG001  the bytes do not matter while none are read
    """Raises PolicyUnreadable."""
    raise PolicyUnreadable(
        "The policy is PDF, which is not read. Save it as Markdown, text or HTML.", Reason.WRONG_TYPE
    )
