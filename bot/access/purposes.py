"""The rules a company configures: data classes, purposes and their bounds. Values only; settings.py reads them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Shown(StrEnum):
    """How a data class is shown."""

    OPEN = "open"
    MASKED = "masked"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class DataClass:
    """A named group of fields of an account, with its way of being shown without a grant."""

    key: str
    label: str
    fields: tuple[str, ...]
    shown: Shown


@dataclass(frozen=True, slots=True)
class Purpose:
    """A reason for a look-up that a clause of the policy permits. `groups`, `default_for`, `approvers`: roles."""

    key: str
    label: str
    clause: str
    groups: frozenset[str]
    default_for: frozenset[str]
    data_classes: tuple[str, ...]
    max_duration: timedelta
    approvals: int
    approvers: str


@dataclass(frozen=True, slots=True)
class Rules:
    """All purposes and data classes of the company, by key, in the order of steward.toml."""

    purposes: Mapping[str, Purpose]
    data_classes: Mapping[str, DataClass]
    pending_timeout: timedelta
    kind_field: str | None = (
        None  # the field that tells businesses from individuals (policy: "distinguish businesses from individuals")
    )
