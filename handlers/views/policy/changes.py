"""The privacy desk on changes of the policy: what was found, the list, the forms to decide, refusals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from bot.access.reasons import Reason
from bot.access.roles import PRIVACY
from bot.company import Company, listed
from bot.notices.announcing import EVERYONE, Change, FoundHow, Status
from bot.notices.changes import Difference, DifferenceKind
from bot.notices.deciding import NotDecided, NotNow, Proposal
from bot.notices.reach import Reach
from bot.notices.summary import summary
from handlers.views.blocks import (
    Block,
    Element,
    actions,
    button,
    checkboxes,
    code,
    context,
    cut,
    cut_marked,
    divider,
    ephemeral,
    escape,
    field,
    message,
    modal,
    option,
    plain,
    section,
    select,
    text_input,
)
from handlers.views.policy.change_words import KINDS, day, reached, standing, title, versions, waiting
from handlers.views.policy.difference import pages_of
from handlers.views.privacy.answers import why_not as why_not_allowed
from handlers.views.times import ago_of, day_and_time
from handlers.views.words import value_of

WHAT, DECIDE, DISMISS, WITHDRAW = "change.what", "change.decide", "change.dismiss", "change.withdraw"
OPEN, WAITING, BACK, NEXT = "change.open", "change.waiting", "change.back", "change.next"
SHOWN, DECIDE_FORM, DISMISS_FORM, WITHDRAW_FORM, DONE = (
    "change.shown",
    "change.decide_form",
    "change.dismiss_form",
    "change.withdraw_form",
    "change.done",
)
MATERIAL, EFFECTIVE, AUDIENCE, SUMMARY, WHY = "material", "effective", "audience", "summary", "why"
_LISTED = 15
_TICKS = 10
HEADINGS_LOST = "The headings are gone from the page; this goes by the words alone."


@dataclass(frozen=True, slots=True)
class Shown:
    """A change with all that is said of it. `returned`: to a text that had been there before."""

    change: Change
    reach: Reach | None
    returned: bool = False
    headings_lost: bool = False
    in_force: bool = True
    later: Change | None = None


def found(shown: Shown, company: Company, zone: tzinfo) -> Block:
    """To the desk: what changed in three lines, whom it touches, and what an officer can do."""
    change = shown.change
    headline = title(change, zone)
    blocks = [section(f"*{headline}*")]
    if change.incident:
        blocks.append(section("*Incident*: it was in force before anybody announced it."))
    if shown.reach is not None:
        blocks.append(section("\n".join(escape(line) for line in summary(shown.reach.difference))))
        if lines := reached(shown.reach, company, in_force=shown.in_force):
            blocks.append(section(f"*It touches*\n{cut_marked(lines, 2800)}"))
    blocks += [section(standing(change, company, zone)), context(" · ".join(_remarks(shown)))]
    if buttons := _choices(change):
        blocks.append(actions(*buttons))
    said = "" if change.status is Status.FOUND else f" {change.status.value.capitalize()}."
    return message(f"{headline}.{said}", blocks)


def _remarks(shown: Shown) -> list[str]:
    change = shown.change
    remarks = [KINDS[change.kind], versions(change), f"found {day_and_time(change.found_at)}"]
    if change.kind == DifferenceKind.DATE.value:
        remarks.append("it may be a new effective date")
    if shown.returned:
        remarks.append("*the text is one that was there before*")
    if shown.headings_lost:
        remarks.append(HEADINGS_LOST)
    if shown.later:
        remarks.append(f"{shown.later.name} changed it again")
    return remarks


def _choices(change: Change) -> list[Element]:
    what = button("What changed?", WHAT, value_of(n=change.number))
    if change.status is Status.FOUND:
        return [
            button("Decide", DECIDE, value_of(n=change.number), style="primary"),
            what,
            button("Not worth announcing", DISMISS, value_of(n=change.number)),
        ]
    if change.status is Status.ANNOUNCED:
        return [what, button("Withdraw", WITHDRAW, value_of(n=change.number), style="danger")]
    return [what]


def unannounced(change: Change, zone: tzinfo) -> Block:
    """To the desk: a draft's day came, and nobody had decided."""
    since = f" since {day(change.effective_at, zone)}" if change.effective_at else ""
    words = f"{change.name} is in force{since}, and nobody was told: *it waited for a decision.* That is an incident."
    return message(words.replace("*", ""), [section(words), actions(*_choices(change))])


def listing(changes: Sequence[Change], company: Company, zone: tzinfo, *, officer: bool) -> Block:
    """`/policy changes`."""
    if not changes:
        words = "No change of the policy was announced yet." if not officer else "The policy did not change yet."
        return ephemeral(words)
    blocks = [
        section(_line(one, company, zone), button("Open", f"{OPEN}.{one.number}", value_of(n=one.number)))
        for one in changes[:_LISTED]
    ]
    more = len(changes) - _LISTED
    if more > 0:
        blocks.append(context(f"And {more} older: `steward policy changes` on the command line."))
    return ephemeral(f"Changes of the policy ({len(changes)})", blocks)


def _line(change: Change, company: Company, zone: tzinfo) -> str:
    incident = " · *incident*" if change.incident else ""
    headline = f"*{change.name}* · {KINDS[change.kind]} · found {day_and_time(change.found_at)}{incident}"
    return f"{headline}\n{cut(standing(change, company, zone), 700)}"


def waiting_list(changes: Sequence[Change], zone: tzinfo) -> Block:
    """**Look at them** in App Home."""
    blocks: list[Block] = []
    for one in changes[:_LISTED]:
        blocks += [section(f"*{title(one, zone)}*\nFound {day_and_time(one.found_at)}"), actions(*_numbered(one))]
    if not blocks:
        blocks.append(section("No change of the policy waits for a decision."))
    return modal("Policy changes", blocks, callback=SHOWN)


def _numbered(change: Change) -> list[Element]:
    """Buttons of several changes in one view: ids of actions are unique there."""
    return [{**one, "action_id": f"{one['action_id']}.{change.number}"} for one in _choices(change)]


def with_changes(view: Block, number: int | None) -> Block:
    """App Home with the changes that wait for an officer, below its first heading."""
    if not number:
        return view
    first, *rest = view["blocks"]
    line = section(waiting(number), button("Look at them", WAITING, style="primary"))
    return {**view, "blocks": [first, line, *rest]}


def opened(change: Change, difference: Difference | None, number: int, company: Company, zone: tzinfo) -> Block:
    """A change in a modal: the decision, and the difference a page at a time."""
    blocks: list[Block] = []
    pages = pages_of(difference) if difference else [[]]
    number = max(0, min(number, len(pages) - 1))
    if number == 0:
        lines = summary(difference) if difference else ("There is nothing to compare it with.",)
        blocks += [section(f"*{title(change, zone)}*"), section(standing(change, company, zone))]
        if change.status is Status.ANNOUNCED and change.summary:
            blocks.append(section(f"“{escape(change.summary)}”"))
        blocks += [section("\n".join(escape(line) for line in lines)), divider()]
    blocks += pages[number]
    blocks.append(context(f"{change.name} · page {number + 1} of {len(pages)} · ~removed~ *added*"))
    turns = [button("Back", BACK, value_of(n=change.number, p=number - 1))] if number else []
    if number + 1 < len(pages):
        turns.append(button("Next", NEXT, value_of(n=change.number, p=number + 1)))
    if turns:
        blocks.append(actions(*turns))
    return modal("What changed", blocks, callback=SHOWN)


def gone() -> Block:
    """A change that is not there, or not for this person's eyes."""
    return modal("What changed", [section("There is no such change. `/policy changes` lists them.")], callback=SHOWN)


def decide_form(proposal: Proposal, company: Company, channel: str | None, *, can_wait: bool) -> Block:
    """**Decide**: material or not, from when, to whom, in which words."""
    change = proposal.change
    late = "A day in the past, or today for a text that is in force: it goes out at once and says that it is late."
    later = " A later day: the former version stays in force until then." if can_wait else ""
    materials = [option("Material: people must read it", "yes"), option("Not material: people are told", "no")]
    blocks = [
        context(f"{change.name} · {KINDS[change.kind]} · nobody is told before you announce it"),
        *_promised(proposal),
        field("How much does it matter?", MATERIAL, select(MATERIAL, materials, "yes")),
        field("From when?", EFFECTIVE, _date(proposal.effective_on), hint=late + later),
        field("Who is told?", AUDIENCE, _audience(company)),
        field(
            "In a sentence or two",
            SUMMARY,
            text_input(SUMMARY, initial=proposal.summary, multiline=True, most=1000),
            hint="Put together from what changed. Make it plain; everyone who is told reads it.",
        ),
    ]
    memo = value_of(n=change.number, s=change.revision, channel=channel)
    return modal(f"Announce {change.name}", blocks, callback=DECIDE_FORM, submit="Announce", close="Cancel", memo=memo)


def _promised(proposal: Proposal) -> list[Block]:
    """What people were told of for a day to come, and would be in force with this text."""
    if not proposal.promised:
        return []
    names = listed(one.name for one in proposal.promised)
    what = f"It has {names} in it, which people were told of for a later day: from an earlier day on both would hold."
    return [section(what)]


def _date(initial: date) -> Element:
    return {
        "type": "datepicker",
        "action_id": EFFECTIVE,
        "initial_date": initial.isoformat(),
        "placeholder": plain("Choose a day"),
    }


def _audience(company: Company) -> Element:
    """Everyone, or groups: ticked where they fit on the screen, else from a list."""
    roles = [option(cut("@" + company.groups[role], 75), role) for role in company.groups]
    options = [option("Everyone", EVERYONE), *roles]
    if len(options) <= _TICKS:
        return checkboxes(AUDIENCE, options, [EVERYONE])
    return {
        "type": "multi_static_select",
        "action_id": AUDIENCE,
        "options": options[:100],
        "initial_options": options[:1],
        "placeholder": plain("Choose"),
    }


def why_form(change: Change, callback: str, channel: str | None, now: datetime) -> Block:
    """Why it is dismissed, or withdrawn; and what comes of withdrawing it."""
    dismissed = callback == DISMISS_FORM
    told = "" if dismissed else " Those who had a notice are told."
    title_, submit = ("Not worth announcing", "Dismiss") if dismissed else ("Withdraw", "Withdraw")
    hint = f"It is kept with {change.name} and in the audit table.{told}"
    follows = [] if dismissed else [section(_withdrawing(change, now))]
    blocks = [*follows, field("Why?", WHY, text_input(WHY, multiline=True, most=1000), hint=hint)]
    memo = value_of(n=change.number, s=change.revision, channel=channel)
    return modal(title_, blocks, callback=callback, submit=submit, close="Cancel", memo=memo)


def _withdrawing(change: Change, now: datetime) -> str:
    """Whether the text holds without its announcement."""
    if change.effective_at is None or change.effective_at <= now:
        return "The text stays in force. Nobody is told or reminded of it any more."
    if change.found_how is FoundHow.PAGE:
        return (
            "*The text is in force at once* without the announcement, because the public page shows it. If only the "
            "day is wrong: *Another date* in `/policy schedule`."
        )
    return "The text does not come into force on its day any more, unless the public page shows it already."


def done(change: Change, company: Company, zone: tzinfo) -> Block:
    """To the officer whose press counted."""
    return modal("Privacy desk", [section(f"*{change.name}*. {standing(change, company, zone)}")], callback=DONE)


def field_error(result: NotDecided) -> dict[str, str]:
    """What the officer can mend in the form, by input."""
    if not isinstance(result.reason, NotNow):
        return {}
    return _FIELD_ERRORS.get(result.reason, {})


_FIELD_ERRORS = {
    NotNow.NOBODY: {AUDIENCE: "Choose everyone, or at least one group."},
    NotNow.TOO_FAR: {EFFECTIVE: "That is more than two years ahead. Choose an earlier day."},
    NotNow.OUT_OF_ORDER: {
        EFFECTIVE: "It has a change in it that is announced for a later day. Choose that day or a later one, or give"
        " the other change another date first: /policy schedule."
    },
    NotNow.OVERTAKEN: {
        EFFECTIVE: "A later text is in force already, so this one can't come into force later. Choose today or before."
    },
}


def not_decided(result: NotDecided, company: Company, zone: tzinfo, now: datetime, presser: str) -> str:
    """Why a press changed nothing."""
    if result.reason is NotNow.ALREADY_DECIDED and result.change is not None:
        return _too_late(result.change, company, zone, now, presser)
    own = {
        NotNow.NO_SUCH_CHANGE: "There is no such change. `/policy changes` lists them.",
        NotNow.NOT_ANNOUNCED: "It was not announced, so there is nothing to withdraw.",
        NotNow.FIRST_VERSION: "It is the first version of the policy; there is nothing to announce.",
        NotNow.NO_WORDS: "Say it in a few words.",
        Reason.NOT_A_PRIVACY_OFFICER: (
            f"Only privacy officers ({code(company.handle(PRIVACY))}) decide on changes of the "
            "policy. That you tried is recorded."
        ),
    }
    if result.reason in own:
        return own[result.reason]
    return why_not_allowed(result.reason, company) if isinstance(result.reason, Reason) else "That changed nothing."


def _too_late(change: Change, company: Company, zone: tzinfo, now: datetime, presser: str) -> str:
    if change.status is Status.FOUND:
        return f"{change.name} changed meanwhile. Open it again."
    mine = "You were here already" if change.decided_by == presser else f"{change.name} was decided before you"
    before = ago_of((now - change.decided_at).total_seconds()) if change.decided_at else "a moment"
    return f"{mine}, {before} ago. {standing(change, company, zone)}"
