"""Where the policy is published: a file or an http(s) URL."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from bot.privacy.conditional import Conditional, Limits, Unchanged
from bot.privacy.faults import Reason, SourceFault

__all__ = ["Conditional", "Fetched", "Limits", "NotModified", "fetch", "is_url", "read_source"]


@dataclass(frozen=True, slots=True)
class Fetched:
    """The policy as it is published.

    `name` (a file's name or the address after redirects) and `declared` (the Content-Type, "" for none) tell its kind,
    see `read_policy`; `next` is for the next fetch.
    """

    data: bytes
    name: str
    declared: str = ""
    next: Conditional = field(default_factory=Conditional)


@dataclass(frozen=True, slots=True)
class NotModified:
    """It is as it was at the last fetch; `next` is for the next one."""

    next: Conditional


def is_url(source: str) -> bool:
    """Whether the source is an address on the web and no file."""
    return urlsplit(source).scheme.lower() in {"http", "https"}


def fetch(
    source: str, conditional: Conditional | None = None, *, folder: Path | None = None, limits: Limits | None = None
) -> Fetched | NotModified:
    """Fetch the policy from a URL or a file, a relative name of which counts from `folder` (steward.toml's).

    With what the last fetch returned as `next`, an unchanged page or file comes as NotModified. Raises SourceFault,
    whose `reason` says what is wrong; a text that can't be read is not found out here, but by `read_policy`.
    """
    if not is_url(source):
        return _file(source, folder or Path(), conditional or Conditional(), limits or Limits())
    from bot.privacy.fetching import fetch_page  # its client takes long to load, and a file needs none

    found = fetch_page(source, conditional, limits)
    if isinstance(found, Unchanged):
        return NotModified(found.next)
    return Fetched(found.data, found.url, found.content_type, found.next)


def read_source(source: str, folder: Path, *, allow_private_addresses: bool = False, seconds: float = 30.0) -> Fetched:
    """Read the published policy, whether or not it changed. Raises SourceFault."""
    limits = Limits(seconds=seconds, allow_private_addresses=allow_private_addresses)
    found = fetch(source, folder=folder, limits=limits)
    if isinstance(found, NotModified):
        raise SourceFault(f"{source} answered 304 without having been asked for changes.", Reason.STATUS, 304)
    return found


def _file(source: str, folder: Path, conditional: Conditional, limits: Limits) -> Fetched | NotModified:
    path = folder / Path(source).expanduser()
    try:
        with path.open("rb") as file:
            data = file.read(limits.largest + 1)
            stamp = path.stat()
    except FileNotFoundError as error:
        words = f"There is no file {source}. Relative names count from steward.toml's folder."
        raise SourceFault(words, Reason.NO_FILE) from error
    except IsADirectoryError as error:
        raise SourceFault(f"{source} is a folder. Name the file in it.", Reason.NO_FILE) from error
    except (OSError, ValueError) as error:
        raise SourceFault(f"{source} can't be read: {_why(error)}.", Reason.FILE_UNREADABLE) from error
    if len(data) > limits.largest:
        raise SourceFault(f"{source} is larger than {limits.largest / 1_000_000:g} MB.", Reason.TOO_LARGE)
    seen = Conditional(etag=f"{stamp.st_mtime_ns}-{stamp.st_size}-{stamp.st_ino}")
    return NotModified(seen) if seen == conditional else Fetched(data, path.name, next=seen)


def _why(error: Exception) -> str:
    return error.strerror or "unknown" if isinstance(error, OSError) else "its name has a character no file may have"
