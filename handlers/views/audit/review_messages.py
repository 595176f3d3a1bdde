"""Messages about reviews that must arrive: alerts, questions, answers, and what nobody looked at in time.

Those to channels name employees in plain words and accounts not at all; what was asked and answered is told to the two
people alone.
"""

from datetime import datetime

from bot.access.roles import AUDITORS, PRIVACY
from bot.audit.read import short_id
from bot.audit.reviews.items import Item, Status, Step, Verdict
from bot.audit.reviews.unusual_words import named, why
from bot.company import Company
from handlers.views.audit.review import ANSWER, DID, EXTRACT, OPEN, SYMBOLS, WHY_QUEUED, asked_about, entries_named
from handlers.views.blocks import (
    Block,
    actions,
    button,
    code,
    context,
    cut,
    cut_marked,
    escape,
    message,
    section,
    verbatim,
)
from handlers.views.times import moment_of
from handlers.views.words import value_of

Names = dict[str, str]
"""User ids to plain names."""


def alert(item: Item, names: Names, now: datetime) -> Block:
    """To the audit channel when a rule fired; afterwards the same message says what became of it."""
    if item.rule is None:
        raise ValueError("an alert has a rule")
    name = names[item.person]
    text = f"*Unusual use: {escape(name)}, {named(item.rule)}* · {item.name}"
    blocks = [section(f"{text}\n{escape(why(item.rule, item.facts))}\n{entries_named(item)}")]
    if item.is_closed:
        blocks.append(section(_state(item, names, now)))
    else:
        blocks.append(_look(item))
        blocks.append(context(f"{SYMBOLS[item.status]} · alert recorded as {code(short_id(item.entry.id))}"))
    return message(f"{item.name}: unusual use by {name}, {named(item.rule)}", blocks)


def _look(item: Item) -> Block:
    return actions(button("Review", OPEN, value_of(item=item.number), style="primary"))


def _state(item: Item, names: Names, now: datetime) -> str:
    last = item.last
    if last is None:
        return SYMBOLS[item.status]
    by = escape(names.get(last.by, last.by))
    return f"{SYMBOLS[item.status]}: {by} {DID[last.verdict]}, {moment_of(last.at, now)}"


def overdue(item: Item, version: int, names: Names, company: Company, now: datetime, *, to_auditors: bool) -> Block:
    """To the audit channel, then to the privacy channel, whose people do not review: a step that somebody owes."""
    after = item.step(version + 1)
    if after is not None:
        return _no_longer(item, after, names, now)
    about = f"{item.name}, {named(item.rule) if item.rule else WHY_QUEUED.get(item.kind, item.kind.value)}"
    person = escape(names[item.person])
    last = item.last
    since = moment_of(last.at if last else item.queued_at, now)
    if item.status is Status.ASKED:
        text = f"*{person} has not explained {about}* · asked {since}"
    else:
        text = f"*Nobody has reviewed {about}* · waits since {since}"
    rest = f"About {person}, entry {code(short_id(item.entry.id))}. Any auditor with no hand in it can judge it."
    auditors = code(company.handle(AUDITORS))
    below = (
        _look(item) if to_auditors else context(f"{auditors} were told first. Remind one of them: you read it here.")
    )
    return message(f"Overdue: {about}", [section(f":hourglass: {text}\n{rest}"), below])


def violation(item: Item, names: Names, company: Company, now: datetime) -> Block | None:
    """To the privacy channel: that an auditor found one, and who can tell what is wrong."""
    if item.status is not Status.VIOLATION or item.last is None:
        return None
    about = (
        f"{escape(names[item.person])}, {named(item.rule) if item.rule else WHY_QUEUED.get(item.kind, item.kind.value)}"
    )
    found = f"{escape(names.get(item.last.by, item.last.by))} found it, {moment_of(item.last.at, now)}"
    auditors = code(company.handle(AUDITORS))
    where = f"What is wrong stands in the audit table: {auditors} open it with {code(f'/audit {item.name}')}."
    head = f":no_entry_sign: *A review came to a violation: {about}* · {item.name}"
    return message(f"{item.name}: a violation", [section(f"{head}\n{found}. {where}")])


def found(item: Item, company: Company, now: datetime) -> Block | None:
    """To the person whom a violation was found of, when it is decided: what it is about, and who can say what is wrong.

    The auditor's words stay in the audit table: they may speak of others.
    """
    last = item.last
    if item.status is not Status.VIOLATION or last is None:
        return None
    head = f"*A review found a violation in what you did* · {item.name}"
    text = f"{head}\n{asked_about(item, company)}\n<@{last.by}> reviewed it, {moment_of(last.at, now)}."
    office = code(company.handle(PRIVACY))
    ask = f"Ask them what is wrong. The privacy office ({office}) is told that there is one: give it your side too."
    return message(f"{item.name}: a review found a violation", [section(cut_marked(text, 2900)), section(ask)])


def _no_longer(item: Item, after: Step, names: Names, now: datetime) -> Block:
    by = escape(names.get(after.by, after.by))
    text = f"{item.name} was overdue. {by} {DID[after.verdict]}, {moment_of(after.at, now)}."
    return message(f"{item.name} is overdue no longer", [section(text)])


def question(item: Item, version: int, company: Company, now: datetime) -> Block | None:
    """To the person: what a reviewer wants to know. Afterwards it says that it is over."""
    step, after = item.step(version), item.step(version + 1)
    if step is None:
        return None
    head = f"*<@{step.by}> asks you about something in the audit table* · {item.name}"
    blocks = [section(cut_marked(f"{head}\n{asked_about(item, company)}", 2900)), _quoted(step)]
    if after is not None:
        said = "You answered" if after.verdict is Verdict.ANSWERED else "No answer is needed any more"
        blocks.append(section(f":white_check_mark: {said}, {moment_of(after.at, now)}."))
        blocks.extend(_came_to(item, now))
        return message(f"{item.name}: {said.lower()}", blocks)
    value = value_of(item=item.number, version=version)
    blocks.append(actions(button("Answer", ANSWER, value, style="primary")))
    if item.due_at is not None:
        blocks.append(context(_by_when(item.due_at, now)))
    return message(f"{item.name}: an auditor asks you for an explanation", blocks)


def _by_when(due: datetime, now: datetime) -> str:
    if due > now:
        return f"Please answer until {moment_of(due, now)}. The auditors read it."
    late = f":hourglass: Your answer was asked for until {moment_of(due, now)}."
    return f"{late} You can give it still: the auditors read it."


def _came_to(item: Item, now: datetime) -> list[Block]:
    """What the review that somebody was asked in came to: who explained something is not left to wonder."""
    last = item.last
    if not item.is_closed or last is None:
        return []
    asks = " Ask them about it." if item.status is Status.VIOLATION else ""
    return [context(f"<@{last.by}> {DID[last.verdict]}, {moment_of(last.at, now)}.{asks}")]


def answered(item: Item, version: int, names: Names, now: datetime) -> Block | None:
    """To whoever asked: the answer, and the way to judge."""
    answer, asked = item.step(version), item.step(version - 1)
    if answer is None or asked is None:
        return None
    name = escape(names[item.person])
    blocks = [section(f"*{name} answered your question* · {item.name}"), _quoted(asked), _quoted(answer)]
    if item.version == version:
        blocks.append(_look(item))
    else:
        blocks.append(section(_state(item, names, now)))
    return message(f"{item.name}: {names[item.person]} answered", blocks)


def _quoted(step: Step) -> Block:
    return verbatim(f"“{cut(step.text, EXTRACT)}”" if step.text else "(erased)")
