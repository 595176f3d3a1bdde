"""Why a rule fired, in a sentence without personal data: for the alert's audit entry and for whoever reads it."""

from collections.abc import Mapping

from bot.audit.reviews.unusual import Rule


def why(rule: Rule, facts: Mapping[str, int]) -> str:
    """One sentence; `facts` as a Finding has them."""
    count, within = facts["count"], span(facts["within_s"])
    match rule:
        case Rule.BREADTH:
            return f"Looked at {count} accounts within {within}; {_usual(facts['usual'], within)}."
        case Rule.OUTSIDE_HOURS:
            return f"Looked customers up {_times(count)} outside working hours within {within}."
        case Rule.WITHOUT_TICKET:
            return f"Revealed data of {count} accounts within {within} that no ticket names."
        case Rule.REFUSALS:
            return f"Was refused {_times(count)} within {within}."
        case Rule.GUESSES:
            return f"Searched {_times(count)} within {within} for what is not there."
        case Rule.AFTER_GRANT:
            soon = span(facts["soon_s"])
            return f"Revealed data of {count} accounts within {within}, each at most {soon} after it was granted."


def why_you(rule: Rule, facts: Mapping[str, int]) -> str:
    """The same, said to the person whom it is about: "You were refused 5 times within 1 hour." """
    sentence = why(rule, facts).replace(" of theirs", " of yours")
    verb, _, rest = sentence.partition(" ")
    return f"You {'were' if verb == 'Was' else verb.lower()} {rest}"


def named(rule: Rule) -> str:
    """The rule in a few words, for lists."""
    return _NAMES[rule]


def span(seconds: int) -> str:
    """ "1 hour", "90 minutes", "2 days"."""
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size and seconds % size == 0:
            number = seconds // size
            return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
    return f"{seconds} seconds"


def _usual(usual: int, within: str) -> str:
    if usual == 0:
        return "there is no past of theirs to compare with yet"
    accounts = "1 account" if usual == 1 else f"{usual} accounts"
    return f"the busiest {within.removeprefix('1 ')} of a usual day of theirs has {accounts}"


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


_NAMES = {
    Rule.BREADTH: "many accounts at once",
    Rule.OUTSIDE_HOURS: "outside working hours",
    Rule.WITHOUT_TICKET: "accounts that no ticket names",
    Rule.REFUSALS: "refused again and again",
    Rule.GUESSES: "searches for what is not there",
    Rule.AFTER_GRANT: "many accounts right after their grants",
}
