"""What an account's choices about marketing leave to be seen for a purpose. Read only where the purpose has media."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.access.rules.media import contact_fields, withheld_fields
from bot.access.rules.purposes import Purpose, Rules
from bot.accounts.source import AccountRef
from bot.privacy.objections.choices import MediumStanding, objected, standings
from bot.privacy.objections.reading import recorded_choices


@dataclass(frozen=True, slots=True)
class Contactable:
    """How one account stands to the purpose's media, and the fields that are therefore shown to nobody for it."""

    media: tuple[MediumStanding, ...] = ()
    withheld: frozenset[str] = frozenset()

    def of(self, fields: Collection[str]) -> tuple[str, ...]:
        """Those of the fields that may be shown, in their order."""
        if not self.withheld:
            return tuple(fields)
        return tuple(name for name in fields if name not in self.withheld)

    def seen(self, ref: AccountRef) -> AccountRef:
        """The account as it may be named."""
        if not self.withheld & ref.title.keys():
            return ref
        return ref._replace(title={name: value for name, value in ref.title.items() if name not in self.withheld})


ANYHOW = Contactable()


def contactable(connection: Connection, account: str, purpose: Purpose, rules: Rules) -> Contactable:
    """For one account."""
    return _of_each(connection, [account], purpose, rules).get(account, ANYHOW)


def withheld_of(connection: Connection, account: str, purpose: Purpose, rules: Rules) -> frozenset[str]:
    """The fields of one account that are shown to nobody for this purpose."""
    return contactable(connection, account, purpose, rules).withheld


def as_named(
    connection: Connection, refs: Sequence[AccountRef], purpose: Purpose, rules: Rules
) -> tuple[AccountRef, ...]:
    """Several accounts as they may be named to choose from. Nothing is read unless a title holds contact details."""
    contact = contact_fields(purpose, rules.data_classes)
    if not any(contact & ref.title.keys() for ref in refs):
        return tuple(refs)
    found = _of_each(connection, [ref.id for ref in refs], purpose, rules)
    return tuple(found[ref.id].seen(ref) for ref in refs)


def _of_each(
    connection: Connection, accounts: Collection[str], purpose: Purpose, rules: Rules
) -> Mapping[str, Contactable]:
    if not purpose.media:
        return {}
    found = {}
    for account, record in recorded_choices(connection, accounts, purpose.media).items():
        media = standings(purpose.media, record.choices)
        found[account] = Contactable(media, withheld_fields(purpose, rules.data_classes, objected(media)))
    return found
