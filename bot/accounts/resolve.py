"""Finding the one account that a request is about, for the forms that name it."""

from collections.abc import Sequence

from bot.access.deciding.enough import IsIndividual
from bot.access.requests.drafts import Fault
from bot.access.requests.filing import Named, Resolve
from bot.accounts.as_meant import search_as_meant
from bot.accounts.source import SeveralOfOneId, Source, SourceDown
from bot.audit.ledger import OpenEntry

MOST = 10


def resolver(source: Source) -> Resolve:
    """What a request needs of the accounts: exactly one, or what stands in the way."""

    def resolve(query: str, entry: OpenEntry) -> tuple[Sequence[Named], Fault | None]:
        try:
            matches = search_as_meant(source, query, limit=MOST, entry=entry)
        except SeveralOfOneId as several:
            entry.account = several.account_id
            return (), Fault.SHARED_ID
        except SourceDown:
            return (), Fault.SOURCE_DOWN
        if not all(ref.known for ref in matches.refs):
            return (), Fault.SOURCE_DOWN  # whether it is an individual's decides who has to agree
        if not matches.refs:
            return (), Fault.TOO_SHORT if matches.how == "too_short" else Fault.NO_MATCH
        certain = len(matches.refs) == 1 and matches.how != "similar"
        return matches.refs, None if certain else Fault.SEVERAL_MATCHES

    return resolve


def kind_of(source: Source) -> IsIndividual:
    """Whether an account is an individual's, for who decides how many must agree. One that is gone is none."""

    def is_individual(account: str, entry: OpenEntry) -> bool | None:
        try:
            ref = source.find(account, entry=entry)
        except SourceDown:
            return None
        return None if ref is not None and not ref.known else ref is not None and ref.is_individual

    return is_individual
