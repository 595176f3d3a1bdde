"""Lists of who may look up for what: the message, the form, who was removed."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.access.people import Person
from bot.access.reasons import Reason
from bot.access.recertification.certifying import Line, Listing, Removal, Verdict, lines_for
from bot.access.recertification.recertify import Certified
from bot.company import Company, listed
from handlers.views.blocks import (
    Block,
    actions,
    button,
    checkboxes,
    confirmation,
    context,
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
from handlers.views.times import moment_of
from handlers.views.words import counted, value_of

OPEN = "recertification.open_list"
FORM = "recertification.form"
LIFT = "recertification.lift"
AT_ONCE = 40  # people in one form
KEEP_REST = "keep_rest"


def group(listing: Listing, company: Company) -> str:
    """The group as Slack calls it."""
    return escape(company.handle(listing.role))


def _open_button(listing: Listing) -> Block:
    return button("Open the list", OPEN, value_of(list=listing.number), style="primary")


def due(listing: Listing, company: Company, now: datetime) -> Block:
    """To whoever is to decide; afterwards that it is done."""
    if listing.closed_at is not None:
        return message(f"{listing.name} is done", [section(done_line(listing, company, now))])
    theirs = [one for one in listing.open_lines if one.person != listing.owner]
    if not theirs:
        own = f"The privacy office confirms your own line, by {moment_of(listing.due_at, now)}."
        said = f":white_check_mark: You confirmed the others of {group(listing, company)}. {own} · {listing.name}"
        return message(f"{listing.name}: your part is done", [section(said)])
    many = counted(len(theirs), "person", "people")
    text = (
        f"*Who of {group(listing, company)} may still look customers up?* {many}, by {moment_of(listing.due_at, now)}"
    )
    why = context("Each quarter somebody confirms it. Whoever is removed loses it at once.")
    return message(
        f"{listing.name}: a list to confirm", [section(f"{text} · {listing.name}"), actions(_open_button(listing)), why]
    )


def office(listing: Listing, company: Company, now: datetime) -> Block:
    """To the privacy office: the owner's own line, or a list that has no owner."""
    if listing.closed_at is not None:
        return message(f"{listing.name} is done", [section(done_line(listing, company, now))])
    if listing.owner is None:
        text = f"*Nobody in Slack owns the list of {group(listing, company)}*, so it is yours to confirm."
    elif all(one.person != listing.owner for one in listing.open_lines):
        done = f":white_check_mark: The line of <@{listing.owner}> in {group(listing, company)} is confirmed. "
        text = f"{done}The others are theirs to confirm, by {moment_of(listing.due_at, now)} · {listing.name}"
        return message(f"{listing.name}: the owner's line is confirmed", [section(text)])
    else:
        text = f"*<@{listing.owner}> is in {group(listing, company)}* and can't confirm that themselves. Please do."
    blocks = [section(f"{text} By {moment_of(listing.due_at, now)} · {listing.name}"), actions(_open_button(listing))]
    return message(f"{listing.name}: a line to confirm", blocks)


def overdue(listing: Listing, company: Company, now: datetime) -> Block:
    """To the privacy office: nobody confirmed it in time, and they may now."""
    if listing.closed_at is not None:
        return message(f"{listing.name} is done", [section(done_line(listing, company, now))])
    whose = "Nobody confirmed it"
    if listing.owner is not None:
        own = all(one.person == listing.owner for one in listing.open_lines)
        what = "confirmed all but their own line, which they can't" if own else "has not confirmed it"
        whose = f"<@{listing.owner}> {what}"
    many = counted(len(listing.open_lines), "person is", "people are")
    text = (
        f":hourglass: *The list of {group(listing, company)} is overdue.* {whose}; {many} open. You may decide it now."
    )
    return message(f"{listing.name} is overdue", [section(f"{text} · {listing.name}"), actions(_open_button(listing))])


def done_line(listing: Listing, company: Company, now: datetime) -> str:
    """How many stayed and who was removed."""
    kept = sum(one.verdict is Verdict.KEEP for one in listing.lines)
    gone = [f"<@{one.person}>" for one in listing.lines if one.verdict is Verdict.REMOVE]
    removed = f"; removed: {listed(gone)}" if gone else "; nobody was removed"
    at = moment_of(listing.closed_at, now) if listing.closed_at else ""
    many = counted(kept, "person keeps", "people keep")
    return f":white_check_mark: *{listing.name}*, {group(listing, company)}: {many} it{removed}. Done at {at}."


def form(listing: Listing, names: Mapping[str, str], company: Company, channel: str | None) -> Block:
    """Keep or Remove for each person, and a note. What is not marked stays open, unless all others are kept."""
    lines = listing.lines[:AT_ONCE]
    inputs = [_line_field(one, names, company) for one in lines]
    rest = checkboxes(KEEP_REST, [option("Keep everybody who is not marked", KEEP_REST)])
    more = len(listing.lines) - len(lines)
    blocks = [
        section(f"*{group(listing, company)}*: who may still look customers up?"),
        *inputs,
        *([context(f"And {more} more after these, on the next form. “The others” are of this one.")] if more else []),
        field("The others", KEEP_REST, rest, optional=True),
        field("Note", "note", text_input("note", most=1000, multiline=True), optional=True, hint="It is recorded."),
    ]
    memo = value_of(list=listing.number, channel=channel)
    return modal(f"List {listing.name}", blocks, callback=FORM, submit="Confirm", close="Later", memo=memo)


def _line_field(line: Line, names: Mapping[str, str], company: Company) -> Block:
    purposes = listed([company.purpose(one) for one in line.purposes]) or "no purpose of this group's"
    classes = f" ({company.labels(line.data_classes)})" if line.data_classes else ""
    used = "never looked" if not line.looks else f"looked {counted(line.looks, 'time')}"
    choices = [option("Keep", Verdict.KEEP.value), option("Remove", Verdict.REMOVE.value)]
    chosen = select(f"verdict.{line.person}", choices, example="Keep or remove")
    hint = f"{purposes}{classes}; {used} in the term before."
    block = field(names.get(line.person, line.person), f"person_{line.person}", chosen, optional=True)
    return {**block, "hint": plain(hint, 2000)}


def nothing() -> Block:
    """`/access recertify` where nothing is due."""
    return ephemeral("No list waits for you. Owners of groups get theirs at the beginning of each term.")


def several(listings: Sequence[Listing], company: Company, now: datetime) -> Block:
    """`/access recertify` where several are due."""
    blocks = [section(_home_line(one, company, now), _numbered(one)) for one in listings[:20]]
    return ephemeral("Lists that wait for you", blocks)


def _numbered(listing: Listing) -> Block:
    return button("Open the list", f"{OPEN}.{listing.number}", value_of(list=listing.number))


def _home_line(listing: Listing, company: Company, now: datetime) -> str:
    many = counted(len(listing.lines), "person", "people")
    late = " · *overdue*" if listing.escalated_at is not None else ""
    due_at = moment_of(listing.due_at, now)
    return f"*{listing.name}* who of {group(listing, company)} may look customers up: {many}, by {due_at}{late}"


def home_lines(listings: Sequence[Listing], company: Company, now: datetime) -> list[Block]:
    """App Home: the lists that wait for this person."""
    return [section(_home_line(one, company, now), _numbered(one)) for one in listings[:10]]


def certified(result: Certified, person: Person) -> list[Block]:
    """After the form: what was said, and what is still open."""
    removed = [f"<@{one}>" for one, said in result.settled.items() if said is Verdict.REMOVE]
    kept = len(result.settled) - len(removed)
    parts = [f"{counted(kept, 'person keeps', 'people keep')} it"] if kept else []
    if removed:
        parts.append(f"removed: {listed(removed)}, at once; the privacy office is told to take them out in Slack")
    left = len(lines_for(person, result.listing))
    if left:
        more = f" {counted(left, 'person is', 'people are')} still open: `/access recertify`."
    else:
        more = " The privacy office confirms the rest." if result.listing.open_lines else " The list is done."
    return [section(f":white_check_mark: {'; '.join(parts)}.{more}")]


def not_certified(reason: Reason) -> str:
    """Why nothing changed."""
    return {
        Reason.CONCERNS_YOU: "Nobody confirms themselves. The privacy office sees your own line.",
        Reason.NOT_THE_OWNER: "This list is its owner's to confirm, and the privacy office's once it is overdue.",
        Reason.NOT_A_PRIVACY_OFFICER: "Only the privacy office may give it back.",
        Reason.NOT_PENDING: "Nothing was marked, or somebody else was first. `/access recertify` shows what is open.",
        Reason.NOT_LIVE: "That is settled already.",
    }.get(reason, "That list is not there.")


def taken(found: Removal, company: Company, now: datetime) -> Block:
    """To whoever was removed: what they lost and whom to ask; afterwards that they have it again."""
    handle = escape(company.handle(found.role))
    if found.ended == "lifted":
        said = f"<@{found.ended_by}> gave you back what {handle} gives, at {moment_of(found.ended_at or now, now)}."
        return message(f"You have {handle} back", [section(f":white_check_mark: {said} · {found.name}")])
    head = f"*You can't look customers up with {handle} any more.*"
    why = f"<@{found.removed_by}> reviewed who still needs it, and took you off the list."
    ask = f"If your work needs it, ask the privacy office ({escape(company.contact)})."
    return message(f"What {handle} gives was taken from you", [section(f"{head} {why}\n{ask} · {found.name}")])


def removal(found: Removal, company: Company, now: datetime) -> Block:
    """To the privacy office: what to do in Slack; afterwards how it was settled."""
    handle = escape(company.handle(found.role))
    at = moment_of(found.ended_at or now, now)
    if found.ended == "gone":
        said = f":white_check_mark: <@{found.person}> is out of {handle}. Settled at {at}."
        return message(f"{found.name} is settled", [section(f"{said} · {found.name}")])
    if found.ended == "lifted":
        said = f"<@{found.ended_by}> gave <@{found.person}> back what {handle} gives, at {at}."
        return message(f"{found.name} is settled", [section(f"{said} · {found.name}")])
    head = f"*Take <@{found.person}> out of {handle} in Slack.* <@{found.removed_by}> removed them from the list."
    does = "They can't look customers up with it from now on. This settles itself when Slack does not show them there."
    sure = confirmation("Give it back?", "They may look customers up again at once.", "Give it back", "Leave it")
    lift = button("Give it back", LIFT, value_of(removal=found.number), sure=sure)
    return message(
        f"{found.name}: take somebody out of a group", [section(f"{head}\n{does} · {found.name}"), actions(lift)]
    )
