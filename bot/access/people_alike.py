"""Which accounts of Slack are one human being's: whoever has two of them counts once, and decides nothing of their own.

Two accounts are one person's where Slack shows the same e-mail address for both, or the same user of the organisation
(Enterprise Grid), or where steward.toml's [people] says so. Pure.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

COMMAND_LINE = "cli:"


@dataclass(frozen=True, slots=True)
class Alike:
    """What tells that two accounts are one person's.

    `same`: for each person whom Slack can't tell, their user ids, e-mail addresses and names on the command line
    ("cli:anna"). `plus_tags`: what follows a + in an address names a box and no person ("anna+guest@" is "anna@").
    """

    same: Sequence[frozenset[str]] = ()
    plus_tags: bool = True

    @classmethod
    def of(cls, same: Iterable[Iterable[str]], *, plus_tags: bool) -> "Alike":
        """As the configuration has it written."""
        groups = [frozenset(_name(one, plus_tags=plus_tags) for one in group) for group in same]
        return cls(tuple(groups), plus_tags)

    def signs(self, user: Mapping[str, Any]) -> frozenset[str]:
        """What an account is known by, of users.info's `user`: who shares any of it is the same person.

        An address that Slack has not confirmed counts as well: it gives no role, but it may not hide anybody either.
        Source: https://docs.slack.dev/reference/objects/user-object
        """
        email = (user.get("profile") or {}).get("email")
        of_organisation = (user.get("enterprise_user") or {}).get("id")
        names = {str(user["id"]), *({of_organisation} if of_organisation else ())}
        names |= {mailbox(str(email), plus_tags=self.plus_tags)} if email else set()
        return frozenset(names | {f"same:{place}" for place, group in enumerate(self.same) if group & names})

    def on_the_command_line(self, signs: frozenset[str]) -> frozenset[str]:
        """The names on the command line ("cli:anna") of whoever is known by these."""
        groups = [group for place, group in enumerate(self.same) if f"same:{place}" in signs]
        return frozenset(one for group in groups for one in group if one.startswith(COMMAND_LINE))


def mailbox(address: str, *, plus_tags: bool) -> str:
    """An e-mail address as it is compared: letters in one form, and without what follows a + where that is no person.

    Source: RFC 5233 (subaddresses). Capitals before the @ could mean another box (RFC 5321), and nowhere do.
    """
    local, at, domain = unicodedata.normalize("NFKC", address).strip().casefold().rpartition("@")
    if plus_tags and at:
        local = local.split("+", 1)[0] or local
    return f"{local}{at}{domain}"


def _name(written: str, *, plus_tags: bool) -> str:
    return mailbox(written, plus_tags=plus_tags) if "@" in written else written.strip()


@dataclass(slots=True)
class Known:
    """The accounts that were seen so far, by what they are known by. Not for several threads at once."""

    alike: Alike
    _signs: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _accounts: dict[str, tuple[str, ...]] = field(default_factory=dict)  # tuples: a set of one takes five times as much

    def learn(self, user: Mapping[str, Any]) -> None:
        """Remember an account as Slack shows it now, in place of what was known of it."""
        account, signs = str(user["id"]), self.alike.signs(user)
        before = frozenset(self._signs.get(account, ()))
        if before == signs:
            return
        self._signs[account] = tuple(signs)
        for sign in before - signs:
            self._accounts[sign] = tuple(one for one in self._accounts[sign] if one != account)
        for sign in signs - before:
            self._accounts[sign] = (*self._accounts.get(sign, ()), account)

    def others(self, account: str) -> frozenset[str]:
        """The other accounts, and names on the command line, of the person whose account this is."""
        signs: set[str] = set()
        accounts, found = {account}, {account}
        while found:
            signs |= {sign for one in found for sign in self._signs.get(one, ())}
            found = {one for sign in signs for one in self._accounts.get(sign, ())} - accounts
            accounts |= found
        return frozenset(accounts - {account}) | self.alike.on_the_command_line(frozenset(signs))
