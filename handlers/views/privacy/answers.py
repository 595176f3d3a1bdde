"""The answer to a question about the policy, for the agent who asked, and the reply that they may copy."""

from dataclasses import replace

from bot.access.reasons import Reason
from bot.company import Company, listed
from bot.privacy.answer import Answer, Confidence, Kind, Part, Why, as_they_stand
from bot.privacy.customer_reply import Terms, customer_reply, is_neutral, lacks, language_of, language_of_reply
from bot.privacy.customer_requests.requests import kind_asked, kind_in, kinds_wished
from bot.privacy.questions import LONGEST, NoReply, NotNow, Reply
from bot.privacy.rulings import Kind as Ruled
from bot.privacy.rulings import Ruling
from bot.privacy.saying import say
from handlers.views import quoting
from handlers.views.blocks import (
    Block,
    Element,
    actions,
    button,
    code,
    context,
    cut,
    ephemeral,
    escape,
    field,
    header,
    modal,
    section,
    strong,
    text_input,
    verbatim,
)
from handlers.views.customer_requests.words import KINDS
from handlers.views.times import date, day_and_time
from handlers.views.words import recorded, refusal, value_of

COPY, MORE, OFFICER, REQUEST = "question.copy", "question.more", "question.officer", "question.request"
COPY_FORM, SHOWN = "question.copied", "question.shown"
SHORTCUT = "answer_as_privacy_question"
NOT_ALONE = (
    "I looked nothing up for this: without the rest it does not say what it is about. Ask it in a sentence of its own."
)
UNREAD = "The policy has changed since, and the ruling is not read again yet: ask the privacy officer before you reply."
READ_AS = "I read this as being about"
"""Before the words that were looked up in the place of a pronoun."""
LONGEST_PART = 300
"""Characters of one of several things asked that are shown above its answer."""
SEVERAL = "The question asks several things, and this is about one of them. Ask the others by themselves."
WHOLE_MESSAGE = "*Ask the privacy officer* puts the whole message before the privacy desk, with all that is in it."
NOT_MORE = "Don't promise more than this."
NEAREST_SHOWN = 3
NEAREST = "read what comes nearest with *More from the policy*, or ask the privacy officer."
AS_A_REQUEST = "If the customer asks for this, register it as a *Customer's request*: the law may give them the right."
"""Said whatever the policy says or does not say, where a question is on a right."""
REGISTERS_IT = "*Customer's request* registers it: the answer here, and the reply to copy, leave it out."
"""Said of what a customer wants to be done, in a message that asks something as well."""
IN_A_MESSAGE = (
    "Does the customer ask for something, such as erasure? *Customer's request* registers it, with the message."
)
"""Of a whole message, in which a wish may stand beside the question that was read."""

_LANGUAGES = {"en": "English", "de": "German", "fr": "French", "es": "Spanish", "lv": "Latvian"}
_CONFIDENCE = {
    Confidence.HIGH: "This answers it clearly.",
    Confidence.FAIR: "This probably answers it: read it against the question before you send it.",
    Confidence.LOW: "This comes near, no more: if in doubt, ask the privacy officer.",
}


def render(reply: Reply, author: str | None = None) -> Block:
    """The answer as an ephemeral reply. `author` is the name of whoever ruled, where somebody did."""
    title, blocks = _said(reply, author)
    blocks = _with_notes(reply, blocks)
    return ephemeral(cut(title, 2900), [*blocks, actions(*_buttons(reply)), context(recorded(reply.entry))])


def _with_notes(reply: Reply, blocks: list[Block]) -> list[Block]:
    """With what is to be known beside the answer."""
    if reply.unread is not None:
        blocks.append(section(f"*A privacy officer ruled on this ({reply.unread.name}).* {UNREAD}"))
    if wished := _wished(reply):
        blocks.append(section(wished))
    elif _on_a_right(reply):
        blocks.append(section(AS_A_REQUEST))
    if reply.answer.several and not reply.answer.parts:
        blocks.append(section(SEVERAL))
    if reply.cut:
        blocks.append(section(f"Only the first {LONGEST:,} characters were read. Ask about the rest by itself."))
    return blocks


def as_modal(reply: Reply, author: str | None = None) -> Block:
    """The same in a modal, for a question that stands in a message: the whole message is the question."""
    blocks = _with_notes(reply, _said(reply, author)[1])
    blocks.append(actions(*_buttons(reply, in_a_message=True)))
    if not _on_a_right(reply):
        blocks.append(context(IN_A_MESSAGE))
    if reply.answer.why is not Why.NO_QUESTION:
        blocks.append(context(WHOLE_MESSAGE))
    return modal("Privacy question", [*blocks, context(recorded(reply.entry))], callback=SHOWN)


def _said(reply: Reply, author: str | None) -> tuple[str, list[Block]]:
    if reply.ruling is not None:
        return _ruled(reply, reply.ruling, author or "a privacy officer")
    if reply.answer.parts:
        return _each_by_itself(reply)
    if reply.answer.kind is Kind.QUOTED:
        return _quoted(reply)
    title, advice = _silence(reply)
    return title, [section(f"{strong(title)} {advice}"), context(_version(reply))]


def _each_by_itself(reply: Reply) -> tuple[str, list[Block]]:
    """Of a message that asks several things, what the policy says to each, under its words."""
    titles, blocks = [], []
    for place, part in enumerate(reply.answer.parts, start=1):
        blocks.append(section(strong(f"{place}. {cut(part.asked, LONGEST_PART)}")))
        blocks += [context(f"{READ_AS} {strong(cut(part.meant, LONGEST_PART))}.")] if part.meant else []
        title, said = _of_a_part(reply, part)
        titles += [title] if title else []
        blocks += said
    return " · ".join(titles), blocks if reply.answer.quotes else [*blocks, context(_version(reply))]


def _of_a_part(reply: Reply, part: Part) -> tuple[str, list[Block]]:
    """What is said to one thing; the version stands with what is quoted from it, and once below where nothing is."""
    if part.answer is None:
        return "", [section(NOT_ALONE)]
    if part.answer.kind is Kind.QUOTED:
        return _quoted(replace(reply, answer=part.answer))
    title, advice = _silence(replace(reply, answer=part.answer))
    return title, [section(f"{strong(title)} {advice}")]


def _quoted(reply: Reply) -> tuple[str, list[Block]]:
    best = reply.answer.quotes[0]
    title = f"“{escape(best.quote)}”" if len(best.quote) <= 1000 else f"The policy answers this: {escape(best.heading)}"
    blocks = _quotes(reply)
    blocks.append(context(_where(reply)))
    said = say(best.quote) if len(reply.answer.quotes) == 1 else None
    if said:
        blocks.append(section(f"*Say:* {escape(said)}"))
    sure = "" if reply.unread else _CONFIDENCE[reply.answer.confidence]
    blocks.append(section(f"{NOT_MORE} {sure}".strip()))
    return title, blocks


def _quotes(reply: Reply) -> list[Block]:
    whole = [one for one in reply.answer.quotes[:3] if quoting.fits(one)]
    blocks = [quoting.quote(one, bold=one == whole[0]) for one in as_they_stand(whole)]
    if len(whole) < len(reply.answer.quotes):
        blocks.append(section("The passage is too long for a message. Read it with *More from the policy*."))
    return blocks


def _silence(reply: Reply) -> tuple[str, str]:
    """What is said without a quote, and what to do."""
    answer = reply.answer
    if answer.why is Why.NO_QUESTION:
        return "That is no question that a policy could answer.", (
            "Ask about what we do with data, in a sentence: `/privacy do you sell my data?`"
        )
    if answer.why is Why.OTHER_LANGUAGE:
        return "This seems to be in another language than the policy, so I am not sure what it says.", (
            "Don't guess. Ask in the policy's language, or ask the privacy officer."
        )
    if answer.kind is Kind.SILENT:
        nowhere = answer.why is Why.TOPIC_MISSING or not answer.candidates
        return _nothing_said(answer), "Don't guess." if nowhere else f"Don't guess: {NEAREST}"
    about = f"about this ({answer.topic_label})" if answer.on_topic else "about this"
    return f"I am not sure what the policy says {about}.", "Don't guess: ask the privacy officer, who decides."


def _nothing_said(answer: Answer) -> str:
    """What was not found. That the policy is silent is said only where it has nothing on the topic."""
    if answer.why is Why.TOPIC_MISSING and answer.topic_label:
        return f"The policy {lacks(answer.topic_label)}."
    if answer.on_topic and answer.topic_label:
        about = f"The policy has something on this ({answer.topic_label})"
        return f"{about}, but I found no sentence in it that answers the question."
    return "I found nothing in the policy that answers this."


def _ruled(reply: Reply, ruling: Ruling, author: str) -> tuple[str, list[Block]]:
    """A ruling is never shown as the policy's words: it has no quotation marks and no quote block of its own."""
    by = f"{escape(author)}, privacy officer, on {date(ruling.made_at)} ({ruling.name})"
    if ruling.kind is Ruled.QUOTED:
        blocks = [*_quotes(reply), context(_where(reply))]
        return "The policy answers this.", [*blocks, section(f"Chosen for such a question by {by}. {NOT_MORE}")]
    if ruling.kind is Ruled.NOT_OURS:
        title = "This is not for the policy to answer."
        return title, [section(f"{strong(title)} Ruled by {by}. Don't guess."), context(_version(reply))]
    title = "The policy does not answer this by itself, and the privacy officer has ruled on it."
    lines = [section(strong(title)), verbatim(ruling.text or ""), section(f"Ruled by {by}. {NOT_MORE}")]
    return title, [*lines, context(f"A ruling: not the policy's words. {_version(reply)}")]


def _where(reply: Reply) -> str:
    """The headings and the version; the policy's own title stands in the version."""
    places = list(dict.fromkeys(reply.policy.reading.place(one) for one in reply.answer.quotes))
    named = [one for one in places if one and one != reply.policy.title]
    return " · ".join([*(escape(cut(one, 200)) for one in named), _version(reply)])


def _version(reply: Reply) -> str:
    policy = reply.policy
    return f"{escape(cut(policy.title, 150))}, in force since {day_and_time(policy.in_force_from)}"


def _buttons(reply: Reply, *, in_a_message: bool = False) -> list[Element]:
    """`in_a_message`: a whole message was the question, so that a customer may ask for something in it."""
    value = value_of(asked=reply.entry)
    neutral = is_neutral(reply)
    unsure = neutral or reply.unread is not None
    copy = button("Copy a neutral reply" if neutral else "Copy reply", COPY, value, style=None if unsure else "primary")
    more = button("More from the policy", MORE, value)
    officer = button("Ask the privacy officer", OFFICER, value, style="primary" if unsure else None)
    request = [button("Customer's request", REQUEST, value)] if in_a_message or _on_a_right(reply) else []
    if reply.answer.why is Why.NO_QUESTION:
        return [copy, *request]
    if unsure:
        near = reply.answer.quotes or reply.answer.candidates
        return [officer, copy, *([more] if near else []), *request]
    return [copy, more, officer, *request]


def _on_a_right(reply: Reply) -> bool:
    return reply.answer.why is not Why.NO_QUESTION and kind_in(reply.answer) is not None


def _wished(reply: Reply) -> str | None:
    """That the customer wants something done beside what was answered; None where that is what was asked."""
    kinds = kinds_wished(reply.answer)
    if reply.answer.why is Why.NO_QUESTION or not set(kinds) - {kind_asked(reply.answer.topic)}:
        return None
    words = next(wish.words for wish in reply.answer.wishes if kinds_wished(replace(reply.answer, wishes=(wish,))))
    each = " One request for each of them." if len(kinds) > 1 else ""
    named = escape(listed([KINDS[one].lower() for one in kinds]))
    return f"*The customer also asks for {named}*: “{escape(cut(words, LONGEST_PART))}”. {REGISTERS_IT}{each}"


def copied(reply: Reply, terms: Terms) -> Block:
    """The customer's reply in a field, to edit and to copy. Nothing of it comes back to us."""
    written, of_policy = language_of_reply(reply), language_of(reply.policy.reading)
    return copy_form(customer_reply(reply, terms), _LANGUAGES[written] if written != of_policy else None)


def copy_form(words: str, language: str | None = None) -> Block:
    """A text to copy. `language`: its name, where it is in the customer's."""
    hint = "Change what you like, then copy it: Ctrl+A, Ctrl+C. Sending it is up to you; nothing is sent or kept here."
    hint = f"In {language}, as the question seems to be. {hint}" if language else hint
    blocks = [field("Reply for the customer", "reply", text_input("text", initial=words, multiline=True), hint=hint)]
    return modal("Reply to the customer", blocks, callback=COPY_FORM, submit="Done", close="Cancel")


def more(reply: Reply) -> Block:
    """The sections around what was quoted, or around what comes near."""
    clauses = reply.answer.quotes or reply.answer.candidates[:NEAREST_SHOWN]
    blocks: list[Block] = []
    for heading, body in quoting.around(reply.policy.reading, clauses)[:5]:
        blocks += [header(heading), body]
    if not blocks:
        blocks.append(section("The policy has nothing near this. `/policy` shows its sections."))
    return modal("From the policy", [*blocks, context(_version(reply))], callback=SHOWN)


def not_answered(result: NoReply, company: Company) -> Block:
    """Why there is no answer, and what to do now."""
    words = why_not(result.reason, company)
    small = [context(recorded(result.entry))] if result.entry else []
    return ephemeral(words, [section(words), *small])


def not_answered_in_modal(result: NoReply, company: Company) -> Block:
    """The same in a modal."""
    return modal("Privacy question", not_answered(result, company)["blocks"], callback=SHOWN)


def why_not(reason: Reason | NotNow, company: Company) -> str:
    """In a sentence or two."""
    contact = escape(company.contact)
    own = {
        NotNow.NOT_AN_EMPLOYEE: f"Only employees of {escape(company.name)} may ask here. Write to {contact}.",
        NotNow.CHANGED_SINCE: "The answer may be another one by now: the policy or a ruling has changed. Ask again.",
        NotNow.ERASED: "The question was erased since. Ask again.",
        NotNow.NO_SUCH_QUESTION: "That is not a question of yours. Ask it yourself with `/privacy`.",
        Reason.NO_POLICY: (
            "No privacy policy is in force yet, so there is nothing to answer from. "
            f"The operator imports it with {code('steward policy import FILE')}; until then ask {contact}."
        ),
        Reason.STRANGER: f"Only people of {escape(company.name)} may ask here. Write to {contact}.",
        Reason.BOT: "Only people may ask, not apps.",
    }
    if reason in own:
        return own[reason]
    return refusal(reason, company) if isinstance(reason, Reason) else "That is not possible here."
