"""The account card and its neighbours: values in, Block Kit out."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.access.reasons import Reason
from bot.access.rules.media import medium_label
from bot.access.rules.purposes import Purpose, Shown
from bot.accounts.results import Card, Line, LookedUp, NotFound, Refused, Revealed, Suggestions
from bot.accounts.source import AccountRef, WhyUnread
from bot.company import Company, field_label, field_name, listed
from bot.written import written_day
from handlers.views.accounts.not_found import not_found, under_field
from handlers.views.accounts.objections import record_button, standing_line
from handlers.views.accounts.recipients import SEARCHED, with_search
from handlers.views.blocks import (
    Block,
    Element,
    actions,
    apart,
    button,
    code,
    confirmation,
    context,
    cut,
    cut_marked,
    divider,
    ephemeral,
    escape,
    field,
    header,
    literal,
    modal,
    section,
    select,
    strong,
    text_input,
    verbatim,
)
from handlers.views.limits import limit_words
from handlers.views.policy.notices import read_first
from handlers.views.times import until
from handlers.views.words import recorded, refusal, value_of

OPEN = "account.open"
REVEAL = "account.reveal"
PAGE = "account.page"
FORM = "account.form"
FORM_SUBMITTED = "account.look_up"
ASK = "access.ask"
END = "access.end"
CUSTOMER_REQUEST = "customer_request.form"
LONGEST_VALUE = 150  # characters of a name or a value where several stand together
LONGEST_LINE = 1100  # of mark-up in a list of ten, and
LONGEST_CLASS = 2000  # of a class on a card: so that a message is one that Slack takes


def render(result: LookedUp, company: Company, now: datetime, yours: Sequence[Purpose] = ()) -> Block:
    """Whatever a look-up came to, as an ephemeral reply. `yours` are the person's own purposes."""
    match result:
        case Card():
            return card(result, now)
        case Suggestions():
            return suggestions(result)
        case NotFound():
            return not_found(result, company, _not_searched(result.unread))
        case Refused():
            return refused(result, company, now, yours)


def card(shown: Card, now: datetime) -> Block:
    """One account: open classes in full, masked ones masked, hidden ones named."""
    opened = (_open_line(line, shown.ref) for line in shown.lines if line.shown is Shown.OPEN)
    blocks = [section(cut_marked("\n".join(part for part in (headline(shown.ref), *opened) if part), LONGEST_CLASS))]
    blocks.extend(_unread_line(line) for line in shown.lines if line.shown is Shown.OPEN and line.unread)
    blocks.append(context(_purpose_line(shown)))
    if shown.media:
        blocks.append(
            section(f"*Marketing*  {standing_line(shown.media, shown.activated, by_activation=shown.by_activation)}")
        )
        blocks.append(context(f"Policy: “{escape(cut(shown.purpose.clause, 300))}”"))
    blocks.extend(_closed_line(line, shown, now) for line in shown.lines if line.shown is not Shown.OPEN or line.grant)
    if buttons := _buttons(shown):
        blocks.append(actions(*buttons))
    blocks.append(context(recorded(shown.entry)))
    notice = f"{apart(escape(_name(shown.ref)))} ({escape(shown.ref.id)}) for {escape(shown.purpose.label)}"
    return ephemeral(notice, blocks)


def _buttons(shown: Card) -> list[Element]:
    """**Request access** for what is still closed, and **End now** once for each grant."""
    closed = any(line.shown is not Shown.OPEN and line.grant is None and _something_left(line) for line in shown.lines)
    ask = value_of(account=shown.ref.id, purpose=shown.purpose.key)
    grants = {line.grant.number: line.grant.name for line in shown.lines if line.grant}
    style = None if grants else "primary"  # with a grant, Reveal is what one came for
    buttons = [button("Request access", ASK, ask, style=style)] if closed else []
    buttons += [end_button(number, name, several=len(grants) > 1) for number, name in grants.items()]
    buttons += [record_button(shown.ref.id)] if any(one.permitted for one in shown.media) else []
    return [*buttons, button("Customer's request", CUSTOMER_REQUEST, value_of(account=shown.ref.id))]


def _something_left(line: Line) -> bool:
    """Whether anything of a class could be shown: not, if the account objected to all of it."""
    return not line.withheld or len(line.withheld) < len(line.data_class.fields)


def headline(ref: AccountRef) -> str:
    """Name, id and kind: "*Baltic Beans SIA* · `pw-00412` · business"."""
    return " · ".join(part for part in (strong(_name(ref)), code(ref.id), escape(ref.kind or "")) if part)


def _name(ref: AccountRef) -> str:
    return cut(next((str(value) for value in ref.title.values() if value), ref.id), LONGEST_VALUE)


def _open_line(line: Line, ref: AccountRef) -> str:
    """What is open, the names of fields before values that need them: "acme.com · plan Growth"."""
    said = {"id", "kind", *list(ref.title)[:1]}
    parts = [
        _short(value) if name in ref.title else f"{escape(field_name(name))} {_short(value)}"
        for name, value in line.values.items()
        if name not in said and value != ref.kind
    ]
    return " · ".join(parts)


def _short(value: str) -> str:
    return literal(cut(written_day(value), LONGEST_VALUE))


def _purpose_line(shown: Card) -> str:
    example = code(f"/account {shown.ref.id} for {shown.others[0].label.lower()}") if shown.others else ""
    source = ("your default" if shown.by_default else "as you said") + (f"; {example} to change" if example else "")
    return f"For *{escape(shown.purpose.label)}* ({source})"


def _closed_line(line: Line, shown: Card, now: datetime) -> Block:
    label = strong(line.data_class.label)
    if line.unread and line.grant is None and not (line.missing and (line.values or line.counts)):
        return section(f"{label}  {unread_words(line)}")
    if not _something_left(line):
        return section(f"{label}  not shown: this account objected to marketing")
    objected = f" · not shown, objected: {escape(listed(map(field_name, line.withheld)))}" if line.withheld else ""
    unread = f" · {unread_words(line)}" if line.unread else ""
    if line.grant is not None:
        value = value_of(account=shown.ref.id, data_class=line.data_class.key, purpose=shown.purpose.key)
        text = f"{label}  granted {until(line.grant.ends_at, now)}, {line.grant.name}{objected}{unread}"
        return section(text, button("Reveal", REVEAL, value, style="primary"))
    if line.shown is Shown.HIDDEN:
        return section(f"{label}  {_counts(line)}hidden without a grant{unread}")
    values = " · ".join(_short(_masked(name, value)) for name, value in line.values.items())
    said = f"{cut(values, LONGEST_CLASS)} (masked)" if values else "nothing on file"
    return section(f"{label}  {said}{objected}{unread}")


def _unread_line(line: Line) -> Block:
    return section(f"{strong(line.data_class.label)}  {unread_words(line)}")


def unread_words(line: Line) -> str:
    """Why a class, or a part of it, is missing from the card."""
    what = f"{escape(listed(map(field_name, line.missing)))} not shown" if line.missing else "not shown"
    if line.unread == "shared":
        return f"{what}: in the system that has it, this id stands for more than one account. Tell the operator"
    if line.unread == "broken":
        return f"{what}: it can't be read now from the system that has it. Tell the operator"
    why = "did not answer in time" if line.unread == "slow" else "can't be reached now"
    return f"{what}: the system that has it {why}. Look again in a minute"


def _masked(name: str, value: str) -> str:
    """A masked value, with its field's name where its shape does not tell what it is. Of a list, how many it has."""
    if value.isdecimal():
        return f"{field_name(name)} {int(value):,} values"
    return value if "@" in value or "+" in value or value[-1:].isdigit() else f"{field_name(name)} {value}"


def end_button(number: int, name: str, *, several: bool = False) -> Element:
    """**End now**, which asks once more; it says of which grant where several stand side by side."""
    explained = "You lose this access at once. You can ask again later."
    sure = confirmation(f"End {name} now?", explained, "End now", "Keep it")
    action = f"{END}.{number}" if several else END
    return button(f"End now ({name})" if several else "End now", action, value_of(request=number), sure=sure)


def _counts(line: Line) -> str:
    """How many values of a list are hidden; that a single value is there says nothing worth reading."""
    parts = [f"{number:,} {field_name(name)}" for name, number in line.counts.items() if number > 1]
    return f"{listed(parts)}, " if parts else ""


def suggestions(found: Suggestions) -> Block:
    """A short list to choose from."""
    query = code(cut(found.query, LONGEST_VALUE))
    if found.similar:
        text = f"No account matches {query}. Did you mean {'this one' if len(found.refs) == 1 else 'one of these'}?"
    elif found.more:
        text = f"More than {len(found.refs)} accounts match {query}. These are the closest."
    else:
        text = f"{len(found.refs)} accounts match {query}. Which one?"
    blocks = [section(text)]
    purpose = None if found.by_default else found.purpose.key
    for ref in found.refs:
        rest = " · ".join(_short(value) for value in list(ref.title.values())[1:] if value)
        line = f"{strong(_name(ref))} {code(ref.id)}" + (f"\n{rest}" if rest else "")
        blocks.append(
            section(cut_marked(line, LONGEST_LINE), button("Open", OPEN, value_of(account=ref.id, purpose=purpose)))
        )
    if found.more:
        blocks.append(context("Add a word, or use the domain, the e-mail address or the id."))
    blocks.extend(_not_searched(found.unread))
    blocks.append(context(recorded(found.entry)))
    return ephemeral(text, blocks)


def _not_searched(labels: tuple[str, ...]) -> list[Block]:
    said = f"Not searched, because it can't be read now from the system that has it: {escape(listed(labels))}"
    return [context(said)] if labels else []


def refused(result: Refused, company: Company, now: datetime, yours: Sequence[Purpose] = ()) -> Block:
    """A refusal: why, and what to do."""
    if result.unread is not None:
        return read_first(result, company, {})
    text = refusal(result.reason, company, result.purpose, yours)
    if result.reached is not None:
        text = limit_words(result.reached, now)
    return ephemeral(text, [section(text), *_asks_again(result), context(recorded(result.entry))])


def _asks_again(result: Refused) -> list[Block]:
    """**Request access**, where a grant is over: the card that was pressed was drawn while there was one."""
    if result.account is None or result.purpose is None:
        return []
    value = value_of(account=result.account, purpose=result.purpose.key)
    return [actions(button("Request access", ASK, value, style="primary"))]


def to_mend(result: LookedUp, company: Company, yours: Sequence[Purpose] = ()) -> dict[str, str]:
    """What can be mended in the form that was sent, under its fields."""
    if isinstance(result, NotFound) and not result.unread:
        return {"account": f"{under_field(result)} {recorded(result.entry)}"}
    if isinstance(result, Refused) and result.reason in (Reason.PURPOSE_NEEDED, Reason.NOT_YOUR_PURPOSE):
        return {"purpose": f"{refusal(result.reason, company, result.purpose, yours)} {recorded(result.entry)}"}
    return {}


def as_modal(reply: Block, *, memo: str = "") -> Block:
    """The same card in a modal, for look-ups that began in one."""
    return modal("Account", reply["blocks"], callback="account.shown", memo=memo)


def revealed(result: Revealed, now: datetime, memo: str = "") -> Block:
    """The values of one class, in a modal."""
    under = f"{result.grant.name} {until(result.grant.ends_at, now)}"
    blocks = [section(headline(result.ref)), context(f"For *{escape(result.purpose.label)}* · {under}"), divider()]
    for name, value in result.values.items():
        blocks.extend([context(field_label(name)), verbatim(written_day(value))])
    for name, items in result.lists.items():
        blocks.append(header(f"{field_label(name)} ({result.totals[name]:,})"))
        blocks.extend(verbatim(chunk) for chunk in _chunks(items))
    if result.withheld:
        names = escape(listed(map(field_name, result.withheld)))
        blocks.append(context(f"Not shown, because the account objected to marketing by it: {names}"))
    blocks.extend(_not_read(result.unread))
    if not result.values and not any(result.lists.values()):
        blocks.append(section("Nothing is on file here."))
    blocks.extend(_pages(result))
    blocks.append(context(recorded(result.entry)))
    if result.data_class.belongs_to_customer and _has_addresses(result):
        return with_search(modal(result.data_class.label, blocks, callback=SEARCHED, memo=memo), result)
    return modal(result.data_class.label, blocks, callback="account.revealed", memo=memo)


def _chunks(items: tuple[str, ...]) -> list[str]:
    """Lines packed into texts that a block can hold."""
    chunks = [""]
    for item in items:
        if len(chunks[-1]) + len(item) > 2900:
            chunks.append("")
        chunks[-1] += ("\n" if chunks[-1] else "") + item
    return [chunk for chunk in chunks if chunk]


def _not_read(unread: Mapping[str, WhyUnread]) -> list[Block]:
    """Fields that could not be read, by what is to be done about it."""
    shared = [field_name(name) for name, why in unread.items() if why == "shared"]
    broken = [field_name(name) for name, why in unread.items() if why == "broken"]
    silent = [field_name(name) for name, why in unread.items() if why in ("down", "slow")]
    told = {
        "the system that has it did not answer": silent,
        "it can't be read now from the system that has it (tell the operator)": broken,
        "the system that has it has several accounts of this id": shared,
    }
    return [context(f"Not shown, because {why}: {escape(listed(names))}") for why, names in told.items() if names]


def _has_addresses(result: Revealed) -> bool:
    """Whether e-mail addresses are in the page of a list: of names or numbers nobody asks whether one is on it."""
    return any("@" in item for items in result.lists.values() for item in items)


def _pages(result: Revealed) -> list[Block]:
    if result.pages == 1:
        return []

    def turn(label: str, page: int) -> Element:
        where = {"account": result.ref.id, "data_class": result.data_class.key, "purpose": result.purpose.key}
        return button(label, f"{PAGE}.{'next' if page > result.page else 'previous'}", value_of(**where, page=page))

    buttons = [turn("Previous", result.page - 1)] if result.page > 1 else []
    buttons += [turn("Next", result.page + 1)] if result.page < result.pages else []
    return [context(f"Page {result.page} of {result.pages}; each page is recorded"), actions(*buttons)]


def look_up_form(purposes: list[Element], default: str | None, memo: str) -> Block:
    """`/account` without an argument."""
    return modal(
        "Look up an account",
        [
            field("Account", "account", text_input("account", most=200, example="id, e-mail, domain or name")),
            field("Purpose", "purpose", select("purpose", purposes, default)),
        ],
        callback=FORM_SUBMITTED,
        submit="Look up",
        close="Cancel",
        memo=memo,
    )


def _objecting(company: Company, typed: str) -> str:
    """How an objection to marketing is recorded, where some purpose has media to object to."""
    medium = next((medium for one in company.rules.purposes.values() for medium in one.media), None)
    if medium is None:
        return ""
    return f"`{typed} objects to {medium_label(medium)}` records that a customer wants no marketing by it, at once."


def help_text(
    company: Company, purposes: list[str], default: str | None, *, barred: Reason | None = None, outside: bool = False
) -> str:
    """`/account help`. `barred`: why they may look nobody up; `outside`: an engaged company's, who needs a grant."""
    typed = f"/account {company.example}"
    whom = f"`{typed}`, or its e-mail address, its domain or a part of the name in place of the id."
    objects = _objecting(company, typed)
    if outside:
        whom, objects = f"`{typed}`: the exact id of an account that you were granted; `/access` asks.", ""
    lines = [
        "*Look up a customer's account*",
        whom,
        f"`{typed} for {min(purposes, key=len, default=company.example_purpose())}` says what it is for."
        if not outside
        else "",
        refusal(barred, company) if barred else f"Your purposes: {listed(purposes)}.",
        f"Without `for` it is {default}." if default and not barred else "",
        objects,
        "You see what the purpose needs, the rest masked. Every look-up is recorded.",
    ]
    return "\n".join(line for line in lines if line)
