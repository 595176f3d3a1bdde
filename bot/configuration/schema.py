"""The shape of steward.toml, table by table. Names and formats are a contract with operators."""

from datetime import time, timedelta
from typing import Annotated, Any, Literal, Self, get_args, get_origin

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from bot.configuration.access import AccountsInAGrant, Duty, Limit, ReasonWords, TicketPattern
from bot.configuration.approvers import Recertification
from bot.configuration.customer_requests import Requests
from bot.configuration.disclosing import Disclosure
from bot.configuration.formats import (
    Cron,
    Duration,
    Email,
    FieldName,
    Handle,
    Key,
    TimeOfDay,
    TimeZone,
    Words,
    fault,
)
from bot.configuration.ledger import FormerKey, OriginName, WitnessAddress, WitnessKey
from bot.configuration.notices import Notice
from bot.configuration.people import People
from bot.configuration.policy_watching import Announce, SourceNames, Watch
from bot.configuration.processors import ProcessorTable
from bot.configuration.questions import Address, Embed, Questions

LONGEST_GRANT = timedelta(days=30)
LONGEST_WINDOW = timedelta(days=7)
MOST_APPROVALS = 5
LONGEST_PATIENCE_S = 60
_HANDLE: TypeAdapter[str] = TypeAdapter(Handle)
_EMAIL: TypeAdapter[str] = TypeAdapter(Email)
_AS_A_LIST = 'Write a list of addresses in quotes: ["ana@company.example"].'


def _members(value: object) -> str | tuple[str, ...]:
    """A Slack user group's handle, or e-mail addresses. What is wrong with an address is told by its place only."""
    if isinstance(value, list):
        wrong = [str(place) for place, one in enumerate(value, start=1) if not _is_email(one)]
        if wrong or not value:
            which = f"Number {' and '.join(wrong)} of the list is no e-mail address." if wrong else "The list is empty."
            raise fault(which, _AS_A_LIST)
        return tuple(value)
    if not isinstance(value, str):
        raise fault("A group is a name or a list.", "Write a Slack user group's handle, or a list of e-mail addresses.")
    if "@" in value.strip().lstrip("@"):
        raise fault("This is an e-mail address and no group's handle.", _AS_A_LIST)
    return _HANDLE.validate_python(value)


def _is_email(value: object) -> bool:
    try:
        _EMAIL.validate_python(value)
    except ValidationError:
        return False
    return True


def _grant_length(value: timedelta) -> timedelta:
    if value > LONGEST_GRANT:
        raise fault("The longest that a grant may last is 30 days.", 'Write "30d" or less.')
    return value


def _approvals(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MOST_APPROVALS:
        mend = f"Write 1, 2 for two different people (at most {MOST_APPROVALS}), or 0 to grant at once and record it."
        raise fault(f"{value!r} approvals are not possible.", mend)
    return value


def _share(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 1:
        raise fault(f"{value!r} is no share.", "Write a number from 0 (none) to 1 (all), such as 0.05.")
    return float(value)


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise fault(f"{value!r} is no threshold.", "Write a whole number from 1 on, without quotes.")
    return value


def _window(value: timedelta) -> timedelta:
    if value > LONGEST_WINDOW:
        raise fault("The longest window that a rule can look at is 7 days.", 'Write "7d" or less.')
    return value


def _patience(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value <= LONGEST_PATIENCE_S:
        raise fault(f"{value!r} seconds can't be waited for.", f"Write a number from 0.1 to {LONGEST_PATIENCE_S}.")
    return float(value)


Members = Annotated[str | tuple[str, ...], PlainValidator(_members)]
GrantLength = Annotated[Duration, AfterValidator(_grant_length)]
Approvals = Annotated[int, PlainValidator(_approvals)]
Share = Annotated[float, PlainValidator(_share)]
Patience = Annotated[float, PlainValidator(_patience)]
Count = Annotated[int, PlainValidator(_count)]
Window = Annotated[Duration, AfterValidator(_window)]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
RuleName = Literal["breadth", "outside_hours", "without_ticket", "refusals", "guesses", "after_grant"]


class Table(BaseModel):
    """A table of the file: no key beyond those listed, no value turned into another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Company(Table):
    name: Words = Field(examples=['"Your Company Ltd"'])
    timezone: TimeZone = "UTC"
    contact: Words = Field(examples=['"privacy@company.example"'])


class Policy(Table):
    source: SourceNames = Field(examples=['"policies/policy.md"'])
    on_clause_gone: Literal["end", "wait"] = "end"
    check: Cron | None = None
    watch: Watch = Watch()
    announce: Announce = "decided"
    notice: Notice = Notice()
    url: Address | None = None
    topics: Words | None = None
    embed: Embed = None
    allow_private_addresses: bool = False


class Channels(Table):
    approvals: Handle | None = None
    privacy: Handle | None = None
    audit: Handle | None = None


class DataClass(Table):
    label: Words | None = None
    fields: list[FieldName] = Field(examples=['["id", "name"]'])
    shown: Literal["open", "masked", "hidden"] = Field(examples=['"masked"'])
    approvers: Key | None = None
    approvals: Approvals = 1
    belongs_to: Literal["company", "customer"] = "company"


class Purpose(Table):
    label: Words | None = None
    clause: Words = Field(examples=['"words of the policy"'])
    groups: list[Key] = Field(examples=['["support"]'])
    default_for: list[Key] = []
    data_classes: list[Key] = Field(examples=['["account"]'])
    max_duration: GrantLength = Field(examples=['"4h"'])
    approvals: Approvals = 1
    approvers: Key = "approvers"
    extend: Literal["decided", "at_once"] = "decided"
    end_when_unused: Duration | None = None
    media: dict[Key, list[FieldName]] = {}
    marketing: bool = False
    emergency: GrantLength | None = None
    on_duty: Duty | None = None
    reasons: list[ReasonWords] = []
    ticket: TicketPattern | None = None
    ticket_example: Words | None = None
    ticket_required: bool = False
    lookups_per_hour: Limit | None = None


class Access(Table):
    pending_timeout: GrantLength = timedelta(hours=8)
    remind_after: Duration | None = None
    escalate_after: Duration | None = None
    escalate_to: Key | None = None
    escalation_decides: bool = False
    ask_about_ticket_after: Duration | None = None
    open_requests: Limit | None = None
    open_grants: Limit | None = None
    lookups_per_hour: Limit | None = None
    accounts_in_a_grant: AccountsInAGrant = 10


class Erasure(Table):
    pending_timeout: Duration = timedelta(days=3)


class Witness(Table):
    url: WitnessAddress = Field(examples=['"https://witness.example/log"'])
    key: WitnessKey = Field(examples=['"witness.example+1234abcd+B…"'])
    private: bool = False

    @model_validator(mode="after")
    def _in_public_only_encrypted(self) -> Self:
        if self.url.startswith("http://") and not self.private:
            raise fault("A witness on the internet is reached by https.", "Write https://, or add private = true.")
        return self


class Ledger(Table):
    origin: OriginName | None = None
    on_tamper: Literal["stop", "go_on"] = "stop"
    alarm_after: Duration = timedelta(minutes=1)
    posted_at: TimeOfDay = time(9)
    witnesses: list[Witness] = []
    former_keys: list[FormerKey] = []


class Digest(Table):
    day: Weekday = "monday"
    at: TimeOfDay = time(8, 30)


class Review(Table):
    share: Share = 0.05
    within: Duration = timedelta(days=3)
    answer_within: Duration = timedelta(days=2)
    escalate_after: Duration = timedelta(days=2)
    digest: Digest = Digest()


class WorkingHours(Table):
    days: list[Weekday] = ["monday", "tuesday", "wednesday", "thursday", "friday"]
    start: TimeOfDay = time(7)
    end: TimeOfDay = time(20)


class Breadth(Table):
    accounts: Count = 15
    within: Window = timedelta(hours=1)
    times: Count = 3


class OutsideHours(Table):
    looks: Count = 3
    within: Window = timedelta(hours=12)


class WithoutTicket(Table):
    accounts: Count = 3
    within: Window = timedelta(days=1)


class Refusals(Table):
    refusals: Count = 5
    within: Window = timedelta(hours=1)


class Guesses(Table):
    searches: Count = 15
    within: Window = timedelta(hours=1)


class AfterGrant(Table):
    accounts: Count = 4
    within: Window = timedelta(hours=1)
    soon: Duration = timedelta(minutes=10)


class AccountSearch(Table):
    exact: list[FieldName] | None = None
    names: list[FieldName] | None = None
    title: FieldName | None = None
    example: Words | None = None
    kind_field: FieldName | None = None
    activated_field: FieldName | None = None


class SourceTable(Table):
    """One of several sources. Other keys are its own."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True, hide_input_in_errors=True)

    source: Words = Field(examples=['"sql"'])
    data_classes: list[Key] = Field(examples=['["payment"]'])
    timeout_s: Patience = 5.0


class Unusual(Table):
    past: Duration = timedelta(days=28)
    working_hours: WorkingHours = WorkingHours()
    breadth: Breadth = Breadth()
    outside_hours: OutsideHours = OutsideHours()
    without_ticket: WithoutTicket = WithoutTicket()
    refusals: Refusals = Refusals()
    guesses: Guesses = Guesses()
    after_grant: AfterGrant = AfterGrant()
    off: list[RuleName] = []


class Accounts(AccountSearch):
    """Other keys are those of the source; bot.configuration.sources knows them."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True, hide_input_in_errors=True)

    source: Words | None = None
    timeout_s: Patience = 5.0
    sources: dict[Key, SourceTable] = {}


class Report(Table):
    people: Literal["role", "name"] = "role"
    fonts: list[Words] = []


class File(Table):
    """The whole file."""

    company: Company
    policy: Policy
    groups: dict[Key, Members]
    channels: Channels = Channels()
    data_classes: dict[Key, DataClass]
    purposes: dict[Key, Purpose]
    access: Access = Access()
    erasure: Erasure = Erasure()
    ledger: Ledger = Ledger()
    accounts: Accounts = Accounts()
    review: Review = Review()
    unusual: Unusual = Unusual()
    report: Report = Report()
    questions: Questions = Questions()
    requests: Requests = Requests()
    recertification: Recertification = Recertification()
    disclosure: Disclosure | None = None
    processors: dict[Key, ProcessorTable] = {}
    people: People = People()


def table_at(path: tuple[str, ...], root: type[BaseModel] = File) -> type[BaseModel] | None:
    """The table that stands at a path of the file (or of `root`); None where the file's author chooses the keys."""
    here: Any = root
    for part in path:
        if isinstance(here, type) and issubclass(here, BaseModel):
            here = here.model_fields[part].annotation if part in here.model_fields else None
        elif get_origin(here) is dict:
            here = get_args(here)[1]
        else:
            return None
    return here if isinstance(here, type) and issubclass(here, BaseModel) else None
