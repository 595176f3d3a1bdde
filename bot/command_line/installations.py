"""`steward installations …`"""

from collections.abc import Mapping
from pathlib import Path

import typer
from rich.table import Table

from bot.clock import system_clock
from bot.command_line.console import FAILED, answers, hint, say, warn, write_json
from bot.command_line.opening import begin_logging
from bot.command_line.workspaces import plan_of
from bot.hosting.host import opened_registry
from bot.hosting.plan import Hosted, Plan
from bot.hosting.registry import InstallationRegistry, Installed
from bot.hosting.sealing import new_key
from bot.running.backup import REGISTRY, back_up, restore
from bot.running.refusals import CannotStart
from bot.running.schema import upgrade_database
from bot.settings import Environment, read_environment
from migrations.schema import REGISTRY as SCHEMA


def list_installations(*, as_json: bool) -> None:
    """How the app stands in each workspace. Raises CannotStart, ConfigurationInvalid."""
    environment, plan = _planned()
    with opened_registry(environment, plan, system_clock) as registry:
        rows: list[Mapping[str, object]] = [_row(one, registry.of(one.team), registry) for one in plan.workspaces]
    if as_json:
        write_json(rows)
        return
    table = Table("Workspace", "Team", "State", "Since (UTC)", "Installed by", box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(str(row[key] or "") for key in ("workspace", "team", "state", "since", "installed_by")))
    answers().print(table)


def rotate_keys(*, as_json: bool) -> None:
    """Encrypt all tokens with the first key. Exits with 1 when a token is lost. Raises CannotStart."""
    environment, plan = _planned()
    with opened_registry(environment, plan, system_clock) as registry:
        rotated = registry.rotate()
    names = {one.team: one.name for one in plan.workspaces}
    lost = [names.get(team, team) for team in rotated.lost]
    if as_json:
        write_json({"rotated": rotated.changed, "lost": lost})
    else:
        say(f"{rotated.changed} token{'' if rotated.changed == 1 else 's'} encrypted with the first key.")
        for name in lost:
            warn(
                f"No key of STEWARD_TOKEN_KEYS opens the token of {name}.",
                "Put the key back, or install the app there again.",
            )
        if not lost:
            say("The other keys of STEWARD_TOKEN_KEYS are not needed any more, but for backups made before.")
    if lost:
        raise typer.Exit(FAILED)


def write_backup(file: Path) -> None:
    """Copy the registry to a file. Raises CannotStart."""
    _, plan = _planned()
    size = back_up(plan.registry_url, file, of=REGISTRY)
    say(f"The registry of installations is in {file} ({size / 1_000_000:.1f} MB). Its tokens are encrypted.")
    hint("The keys in STEWARD_TOKEN_KEYS are not in it: keep them apart, or the app has to be installed anew.")


def restore_backup(file: Path, *, yes: bool) -> None:
    """Put a backup in the registry's place, at this release's schema. Raises CannotStart."""
    _, plan = _planned()
    if not yes and not typer.confirm(f"Put {file} in the registry's place? No Steward may be running on it.", err=True):
        raise typer.Abort
    restored = restore(plan.registry_url, file, system_clock(), of=REGISTRY)
    if restored.before:
        say(f"What was there until now is in {restored.before}.")
    upgrade_database(plan.registry_url, of=SCHEMA)
    say(f"{file} is the registry of installations now. `steward installations list` says whose token can't be read.")
    hint("A token that was revoked or exchanged since is noticed within a minute: there, install the app again.")


def print_new_key() -> None:
    """A key that Fernet takes."""
    say(new_key())


def _planned() -> tuple[Environment, Plan]:
    begin_logging()
    environment = read_environment()
    plan = plan_of(environment)
    if plan is None:
        mend = "Set it to your workspaces.toml; one workspace alone has its token in SLACK_BOT_TOKEN."
        raise CannotStart("STEWARD_WORKSPACES is not set, so there are no installations to look after.", mend)
    return environment, plan


def _row(hosted: Hosted, there: Installed | None, registry: InstallationRegistry) -> dict[str, object]:
    state, since = "not installed", None
    if there is not None:
        state, since = ("installed", there.installed_at) if there.active else ("removed", there.ended_at)
        if there.active and not registry.readable(there):
            state = "token lost, install again"
    return {
        "workspace": hosted.name,
        "team": hosted.team,
        "state": state,
        "since": f"{since:%Y-%m-%d %H:%M}" if since else None,
        "installed_by": there.installer if there else None,
        "reason": there.reason if there else None,
    }
