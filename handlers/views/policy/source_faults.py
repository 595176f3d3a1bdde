"""The privacy desk on where the policy is published: it can't be fetched, or what comes is not the policy."""

from collections.abc import Mapping

from bot.notices.suspicion import Suspicion
from bot.notices.watch_state import WatchState
from bot.privacy.faults import Reason
from handlers.views.blocks import Block, code, context, cut, message, section
from handlers.views.times import day_and_time
from handlers.views.words import counted

_MEND = "Nothing is taken for a change meanwhile. Look at the page; `steward policy check-now` looks again at once."
WORDS: Mapping[str, str] = {
    Reason.NO_FILE: "the file is not there",
    Reason.FILE_UNREADABLE: "the file can't be read",
    Reason.BAD_ADDRESS: "the address is none of a page",
    Reason.NO_SUCH_HOST: "there is no such site on the internet",
    Reason.PRIVATE_ADDRESS: "the address leads into a private network, which is not allowed",
    Reason.NO_ANSWER: "the site does not answer",
    Reason.TIMED_OUT: "the site takes too long to answer",
    Reason.CERTIFICATE: "the site's certificate can't be trusted",
    Reason.REDIRECTS: "the page is redirected in a circle, too often, or to where it may not",
    Reason.STATUS: "the site answers with an error",
    Reason.WRONG_TYPE: "what comes is no text, page or PDF",
    Reason.TOO_LARGE: "what comes is far too large for a policy",
    Reason.ENCODING: "what comes is no text in a known encoding",
    Reason.NO_TEXT: "the page is empty",
    Reason.ONLY_IMAGES: "the PDF has pictures only",
    Reason.ENCRYPTED: "the PDF needs a password",
    Reason.BROKEN: "the file is broken",
    Reason.TOO_SLOW: "the PDF takes too long to read",
    Suspicion.CAPTCHA: "the page asks whether one is human, and does not show the policy",
    Suspicion.LOGIN: "the page asks to log in, and does not show the policy",
    Suspicion.ERROR_PAGE: "the page shows an error, and not the policy",
    Suspicion.SHRUNK: (
        "most of the text is gone from the page. If it was meant, `steward policy import` with its address takes it"
    ),
    Suspicion.CUT_OFF: "the text on the page ends in the middle",
    Suspicion.UNSTEADY: "the page shows another text at every look",
}


def words_of(fault: str) -> str:
    """A reason code in words."""
    return WORDS.get(fault, "it can't be used")


def faulty(state: WatchState) -> Block:
    """The policy could not be had several times in a row."""
    if state.fault is None or state.fault_since is None:
        return message("The policy can be fetched again.", [section("The policy can be fetched again.")])
    headline = "The policy can't be read where it is published"
    source = f" · {code(cut(state.fault_source, 300))}" if state.fault_source else ""
    line = f"*{headline}*: {words_of(state.fault)}.\n{counted(state.faults, 'check')} in a row, since "
    blocks = [section(f"{line}{day_and_time(state.fault_since)}{source}"), context(_MEND)]
    return message(f"{headline}: {words_of(state.fault)}", blocks)


def ended() -> Block:
    """A stretch of faults that is over."""
    words = "The policy could not be read where it is published for a while. It can be read again."
    return message(words, [section(words)])


def well() -> Block:
    """It is well again."""
    words = "The policy can be read again where it is published. It is checked as before."
    return message(words, [section(words)])
