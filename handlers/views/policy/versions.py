"""The policy in force and its history."""

from collections.abc import Sequence

from bot.company import Company
from bot.privacy.versions import Policy, Version
from handlers.views.blocks import Block, code, context, cut, ephemeral, escape, section, strong
from handlers.views.policy.reading import SHORT_HASH, reading_row
from handlers.views.times import day_and_time

_LISTED = 20


def in_force(policy: Policy | None, company: Company) -> Block:
    """What is in force, its sections, and the clause that each purpose rests on."""
    if policy is None:
        return ephemeral("No privacy policy is in force yet. The operator imports it with `steward policy import`.")
    title = f"{strong(policy.title)} is in force since {day_and_time(policy.in_force_from)}"
    sentences, sections = len(policy.reading.sentences), len(policy.headings)
    size = f"{sections} {'section' if sections == 1 else 'sections'}, {sentences} sentences"
    blocks = [
        section(title),
        context(f"Version `{policy.version[:SHORT_HASH]}` · {size}"),
        reading_row(policy.reading),
    ]
    for purpose in list(company.rules.purposes.values())[:20]:
        clause = policy.clause(purpose.clause)
        quote = (
            f"“{escape(cut(clause.quote, 600))}”"
            if clause
            else "Its clause is *not in this version*: nobody can use it."
        )
        blocks.append(section(f"{strong(purpose.label)}\n{quote}"))
    return ephemeral(f"{policy.title} is in force", blocks)


def history(versions: Sequence[Version]) -> Block:
    """Every version that was imported, newest first."""
    if not versions:
        return ephemeral("No version of the policy was imported yet.")
    blocks = [section(_line(one)) for one in versions[:_LISTED]]
    if len(versions) > _LISTED:
        blocks.append(context(f"{len(versions) - _LISTED} older ones: `steward policy history` on the command line."))
    return ephemeral(f"The policy's versions ({len(versions)})", blocks)


def _line(one: Version) -> str:
    state = "*in force* since " if one.in_force else "in force from "
    again = (
        f"\nThe same publication as `{one.reading_of[:SHORT_HASH]}`, which Steward reads better now"
        if one.reading_of
        else ""
    )
    title = escape(cut(one.title, 200))
    return f"`{one.version[:SHORT_HASH]}` {title} · {state}{day_and_time(one.in_force_from)}{again}"


HELP = "\n".join(
    (
        "*The privacy policy*",
        "`/policy` what is in force, section by section, and the words that each purpose rests on",
        "`/policy changes` how it changed, with the words · `/policy history` its versions",
        "`/policy readers` what you have to read · for privacy officers who has read a change (`/policy readers N-12`)",
        "`/policy schedule` the next notices, to move, stop or send now (privacy officers)",
        "To ask what it says: `/privacy do you sell my data?`",
        "A new text is found where the policy is published, or put in by whoever runs me: `steward policy import`",
    )
)


IMPORTED_ELSEWHERE = (
    "A new text of the policy is not put in from Slack: whoever runs me does it with "
    "`steward policy import FILE-or-URL`, and I look by myself where it is published. The privacy desk then reads what "
    "changed, and decides."
)


def no_subcommand(typed: str, meant: str | None) -> str:
    """What follows the command is no subcommand; `meant` is the one that is near."""
    if typed.lower().split()[:1] == ["import"]:
        return IMPORTED_ELSEWHERE
    said = f"There is no {code(f'/policy {cut(typed, 60)}')}."
    return f"{said} Did you mean `/policy {meant}`?" if meant else f"{said}\n{HELP}"
