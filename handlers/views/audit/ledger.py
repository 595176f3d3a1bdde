"""What people read of the ledger's proof: checkpoints, what a look at everything found, and alarms."""

from datetime import datetime

from bot.audit.integration.integrated import StoredCheckpoint
from bot.audit.tamper import Found
from bot.audit.verifying import Verified
from bot.audit.witnessing.posting import Asked
from bot.company import Company
from bot.privacy.doubt import Doubtful
from handlers.views.blocks import SECTION_TEXT, Block, code, context, ephemeral, escape, message, section
from handlers.views.times import day_and_time, length, moment_of
from handlers.views.words import counted, recorded, refusal

FENCE = "```"
KEEP = (
    "Keep this message. With it anybody can show that no entry before it was changed: "
    "`steward audit verify` and `steward audit prove` compare with it."
)
CHANGED_POLICY = "Somebody changed it in the database: `steward audit verify` says more."
REREAD = (
    "It came before Steward kept what it had read, and is read otherwise now, or somebody changed it in the database. "
    "`steward policy reread` puts the text that is read now in force, if that is what was published."
)
NOTHING_YET = "No entry is in the ledger yet. New ones are within a second or two."


def checkpoint(stored: StoredCheckpoint, note: str, now: datetime) -> Block:
    """A checkpoint in the audit channel, for Slack's history to keep."""
    text = f"The audit ledger holds {counted(stored.size, 'entry', 'entries')}, signed {moment_of(stored.at, now)}"
    return message(text, [section(f"*{text}*"), section(_noted(note)), context(KEEP)])


def checkpoint_asked(asked: Asked, company: Company, now: datetime) -> Block:
    """The answer to `/audit checkpoint`."""
    if asked.refused:
        return _small(refusal(asked.refused, company), asked.entry)
    if asked.checkpoint is None or asked.note is None:
        return _small(NOTHING_YET, asked.entry)
    number = counted(asked.checkpoint.size, "entry", "entries")
    text = f"Checkpoint of {number}, signed {moment_of(asked.checkpoint.at, now)}"
    where = "Posted to the audit channel." if asked.posted else "No audit channel is configured, so it is only here."
    return ephemeral(text, [section(f"*{text}*\n{where}"), section(_noted(asked.note)), _recorded(asked.entry)])


def verified(result: Verified, company: Company, now: datetime, *, stops: bool) -> Block:
    """The answer to `/audit verify`."""
    whole = result.found
    if result.refused or whole is None:
        return _small(refusal(result.refused, company) if result.refused else NOTHING_YET, result.entry)
    if result.fault:
        found = fault(result.fault, now, is_open=True, stops=stops)
        return ephemeral(found["text"], [*found["blocks"], _recorded(result.entry)])
    if known := next((one for one in (whole.fault, *whole.acknowledged) if one), None):
        return _small(f"{known.words} Somebody has acknowledged that.", result.entry)
    if whole.checkpoint is None or result.signed_at is None:
        return _small(NOTHING_YET, result.entry)
    stated = whole.checkpoint
    text = f"{counted(stated.size, 'entry', 'entries')} verified: each is what was signed"
    left = f" Not yet signed: {counted(whole.waiting, 'entry', 'entries')}." if whole.waiting else ""
    if whole.erased:
        left += f" Text was erased from {counted(whole.erased, 'entry', 'entries')}, as recorded."
    more = f"Checkpoint of {day_and_time(result.signed_at)}, root {code(stated.root.hex()[:16])}…{left}"
    return ephemeral(text, [section(f"*{text}*\n{more}"), _recorded(result.entry)])


def fault(found: Found, now: datetime, *, is_open: bool, stops: bool) -> Block:
    """Something does not agree."""
    title = f"The audit ledger does not hold: {found.name}, found {moment_of(found.at, now)}"
    happens = "Customers can't be looked up" if stops else "Look-ups go on"
    state = "It was acknowledged."
    if is_open:
        state = f"Nothing is signed any more. {happens} until an operator has looked."
    blocks = [
        section(f"*{title}*\n{escape(found.mismatch.what)}\n{state}"),
        context(
            f"Reference {code(found.reference)}. Compare with a backup and an older checkpoint before anything is "
            f"changed, then `steward audit acknowledge {found.name}`. See “When the ledger was changed” in "
            "docs/operating.md."
        ),
    ]
    return message(title, blocks)


def overdue(since: datetime, count: int, now: datetime) -> Block:
    """Entries wait too long."""
    text = f"{counted(count, 'audit entry', 'audit entries')} not yet in the signed ledger, for {length(now - since)}"
    what = "They are recorded. What gives them their place and signs it does not work: see /readyz and Steward's log."
    return message(text, [section(f"*{text}*\n{what}")])


def other_policy(found: Doubtful) -> Block:
    """What is kept of the policy in force is not what came, or not what entries have, so that it permits nothing."""
    if found.misplaced:
        return _other_version(found)
    text = "The privacy policy that is kept is not the one that came: nothing can be looked up"
    what = (
        f"Another text is kept for version {code(found.version[:12])}. What runs may know the right one until it is "
        "started again; then no policy is in force, and every look-up is refused. "
        f"{REREAD if found.unread else CHANGED_POLICY}"
    )
    return message(text, [section(f"*{text}*\n{what}")])


def _other_version(found: Doubtful) -> Block:
    text = "Another version of the privacy policy is kept as in force than entries say: nothing can be looked up"
    what = (
        f"It is version {code(found.version[:12])}. No policy is in force, and every look-up is refused, until the day "
        f"of each version is what it was again. {CHANGED_POLICY}"
    )
    return message(text, [section(f"*{text}*\n{what}")])


def witness(name: str, size: int) -> Block:
    """A witness does not agree."""
    text = f"A witness does not agree with the audit ledger of {counted(size, 'entry', 'entries')}"
    what = (
        f"{code(name)} says that it has seen another one. Either the witness is wrong, or the ledger was put back or "
        "written anew. Compare its checkpoint with those posted here."
    )
    return message(text, [section(f"*{text}*\n{what}")])


def _noted(note: str) -> str:
    """As many of its lines as a section takes; the ledger's own signature comes first."""
    shown = note.strip()
    while len(escape(shown)) > SECTION_TEXT - 2 * len(FENCE) - 2:
        shown = shown.rpartition("\n")[0]
    return f"{FENCE}\n{escape(shown)}\n{FENCE}"


def _small(text: str, entry: str) -> Block:
    return ephemeral(text, [section(text), _recorded(entry)])


def _recorded(entry: str) -> Block:
    return context(recorded(entry))
