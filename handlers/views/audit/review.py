"""What reviewers see: what waits for them, the forms for their verdicts, and what came of a press."""

from collections.abc import Sequence
from datetime import datetime

from bot.access.reasons import Reason
from bot.audit.read import Stored, short_id
from bot.audit.reviews.items import Item, Kind, Status, Step, Verdict
from bot.audit.reviews.review import Judged, NotJudged, NotYet, Waiting
from bot.audit.reviews.unusual_words import named, why, why_you
from bot.company import Company, listed
from handlers.views.audit.search import actor, line, opened
from handlers.views.blocks import (
    Block,
    actions,
    button,
    code,
    context,
    cut,
    cut_marked,
    divider,
    ephemeral,
    escape,
    field,
    literal,
    modal,
    section,
    text_input,
    verbatim,
)
from handlers.views.times import ago_of, day_and_time, moment_of
from handlers.views.words import counted, refusal, value_of

PRESSED = {
    Verdict.IN_ORDER: "review.in_order",
    Verdict.NEEDS_EXPLANATION: "review.needs_explanation",
    Verdict.VIOLATION: "review.violation",
}
"""The button of each verdict."""
NEXT = "review.next"
OPEN = "review.open"
ANSWER = "review.answer"
VERDICT_FORM = "review.verdict"
ANSWER_FORM = "review.answering"
SHORTEST = 3
LONGEST = 2000
EXTRACT = 600
ENTRIES_NAMED = 8
LONGEST_ITEM = 2200
LONGEST_GROUND = 300
GROUNDS = 4

SYMBOLS = {
    Status.OPEN: ":hourglass: waits for a review",
    Status.ASKED: ":speech_balloon: waits for an explanation",
    Status.ANSWERED: ":hourglass: explained, waits for a review",
    Status.IN_ORDER: ":white_check_mark: in order",
    Status.VIOLATION: ":no_entry_sign: violation",
}
DID = {
    Verdict.IN_ORDER: "found it in order",
    Verdict.NEEDS_EXPLANATION: "asked for an explanation",
    Verdict.VIOLATION: "found a violation",
    Verdict.ANSWERED: "answered",
}
STEPS = {
    "access.request": "asked",
    "access.approve": "approved",
    "access.extend": "extended",
    "access.emergency": "took emergency access",
}
WHY_QUEUED = {Kind.SAMPLE: "drawn at random", Kind.EMERGENCY: "emergency access"}


def waiting(found: Waiting, company: Company, now: datetime) -> Block:
    """What waits for this reviewer, the most urgent first."""
    if not found.items:
        text = "Nothing waits for your review."
        what = "Emergency access, alerts and a random share of reveals would stand here, never those you had a hand in."
        return ephemeral(text, [section(text), context(what), context(_recorded(found.entry))])
    title = f"{counted(found.total, 'review')} {'waits' if found.total == 1 else 'wait'} for you"
    blocks = [section(f"*{title}*")]
    for item in found.items:
        blocks.extend(item_blocks(item, company, now))
    more = found.total - len(found.items)
    rest = f"{counted(more, 'more', 'more')} after {'this' if len(found.items) == 1 else 'these'}. " if more else ""
    blocks.append(context(f"{rest}{_recorded(found.entry)}"))
    return ephemeral(title, blocks)


def one(found: Waiting, company: Company, now: datetime) -> Block:
    """A single item, opened from a message."""
    item = found.items[0]
    return ephemeral(f"{item.name}: {_kind(item)}", [*item_blocks(item, company, now), context(_recorded(found.entry))])


def item_blocks(item: Item, company: Company, now: datetime) -> list[Block]:
    """One item: what happened, what was said about it so far, and the buttons of the verdicts."""
    head = f"*{item.name}* · {escape(_kind(item))} · {_due(item, now)}"
    blocks = [section(cut_marked(f"{head}\n{_what(item, company, now)}", LONGEST_ITEM))]
    blocks.extend(verbatim(_said(step)) for step in item.steps[-2:] if step.text or step.verdict in _SPEAKING)
    return [*blocks, _verdicts(item)]


def _verdicts(item: Item) -> Block:
    value = value_of(item=item.number, version=item.version)
    return actions(
        button("In order", PRESSED[Verdict.IN_ORDER], value, style="primary"),
        button("Needs explanation", PRESSED[Verdict.NEEDS_EXPLANATION], value),
        button("Violation", PRESSED[Verdict.VIOLATION], value, style="danger"),
    )


def _kind(item: Item) -> str:
    return named(item.rule) if item.rule else WHY_QUEUED.get(item.kind, item.kind.value)


def _due(item: Item, now: datetime) -> str:
    if item.due_at is None:
        return SYMBOLS[item.status]
    late = item.due_at <= now
    if item.status is Status.ASKED:
        if late:
            return f"*not explained in time*, asked for until {moment_of(item.due_at, now)}"
        return f"{SYMBOLS[item.status]} until {moment_of(item.due_at, now)}"
    return f"*overdue* since {moment_of(item.due_at, now)}" if late else f"due {moment_of(item.due_at, now)}"


def _what(item: Item, company: Company, now: datetime) -> str:
    if item.rule is None:
        return "\n".join([line(item.entry, company, now), *(_ground(one, now) for one in item.grounds[:GROUNDS])])
    return f"<@{item.person}>: {escape(why(item.rule, item.facts))}\n{entries_named(item)}"


def _ground(stored: Stored, now: datetime) -> str:
    """One step by which the access came to be: who asked, with which words and ticket; who gave it."""
    entry = stored.entry
    asked = entry["action"] in ("access.request", "access.emergency")
    ticket = f" · ticket {literal(cut(entry['ticket'], 60))}" if entry["ticket"] and asked else ""
    said = f": “{opened(stored, 'justification', LONGEST_GROUND)}”" if entry["justification"] else ""
    return f"{actor(entry['actor'])} {STEPS[entry['action']]} {moment_of(stored.at, now)}{ticket}{said}"


def entries_named(item: Item) -> str:
    """The entries that an alert rests on, by their short ids; `/audit ID` opens one."""
    shown = [code(short_id(id_)) for id_ in item.links[-ENTRIES_NAMED:]]
    more = len(item.links) - len(shown)
    return f"Entries {listed([*shown, *([f'{more} earlier'] if more else [])])}"


_SPEAKING = frozenset({Verdict.NEEDS_EXPLANATION, Verdict.ANSWERED})


def _said(step: Step) -> str:
    words = f"“{cut(step.text, EXTRACT)}”" if step.text else "(erased)"
    return f"{'Asked' if step.verdict is Verdict.NEEDS_EXPLANATION else 'Answered'}: {words}"


def verdict_form(item: Item, verdict: Verdict, company: Company, now: datetime, channel: str | None) -> Block:
    """Asks for the comment; only what is in order needs none."""
    title, label, hint, submit = _FORMS[verdict]
    words = text_input("comment", multiline=True, most=LONGEST)
    optional = verdict is Verdict.IN_ORDER
    return modal(
        f"{item.name}: {title}",
        [
            section(cut_marked(_what(item, company, now), 2900)),
            field(label, "comment", words, optional=optional, hint=hint),
        ],
        callback=VERDICT_FORM,
        submit=submit,
        close="Cancel",
        memo=value_of(item=item.number, version=item.version, verdict=verdict.value, channel=channel),
    )


_KEPT = "It stands in the audit table as you write it."
_FORMS = {
    Verdict.IN_ORDER: ("in order", "Comment", _KEPT, "In order"),
    Verdict.NEEDS_EXPLANATION: (
        "a question",
        "What should be explained?",
        f"The person whom it is about reads this in a direct message, and answers there. {_KEPT}",
        "Ask",
    ),
    Verdict.VIOLATION: ("violation", "What is wrong?", _KEPT, "Violation"),
}


def judged(result: Judged, verdict: Verdict, number: int | None) -> Block:
    """After a verdict: what was recorded, and the way to what waits next."""
    item = result.item
    said = {
        Verdict.IN_ORDER: f":white_check_mark: *{item.name} is in order.*",
        Verdict.NEEDS_EXPLANATION: f":speech_balloon: *<@{item.person}> is asked about {item.name}.* "
        "The answer comes back to the queue, and to you.",
        Verdict.VIOLATION: f":no_entry_sign: *{item.name} is a violation.*",
    }[verdict]
    blocks = [section(said), context(f"Recorded as {code(short_id(result.entry))}.")]
    if number:
        blocks += [divider(), section(f"{counted(number, 'review')} {'waits' if number == 1 else 'wait'} for you.")]
        blocks.append(actions(button("What waits next", NEXT, style="primary")))
    else:
        blocks.append(context("Nothing else waits for you."))
    return modal("Reviewed", blocks, callback="review.done")


def not_judged(result: NotJudged, company: Company, now: datetime, presser: str) -> str:
    """Why a press changed nothing, and what the state is."""
    recorded = f"Recorded as {code(short_id(result.entry))}."
    if isinstance(result.reason, NotYet):
        words = _state(result.item, now, presser) if result.item else _BARRED[result.reason]
    elif result.reason is Reason.NOT_AN_AUDITOR:
        words = "Only auditors review entries. That you tried is recorded."
    else:
        words = refusal(result.reason, company)
    return f"{words} {recorded}"


def _state(item: Item, now: datetime, presser: str) -> str:
    """Who was first, and what stands now."""
    last = item.last
    if last is None:
        return f"{item.name} waits for a review. `/audit review` shows it as it is now."
    if last.by == presser:
        return f"You {DID[last.verdict]} already: {item.name}, {moment_of(last.at, now)}."
    ago = ago_of((now - last.at).total_seconds())
    line_ = f"<@{last.by}> {DID[last.verdict]} {ago} before you: {item.name} {_stands(item)}."
    return line_ if item.is_closed or item.status is Status.ASKED else f"{line_} `/audit review` shows it as it is now."


def _stands(item: Item) -> str:
    return {
        Status.IN_ORDER: "is in order; nothing else to do",
        Status.VIOLATION: "is a violation; nothing else to do",
        Status.ASKED: "waits for an explanation",
    }.get(item.status, "waits for a review again")


_BARRED = {
    NotYet.NO_SUCH_REVIEW: "There is no such review. `/audit review` shows what waits for you.",
    NotYet.OWN_ENTRY: "This is about you, so someone else reviews it.",
    NotYet.HAD_A_HAND: "You had a hand in this access (asked, decided or used it), so someone else reviews it.",
    NotYet.NOT_ASKED: "Only the person who was asked can answer.",
    NotYet.ALREADY_REVIEWED: "That is over already.",
    NotYet.CHANGED_MEANWHILE: "That has changed meanwhile. `/audit review` shows it as it is now.",
}


def to_explain(items: Sequence[Item], now: datetime) -> list[Block]:
    """What a person is asked to explain, each with **Answer**."""
    return [
        section(
            f"<@{item.last.by}> asks you to explain something in the audit table · {item.name}"
            + (f"\nPlease answer until {moment_of(item.due_at, now)}" if item.due_at else ""),
            button("Answer", ANSWER, value_of(item=item.number, version=item.version), style="primary"),
        )
        for item in items
        if item.last is not None
    ]


def answer_form(item: Item, company: Company) -> Block:
    """The person's answer to a question."""
    question = item.step(item.version)
    blocks = [section(cut_marked(f"{item.name} · {asked_about(item, company)}", 2900))]
    if question:
        blocks.append(verbatim(_said(question)))
    words = text_input("comment", multiline=True, most=LONGEST)
    blocks.append(field("Your answer", "comment", words, hint=f"The auditors read it. {_KEPT}"))
    memo = value_of(item=item.number, version=item.version)
    return modal(f"{item.name}: your answer", blocks, callback=ANSWER_FORM, submit="Answer", close="Cancel", memo=memo)


def answered(result: Judged) -> Block:
    """After the answer."""
    said = f":white_check_mark: *Your answer to {result.item.name} is with the auditors.*"
    blocks = [section(said), context(f"Recorded as {code(short_id(result.entry))}.")]
    return modal("Answered", blocks, callback="review.answer_sent")


def asked_about(item: Item, company: Company) -> str:
    """What the person is asked about, in the second person where that can be said."""
    if item.rule is not None:
        said = f"{escape(why_you(item.rule, item.facts))} It was noted {day_and_time(item.entry.at)}."
        return f"{said}\n{entries_named(item)}"
    entry = item.entry.entry
    subject = f" of {code(entry['account'])}" if entry["account"] else ""
    grant = f" · {entry['grant']}" if entry["grant"] else ""
    did = "took emergency access to data" if item.kind is Kind.EMERGENCY else "revealed data"
    purpose = f" · {escape(company.purpose(entry['purpose']))}" if entry["purpose"] else ""
    return f"You {did}{subject}, {day_and_time(item.entry.at)}{purpose}{grant} · {code(short_id(item.entry.id))}"


def _recorded(entry: str) -> str:
    return f"That you looked is recorded, as {code(short_id(entry))}."
