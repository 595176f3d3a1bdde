"""The monthly list for the privacy officers: what customers ask and the policy does not answer, by topic."""

from collections.abc import Sequence

from bot.access.reasons import Reason
from bot.access.roles import PRIVACY
from bot.audit.weekly.charts import paired
from bot.company import Company
from bot.privacy.gaps import Gap, Gaps
from handlers.views.blocks import Block, code, context, ephemeral, escape, message, section
from handlers.views.words import counted, refusal

MOST = 10
NO_TOPIC = "no topic that I know"
HOW = "Counted by topic, without any question. What is asked often belongs in the policy: a ruling is no promise."


def render(gaps: Gaps) -> Block:
    """One month as a message."""
    title = f"What the policy did not answer in {gaps.month.first:%B %Y}"
    return message(f"{title}: {_summary(gaps)}", [*_blocks(title, gaps), context(HOW)])


def on_demand(months: Sequence[Gaps]) -> Block:
    """The current month, and the one before it whole."""
    now, before = months
    title = f"What the policy did not answer in {now.month.first:%B %Y}, so far"
    earlier = f"What it did not answer in {before.month.first:%B %Y}"
    blocks = [*_blocks(title, now), *_blocks(earlier, before), context(f"{HOW} Only you can see this.")]
    return ephemeral(f"{title}: {_summary(now)}", blocks)


def refused(reason: Reason, company: Company) -> str:
    """Why nothing is shown."""
    if reason is Reason.NOT_A_PRIVACY_OFFICER:
        return f"Only privacy officers ({code(company.handle(PRIVACY))}) see this list."
    return refusal(reason, company)


def _blocks(title: str, gaps: Gaps) -> list[Block]:
    blocks = [section(f"*{title}*\n{_summary(gaps)}")]
    shown = [gap for gap in gaps.gaps if gap.now or gap.before]
    if shown:
        before = "\n█ this month  ░ the month before" if any(gap.before for gap in shown[:MOST]) else ""
        drawn = paired([(gap.label or NO_TOPIC, gap.now, gap.before) for gap in shown[:MOST]])
        blocks.append(section(f"```{escape(drawn.replace('`', 'ˋ'))}```{before}"))
        blocks.append(section("\n".join(_line(gap, gaps) for gap in shown[:MOST] if gap.now) or "None this month."))
    if len(shown) > MOST:
        blocks.append(context(f"{counted(len(shown) - MOST, 'topic')} more."))
    return blocks


def _summary(gaps: Gaps) -> str:
    if not gaps.asked:
        if not gaps.asked_before:
            return "Nobody asked anything, nor in the month before."
        return f"Nobody asked anything; {counted(gaps.asked_before, 'question')} the month before."
    share = round(100 * gaps.unanswered / gaps.asked)
    text = (
        f"{gaps.unanswered:,} of {counted(gaps.asked, 'question')} ({share} %) were not answered by the policy itself"
    )
    ruled = f", {gaps.ruled:,} of them by a ruling" if gaps.ruled else ""
    before = f"{gaps.unanswered_before:,} of {gaps.asked_before:,}" if gaps.asked_before else "none was asked"
    return f"{text}{ruled}; {before} the month before."


def _line(gap: Gap, gaps: Gaps) -> str:
    share = round(100 * gap.now / gaps.unanswered) if gaps.unanswered else 0
    said = f"*{escape(gap.label or NO_TOPIC)}*: {gap.now:,} ({share} %)"
    if not gaps.asked_before:
        return said
    change = gap.now - gap.before
    return f"{said}, {f'{change:+,} against' if change else 'as in'} the month before"
