"""Which workspace a command is about: the only one, the one that was named, or all."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from bot.checks.database import home_of
from bot.command_line.workspace_commands import chosen
from bot.database import Database
from bot.running.refusals import CannotStart
from bot.settings import Environment, read_environment

if TYPE_CHECKING:  # one workspace does without
    from bot.hosting.plan import Hosted, Plan


def environment_here() -> Environment:
    """The environment of the one workspace that this command is about.

    Raises ConfigurationInvalid; CannotStart when one is named and none are configured; BadParameter when none is named.
    """
    environment = read_environment()
    here = hosted_here(environment)
    return environment if here is None else here.environment(environment)


def hosted_here(environment: Environment) -> "Hosted | None":
    """The one workspace that this command is about; None where only one is run. Raises as `environment_here`."""
    plan = plan_of(environment)
    if plan is None:
        return None
    wanted = wanted_of(plan)
    if len(wanted) > 1:
        names = ", ".join(one.name for one in wanted)
        raise typer.BadParameter(f"say which one: {names}", param_hint="--workspace")
    return wanted[0]


def require_home(database: Database) -> None:
    """Raises CannotStart when the database is another workspace's than the one that this command is about."""
    here = hosted_here(read_environment())
    owner = home_of(database) if here is not None else None
    if here is not None and owner not in (None, here.team):
        what = f"The database of {here.name} belongs to the workspace {owner}, not to {here.team}."
        raise CannotStart(what, "Give each workspace its own database.")


def plan_of(environment: Environment) -> "Plan | None":
    """workspaces.toml, where STEWARD_WORKSPACES names it. Raises ConfigurationInvalid, CannotStart."""
    if environment.steward_workspaces is not None:
        from bot.hosting.plan import read_plan

        return read_plan(environment.steward_workspaces, os.environ)
    if (name := chosen()) is not None:
        mend = "Set it to your workspaces.toml, or leave --workspace out."
        raise CannotStart(f"--workspace {name} was given, but STEWARD_WORKSPACES is not set.", mend)
    return None


def wanted_of(plan: "Plan") -> "Sequence[Hosted]":
    """The workspace that was named, else all. Raises ConfigurationInvalid when there is none of that name."""
    name = chosen()
    return plan.workspaces if name is None else (plan.named(name),)
