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
from bot.privacy.rulings import Kind, Ruling, Status
from bot.privacy.text import Clause
from handlers.views import quoting
from handlers.views.blocks import (
    SECTION_TEXT,
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
from handlers.views.words import value_of

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
NOT_USED = ":warning: *Not used:* the policy has changed. Read it again: `/privacy rulings`."

Names = Mapping[str, str]


def asked(item: Item, names: Names) -> Block:
    """To the desk: the question as it was typed, what comes near, and what an officer can do."""
    title = f"{item.name}: {escape(_name(names, item.person))} asks what the policy says{_about(item)}"
    blocks = [section(f"*{title}*"), *_question(item)]
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


def _question(item: Item) -> list[Block]:
    """As it was typed, all of it: the longest has more characters than a paragraph holds."""
    if not item.question:
        return [section("_The question was erased._")]
    return [verbatim(item.question[at : at + SECTION_TEXT]) for at in range(0, len(item.question), SECTION_TEXT)]


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
    blocks += words_of(item, ruling)
    if ruling.status is Status.WITHDRAWN:
        by = escape(_name(names, ruling.settled_by or ""))
        return [*blocks, section(f"{ruling.name} was withdrawn by {by}. It is used no more.")]
    if not item.holds:
        blocks.append(section(NOT_USED))
    value = value_of(r=ruling.number, s=ruling.step)
    return [*blocks, actions(button("Withdraw the ruling", WITHDRAW, value, sure=sure_to_withdraw(ruling)))]


def sure_to_withdraw(ruling: Ruling) -> Block:
    """Asks once more before a ruling is withdrawn."""
    words = (
        "Such questions are answered from the policy alone again, and whoever was given it is told. It can't be undone."
    )
    return confirmation(f"Withdraw {ruling.name}?", words, "Withdraw", "Keep it")


def words_of(item: Item, ruling: Ruling) -> list[Block]:
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
        blocks += words_of(item, ruling)
    if ruling is not None and ruling.status is Status.WITHDRAWN:
        return message(title, [*blocks, section("It was withdrawn since. Ask again before you reply.")])
    if not item.holds:
        blocks.append(section("The policy has changed since, and this is read again. Ask again before you reply."))
        return message(title, blocks)
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
        *_question(item),
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
        Reason.NOT_A_PRIVACY_OFFICER: officers_only(company),
    }
    if reason in own:
        return own[reason]
    return why_not_answered(reason, company) if isinstance(reason, Reason | NotNow) else "That changed nothing."


def officers_only(company: Company) -> str:
    """To somebody else who pressed."""
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


def _name(names: Names, user: str) -> str:
    return names.get(user, user)
