"""What the privacy officer reads of a report, and what `/privacy` says otherwise."""

from collections.abc import Sequence

from bot.access.reasons import Reason
from bot.access.roles import PRIVACY
from bot.audit.read import short_id
from bot.audit.reports import words
from bot.audit.reports.customer import CustomerReport, Look
from bot.audit.reports.making import NotReported
from bot.company import Company, listed
from handlers.views.blocks import Block, code, context, cut, divider, ephemeral, escape, section, strong
from handlers.views.words import counted, recorded, refusal

NEWEST = 5
MOST_LETTERS = 20
TIMES = "Times are written like `since march`, `last 3 months` or `between 1 march and 31 may`."
SENT = "As a PDF and as a web page it is in your direct message with me, ready to send."
NOT_SENT = (
    "Slack did not take the files. Type it again, or make them on the command line: `steward audit report`. "
    "If it stays so, the operator finds out why with `steward check`."
)


def report(made: CustomerReport, *, sent: bool) -> Block:
    """The report in short, for the officer who asked for it."""
    title = f"{made.title}: {words.heading(made)}"
    blocks = [section(f"{strong(cut(title, 300))}\n{escape(cut(made.summary, 1000))}")]
    if made.looks:
        blocks.append(divider())
        blocks.append(section("\n".join(_line(look, made) for look in made.looks[:NEWEST])))
        older = len(made.looks) + made.left_out - NEWEST
        if older > 0:
            blocks.append(context(f"{counted(older, 'older look-up')} in the files."))
    blocks.append(section(SENT if sent else NOT_SENT))
    blocks.append(context(recorded(made.entry)))
    return ephemeral(escape(cut(title, 300)), blocks)


def _line(look: Look, made: CustomerReport) -> str:
    parts = [look.who, look.purpose, look.kinds, look.approval if look.grant else "", look.ticket or ""]
    said = " · ".join(escape(cut(part, 120)) for part in parts if part)
    return f"{code(short_id(look.entry))} {made.minute(look.at)} {said}"


def comment(made: CustomerReport, unprinted: Sequence[str] = ()) -> str:
    """What stands above the files; the account by its id. `unprinted`: letters that the PDF can't show."""
    title = escape(made.title).replace("your data", f"the data of {code(made.account)}")
    return f"{title}. Read it before you send it.{without_letters(unprinted)}"


def without_letters(unprinted: Sequence[str]) -> str:
    """What to do about letters that the PDF can't show; nothing where it shows all."""
    if not unprinted:
        return ""
    shown = escape(" ".join(unprinted[:MOST_LETTERS])) + (" …" if len(unprinted) > MOST_LETTERS else "")
    return (
        f"\n:warning: *The PDF can't show {shown}*: no font here has that. Send the web page (HTML) instead. Whoever "
        "runs Steward can name a font for it: `fonts` under `[report]`."
    )


def not_reported(result: NotReported, company: Company, *, timed: bool = False) -> Block:
    """Refused, nothing found, or several to choose from. `timed`: a time may have been meant that could not be read."""
    text = _why(result, company)
    if timed and result.reason is Reason.NO_MATCH:
        text = f"{text} If a time was meant, it can't be read. {TIMES}"
    return ephemeral(text, [section(text), context(recorded(result.entry))])


def _why(result: NotReported, company: Company) -> str:
    if result.reason is Reason.SEVERAL_MATCHES:
        ids = listed([code(one.id) for one in result.candidates], "or")
        return f"Several accounts match, and a report is about one. Type its id: {ids}."
    if result.reason is Reason.UNCLEAR_QUERY:
        return f"That time has not begun, or ends before it begins. {TIMES}"
    if result.reason is Reason.TOO_SHORT:
        return "That is too short to look for. Use the account's id, e-mail, domain or name."
    if result.reason is Reason.NO_MATCH:
        return "No account matches, and nobody ever looked at one with this id."
    if result.reason is Reason.NOT_A_PRIVACY_OFFICER:
        officers = code(company.handle(PRIVACY))
        return f"Only privacy officers ({officers}) report to customers who saw their data. That you tried is recorded."
    return refusal(result.reason, company)


def which_account(company: Company) -> str:
    """`/privacy report` alone."""
    typed = f"/privacy report {company.example}"
    return (
        f"Who looked at which account's data? `{typed}`, or its whole e-mail address or domain; "
        f"`{typed} since march` for a part of the time."
    )


def help_text(company: Company) -> str:
    """`/privacy help`."""
    report = f"/privacy report {company.example}"
    lines = (
        "*Privacy*",
        "`/privacy do you sell my data?` what the policy says, in its own words, with a reply to copy",
        "For a customer's message: *More actions* on the message, then *Answer privacy question*",
        f"`{report}` who looked at this account's data, ready for the customer (privacy officers)",
        f"`{report} since march` · `last 3 months` · `between 1 march and 31 may` a part of the time",
        "`/privacy new` registers what a customer asks for: access, erasure, an objection …",
        "`/privacy requests` what is open, the most urgent first · `requests ended` the others · `/privacy C-77` one",
        "`/privacy gaps` what customers ask and the policy does not answer (privacy officers)",
        "`/privacy rulings` what privacy officers ruled and is in force, to withdraw it (privacy officers)",
    )
    return "\n".join(lines)
