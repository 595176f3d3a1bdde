"""What a ticket's number looks like, and which patterns are safe to hold against what people type. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

USUAL_EXAMPLES = ("HD-2211", "2211", "#2211", "INC0012211", "CS-22110", "hd-2211", "HD2211", "220311-0042")
MOST_OPEN = 3  # long repetitions in one pattern: more take too long on long texts
MOST_CHOICES = 12  # repetitions and groups of alternatives in one pattern, each of which may double the tries
_QUANTIFIER = re.compile(r"[*+?]|\{\d*(?:,\d*)?\}")
_ONCE = re.compile(r"\?|\{0?,?[01]\}|\{[01],1\}")
_FIXED = re.compile(r"\{\d+\}")
_LONG = re.compile(r"[*+]|\{\d*,\}|\{\d*,\d{2,}\}")
_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[\s\S]")


@dataclass(frozen=True, slots=True)
class TicketRule:
    """What a purpose says of tickets. `pattern` is a regular expression that the whole number matches, None: any."""

    pattern: str | None = None
    required: bool = False
    shown: str | None = None

    @property
    def example(self) -> str | None:
        """A number that fits: the configured one, or a usual one that does; None where none is known."""
        if self.shown is not None or self.pattern is None:
            return self.shown
        return next((one for one in (*USUAL_EXAMPLES, *_made_up(self.pattern)) if self.fits(one)), None)

    def fits(self, ticket: str) -> bool:
        """Whether this is a ticket's number. Line ends are none, so `$` means the end alone."""
        return self.pattern is None or re.fullmatch(self.pattern, ticket) is not None


def pattern_fault(pattern: str) -> str | None:
    """Why a pattern can't be used, or None.

    Python's engine goes back on its tracks: a repetition within a repetition, or alternatives within one, can take
    longer than a lifetime on forty characters. https://owasp.org/www-community/attacks/ReDoS
    """
    try:
        re.compile(pattern)
    except re.error as error:
        return f"It is not a regular expression: {error.msg}."
    except (OverflowError, RecursionError):
        return "It is not a regular expression that can be used."
    return _explosive(pattern)


@dataclass(slots=True)
class _Group:
    """An open bracket, whether what stands in it can match in several ways, and whether it has alternatives."""

    varies: bool = False
    alternatives: bool = False


def _explosive(pattern: str) -> str | None:
    if re.search(r"\(\?(?!:)", pattern) or re.search(r"\\[1-9]", pattern):
        return "It uses more than groups, alternatives and repetitions, such as a look ahead or a reference."
    groups, long, choices = [_Group()], 0, 0
    for piece, quantifier in _tokens(pattern):
        if piece == "(":
            groups.append(_Group())
        elif piece == "|":
            groups[-1].varies = groups[-1].alternatives = True
        elif piece == ")":
            closed = groups.pop()
            if closed.varies and quantifier and not _ONCE.fullmatch(quantifier):
                return "It repeats something that can itself repeat or be one of several."
            groups[-1].varies |= closed.varies
            choices += closed.alternatives
        if quantifier and not _FIXED.fullmatch(quantifier):
            groups[-1].varies = True
            choices += 1
            long += bool(_LONG.fullmatch(quantifier))
    if long > MOST_OPEN:
        return f"It has more than {MOST_OPEN} long repetitions."
    return f"It has more than {MOST_CHOICES} repetitions and alternatives." if choices > MOST_CHOICES else None


def _made_up(pattern: str) -> Iterator[str]:
    """Numbers in the shape of a pattern of characters and classes that follow one another, such as LB-\\d{4}/\\d{5}.

    None for alternatives. Whether they fit is for the pattern to say.
    """
    made = ""
    for piece, quantifier in _tokens(pattern):
        if piece in "|()":
            return
        if piece not in "^$":
            made += _character(piece) * _times(quantifier)
    yield made


def _character(piece: str) -> str:
    """One character that a piece of a pattern means: of a class its first that is a digit or a letter."""
    if piece[0] == "[" or (piece[0] == "\\" and piece[1:].isalnum()) or piece == ".":
        return next((one for one in "1Aa2Bb-/#_. " if re.fullmatch(piece, one)), "")
    return piece[-1]


def _times(quantifier: str) -> int:
    """How often it stands in an example: as often as it must, or a few times where that is open."""
    numbers = [int(number) for number in re.findall(r"\d+", quantifier)]
    if not numbers:
        return {"": 1, "?": 0}.get(quantifier[:1], 4)
    return min(max(numbers[0], 1), 20)


def _tokens(pattern: str) -> Iterator[tuple[str, str]]:
    """Each character, class or bracket with the quantifier behind it, if any."""
    place = 0
    while found := _TOKEN.match(pattern, place):
        place = found.end()
        repeated = _QUANTIFIER.match(pattern, place) if found[0] not in "(|^" else None
        place = repeated.end() if repeated else place
        if repeated and place < len(pattern) and pattern[place] in "?+":
            place += 1
        if found[0] == "(" and pattern.startswith("?:", place):
            place += 2
        yield found[0], repeated[0] if repeated else ""
