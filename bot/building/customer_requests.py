"""Customers' requests, put together."""

from bot.access.asking.exact import Finder
from bot.accounts.look_up import LookUp
from bot.accounts.reveal import Reveal
from bot.audit.reports.making import Report
from bot.building.ground import Ground
from bot.privacy.customer_requests.accounts import FormAccounts
from bot.privacy.customer_requests.afterwards import Afterwards
from bot.privacy.customer_requests.assemble import Assemble
from bot.privacy.customer_requests.capability import CustomerRequests
from bot.privacy.customer_requests.counts import Counts
from bot.privacy.customer_requests.left import Left
from bot.privacy.customer_requests.listing import Listing
from bot.privacy.customer_requests.mistakes import Mistakes
from bot.privacy.customer_requests.register import Register
from bot.privacy.customer_requests.reminders import Reminders
from bot.privacy.customer_requests.work import Work
from bot.privacy.objections.record import Objections


def build_customer_requests(on: Ground, finder: Finder, look_up: LookUp, report: Report) -> CustomerRequests:
    """The register of customers' requests, and objections to marketing."""
    settings, tells = on.configuration.requests, on.has_privacy_desk
    accounts = FormAccounts(finder.resolve, on.rules, on.clock)
    objections = Objections(on.ledger, on.rules, on.effects, on.clock, settings.zone, accounts, tells)
    work = Work(on.database, on.ledger, on.effects, on.clock, settings)
    return CustomerRequests(
        settings=settings,
        register=Register(on.ledger, on.effects, on.clock, accounts, settings, objections, tells),
        work=work,
        mistakes=Mistakes(work, objections),
        afterwards=Afterwards(work),
        listing=Listing(on.database, on.ledger),
        counts=Counts(on.database, on.clock, settings.zone),
        assemble=Assemble(work, look_up, Reveal(look_up), report),
        reminders=Reminders(on.ledger, on.directory, on.effects, on.clock, settings, tells),
        left=Left(on.database, on.ledger, on.directory, on.effects, on.clock, tells),
        objections=objections,
    )
