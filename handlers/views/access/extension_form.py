"""The form that asks for more time, and the one that ends other people's access."""

from collections.abc import Sequence
from datetime import timedelta

from bot.access.ending.extend import Extendable
from bot.access.ending.revoke import Of
from bot.access.grants import Request, RequestKind
from bot.access.requests.drafts import LONGEST_WHY, durations_up_to
from bot.access.roles import PRIVACY
from bot.company import Company
from handlers.views.blocks import Block, code, context, cut, escape, field, modal, option, section, select, text_input
from handlers.views.times import length
from handlers.views.which import codes
from handlers.views.words import counted, value_of

FORM = "access.extend_form"
END_FORM = "access.end_others"
MOST_NAMED = 20
MOST_ENDED = 100


def extension(found: Extendable, asked: timedelta | None, company: Company, channel: str | None) -> Block:
    """How much more, up to what the purpose's cap leaves, and why."""
    choices = durations_up_to(found.longest)
    if asked is not None and asked < found.longest and asked not in choices:
        choices = tuple(sorted((*choices, asked)))
    default = asked if asked in choices else min(choices, key=lambda one: abs(one - timedelta(hours=1)))
    options = [option(length(one), _seconds(one)) for one in choices]
    what = f"{escape(company.labels(found.grant.data_classes))} of {codes(found.grant.accounts)}"
    hint = f"{found.purpose.label} allows {length(found.purpose.max_duration)} in all, from the beginning."
    why = text_input("why", multiline=True, most=LONGEST_WHY, example="What is still to be done")
    return modal(
        f"Extend {found.request.name}",
        [
            section(f"{found.request.name}: {what}. It goes on without a cut."),
            field("For how long?", "duration", select("duration", options, _seconds(default)), hint=hint),
            field("Why?", "why", why, hint="Whoever decides reads it, and it stays in the audit table."),
        ],
        callback=FORM,
        submit="Ask for more time",
        close="Cancel",
        memo=value_of(request=found.request.number, channel=channel),
    )


def end_others(requests: Sequence[Request], company: Company, channel: str | None) -> Block:
    """Names all that will end, once more, and asks why."""
    several = requests[:MOST_ENDED]
    lines = [section(_ending(one, company)) for one in several[:MOST_NAMED]]
    more = [section(f"And {len(several) - MOST_NAMED} more.")] if len(several) > MOST_NAMED else []
    if len(requests) > len(several):
        more.append(
            section(f"There are more than these {len(several)}: end the others with the same command afterwards.")
        )
    why = text_input("why", multiline=True, most=1000, example="The ticket is closed")
    return modal(
        f"End {several[0].name if len(several) == 1 else counted(len(several), 'access', 'accesses')}?",
        [
            *lines,
            *more,
            field("Why?", "why", why, hint="Whoever had the access reads it."),
            context(f"{'It ends' if len(several) == 1 else 'They end'} at once. Whoever needs it can ask again."),
        ],
        callback=END_FORM,
        submit="End now",
        close="Keep it",
        memo=value_of(requests=",".join(str(one.number) for one in several), channel=channel),
    )


def nothing_to_end(of: Of) -> str:
    """Nothing is found, and by what it was looked for, so that a mistyped id does not pass for one without access."""
    if of.account is not None:
        return (
            f"Nobody has access to an account with the id {code(cut(of.account, 60))}, and nothing waits. Is it whole?"
        )
    if of.person is not None:
        return f"<@{of.person}> has no access to end, and nothing of theirs waits."
    return "That request is not there. `/access mine` shows yours."


def not_theirs_to_end(company: Company) -> str:
    """Said alike whether anybody has access or not."""
    office = escape(company.handle(PRIVACY))
    return f"Those who approve access, and {office}, end what others have. That you tried is recorded."


def may_not_end(request: Request, company: Company) -> str:
    """Whose it is to end."""
    groups = " or ".join(escape(company.handle(role)) for role in (*request.needs, PRIVACY))
    return f"Only <@{request.person}>, {groups} can end {request.name}. That you tried is recorded."


def _ending(one: Request, company: Company) -> str:
    """What they have, which may be less than was asked; of what waits for a decision, what was asked."""
    held = one.grant if one.grant and one.kind is not RequestKind.EXTENSION else None
    classes = escape(company.labels(held.data_classes if held else one.data_classes))
    line = f"*{one.name}* <@{one.person}>: {classes} of {codes(one.concerns)}"
    more = "more time, " if one.kind is RequestKind.EXTENSION else ""
    return line if held else f"{line} · {more}waits for a decision, and is withdrawn"


def _seconds(span: timedelta) -> str:
    return str(int(span.total_seconds()))
