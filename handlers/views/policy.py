"""The policy in force and its history."""

from collections.abc import Sequence

from bot.company import Company
from bot.privacy.versions import Policy, Version
from handlers.views.blocks import Block, context, cut, ephemeral, escape, section, strong
from handlers.views.times import day_and_time

SHORT_HASH = 12


def in_force(policy: Policy | None, company: Company) -> Block:
    """What is in force, its sections, and the clause that each purpose rests on."""
    if policy is None:
        return ephemeral("No privacy policy is in force yet. The operator imports it with `steward policy import`.")
    title = f"{strong(policy.title)} is in force since {day_and_time(policy.in_force_from)}"
    sections = " · ".join(escape(heading.text) for heading in policy.headings)
    blocks = [section(title), context(f"Version `{policy.version[:SHORT_HASH]}`")]
    if sections:
        blocks.append(section(cut(f"Sections: {sections}", 2900)))
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
    lines = [
        f"`{one.version[:SHORT_HASH]}` {escape(one.title)} · in force from {day_and_time(one.in_force_from)}"
        + (" · *in force*" if one.in_force else "")
        for one in versions
    ]
    return ephemeral("The policy's versions", [section(cut("\n".join(lines), 2900))])


HELP = (
    "`/policy` shows the privacy policy in force and what each purpose rests on. `/policy history` lists its versions."
)
