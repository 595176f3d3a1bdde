"""[requests]: the terms, tasks and reminders of customers' requests."""

from collections.abc import Mapping
from datetime import time, timedelta
from types import MappingProxyType
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator, field_validator, model_validator

from bot.configuration.countries import KNOWN
from bot.configuration.faults import suggestion
from bot.configuration.formats import Duration, TimeOfDay, Words, fault
from bot.privacy.customer_requests.settings import USUAL_IDENTITY, USUAL_TASKS, RequestSettings
from bot.privacy.customer_requests.terms import GDPR, Term

MOST_TASKS = 10
LONGEST_TASK = 150
LONGEST_OPTION = 75
LONGEST_TERM = 3650

KindName = Literal["access", "erasure", "rectification", "objection", "restriction", "portability", "complaint"]


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LONGEST_TERM:
        raise fault(f"{value!r} is no number of days or months.", "Write a whole number, without quotes.")
    return value


def _listed(value: list[str], most: int, longest: int) -> list[str]:
    if not value or len(value) > most:
        raise fault(f"Between 1 and {most} are possible here, not {len(value)}.", "Put several into one.")
    if any(len(one) > longest for one in value):
        raise fault(f"At most {longest} characters fit on a screen.", "Say it shorter.")
    if len(set(value)) < len(value):
        raise fault("One of them stands there twice.", "Keep one of the two.")
    return value


def _tasks(value: list[str]) -> list[str]:
    return _listed(value, MOST_TASKS, LONGEST_TASK)


def _ways(value: list[str]) -> list[str]:
    if any("\n" in one for one in value):
        raise fault("One of them has several lines.", "Write each in one line.")
    return _listed(value, MOST_TASKS, LONGEST_OPTION)


Number = Annotated[int, PlainValidator(_number)]
Tasks = Annotated[list[Words], AfterValidator(_tasks)]
Ways = Annotated[list[Words], AfterValidator(_ways)]


class Law(BaseModel):
    """Another law than the GDPR: [requests.ccpa]."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    label: Words | None = None
    days: Number = 0
    months: Number = 0
    extension_days: Number = 0
    extension_months: Number = 0
    next_working_day: bool = False

    @model_validator(mode="after")
    def _some_time(self) -> Self:
        if self.days + self.months == 0:
            raise fault("This law gives no time at all.", "Add days = 45, or months = 1.")
        return self


class Requests(BaseModel):
    """Every table below [requests] that is none of its own is a law."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True)
    __pydantic_extra__: dict[str, Law] = Field(init=False)

    law: Words = GDPR.key
    country: Words | None = None
    subdivision: Words | None = None
    identity: Ways = list(USUAL_IDENTITY)
    remind_before: list[Duration] = [timedelta(days=7), timedelta(days=2)]
    overdue_at: TimeOfDay = time(8, 45)
    tasks: dict[KindName, Tasks] = {}

    @model_validator(mode="before")
    @classmethod
    def _only_laws_beside(cls, value: Any) -> Any:
        """A key that is no table is a mistyped one, and no law."""
        if isinstance(value, Mapping):
            for key, one in value.items():
                if key not in cls.model_fields and not isinstance(one, Mapping):
                    raise fault(f"“{key}” is not a key of [requests].", suggestion(key, cls.model_fields))
        return value

    @field_validator("country")
    @classmethod
    def _known_country(cls, value: str | None) -> str | None:
        if value is not None and value not in KNOWN:
            raise fault(f"No holidays are known of {value!r}.", 'Write a country\'s two letters, such as "LV" or "DE".')
        return value

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.law != GDPR.key and self.law not in self.laws:
            raise fault(f"There is no law “{self.law}”.", suggestion(self.law, {GDPR.key, *self.laws}))
        parts = _parts(self.country) if self.country and self.subdivision is not None else []
        if self.subdivision is not None and self.subdivision not in parts:
            mend = suggestion(self.subdivision, parts) if parts else "Leave it out."
            raise fault(f"{self.country or 'No country'} has no part “{self.subdivision}”.", mend)
        return self

    @property
    def laws(self) -> dict[str, Law]:
        """Those beside the GDPR, unless the company writes its own terms for it."""
        return dict(self.__pydantic_extra__ or {})


def _parts(country: str) -> list[str]:
    """The parts of a country that have holidays of their own."""
    import holidays  # takes long to load, and few companies name a part

    return list(getattr(holidays, country).subdivisions)


def request_settings(table: Requests, timezone: str) -> RequestSettings:
    """The values."""
    laws = {GDPR.key: GDPR, **{key: _term(key, one) for key, one in table.laws.items()}}
    return RequestSettings(
        zone=ZoneInfo(timezone),
        laws=MappingProxyType(laws),
        law=table.law,
        tasks=MappingProxyType({**USUAL_TASKS, **{key: tuple(one) for key, one in table.tasks.items()}}),
        identity=tuple(table.identity),
        remind_before=tuple(sorted(set(table.remind_before), reverse=True)),
        overdue_at=table.overdue_at,
        country=table.country,
        subdivision=table.subdivision,
    )


def _term(key: str, one: Law) -> Term:
    return Term(
        key,
        one.label or key.replace("_", " ").upper(),
        months=one.months,
        days=one.days,
        extension_months=one.extension_months,
        extension_days=one.extension_days,
        next_working_day=one.next_working_day,
    )
