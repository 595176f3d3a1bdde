"""Putting Steward together: nothing happens at import, everything is passed in here."""

import secrets
from collections.abc import Callable
from typing import Literal, TypedDict
from zoneinfo import ZoneInfo

from slack_bolt import App
from slack_sdk import WebClient

import handlers
from bot.access.asking.ask import Ask
from bot.access.asking.exact import Finder
from bot.access.deciding.judge import Judge
from bot.access.ending.finish import Finish
from bot.access.overview import Look
from bot.access.people import WholeDirectory
from bot.access.recertification.removals import WithoutRemoved
from bot.access.requests.sponsors import SPONSOR_WORK
from bot.accounts.contactable import withheld_of
from bot.accounts.disclosures.ask import TIMEOUT_WORK as DISCLOSURE_TIMEOUT
from bot.accounts.embedded import EmbeddedSource
from bot.accounts.look_up import LookUp
from bot.accounts.resolve import kind_of, resolver
from bot.accounts.reveal import Reveal
from bot.accounts.source import Source
from bot.audit.erasures.steps import REMIND_WORK, TIMEOUT_WORK, Erasures
from bot.audit.integration.growth import Keys
from bot.audit.integration.waiting import Overdue
from bot.audit.ledger import Ledger
from bot.audit.looking_back import LookBack
from bot.audit.proving import Proof
from bot.audit.reports.making import Report, Terms
from bot.audit.reviews.queue import ReviewQueue
from bot.audit.reviews.review import Review
from bot.audit.reviews.watch import Watch
from bot.audit.search import Search
from bot.audit.tamper import LedgerStanding, Refuse
from bot.audit.verifying import VerifyLedger
from bot.audit.weekly.digest import Digests
from bot.audit.witnessing.posting import DAILY, DailyCheckpoint, PostCheckpoint
from bot.audit.witnessing.witness_http import post
from bot.audit.witnessing.witnesses import AskWitnesses
from bot.building.account_sources import account_layout
from bot.building.approvers import build_approvers
from bot.building.customer_requests import build_customer_requests
from bot.building.ground import Ground
from bot.building.life import build_life
from bot.building.notices import build_telling
from bot.building.policy_changes import build_changes
from bot.building.questions import build_asking
from bot.building.special_cases import build_special_cases
from bot.clock import Clock
from bot.company import Company
from bot.database import Database
from bot.effects import Effects
from bot.gate.direct import DirectApp
from bot.notices.keeping import TAKES_EFFECT
from bot.notices.telling.rounds import ROUND
from bot.notices.telling.unread import Unread
from bot.notices.watching import CHECK, CONFIRM
from bot.privacy.customer_requests.reminders import MORNING, REMIND
from bot.privacy.desk import UNANSWERED
from bot.privacy.doubt import PolicyInDoubt
from bot.privacy.gaps import MONTHLY
from bot.privacy.questions import Answering
from bot.queued import AuditChannel
from bot.services import Services
from bot.settings import Configuration
from handlers.patience import Patience


def build_services(
    configuration: Configuration,
    database: Database,
    ledger: Ledger,
    directory: WholeDirectory,
    effects: Effects,
    clock: Clock,
    keys: Keys,
    standing: LedgerStanding,
    answering: Answering | None = None,
    source: Source | None = None,
) -> Services:
    """Every use case. `keys` are the ledger's; without `answering` there is no model, without `source` our table."""
    people = WithoutRemoved(directory, database, standing.roles)
    on = Ground(configuration, database, ledger, people, effects, clock)
    look_up, finder, report = _door(on, source, standing)
    return Services(
        company=company_of(configuration),
        clock=clock,
        database=database,
        ledger=ledger,
        directory=people,
        look_up=look_up,
        reveal=Reveal(look_up),
        **_access(on, finder, look_up.source),
        life=build_life(on, finder),
        proof=_proof(on, keys, standing),
        report=report,
        erasures=Erasures(database, ledger, effects, clock, configuration.erasure.pending_timeout, people),
        **_reviewing(on),
        customer_requests=build_customer_requests(on, finder, look_up, report),
        special_cases=build_special_cases(on, look_up),
        approvers=build_approvers(on),
        questions=build_asking(on, answering),
        changes=build_changes(configuration, database, ledger, effects, clock),
        telling=build_telling(on),
    )


class _Access(TypedDict):
    ask: Ask
    judge: Judge
    finish: Finish
    look: Look


def _access(on: Ground, finder: Finder, source: Source) -> _Access:
    """Requests from asking to their end, and what a person has of them."""
    return _Access(
        ask=Ask(on.ledger, on.rules, on.directory, on.effects, on.clock, finder),
        judge=Judge(on.database, on.ledger, on.rules, on.directory, on.effects, on.clock, kind_of(source)),
        finish=Finish(on.ledger, on.effects, on.clock),
        look=Look(on.database, on.rules, on.clock, on.directory),
    )


class _Reviewing(TypedDict):
    search: Search
    review: Review
    watch: Watch
    digests: Digests


def _reviewing(on: Ground) -> _Reviewing:
    """The auditors' queue, what fills it, and the week in numbers."""
    settings, chance = on.configuration, secrets.SystemRandom().random
    queue = ReviewQueue(on.ledger, on.effects, on.clock, settings.review)
    return _Reviewing(
        search=Search(on.database, on.ledger, on.rules, on.clock),
        review=Review(on.database, on.ledger, on.effects, on.clock, queue),
        watch=Watch(on.database, on.ledger, queue, on.directory, settings.unusual, on.zone, chance),
        digests=Digests(on.ledger, on.effects, on.clock, on.zone, settings.digest, settings.review.channels),
    )


def _door(on: Ground, source: Source | None, standing: LedgerStanding) -> tuple[LookUp, Finder, Report]:
    """The one door to account data, what finds the account that is meant, and the report on who came through."""
    source = source or EmbeddedSource(account_layout(on.configuration))
    unread = Unread(on.configuration.policy.notice.block_after)
    look_up = LookUp(on.ledger, source, on.rules, on.clock, unread, standing.roles)
    resolve = resolver(source)
    report = Report(on.database, on.ledger, report_terms(on.configuration), resolve, on.clock, on.directory)
    return look_up, Finder(resolve, look_up.browsing, withheld_of), report


def _proof(on: Ground, keys: Keys, standing: LedgerStanding) -> Proof:
    settings = on.configuration.ledger
    tell = AuditChannel(on.effects, "audit" in on.configuration.channels)
    refuse = Refuse(on.database, on.clock, standing, tell, secrets.token_bytes)
    look_back = LookBack(on.database, keys, secrets.token_bytes)
    return Proof(
        keys=keys,
        standing=standing,
        refuse=refuse,
        look_back=look_back,
        overdue=Overdue(on.database, on.clock, settings.alarm_after, standing, tell, on.clock()),
        post=PostCheckpoint(on.ledger, tell, tell.there),
        daily=DailyCheckpoint(on.ledger, tell, on.effects, on.clock, on.zone, settings.posted_at),
        verify=VerifyLedger(on.ledger, look_back, standing, refuse),
        witnesses=AskWitnesses(on.database, on.clock, settings.witnesses, post, tell),
        policy=PolicyInDoubt(on.database, on.clock, tell),
    )


def create_app(services: Services, client: WebClient, patience: Patience | None = None) -> App:
    """The Bolt app with every handler. `patience` is for whoever closes it.

    `process_before_response`: without it the acknowledgement is polled for every 10 ms and lost when a listener fails
    after it. Signatures are checked by the gate before anything is parsed; Socket Mode has none.
    """
    app = DirectApp(
        name="steward",
        client=client,
        process_before_response=True,
        request_verification_enabled=False,
        token_verification_enabled=False,
        ssl_check_enabled=False,
        url_verification_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    handlers.register_all(app, services, patience or Patience())
    return app


def work_of(services: Services) -> dict[str, Callable[[str], None]]:
    """The schedule's work, by its kind."""
    return {
        "request.timeout": services.finish.time_out,
        "grant.begun": services.finish.begun,
        "grant.ending": services.finish.ending_soon,
        "grant.over": services.finish.grant_over,
        TIMEOUT_WORK: services.erasures.time_out,
        REMIND_WORK: services.erasures.remind,
        SPONSOR_WORK: services.special_cases.sponsors.tell,
        DISCLOSURE_TIMEOUT: services.special_cases.disclosures.judge.time_out,
        "review.overdue": services.review.queue.overdue,
        REMIND: services.customer_requests.reminders.remind,
        MORNING: services.customer_requests.reminders.morning,
        "digest.week": services.digests.send,
        UNANSWERED: services.questions.desk.remind,
        MONTHLY: services.questions.gaps.send,
        DAILY: services.proof.daily,
        **services.approvers.work(),
        CHECK: services.changes.watching.due,
        CONFIRM: services.changes.watching.confirm,
        TAKES_EFFECT: services.changes.keeping.took_effect,
        ROUND: services.telling.rounds.round,
    }


def report_terms(configuration: Configuration) -> Terms:
    """What a report to a customer says of the company."""
    people: Literal["role", "name"] = "name" if configuration.report_people == "name" else "role"
    disclosing = configuration.disclosure.clause if configuration.disclosure else None
    zone = ZoneInfo(configuration.company.timezone)
    return Terms(company_of(configuration), zone, people, disclosing, configuration.report_fonts)


def company_of(configuration: Configuration) -> Company:
    """The company in words."""
    groups = {
        role: handle.removeprefix("@") if isinstance(handle, str) else role
        for role, handle in configuration.groups.items()
    }
    example = configuration.accounts.example or "ID"
    return Company(configuration.company.name, configuration.company.contact, configuration.rules, groups, example)
