"""Everything about customers' requests and objections, put together once."""

from dataclasses import dataclass

from bot.privacy.customer_requests.afterwards import Afterwards
from bot.privacy.customer_requests.assemble import Assemble
from bot.privacy.customer_requests.counts import Counts
from bot.privacy.customer_requests.left import Left
from bot.privacy.customer_requests.listing import Listing
from bot.privacy.customer_requests.mistakes import Mistakes
from bot.privacy.customer_requests.register import Register
from bot.privacy.customer_requests.reminders import Reminders
from bot.privacy.customer_requests.settings import RequestSettings
from bot.privacy.customer_requests.work import Work
from bot.privacy.objections.record import Objections


@dataclass(frozen=True, slots=True)
class CustomerRequests:
    """The use cases, and what the company configured."""

    settings: RequestSettings
    register: Register
    work: Work
    mistakes: Mistakes
    afterwards: Afterwards
    listing: Listing
    counts: Counts
    assemble: Assemble
    reminders: Reminders
    left: Left
    objections: Objections
