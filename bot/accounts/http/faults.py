"""What can go wrong with an API, in words that name neither a value, an account nor a token."""

from enum import StrEnum


class Reason(StrEnum):
    """Why an API gave no answer that can be used."""

    NO_ANSWER = "no_answer"
    TOO_SLOW = "too_slow"
    CERTIFICATE = "certificate"
    TOKEN_REFUSED = "token_refused"  # noqa: S105 - a reason's name
    NOT_ALLOWED = "not_allowed"
    NO_SUCH_PLACE = "no_such_place"
    RATE_LIMITED = "rate_limited"
    BROKEN = "broken"
    REDIRECTED = "redirected"
    REFUSED = "refused"
    NOT_JSON = "not_json"
    TOO_LARGE = "too_large"
    OTHER_SHAPE = "other_shape"


MENDS = {
    Reason.NO_ANSWER: "Is it up, and can this machine reach it?",
    Reason.TOO_SLOW: "Is it busy? A longer timeout can be configured.",
    Reason.CERTIFICATE: "Where it has expired, whoever runs it renews it; SSL_CERT_FILE may name your own authority.",
    Reason.TOKEN_REFUSED: "Is the token still valid?",
    Reason.NOT_ALLOWED: "The token lacks a right to read this.",
    Reason.NO_SUCH_PLACE: "Are url and path right?",
    Reason.RATE_LIMITED: "Lower the configured rate, or ask its maker for a higher limit.",
    Reason.BROKEN: "Its own log says more.",
    Reason.REDIRECTED: "Redirects are not followed, since the token would go along: configure where it leads.",
    Reason.REFUSED: "Are query, body and method as its documentation says?",
    Reason.NOT_JSON: "Is url that of the API, and not of its web page?",
    Reason.TOO_LARGE: "Ask for fewer fields or smaller pages, or configure a larger limit.",
    Reason.OTHER_SHAPE: "Compare the JSONPaths with an answer of the API.",
}


class ApiFault(Exception):
    """No usable answer. `retry_after`: seconds after which the API will answer again, where it says so."""

    def __init__(
        self, reason: Reason, what: str, *, status: int | None = None, retry_after: float | None = None
    ) -> None:
        super().__init__(what)
        self.reason = reason
        self.status = status
        self.retry_after = retry_after

    @property
    def mend(self) -> str:
        """What to do about it."""
        return MENDS[self.reason]

    @property
    def is_slowness(self) -> bool:
        """Whether the same question may well be answered a little later."""
        return self.reason in {Reason.TOO_SLOW, Reason.RATE_LIMITED}
