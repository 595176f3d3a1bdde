"""[review] and [unusual] of steward.toml as the values that reviews, rules and the digest use."""

from typing import get_args

from bot.audit.reviews.queue import ReviewSettings
from bot.audit.reviews.unusual import Least, Rule, Thresholds, WorkingHours
from bot.audit.weekly.digest import DigestTime
from bot.configuration import schema

_DAYS: tuple[str, ...] = get_args(schema.Weekday)


def review_settings(file: schema.File) -> ReviewSettings:
    """How reviews go."""
    review = file.review
    channels = frozenset(file.channels.model_dump(exclude_none=True))
    return ReviewSettings(review.share, review.within, review.answer_within, review.escalate_after, channels)


def digest_time(file: schema.File) -> DigestTime:
    """When the weekly digest goes out."""
    return DigestTime(_DAYS.index(file.review.digest.day), file.review.digest.at)


def thresholds(file: schema.File) -> Thresholds:
    """When each rule of unusual use fires."""
    unusual, hours = file.unusual, file.unusual.working_hours
    return Thresholds(
        breadth=Least(unusual.breadth.accounts, unusual.breadth.within),
        outside_hours=Least(unusual.outside_hours.looks, unusual.outside_hours.within),
        without_ticket=Least(unusual.without_ticket.accounts, unusual.without_ticket.within),
        refusals=Least(unusual.refusals.refusals, unusual.refusals.within),
        guesses=Least(unusual.guesses.searches, unusual.guesses.within),
        after_grant=Least(unusual.after_grant.accounts, unusual.after_grant.within),
        times=unusual.breadth.times,
        past=unusual.past,
        soon=unusual.after_grant.soon,
        working_hours=WorkingHours(frozenset(map(_DAYS.index, hours.days)), hours.start, hours.end),
        off=frozenset(map(Rule, unusual.off)),
    )
