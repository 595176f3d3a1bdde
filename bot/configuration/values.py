"""The configuration as the rest of Steward uses it: frozen values, no file format."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bot.access.people_alike import Alike
from bot.access.recertification.terms import RecertificationSettings
from bot.access.rules.purposes import DataClass, Purpose, Rules, Shown
from bot.accounts.disclosures.ask import DisclosureTerms
from bot.audit.merkle.notes import VerifierKey
from bot.audit.reviews.queue import ReviewSettings
from bot.audit.reviews.unusual import Thresholds
from bot.audit.weekly.digest import DigestTime
from bot.audit.witnessing.witnesses import Witness
from bot.configuration import schema
from bot.configuration.access import limits, on_duty, ticket_rule
from bot.configuration.approvers import recertification, reminding
from bot.configuration.customer_requests import request_settings
from bot.configuration.disclosing import disclosure_terms
from bot.configuration.ledger import usual_origin
from bot.configuration.lines import Lines
from bot.configuration.marketing import MARKETING
from bot.configuration.notices import channel_addresses, notice_settings
from bot.configuration.people import alike
from bot.configuration.policy_watching import watch_settings
from bot.configuration.processors import processors, sponsors
from bot.configuration.questions import question_settings
from bot.configuration.sources import SourceConfiguration, account_sources
from bot.configuration.watching import digest_time, review_settings, thresholds
from bot.notices.telling.settings import NoticeSettings
from bot.notices.watch_settings import WatchSettings
from bot.privacy.customer_requests.settings import RequestSettings
from bot.privacy.question_settings import QuestionSettings

USUAL_EXACT = ("email", "domain", "phone")
USUAL_NAMES = ("name", "domain")
USUAL_TITLE = "name"
USUAL_KIND = "kind"
USUAL_ACTIVATED = "created_at"


@dataclass(frozen=True, slots=True)
class Company:
    """Who the policy's "we" is. `timezone` is an IANA name; `contact` is whom to ask."""

    name: str
    timezone: str
    contact: str


@dataclass(frozen=True, slots=True)
class PolicySettings:
    """Where the policy is published (a file or a URL) and when to look (cron, five fields; None: never by itself).

    `allow_private_addresses`: a URL may lead into the company's own network. `source` is the first one; `watch` has
    all of them.
    """

    source: str
    check: str | None
    notice: NoticeSettings
    allow_private_addresses: bool = False
    watch: WatchSettings = field(default_factory=WatchSettings)


@dataclass(frozen=True, slots=True)
class Accounts:
    """Where accounts come from and what finds them.

    `exact`: fields that are looked up as a whole (an e-mail address), beside `id`; `names`: fields that are searched
    with typing errors forgiven; `title`: the field that heads a card; `sources`: the company's own, none where the
    accounts are in Steward's table; `example`: an id that commands are explained with.
    """

    exact: tuple[str, ...]
    names: tuple[str, ...]
    title: str
    sources: tuple[SourceConfiguration, ...] = ()
    example: str | None = None

    @property
    def embedded(self) -> bool:
        """Whether they are in Steward's own table."""
        return not self.sources


@dataclass(frozen=True, slots=True)
class ErasureSettings:
    """How long privacy officers have to confirm that a person's text is erased from the audit table."""

    pending_timeout: timedelta


@dataclass(frozen=True, slots=True)
class LedgerSettings:
    """The ledger: `origin` is its name and its key's. `stops`: a ledger that was found changed stops look-ups.

    An entry that waits for its index longer than `alarm_after` raises an alarm. `posted_at` is the time of day, in the
    company's time zone, when the checkpoint is posted.
    """

    origin: str
    stops: bool
    alarm_after: timedelta
    posted_at: time
    witnesses: tuple[Witness, ...]
    former_keys: tuple[VerifierKey, ...]


@dataclass(frozen=True, slots=True)
class Configuration:
    """steward.toml, whole and consistent. `fingerprint` is as `bot.configuration.fingerprint` makes it.

    `groups`: role to Slack user group handle or e-mail addresses; `channels`: role to channel name without #;
    `report_people`: whether a customer's report calls employees by "role" or by "name"; `report_fonts`: font files
    with letters that its paper's own font lacks.
    """

    company: Company
    policy: PolicySettings
    groups: Mapping[str, str | tuple[str, ...]]
    channels: Mapping[str, str]
    accounts: Accounts
    ledger: LedgerSettings
    rules: Rules
    erasure: ErasureSettings
    review: ReviewSettings
    digest: DigestTime
    unusual: Thresholds
    fingerprint: str
    path: Path
    lines: Lines = field(repr=False, compare=False)
    report_people: str = "role"
    report_fonts: tuple[Path, ...] = ()
    questions: QuestionSettings = field(default_factory=QuestionSettings)
    requests: RequestSettings = field(default_factory=lambda: RequestSettings(ZoneInfo("UTC")))
    recertification: RecertificationSettings = field(default_factory=RecertificationSettings)
    disclosure: DisclosureTerms | None = None
    ends_with_clause: bool = True
    alike: Alike = field(default_factory=Alike, repr=False)

    @property
    def folder(self) -> Path:
        """The folder that relative file names count from."""
        return self.path.parent

    @property
    def addresses(self) -> Mapping[str, str]:
        """The channels that messages go to: the roles of `channels`, and "#name" of those that hear of changes."""
        return channel_addresses(self.channels, self.policy.notice)

    def line(self, where: str) -> int | None:
        """The line of a key in the file, by its path with dots."""
        return self.lines.at(where)


def configuration(file: schema.File, path: Path, fingerprint: str, lines: Lines) -> Configuration:
    """Build the values from a file that has no fault."""
    company, requests = file.company, file.requests
    return Configuration(
        company=Company(file.company.name, file.company.timezone, file.company.contact),
        policy=PolicySettings(
            file.policy.source[0],
            file.policy.check,
            notice_settings(
                file.policy.notice, company.timezone, file.policy.url, requests.country, requests.subdivision
            ),
            file.policy.allow_private_addresses,
            watch_settings(file.policy.source, file.policy.check, file.policy.watch, file.policy.announce),
        ),
        groups=MappingProxyType({**file.groups, **sponsors(file.processors)}),
        channels=MappingProxyType(file.channels.model_dump(exclude_none=True)),
        accounts=_accounts(file),
        ledger=_ledger(file),
        rules=_rules(file),
        erasure=ErasureSettings(file.erasure.pending_timeout),
        review=review_settings(file),
        digest=digest_time(file),
        unusual=thresholds(file),
        fingerprint=fingerprint,
        path=path,
        lines=lines,
        report_people=file.report.people,
        report_fonts=tuple(path.parent / one for one in file.report.fonts),
        questions=question_settings(
            file.questions, file.policy.source[0], file.policy.url, file.policy.topics, file.policy.embed
        ),
        requests=request_settings(file.requests, file.company.timezone),
        recertification=recertification(file.recertification, file.company.timezone),
        disclosure=disclosure_terms(file.disclosure),
        ends_with_clause=file.policy.on_clause_gone == "end",
        alike=alike(file.people),
    )


def _rules(file: schema.File) -> Rules:
    accounts, zone = _accounts(file), file.company.timezone
    return Rules(
        purposes=MappingProxyType({key: _purpose(key, one, zone) for key, one in file.purposes.items()}),
        data_classes=MappingProxyType({key: _data_class(key, one) for key, one in file.data_classes.items()}),
        pending_timeout=file.access.pending_timeout,
        reminding=reminding(
            file.access.remind_after,
            file.access.escalate_after,
            file.access.escalate_to,
            decides=file.access.escalation_decides,
        ),
        ask_about_ticket_after=file.access.ask_about_ticket_after,
        kind_field=file.accounts.kind_field or next(iter(_usual(file, [USUAL_KIND])), None),
        name_fields=frozenset((accounts.title, *accounts.names)) - {"id"},
        title_field=accounts.title,
        activated_field=file.accounts.activated_field or next(iter(_usual(file, [USUAL_ACTIVATED])), None),
        processors=processors(file.processors, file.company.timezone),
        limits=limits(
            file.access.open_requests,
            file.access.open_grants,
            file.access.lookups_per_hour,
            file.access.accounts_in_a_grant,
        ),
    )


def _ledger(file: schema.File) -> LedgerSettings:
    ledger = file.ledger
    return LedgerSettings(
        origin=ledger.origin or usual_origin(file.company.name, file.company.contact),
        stops=ledger.on_tamper == "stop",
        alarm_after=ledger.alarm_after,
        posted_at=ledger.posted_at,
        witnesses=tuple(Witness(one.url, VerifierKey.parse(one.key), one.private) for one in ledger.witnesses),
        former_keys=tuple(VerifierKey.parse(one) for one in ledger.former_keys),
    )


def _data_class(key: str, one: schema.DataClass) -> DataClass:
    approvals = one.approvals if one.approvers else 0
    return DataClass(
        key,
        one.label or _label(key),
        tuple(one.fields),
        Shown(one.shown),
        approvals=approvals,
        approvers=one.approvers,
        belongs_to_customer=one.belongs_to == "customer",
    )


def _purpose(key: str, one: schema.Purpose, timezone: str) -> Purpose:
    return Purpose(
        key=key,
        label=one.label or _label(key),
        clause=one.clause,
        groups=frozenset(one.groups),
        default_for=frozenset(one.default_for),
        data_classes=tuple(dict.fromkeys(one.data_classes)),
        max_duration=one.max_duration,
        approvals=one.approvals,
        approvers=one.approvers,
        extend_at_once=one.extend == "at_once",
        end_when_unused=one.end_when_unused,
        media=MappingProxyType({medium: tuple(fields) for medium, fields in one.media.items()}),
        marketing=one.marketing or MARKETING in (key, (one.label or "").casefold()),
        emergency=one.emergency,
        on_duty=on_duty(one.on_duty, timezone),
        reasons=tuple(one.reasons),
        ticket=ticket_rule(one.ticket, one.ticket_example, required=one.ticket_required),
        look_ups_per_hour=one.lookups_per_hour,
    )


def _label(key: str) -> str:
    return key.replace("_", " ").replace("-", " ").capitalize()


def _accounts(file: schema.File) -> Accounts:
    accounts = file.accounts
    return Accounts(
        exact=tuple(accounts.exact) if accounts.exact is not None else _usual(file, USUAL_EXACT),
        names=tuple(accounts.names) if accounts.names is not None else _usual(file, USUAL_NAMES, opened=True),
        title=accounts.title or next(iter(_usual(file, [USUAL_TITLE], opened=True)), "id"),
        sources=account_sources(accounts, tuple(file.data_classes)),
        example=accounts.example,
    )


def _usual(file: schema.File, names: Iterable[str], *, opened: bool = False) -> tuple[str, ...]:
    """Those of the customary field names that this company's data classes have; `opened`: that anybody may see."""
    classes = [one for one in file.data_classes.values() if not opened or one.shown == Shown.OPEN.value]
    there = {field for one in classes for field in one.fields}
    return tuple(name for name in names if name in there)
