"""The sentences that the report has in HTML and PDF alike."""

import unicodedata
from collections.abc import Iterable, Sequence

from bot.audit.read import short_id
from bot.audit.reports.customer import CustomerReport, Look, Meaning, spelled

NOT_LISTED = (
    "A search by name can list several accounts for the employee to choose from, with no more than what heads an "
    "account. Such lists are recorded, but not account by account, so they are not in this table."
)

GROWS = (
    "Every look-up is written into a record that can only grow, before anything is shown. Its state is signed, so that "
    "nothing in it can be changed, left out or added later unnoticed by those who kept an earlier signed state."
)
PROOF = (
    "Ask us for the proof of any line by its number: with the fingerprint, anybody can check it with a program of "
    "their own (RFC 6962; C2SP tlog-checkpoint)."
)


def heading(report: CustomerReport) -> str:
    """Whose data it is: "Baltic Beans SIA, account pw-00412"."""
    return f"{report.name}, account {report.account}" if report.name else f"Account {report.account}"


def place(look: Look) -> str:
    """What the line is called in the record: its number where it has one, and its id's end."""
    short = short_id(look.entry)
    return short if look.index is None else f"{look.index} · {short}"


def meaning(one: Meaning, report: CustomerReport) -> tuple[str, str]:
    """The clause in quotes, and where it stands."""
    if one.quote is None:
        return "", "The passage that this purpose rests on is not on file for the policy of that time. Please ask us."
    since = f"in force since {report.day(one.since)}" if one.since else ""
    under = f"under “{one.heading}”" if one.heading else ""
    return f"“{one.quote}”", ", ".join(part for part in (one.policy, under, since) if part)


def unit(report: CustomerReport) -> str:
    """What a bar of the chart is."""
    return "month" if report.by_month else "week"


def below_the_table(report: CustomerReport) -> str:
    """How to read the table, and what it leaves out, if anything."""
    zone = f"Times are those of {report.zone}."
    masked = "“In part” means masked: enough to confirm a detail with you, not enough to read it."
    if not report.left_out:
        return f"{zone} {masked}"
    older = f"The table shows the newest {len(report.looks):,}; {report.left_out:,} older ones are not in it."
    return f"{zone} {masked} {older}"


def checking(report: CustomerReport) -> list[str]:
    """How somebody outside can check the report."""
    recorded = f"Making this report was itself recorded, as {short_id(report.entry)}."
    if report.seal is None:
        unsigned = "The record that this report is drawn from has not been signed yet; ask for it again in a minute."
        return [unsigned, recorded]
    waiting = sum(look.index is None for look in report.looks)
    later = (
        f" {spelled(waiting).capitalize()} of the newest lines had no number yet when this was made." if waiting else ""
    )
    entries = "entry" if report.seal.size == 1 else "entries"
    signed = f"{report.seal.size:,} {entries} of {report.seal.origin}"
    return [
        f"{GROWS}{later}",
        f"Signed on {report.minute(report.seal.at)}: {signed}, with the fingerprint {report.seal.root.hex()}.",
        PROOF,
        recorded,
    ]


def named(letters: Iterable[str], most: int = 12) -> str:
    """Letters by their numbers, so that they can be told where they can't be shown: "U+6F22, U+5B57 and 3 more"."""
    each = [f"U+{ord(one):04X}" for one in letters]
    more = f" and {len(each) - most} more" if len(each) > most else ""
    return f"{', '.join(each[:most])}{more}"


def unprinted(letters: Sequence[str], stand_in: str) -> str:
    """On the paper, for the customer: what stands for letters that it has no font for."""
    return f"{stand_in} stands for a letter that this paper can't show{_of(letters)}. The web page of this report does."


def _of(letters: Iterable[str]) -> str:
    """What kind of letters they are, as far as Unicode's names tell: " (Arabic)"."""
    kinds = dict.fromkeys(kind for one in letters if (kind := _kind_of(one)))
    return f" ({', '.join(kinds)})" if kinds else ""


def _kind_of(letter: str) -> str | None:
    """The script of a letter, "Arabic"; of what is no letter None."""
    script = unicodedata.name(letter, "").partition(" ")[0] if unicodedata.category(letter) == "Lo" else ""
    return _SCRIPTS.get(script, script.capitalize()) or None


_SCRIPTS = {"CJK": "Chinese", "HIRAGANA": "Japanese", "KATAKANA": "Japanese", "HANGUL": "Korean"}
"""Where the script that Unicode names is not called as people call the writing."""


def asking(report: CustomerReport) -> str:
    """Whom to ask."""
    return f"Questions about this report, or about how {report.company} uses your data: {report.contact}"
