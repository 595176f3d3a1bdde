"""What is asked of a page and what comes back; apart from the fetching, whose client takes long to load."""

from dataclasses import dataclass

from bot.privacy.formats.extraction import LARGEST_FILE


@dataclass(frozen=True, slots=True)
class Conditional:
    """What the last answer said of itself; sent along, so that an unchanged page need not be sent again."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """`seconds` for everything from the first connection to the last byte; `largest` in bytes, unpacked."""

    seconds: float = 30.0
    largest: int = LARGEST_FILE
    allow_private_addresses: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """An answer: bytes, the Content-Type as sent ("" for none), the address after redirects, what to ask by next."""

    data: bytes
    content_type: str
    url: str
    next: Conditional


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The server says that the page is as it was."""

    next: Conditional
