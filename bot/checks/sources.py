"""The company's own sources of accounts: each column, the login, the indexes, and one account, masked."""

from collections.abc import Iterator, Mapping
from contextlib import closing

from bot.accounts.company_source import AccountSource, Remark, SourceUnusable
from bot.accounts.sampling import sample_masked
from bot.accounts.source import SeveralOfOneId, Source, SourceDown
from bot.audit.ledger import Ledger, NotRecorded, Origin
from bot.building.account_sources import account_source, company_sources
from bot.checks.findings import Finding, Level, Subject, fault, ok, warning
from bot.settings import Configuration


def source_findings(
    configuration: Configuration,
    environment: Mapping[str, str],
    ledger: Ledger | None,
    origin: Origin,
    account: str | None = None,
) -> Iterator[Finding]:
    """What the sources say of themselves, and one account as Steward would show it, masked as far as it can be.

    It is the one with the id `account`, or any. Looking at it is a look-up, and recorded as one; without `ledger` none
    is looked at. Nothing where accounts are in Steward's own table.
    """
    where, line = "accounts.source", configuration.line("accounts")
    if configuration.accounts.embedded:
        if account is not None:
            what, mend = "Accounts are in Steward's own table, so none is looked at.", "Look it up in Slack."
            yield warning(Subject.ACCOUNTS, what, mend, where, line)
        return
    try:
        source, each = account_source(configuration, environment), company_sources(configuration, environment)
    except SourceUnusable as error:
        yield fault(Subject.ACCOUNTS, str(error), "See docs/accounts.md.", where, line)
        return
    found = []
    with closing(source):
        for name, one in each.items():
            with closing(one):
                found += [_finding(configuration, name, remark) for remark in one.check()]
        yield from found
        if ledger and not any(one.level is Level.FAULT for one in found):
            finding, looked_at = _example(configuration, source, ledger, origin, account)
            yield finding
            if looked_at:
                yield from _unasked(configuration, each, looked_at)


def _finding(configuration: Configuration, name: str, remark: Remark) -> Finding:
    """A remark with the place in steward.toml that it is about."""
    table = "accounts" if name == "accounts" else f"accounts.sources.{name}"
    where = f"{table}.{remark.key}" if remark.key else table
    what = remark.what if name == "accounts" else f"{name}: {remark.what}"
    if remark.level == "ok":
        return ok(Subject.ACCOUNTS, what, where)
    make = fault if remark.level == "fault" else warning
    return make(Subject.ACCOUNTS, what, remark.mend, where, configuration.line(where))


def _example(
    configuration: Configuration, source: Source, ledger: Ledger, origin: Origin, account: str | None
) -> tuple[Finding, str | None]:
    """What is said of one account, and its id where there is one."""
    try:
        masked = sample_masked(source, configuration.rules, ledger, origin, account)
    except SeveralOfOneId as several:
        what = f"Nothing is shown of “{several.account_id}”: several accounts have it."
        return fault(Subject.ACCOUNTS, what, "Give Steward a view with one row for every account."), None
    except SourceDown as down:
        mend = "Look at what it says of itself above, and check again."
        return fault(Subject.ACCOUNTS, f"No account can be looked at: the source is {down.why}.", mend), None
    except NotRecorded:
        mend = "See what is said of the database above."
        return fault(Subject.ACCOUNTS, "No account is looked at, because that can't be recorded.", mend), None
    if masked is None:
        return _none_there(account), None
    return ok(Subject.ACCOUNTS, f"One account, masked (recorded as a look-up): {masked.words}."), masked.id


def _none_there(account: str | None) -> Finding:
    if account is not None:
        mend = "Is it an id of this source's? If so, look at how an account is asked for by its id."
        return fault(Subject.ACCOUNTS, "There is no account with the id that was given.", mend)
    mend = "Is it the right one? Try an id that you have: `steward check --account ID`."
    return warning(Subject.ACCOUNTS, "No account was looked at: the source has none, or names none itself.", mend)


def _unasked(configuration: Configuration, sources: Mapping[str, AccountSource], account: str) -> Iterator[Finding]:
    """A source that is never asked for such an id: cards would lack its classes, and say nothing of it."""
    for name, source in sources.items():
        if why := source.unasked(account):
            where = "accounts" if name == "accounts" else f"accounts.sources.{name}"
            what = f"{name}: Nothing of the account {account} is ever read here."
            yield fault(Subject.ACCOUNTS, what, why, where, configuration.line(where))
