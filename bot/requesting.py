"""Putting customers' requests together, beside bot.app."""

from bot.access.exact import Finder
from bot.access.people import Directory
from bot.access.roles import PRIVACY
from bot.accounts.look_up import LookUp
from bot.accounts.reveal import Reveal
from bot.audit.ledger import Ledger
from bot.audit.reports.making import Report
from bot.clock import Clock
from bot.database import Database
from bot.effects import Effects
from bot.privacy.customer_requests.accounts import FormAccounts
from bot.privacy.customer_requests.afterwards import Afterwards
from bot.privacy.customer_requests.assemble import Assemble
from bot.privacy.customer_requests.capability import CustomerRequests
from bot.privacy.customer_requests.counts import Counts
from bot.privacy.customer_requests.listing import Listing
from bot.privacy.customer_requests.mistakes import Mistakes
from bot.privacy.customer_requests.register import Register
from bot.privacy.customer_requests.reminders import Reminders
from bot.privacy.customer_requests.work import Work
from bot.privacy.objections.record import Objections
from bot.settings import Configuration


def build_customer_requests(
    configuration: Configuration,
    database: Database,
    ledger: Ledger,
    directory: Directory,
    effects: Effects,
    clock: Clock,
    finder: Finder,
    look_up: LookUp,
    report: Report,
) -> CustomerRequests:
    """The register of customers' requests, and objections to marketing."""
    settings, rules = configuration.requests, configuration.rules
    tells = PRIVACY in configuration.channels
    accounts = FormAccounts(finder.resolve, rules, clock)
    objections = Objections(ledger, rules, effects, clock, settings.zone, accounts, tells)
    work = Work(database, ledger, effects, clock, settings)
    return CustomerRequests(
        settings=settings,
        register=Register(ledger, effects, clock, accounts, settings, objections, tells),
        work=work,
        mistakes=Mistakes(work, objections),
        afterwards=Afterwards(work),
        listing=Listing(database, ledger),
        counts=Counts(database, clock, settings.zone),
        assemble=Assemble(work, look_up, Reveal(look_up), report),
        reminders=Reminders(ledger, directory, effects, clock, settings, tells),
        objections=objections,
    )
