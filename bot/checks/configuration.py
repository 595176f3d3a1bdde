"""What is right within steward.toml and still not what anyone would want."""

from collections.abc import Iterator

from bot.access.rules.purposes import Shown
from bot.checks.findings import Finding, Subject, fault, ok, warning
from bot.configuration.values import Configuration

WITHOUT = {
    "auditors": "nobody can search the audit table in Slack",
    "privacy": "nobody decides on questions, customers' requests and changes of the policy",
}
"""What is not possible without one of the roles that have a meaning of their own."""


def configuration_findings(configuration: Configuration) -> Iterator[Finding]:
    """Findings on a file that could be read."""
    rules = configuration.rules
    yield ok(
        Subject.CONFIGURATION,
        f"{configuration.path} is read: {len(rules.purposes)} purposes, {len(rules.data_classes)} data classes, "
        f"{len(configuration.groups)} groups.",
    )
    yield from _unreached(configuration)
    yield from _identity(configuration)
    yield from _roles(configuration)
    yield from _search(configuration)
    yield from _fonts(configuration)


def _unreached(configuration: Configuration) -> Iterator[Finding]:
    rules = configuration.rules
    reached = {key for purpose in rules.purposes.values() for key in purpose.data_classes}
    for key, one in rules.data_classes.items():
        if key not in reached:
            where = f"data_classes.{key}"
            yield warning(
                Subject.CONFIGURATION,
                f"No purpose reaches {one.label}: nobody can ever see it.",
                f'Add "{key}" to the data_classes of a purpose, if one needs it.',
                where,
                configuration.line(where),
            )


def _identity(configuration: Configuration) -> Iterator[Finding]:
    """Messages name accounts by id, to people who may see nothing else of them."""
    for key, one in configuration.rules.data_classes.items():
        if "id" in one.fields and one.shown is not Shown.OPEN:
            where = f"data_classes.{key}.shown"
            yield warning(
                Subject.CONFIGURATION,
                f"The id stands in {one.label}, which is {one.shown}; messages name accounts by id all the same.",
                "Put id in an open data class.",
                where,
                configuration.line(where),
            )


def _roles(configuration: Configuration) -> Iterator[Finding]:
    """Roles whose names have a meaning of their own: another name for them means nothing."""
    for role, what in WITHOUT.items():
        if role not in configuration.groups:
            yield warning(
                Subject.CONFIGURATION,
                f"There is no group “{role}”: {what}.",
                f'Add {role} = "a-user-group" to [groups].',
                f"groups.{role}",
                configuration.line("groups"),
            )


def _search(configuration: Configuration) -> Iterator[Finding]:
    """What a company whose fields have other names than Steward's usual ones has to say itself."""
    accounts, rules = configuration.accounts, configuration.rules
    line = configuration.line("accounts")
    if not accounts.names:
        mend = 'Write names = ["…"] in [accounts]: open fields of the data classes.'
        yield warning(Subject.CONFIGURATION, "Nobody can be found by a name.", mend, "accounts.names", line)
    if rules.kind_field is None:
        what = "No field tells businesses from individuals, so a person's name is shown as openly as a business's."
        mend = 'Write kind_field = "…" in [accounts]; let it be where no customer is a private person.'
        yield warning(Subject.CONFIGURATION, what, mend, "accounts.kind_field", line)


def _fonts(configuration: Configuration) -> Iterator[Finding]:
    """A report goes out without the letters of a font that can't be read."""
    if not configuration.report_fonts:
        return
    from bot.audit.reports.letters import fault_of  # takes long to load, and few name fonts

    for path in configuration.report_fonts:
        if wrong := fault_of(path):
            yield fault(
                Subject.CONFIGURATION,
                f"The font {path} can't be used for reports to customers: {wrong}.",
                "Name a TrueType or OpenType file (.ttf, .otf, .ttc) that is there, or leave it out.",
                "report.fonts",
                configuration.line("report.fonts"),
            )
