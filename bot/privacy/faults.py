"""Why a policy can't be fetched or read."""

from enum import StrEnum


class Reason(StrEnum):
    """What is wrong: with the source (nobody could fetch it) or with what was fetched (nobody could read it)."""

    NO_FILE = "no_file"  # no file of this name, or a folder
    FILE_UNREADABLE = "file_unreadable"  # rights, or a disk's error
    BAD_ADDRESS = "bad_address"  # no http(s) URL, or one with a name and password
    NO_SUCH_HOST = "no_such_host"
    PRIVATE_ADDRESS = "private_address"  # not on the internet, and not allowed by configuration
    NO_ANSWER = "no_answer"  # refused, reset, or not HTTP
    TIMED_OUT = "timed_out"
    CERTIFICATE = "certificate"
    REDIRECTS = "redirects"  # a loop, too many, or to something else than http(s)
    STATUS = "status"  # an HTTP status other than 200 and 304
    WRONG_TYPE = "wrong_type"  # a picture, a Word file, an archive
    TOO_LARGE = "too_large"
    ENCODING = "encoding"  # no text in any known encoding
    NO_TEXT = "no_text"  # nothing to read in it: empty, headings only, a page that scripts draw
    ONLY_IMAGES = "only_images"  # a scanned PDF
    ENCRYPTED = "encrypted"  # a PDF that needs a password
    BROKEN = "broken"  # a PDF that can't be read
    TOO_SLOW = "too_slow"  # a PDF that takes too long to read


class PolicyUnreadable(Exception):
    """The policy can't be read; the text says why and what to do."""

    def __init__(self, words: str, reason: Reason = Reason.NO_TEXT) -> None:
        super().__init__(words)
        self.reason = reason


class SourceFault(PolicyUnreadable):
    """The policy can't be fetched from where it is published. `status` is the HTTP status, if that is the reason."""

    def __init__(self, words: str, reason: Reason, status: int | None = None) -> None:
        super().__init__(words, reason)
        self.status = status
