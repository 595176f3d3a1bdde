"""Rulings that a new version of the policy put up for reading again: at the desk, in App Home, and what a press did."""

from collections.abc import Mapping
from typing import Final

from bot.access.reasons import Reason
from bot.company import Company
from bot.privacy.desk_items import Item
from bot.privacy.rereading import NotSettled, Settled, Step, ToReread, Unsettled
from bot.privacy.rulings import Kind, Ruling, Status
from handlers.views.blocks import Block, actions, button, context, cut, escape, message, section, verbatim
from handlers.views.privacy.answers import why_not as why_not_answered
from handlers.views.privacy.desk import CONFIRM, WITHDRAW, officers_only, sure_to_withdraw, words_of
from handlers.views.words import counted, value_of

LOOK: Final = "ruling.look"
MOST: Final = 3
"""Sentences that are gone, of which the words are shown."""
LONGEST: Final = 600

Names = Mapping[str, str]

_PAST: Final = {
    NotSettled.NOTHING_LEFT: "None of its sentences is in the policy in force any more, so it can only be withdrawn.",
    NotSettled.INVENTED_QUOTE: (
        "It quotes words that are not in the policy in force any more, so it can only be withdrawn."
    ),
    NotSettled.ERASED: "Its words were erased, so it can only be withdrawn.",
}


def reread(again: ToReread, item: Item, names: Names) -> Block:
    """To the desk: a new version changed what a ruling rests on."""
    ruling = again.ruling
    if ruling.status is Status.WITHDRAWN:
        title = f"{ruling.name} was withdrawn by {escape(names.get(ruling.settled_by or '', ''))}."
        return message(title, [section(title)])
    if again.holds:
        title = f"{ruling.name} stands for the policy in force."
        return message(title, [section(title)])
    until = "It answers nothing any more." if again.past else "It is not used until you confirm it."
    title = f"Read {ruling.name} again: {_why(again)}. {until}"
    blocks = [section(f"*{title}*")]
    if ruling.asked:
        blocks.append(verbatim(cut(ruling.asked, LONGEST)))
    if ruling.kind is Kind.WRITTEN:
        blocks += words_of(item, ruling)
    value = value_of(r=ruling.number, s=ruling.step)
    withdraw = button("Withdraw the ruling", WITHDRAW, value, style="danger", sure=sure_to_withdraw(ruling))
    confirm = [] if again.past else [button("Still right", CONFIRM, value, style="primary")]
    return message(title, [*blocks, *what_is_gone(again), context(_how(again)), actions(*confirm, withdraw)])


def _why(again: ToReread) -> str:
    gone = len(again.lost)
    if gone:
        return f"{counted(gone, 'sentence')} that it rests on {'is' if gone == 1 else 'are'} not in the policy any more"
    if again.past is NotSettled.INVENTED_QUOTE:
        return "it quotes words that are not in the policy any more"
    if again.ruling.rests_on:
        return "what it rests on is not in the policy any more"
    return "the policy was silent on it, and its text has changed"


def _how(again: ToReread) -> str:
    what = "What changed around it: `/policy changes`."
    if again.past:
        return f"{_PAST[again.past]} Then rule on the next such question. {what}"
    return f"{what} To rule otherwise, withdraw it and rule on the next one."


def what_is_gone(again: ToReread) -> list[Block]:
    """The words that a ruling rested on and that the policy has no more, as text: they are no quotation any more."""
    if not again.lost:
        return []
    more = len(again.lost) - MOST
    shown = [verbatim(cut(one, LONGEST)) for one in again.lost[:MOST]]
    label = "It rests on this, which the policy said before and does not say now"
    return [context(f"{label}{f', and on {more} more such' if more > 0 else ''}"), *shown]


def only_withdrawn(again: ToReread) -> str | None:
    """Why **Still right** is not offered, or None where it is."""
    return _PAST[again.past] if again.past else None


def with_rereading(view: Block, number: int | None) -> Block:
    """App Home with the rulings that wait for an officer, below its first heading."""
    if not number:
        return view
    first, *rest = view["blocks"]
    text = f"{counted(number, 'ruling')} {'waits' if number == 1 else 'wait'} to be read again: the policy has changed."
    return {**view, "blocks": [first, section(text, button("Look at them", LOOK, style="primary")), *rest]}


def settled(result: Settled) -> str:
    """To the officer who confirmed or withdrew a ruling."""
    if result.step is Step.WITHDRAW:
        return f"{result.ruling.name} is withdrawn. Such questions are answered from the policy alone again."
    return f"{result.ruling.name} stands for the policy in force, and is used again."


def not_settled(result: Unsettled, company: Company, names: Names, presser: str) -> str:
    """Why a press about a ruling changed nothing."""
    if result.reason is NotSettled.ALREADY_SETTLED and result.ruling is not None:
        return _settled_before(result.ruling, names, presser)
    if result.reason is NotSettled.NO_SUCH_RULING:
        return "That ruling is not there."
    if isinstance(result.reason, NotSettled):
        return _PAST.get(result.reason, "That changed nothing.")
    if result.reason is Reason.NOT_A_PRIVACY_OFFICER:
        return officers_only(company)
    return why_not_answered(result.reason, company)


def _settled_before(ruling: Ruling, names: Names, presser: str) -> str:
    who = "You" if ruling.settled_by == presser else escape(names.get(ruling.settled_by or "", ""))
    did = "withdrew" if ruling.status is Status.WITHDRAWN else "confirmed"
    return f"{who} {did} {ruling.name} already. Nothing else to do."
