"""Engaged third parties: the register, and what their sponsors are told. Ids only."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.access.grants import Request
from bot.access.rules.processors import Processor
from bot.company import Company, listed
from handlers.views.blocks import Block, code, context, ephemeral, escape, message, section, strong
from handlers.views.times import length, until
from handlers.views.which import codes, in_short

SHOWN = 40  # in one message


def to_sponsor(request: Request, label: str, company: Company, now: datetime) -> Block:
    """Somebody of a company that you answer for asks, or was given access."""
    what = f"{escape(company.labels(request.data_classes))} of {codes(request.concerns)}"
    purpose = escape(company.purpose(request.purpose))
    if request.grant is not None:
        lasts = until(request.grant.ends_at, now) if request.grant.is_live(now) else "it is over"
        head = f"*<@{request.person}> of {escape(label)} has {what}* · {request.name}\nFor {purpose} · {lasts}"
    else:
        head = (
            f"*<@{request.person}> of {escape(label)} asks for {what}* · {request.name}\n"
            f"For {purpose} · {length(request.duration)}"
        )
    text = escape(f"{request.name}: {label} and {in_short(request.concerns)}")
    return message(
        text,
        [section(head), context("You are told as their sponsor. Approvers and the privacy office end what they have.")],
    )


def register(processors: Mapping[str, Processor], company: Company, now: datetime) -> Block:
    """`/access processors`: who is engaged, for how long, for what."""
    if not processors:
        text = "No third party is engaged: steward.toml has no [processors.…]."
        return ephemeral(text, [section(text)])
    shown = list(processors.values())[:SHOWN]
    blocks = [
        section("*Engaged third parties* · without a grant they see nothing"),
        *(_one(one, company, now) for one in shown),
    ]
    return ephemeral("Engaged third parties", blocks)


def _one(one: Processor, company: Company, now: datetime) -> Block:
    first, last = one.starts_at, one.ends_at - timedelta(days=1)
    running = "contract in force" if one.is_engaged(now) else "*no contract in force: nothing is open to them*"
    purposes = listed(company.purpose(key) for key in one.purposes)
    people = listed(sorted(one.people)) if one.people else company.handle(one.group or "")
    sponsor = company.groups.get(one.sponsor, one.sponsor)
    return section(
        f"{strong(one.label)} · {running}, {first:%-d %b %Y} to {last:%-d %b %Y}\n"
        f"For {escape(purposes)}: {escape(company.labels(one.data_classes))}\n"
        f"People {code(people)} · sponsor {escape(_sponsor(sponsor))}"
    )


def _sponsor(sponsor: str) -> str:
    return "named by address in steward.toml" if sponsor.startswith("sponsor_of_") else f"@{sponsor}"
