"""Where the policy is published: a file or an http(s) URL."""

import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from bot.privacy.extraction import LARGEST, MARKDOWN
from bot.privacy.faults import PolicyUnreadable

_SUFFIXES = {"text/html": ".html", "application/xhtml+xml": ".html", "application/pdf": ".pdf", MARKDOWN: ".md"}

_HEADERS = {"User-Agent": "Steward", "Accept": "text/markdown, text/plain, */*;q=0.1"}


@dataclass(frozen=True, slots=True)
class Published:
    """The bytes as they are published, and the name that tells their kind (see `media_type`)."""

    data: bytes
    name: str


def is_url(source: str) -> bool:
    """Whether the source is an address on the web and no file."""
    return urlsplit(source).scheme.lower() in {"http", "https"}


def read_source(source: str, folder: Path, *, timeout: float = 20.0) -> Published:
    """Read the published policy. A relative file name counts from `folder`, that of steward.toml; seconds for a URL.

    Raises PolicyUnreadable.
    """
    return _download(source, timeout) if is_url(source) else _file(source, folder)


def _file(source: str, folder: Path) -> Published:
    path = folder / Path(source).expanduser()
    try:
        with path.open("rb") as file:
            return Published(file.read(LARGEST + 1), path.name)
    except FileNotFoundError as error:
        raise PolicyUnreadable(
            f"There is no file {source}. Relative names count from steward.toml's folder."
        ) from error
    except IsADirectoryError as error:
        raise PolicyUnreadable(f"{source} is a folder. Name the file in it.") from error
    except OSError as error:
        raise PolicyUnreadable(f"{source} can't be read: {error.strerror}.") from error


def _download(source: str, timeout: float) -> Published:
    request = urllib.request.Request(source, headers=_HEADERS)  # noqa: S310  is_url allows http and https only
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:  # noqa: S310  as above
            return Published(answer.read(LARGEST + 1), _name(answer.geturl(), answer.headers.get_content_type()))
    except urllib.error.HTTPError as error:
        with error:
            raise PolicyUnreadable(f"{source} answered {error.code} {error.reason}. Is the address right?") from error
    except (urllib.error.URLError, TimeoutError, OSError, ValueError) as error:
        raise PolicyUnreadable(f"{source} did not answer. Try the address from this machine.") from error


def _name(url: str, content_type: str) -> str:
    """The last part of the address, with the ending that the server's content type stands for if it has none."""
    path = PurePosixPath(urlsplit(url).path)
    known = path.suffix.lower() in {".md", ".markdown", ".mdown", ".txt", ".text"}
    return path.name if known else (path.stem or "policy") + _SUFFIXES.get(content_type, path.suffix)
