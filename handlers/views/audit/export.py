"""What an auditor reads of an export. Pure."""

from bot.audit.exports.export import Form
from bot.audit.exports.handing_out import MOST, HandedOut
from handlers.views.blocks import Block, context, ephemeral, section
from handlers.views.words import counted, recorded

SENT = "The files are in your messages with Steward. They hold personal text: keep them where only auditors read."
NOT_SENT = "Slack did not take the files. Try again, or use `steward audit export` on the command line."
VERIFY = (
    "`steward audit verify --file audit.jsonl --checkpoint checkpoint.txt --key ledger.key "
    "--manifest audit.jsonl.manifest.json`"
)
FOR = {Form.CSV: "for a spreadsheet", Form.OCSF: "as events of OCSF"}
ERASED = "The manifest has its counts and hashes, and says what was erased and when."


def exported(made: HandedOut, *, sent: bool) -> Block:
    """The answer to `/audit export`."""
    if made.too_many:
        text = f"More than {MOST:,} entries match, too many for Slack"
        more = "Add a time or an account, or use `steward audit export` on the command line, where there is no limit."
    elif not made.files:
        text, more = "No entry of the signed ledger matches", "New entries are in it within a second or two."
    else:
        all_of = " all of the signed ledger" if made.whole else " what your words ask for"
        text, more = f"{counted(made.count, 'entry', 'entries')} exported:{all_of}", SENT if sent else NOT_SENT
    return ephemeral(text, [section(f"*{text}*\n{more}"), context(recorded(made.entry))])


def comment(made: HandedOut) -> str:
    """What stands above the files."""
    number = counted(made.count, "entry", "entries")
    if made.form in FOR:
        return f"{number} of the audit ledger, {FOR[made.form]}. {ERASED}"
    if made.whole:
        return f"The audit ledger, {number}, with its checkpoint and key. {ERASED} On any machine: {VERIFY}"
    return (
        f"{number} of the audit ledger, each with its index there. As a whole only a whole export can be verified; "
        f"`steward audit prove` proves one entry. {ERASED}"
    )
