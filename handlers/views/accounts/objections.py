"""What an account said about marketing: on its card, in its form, and to the privacy office."""

from collections.abc import Sequence
from datetime import date, datetime

from bot.access.reasons import Reason
from bot.access.roles import PRIVACY
from bot.access.rules.media import medium_label, nearest_medium
from bot.company import Company, listed
from bot.privacy.customer_requests.decide import LONGEST_REASON, Flaw, Why
from bot.privacy.objections.choices import Choice, MediumStanding, Said
from bot.privacy.objections.record import (
    NO_SUCH_MEDIUM,
    UNDONE_ALREADY,
    NotPossible,
    NotRecordedYet,
    NotUndone,
    Recorded,
)
from bot.written import written_day
from handlers.views.blocks import (
    Block,
    Element,
    actions,
    button,
    checkboxes,
    code,
    confirmation,
    context,
    cut,
    escape,
    field,
    message,
    modal,
    option,
    section,
    text_input,
)
from handlers.views.customer_requests.forms import date_picker
from handlers.views.customer_requests.words import day
from handlers.views.customer_requests.words import media as media_of
from handlers.views.times import moment_of
from handlers.views.words import SHARED_ID, SOURCE_DOWN, TOO_MANY_LOOK_UPS, recorded, refusal, value_of

FORM_OPEN = "objection.form"
FORM = "objection.record"
UNDO = "objection.undo"
DID = {Said.OBJECTED: "objected", Said.AGREED: "agreed"}
ANY_NAME = "id, e-mail, domain or name"
TO = {Said.OBJECTED: "objects", Said.AGREED: "agrees"}


def standing_line(media: tuple[MediumStanding, ...], activated: str | None, *, by_activation: bool = True) -> str:
    """ "agreed on activation 3 May 2024; e-mail: objected 2 June 2026 (O-3)".

    `by_activation`: the company knows when an account was activated, and takes that for an agreement.
    """
    basis = _unsaid(media, activated, by_activation=by_activation) if any(one.choice is None for one in media) else ""
    said = [_medium(one) for one in media if one.choice is not None]
    none = "no marketing at all" if not any(one.permitted for one in media) else ""
    return "; ".join(part for part in (none, basis, *said) if part)


def _unsaid(media: tuple[MediumStanding, ...], activated: str | None, *, by_activation: bool) -> str:
    """What stands of the media of which nothing was said."""
    if not by_activation:
        return "no objection on record" if all(one.choice is None for one in media) else "no other objection on record"
    return f"agreed on activation {escape(written_day(activated))}" if activated else "agreed on activation"


def _medium(one: MediumStanding) -> str:
    choice = one.choice
    if choice is None:
        return escape(medium_label(one.medium))
    return f"{escape(medium_label(one.medium))}: {DID[choice.said]} {day(choice.said_on)} ({choice.name})"


def record_button(account: str) -> Element:
    """On a card for marketing."""
    return button("Record an objection", FORM_OPEN, value_of(account=account))


def form(
    account: str, said: Said, media: tuple[str, ...], ticked: tuple[str, ...], today: date, channel: str | None
) -> Block:
    """Who said so, when, and to which media."""
    objecting = said is Said.OBJECTED
    who = text_input("who", most=LONGEST_REASON, example="The account holder, on the phone")
    ticks = checkboxes("media", [option(medium_label(one), one) for one in media], ticked)
    blocks = [
        field("Account", "account", text_input("account", initial=account, most=200, example=ANY_NAME)),
        field("Objects to" if objecting else "Agrees to", "media", ticks),
        field("Who said so?", "who", who, hint="It stands in the audit table, and can be erased."),
        field("When?", "said_on", date_picker("said_on", today.isoformat())),
        context(_what_follows(said)),
    ]
    title = "Record an objection" if objecting else "Record an agreement"
    memo = value_of(said=said.value, channel=channel)
    return modal(title, blocks, callback=FORM, submit="Record", close="Cancel", memo=memo)


def _what_follows(said: Said) -> str:
    if said is Said.OBJECTED:
        return "From then on, marketing does not see what is needed for it, with a grant or without."
    return "It lifts an earlier objection only if it was said later."


def errors(found: NotRecordedYet) -> dict[str, str]:
    """Under the fields, all at once."""
    several = f"Several accounts match. Type the id: {listed(found.candidates, 'or')}."
    words = {
        "account": (found.account, {Flaw.SEVERAL_MATCHES: several, Flaw.NO_MATCH: "No account matches."}),
        "who": (found.who, {Flaw.MISSING: "Who said so? A few words.", Flaw.TOO_LONG: "At most 2,000 characters."}),
        "said_on": (found.said_on, {Flaw.IN_THE_FUTURE: "That day is still to come."}),
        "media": (found.media, {Flaw.MISSING: "Tick at least one."}),
    }
    usual = {
        Flaw.NOT_A_DATE: "Write the day as year-month-day, such as 2026-03-02.",
        Flaw.TOO_SHORT: "Type at least three letters, or the whole id.",
        Flaw.SOURCE_DOWN: SOURCE_DOWN,
        Flaw.SHARED_ID: SHARED_ID,
        Flaw.TOO_MANY: TOO_MANY_LOOK_UPS,
    }
    return {
        block: cut(own.get(flaw) or usual.get(flaw, "This is needed."), 500)
        for block, (flaw, own) in words.items()
        if flaw is not None
    }


def done(result: Recorded) -> Block:
    """After recording."""
    first = result.choices[0]
    names = listed([escape(medium_label(one.medium)) for one in result.choices])
    said = f":white_check_mark: *{code(result.account)} {TO[first.said]} to {names}*, said on {day(first.said_on)}"
    rest = "It is in force now." if first.said is Said.OBJECTED else "What was said last counts."
    numbers = listed([one.name for one in result.choices])
    blocks = [section(f"{said} · {numbers}\n{rest}")]
    blocks.append(context(f"A mistake? The privacy office can undo it. {recorded(result.entry)}"))
    return modal("Recorded", blocks, callback="objection.recorded")


def not_possible(result: NotPossible, company: Company) -> str:
    """Why nothing was recorded, with the policy's words where it is about a medium."""
    if result.reason == NO_SUCH_MEDIUM:
        named = code(cut(result.medium or "that", 60))
        quote = escape(cut(result.clause or "", 600))
        media = {medium for purpose in company.rules.purposes.values() for medium in purpose.media}
        near = nearest_medium(result.medium or "", sorted(media))
        meant = f"Did you mean *{escape(medium_label(near))}*? " if near else ""
        return (
            f"{named} is no medium of our marketing, so nothing was recorded. {meant}The policy names them: “{quote}”. "
            f"Nobody may use another one. If somebody did, tell {escape(company.contact)}."
        )
    if result.reason is Reason.UNKNOWN_PURPOSE:
        return "No purpose of ours is marketing by any medium, so there is nothing to object to."
    if result.reason is Reason.NOT_YOUR_PURPOSE:
        return "Only those whose purpose is marketing, and privacy officers, record an agreement. Objections: anybody."
    if result.reason is Why.NOT_AN_EMPLOYEE:
        return "Only employees record what customers say about marketing."
    return refusal(Reason(result.reason), company)


def to_privacy(choices: Sequence[Choice], now: datetime) -> Block:
    """To the privacy channel: what was recorded together, with **Undo** for each; then it says who undid which."""
    first = choices[0]
    said = f"{TO[first.said]} to marketing by {media_of([one.medium for one in choices])}"
    text = f"*{code(first.account)} {said}* · {listed([one.name for one in choices])}"
    text += "".join(f"\n{_undone(one, now, named=len(choices) > 1)}" for one in choices if not one.counts)
    by = f"Said on {day(first.said_on)}, recorded by <@{first.recorded_by}>"
    by += f" with C-{first.request}" if first.request else ""
    blocks = [section(text), context(by)]
    if not any(one.counts for one in choices):
        return message(f"{listed([one.name for one in choices])} {_was(len(choices))} undone", blocks)
    return message(f"{escape(first.account)} {said}", [*blocks, actions(*undo_buttons(choices))])


def undo_buttons(choices: Sequence[Choice], whole: str = "Undo") -> list[Element]:
    """**Undo** for each of these that counts; `whole`: what it says where there is one alone."""
    return [
        button(
            whole if len(choices) == 1 else f"Undo {medium_label(one.medium)}",
            UNDO if len(choices) == 1 else f"{UNDO}.{place}",
            value_of(choice=one.number),
            sure=confirmation(
                f"Undo {one.name}?",
                "For a mistake only. What was recorded stays in the audit table.",
                "Undo",
                "Keep it",
            ),
        )
        for place, one in enumerate(choices)
        if one.counts
    ]


def _undone(one: Choice, now: datetime, *, named: bool) -> str:
    what = f"{media_of([one.medium])}: undone" if named else "Undone"
    when = f", {moment_of(one.undone_at, now)}" if one.undone_at is not None else ""
    return f":leftwards_arrow_with_hook: {what} by <@{one.undone_by}>{when}"


def _was(number: int) -> str:
    return "was" if number == 1 else "were"


def not_undone(result: NotUndone, company: Company, now: datetime) -> str:
    """Why a press undid nothing."""
    choice = result.choice
    if result.reason == UNDONE_ALREADY and choice is not None and choice.undone_at is not None:
        return f"<@{choice.undone_by}> undid {choice.name} before you, {moment_of(choice.undone_at, now)}."
    if result.reason is Reason.NOT_A_PRIVACY_OFFICER:
        group = code(company.handle(PRIVACY))
        return f"Only privacy officers ({group}) undo what was recorded. That you tried is recorded."
    return "There is no such record."
