"""What steward.toml may say of people with several accounts: the table [people], and the value made of it."""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bot.access.people_alike import Alike
from bot.configuration.formats import fault

_NAME = re.compile(r"[UW][A-Z0-9]{5,}|[^\s@]+@[^\s@]+|cli:\S+")
_MEND = 'Write at least two of user ids, e-mail addresses and names on the command line: ["U012AB3CD", "cli:anna"].'


def _one_person(value: list[str]) -> list[str]:
    """What is wrong with an address is told by its place only."""
    wrong = [str(place) for place, one in enumerate(value, start=1) if not _NAME.fullmatch(one.strip())]
    if wrong:
        raise fault(f"Number {' and '.join(wrong)} of the list names nobody.", _MEND)
    if len({one.strip().casefold() for one in value}) < 2:
        raise fault("One name alone is one person already.", _MEND)
    return value


OnePerson = Annotated[list[str], AfterValidator(_one_person)]


class People(BaseModel):
    """The table [people]. `same` has a list for each person whose accounts Slack doesn't show to be one person's."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    plus_tags: bool = True
    same: list[OnePerson] = Field(default=[], repr=False)


def alike(table: People) -> Alike:
    """What tells that two accounts are one person's."""
    return Alike.of(table.same, plus_tags=table.plus_tags)
