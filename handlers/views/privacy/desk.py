"""The privacy officers' desk: a question with its candidates, the forms to decide it, and what its asker is told."""

import re
from collections.abc import Mapping
from datetime import datetime

from bot.access.reasons import Reason
from bot.access.roles import PRIVACY
from bot.company import Company
from bot.privacy.desk import LONGEST_QUESTION, LONGEST_RULING, HandedOver, NotDecided, NotYet, Part
from bot.privacy.desk_items import Item
from bot.privacy.questions import NotNow
from bot.privacy.rereading import NotSettled, Settled, Step, Unsettled
from bot.privacy.rulings import Kind, Ruling, Status
from bot.privacy.text import Clause
from handlers.views import quoting
from handlers.views.blocks import (
    Block,
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
    verbatim,
)
from handlers.views.privacy.answers import why_not as why_not_answered
from handlers.views.times import ago_of, day_and_time, length
from handlers.views.words import counted, value_of

PICK, RULE, NOT_OURS, WITHDRAW, CONFIRM = (
    "question.pick",
    "question.rule",
    "question.not_ours",
    "ruling.withdraw",
    "ruling.confirm",
)
COPY_DECIDED, WAITING = "question.copy_decided", "question.waiting"
RULE_FORM, PICK_FORM, DONE = "question.rule_form", "question.pick_form", "question.done"
PICK_ANY = re.compile(r"question\.pick\.\d+")  # ids of actions are unique within a block
NOT_THE_POLICY = "A ruling: not the policy's words."

Names = Mapping[str, str]


def asked(item: Item, names: Names) -> Block:
    """To the desk: the question as it was typed, what comes near, and what an officer can do."""
    title = f"{item.name}: {escape(_name(names, item.person))} asks what the policy says{_about(item)}"
    blocks = [section(f"*{title}*"), _question(item)]
    if not item.is_open:
        return message(f"{title}. {_outcome(item, names)}", [*blocks, *_decided(item, names)])
    near = [one for one in item.candidates if quoting.fits(one)]
    if near:
        uses = [
            button(f"Use sentence {place}", f"{PICK}.{place}", value_of(q=item.number, s=item.step, at=one.start))
            for place, one in enumerate(near, start=1)
        ]
        blocks += [quoting.numbered(near), actions(*uses)]
    else:
        blocks.append(section("No sentence of the policy comes near."))
    blocks.append(actions(*_choices(item)))
    blocks.append(context(f"Asked {day_and_time(item.asked_at)}. Talk about it in this message's thread."))
    return message(title, blocks)


def _question(item: Item) -> Block:
    return verbatim(item.question) if item.question else section("_The question was erased._")


def _choices(item: Item) -> list[Block]:
    value = value_of(q=item.number, s=item.step)
    sure = confirmation(
        f"Is {item.name} not for the policy to answer?",
        "Whoever asks such a question next is told so too, until you withdraw it.",
        "Not our policy",
        "Cancel",
    )
    write = button("Write a ruling", RULE, value, style=None if item.candidates else "primary")
    return [write, button("Not our policy", NOT_OURS, value, sure=sure)]


def _about(item: Item) -> str:
    return f" ({escape(item.topic_label)})" if item.topic_label else ""


def _outcome(item: Item, names: Names) -> str:
    who = escape(_name(names, item.decided_by or ""))
    did = {
        Kind.QUOTED: "picked the sentence that answers it",
        Kind.WRITTEN: "ruled on it",
        Kind.NOT_OURS: "said that this is not for the policy to answer",
    }
    return f"{who} {did[Kind(item.status.value)]}."


def _decided(item: Item, names: Names) -> list[Block]:
    """Who, when, what; and the ruling as it stands."""
    when = day_and_time(item.decided_at) if item.decided_at else ""
    blocks = [section(f"*{_outcome(item, names)}* {when}")]
    ruling = item.ruling
    if ruling is None:
        return blocks
    blocks += _words_of(item, ruling)
    if ruling.status is Status.WITHDRAWN:
        by = escape(_name(names, ruling.settled_by or ""))
        return [*blocks, section(f"{ruling.name} was withdrawn by {by}. It is used no more.")]
    value = value_of(r=ruling.number, s=ruling.step)
    return [*blocks, actions(button("Withdraw the ruling", WITHDRAW, value, sure=sure_to_withdraw(ruling)))]


def sure_to_withdraw(ruling: Ruling) -> Block:
    """Asks once more before a ruling is withdrawn."""
    words = (
        "Such questions are answered from the policy alone again, and whoever was given it is told. It can't be undone."
    )
    return confirmation(f"Withdraw {ruling.name}?", words, "Withdraw", "Keep it")


def _words_of(item: Item, ruling: Ruling) -> list[Block]:
    """What was ruled; a picked sentence only while it stands in the version in force."""
    if ruling.kind is Kind.WRITTEN:
        return [verbatim(item.words) if item.words else section("_Its words were erased._"), context(NOT_THE_POLICY)]
    if ruling.kind is Kind.NOT_OURS or ruling.status is Status.WITHDRAWN:
        return []
    picked = [clause for clause in item.rests_on if quoting.fits(clause)]
    if not picked:
        return [section("The sentence that was picked is not in the policy in force any more.")]
    return [block for clause in picked for block in (quoting.quote(clause), context(_place(clause.heading)))]


def _place(heading: str) -> str:
    return f"{escape(cut(heading, 200))} · in force" if heading else "In force"


def decided(item: Item, names: Names) -> Block:
    """To the agent who asked."""
    title = f"{item.name} is decided. {_outcome(item, names)}"
    blocks = [section(f"*{title}*"), *([verbatim(cut(item.question, 600))] if item.question else [])]
    ruling = item.ruling
    if ruling is not None:
        blocks += _words_of(item, ruling)
    if ruling is not None and ruling.status is Status.WITHDRAWN:
        return message(title, [*blocks, section("It was withdrawn since. Ask again before you reply.")])
    label = "Copy a neutral reply" if item.status.value == Kind.NOT_OURS.value else "Copy reply"
    blocks.append(actions(button(label, COPY_DECIDED, value_of(q=item.number), style="primary")))
    return message(title, blocks)


def unanswered(item: Item, names: Names, now: datetime) -> Block:
    """The reminder to the desk; once it is decided, that."""
    if not item.is_open:
        title = f"{item.name} is decided. {_outcome(item, names)}"
        return message(title, [section(title)])
    title = f"{item.name} has waited for {length(now - item.asked_at)}: {escape(_name(names, item.person))} asks what "
    title += f"the policy says{_about(item)}."
    button_ = button("Look at it", WAITING, value_of(q=item.number), style="primary")
    return message(title, [section(f"*{title}*"), actions(button_)])


def reread(ruling: Ruling, item: Item, gone: int, *, holds: bool, names: Names) -> Block:
    """To the desk: a new version changed what a ruling rests on."""
    if ruling.status is Status.WITHDRAWN:
        title = f"{ruling.name} was withdrawn by {escape(_name(names, ruling.settled_by or ''))}."
        return message(title, [section(title)])
    if holds:
        title = f"{ruling.name} stands for the policy in force."
        return message(title, [section(title)])
    why = (
        f"{counted(gone, 'sentence')} that it rests on {'is' if gone == 1 else 'are'} not in the policy any more"
        if gone
        else "the policy was silent on it, and its text has changed"
    )
    title = f"Read {ruling.name} again: {why}. It is not used until you confirm it."
    blocks = [section(f"*{title}*")]
    if ruling.asked:
        blocks.append(verbatim(cut(ruling.asked, 600)))
    if ruling.kind is Kind.WRITTEN:
        blocks += _words_of(item, ruling)
    value = value_of(r=ruling.number, s=ruling.step)
    confirm = button("Still right", CONFIRM, value, style="primary")
    withdraw = button("Withdraw the ruling", WITHDRAW, value, style="danger", sure=sure_to_withdraw(ruling))
    how = (
        "What it said and what it says now: `/policy changes`. To rule otherwise, withdraw it and rule on the next one."
    )
    return message(title, [*blocks, context(how), actions(confirm, withdraw)])


def waiting(items: tuple[Item, ...], total: int, names: Names) -> Block:
    """App Home's **Look at them**: what waits at the desk, the oldest first."""
    if not items:
        return modal("Questions", [section("Nothing waits at the desk.")], callback=DONE)
    blocks = []
    for item in items:
        blocks += asked(item, names)["blocks"]
    if total > len(items):
        blocks.append(context(f"{total - len(items)} more after these."))
    return modal("Questions", blocks, callback=DONE)


def rule_form(item: Item, channel: str | None) -> Block:
    """To write a ruling."""
    question = text_input("text", initial=cut(item.question or "", LONGEST_QUESTION), most=LONGEST_QUESTION)
    ruling = text_input("text", multiline=True, most=LONGEST_RULING)
    blocks = [
        field(
            "The question in general words",
            Part.ASKED,
            question,
            hint="Without names: this is what the next such question is compared with.",
        ),
        field(
            "Your ruling",
            Part.TEXT,
            ruling,
            hint="It is shown as your ruling. What stands in quotation marks must be the policy's words.",
        ),
    ]
    shown = [one for one in item.candidates if quoting.fits(one)]
    if shown:
        blocks.append(quoting.numbered(shown))
        options = [option(_label(place, one.heading), str(one.start)) for place, one in enumerate(shown, start=1)]
        label, hint = "It rests on", "When a new version changes one of these, you are asked to read the ruling again."
        blocks.append(field(label, "rests_on", checkboxes("ticked", options), optional=True, hint=hint))
    memo = value_of(q=item.number, s=item.step, channel=channel)
    return modal(f"{item.name}: a ruling", blocks, callback=RULE_FORM, submit="Rule", close="Cancel", memo=memo)


def pick_form(item: Item, clause: Clause, names: Names, channel: str | None) -> Block:
    """Asks once more before a sentence becomes the answer: whole, where it stands, and for what it will be used."""
    blocks = [
        section(f"*Does this sentence answer {item.name}?*"),
        _question(item),
        quoting.quote(clause),
        context(_place(clause.heading)),
        section(f"{_used_for(item)} {escape(_name(names, item.person))} is told now."),
        context("*Withdraw the ruling* takes it back at any time: in the message at the desk, or `/privacy rulings`."),
    ]
    memo = value_of(q=item.number, s=item.step, at=clause.start, channel=channel)
    return modal("Use this sentence?", blocks, callback=PICK_FORM, submit="Use it", close="Cancel", memo=memo)


def _used_for(item: Item) -> str:
    """For which questions a ruling is found again; see rulings.such."""
    near = f", and who asks in nearly the same words about “{escape(item.topic_label)}”," if item.topic_label else ""
    return f"From now on whoever asks this{near} is answered with it, as chosen by you."


def _label(place: int, heading: str) -> str:
    return f"Sentence {place}" + (f" · {cut(heading, 50)}" if heading else "")


def handed_over(result: HandedOver, company: Company) -> str:
    """To the agent."""
    name, desk = result.item.name, code(company.handle(PRIVACY))
    if not result.before:
        return f"*{name} is with the privacy officers ({desk}).* You get a direct message when it is decided."
    if result.item.is_open:
        return f"{name} is with the privacy officers ({desk}) already. You get a direct message when it is decided."
    return f"{name} was decided already: look at your direct messages with me, or ask again."


def done(item: Item, names: Names) -> str:
    """To the officer who decided."""
    ruling = item.ruling
    told = f"{escape(_name(names, item.person))} is told."
    kept = f"Kept as {ruling.name}, for the next such question." if ruling else ""
    return f"{item.name} is decided. {told} {kept}".strip()


def not_decided(result: NotDecided, company: Company, names: Names, now: datetime, presser: str) -> str:
    """Why a press at the desk changed nothing, and how things stand."""
    item, reason = result.item, result.reason
    if reason is NotYet.ALREADY_DECIDED and item is not None:
        return _too_late(item, names, now, presser)
    own = {
        NotYet.CHANGED_MEANWHILE: (
            "The policy has changed, and what comes near is looked up again. Look once more in a minute."
        ),
        NotYet.ERASED: "The question was erased since, so there is nothing to rule on.",
        NotYet.NO_SUCH_QUESTION: "That question is not there.",
        NotYet.NOTHING_PICKED: "That sentence is not in the policy in force any more.",
        Reason.NOT_A_PRIVACY_OFFICER: _officers_only(company),
    }
    if reason in own:
        return own[reason]
    return why_not_answered(reason, company) if isinstance(reason, Reason | NotNow) else "That changed nothing."


def _officers_only(company: Company) -> str:
    officers = code(company.handle(PRIVACY))
    return f"Only privacy officers ({officers}) decide what the policy means. That you tried is recorded."


def flaws(result: NotDecided) -> dict[str, str]:
    """What the officer can mend in the form, by its field."""
    return {part.value: _flaw(part, flaw) for part, flaw in result.flaws.items()}


def _flaw(part: Part, flaw: NotYet) -> str:
    if flaw is NotYet.INVENTED_QUOTE:
        return (
            "What stands in quotation marks is not in the policy in force. Quote it word for word, or leave out the "
            "marks."
        )
    longest = LONGEST_QUESTION if part is Part.ASKED else LONGEST_RULING
    return f"At most {longest:,} characters." if flaw is NotYet.TOO_LONG else "Say it in a few words."


def _too_late(item: Item, names: Names, now: datetime, presser: str) -> str:
    if item.decided_by == presser:
        return f"You decided {item.name} already."
    before = ago_of((now - item.decided_at).total_seconds()) if item.decided_at else "a moment"
    return f"{_outcome(item, names).removesuffix('.')} {before} before you. Nothing else to do."


def settled(result: Settled) -> str:
    """To the officer who confirmed or withdrew a ruling."""
    if result.step is Step.WITHDRAW:
        return f"{result.ruling.name} is withdrawn. Such questions are answered from the policy alone again."
    return f"{result.ruling.name} stands for the policy in force, and is used again."


def not_settled(result: Unsettled, company: Company, names: Names, presser: str) -> str:
    """Why a press about a ruling changed nothing."""
    if result.reason is NotSettled.ALREADY_SETTLED and result.ruling is not None:
        by = result.ruling.settled_by
        who = "You" if by == presser else escape(_name(names, by or ""))
        did = "withdrew" if result.ruling.status is Status.WITHDRAWN else "confirmed"
        return f"{who} {did} {result.ruling.name} already. Nothing else to do."
    own = {
        NotSettled.NO_SUCH_RULING: "That ruling is not there.",
        NotSettled.NOTHING_LEFT: (
            "None of its sentences is in the policy in force any more, so it can only be withdrawn."
        ),
        NotSettled.INVENTED_QUOTE: (
            "It quotes words that are not in the policy in force any more, so it can only be withdrawn."
        ),
        NotSettled.ERASED: "Its words were erased, so it can only be withdrawn.",
    }
    if isinstance(result.reason, NotSettled):
        return own.get(result.reason, "That changed nothing.")
    if result.reason is Reason.NOT_A_PRIVACY_OFFICER:
        return _officers_only(company)
    return why_not_answered(result.reason, company)


def _name(names: Names, user: str) -> str:
    return names.get(user, user)
