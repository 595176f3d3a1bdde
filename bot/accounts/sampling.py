"""One account of the company's own source, masked as far as it can be: for `steward check`, recorded as a look-up."""

from typing import Final, NamedTuple

from bot.access.rules.purposes import Rules, Shown
from bot.accounts.joined import JoinedSource
from bot.accounts.layout import ID
from bot.accounts.masks import mask
from bot.accounts.source import AccountRef, Record, Source
from bot.audit.entry import Action, Outcome
from bot.audit.ledger import Ledger, Origin

REASON: Final = "check"


class Sampled(NamedTuple):
    """The account's id, and the account in words."""

    id: str
    words: str


def sample_masked(
    source: Source, rules: Rules, ledger: Ledger, origin: Origin, account: str | None = None
) -> Sampled | None:
    """Its id, its fields as an individual's would be masked, and numbers of what is hidden or a list; None without one.

    It is the one with the id `account`, or any that the source names.

    Raises SourceDown when there is no answer, NotRecorded when the entry can't be committed.
    """
    if not isinstance(source, JoinedSource):
        return None
    with ledger.entry(origin, Action.LOOK_UP, query=account) as entry:
        ref = source.find(account, entry=entry) if account is not None else source.sample(entry=entry)
        if ref is None:
            entry.close(Outcome.NOT_FOUND, REASON)
            return None
        entry.account = ref.id
        every = [(name, one.shown) for one in rules.data_classes.values() for name in one.fields]
        read = [name for name, shown in every if shown is not Shown.HIDDEN and name not in source.lists]
        counted = [name for name, _ in every if name not in read]
        record = source.fetch(ref, read, counts=counted, entry=entry)
        entry.close(Outcome.MASKED, REASON, [name for name, _ in every if name not in record.unread])
    return Sampled(ref.id, _masked(ref, record))


def _masked(ref: AccountRef, record: Record) -> str:
    texts = [
        f"{name} {mask(name, value, further=True) if isinstance(value, str) else len(value)}"
        for name, value in record.values.items()
        if name != ID
    ]
    numbers = [f"{number:,} {name}" for name, number in record.counts.items() if number > 1]
    return ", ".join([ref.id, *texts, *numbers])
