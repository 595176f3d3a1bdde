"""Everything Steward can do, put together once and handed to what people touch."""

from dataclasses import dataclass

from bot.access.approving import Approvers
from bot.access.asking.ask import Ask
from bot.access.deciding.judge import Judge
from bot.access.ending.finish import Finish
from bot.access.life import Life
from bot.access.overview import Look
from bot.access.recertification.removals import WithoutRemoved
from bot.accounts.look_up import LookUp
from bot.accounts.reveal import Reveal
from bot.accounts.special_cases import SpecialCases
from bot.audit.erasures.steps import Erasures
from bot.audit.ledger import Ledger
from bot.audit.proving import Proof
from bot.audit.reports.making import Report
from bot.audit.reviews.review import Review
from bot.audit.reviews.watch import Watch
from bot.audit.search import Search
from bot.audit.weekly.digest import Digests
from bot.clock import Clock
from bot.company import Company
from bot.database import Database
from bot.notices.capability import Changes
from bot.notices.telling.capability import Telling
from bot.privacy.asking import Asking
from bot.privacy.customer_requests.capability import CustomerRequests


@dataclass(frozen=True, slots=True)
class Services:
    """The use cases, and what they stand on."""

    company: Company
    clock: Clock
    database: Database
    ledger: Ledger
    directory: WithoutRemoved
    look_up: LookUp
    reveal: Reveal
    ask: Ask
    judge: Judge
    finish: Finish
    look: Look
    life: Life
    search: Search
    report: Report
    proof: Proof
    erasures: Erasures
    review: Review
    customer_requests: CustomerRequests
    special_cases: SpecialCases
    watch: Watch
    digests: Digests
    questions: Asking
    approvers: Approvers
    changes: Changes
    telling: Telling
