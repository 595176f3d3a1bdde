"""The fixtures `folder` and `steward`: a Steward whose policy changes where it is published."""

from tests.scenarios.policy.changes.publishing import folder as folder
from tests.scenarios.policy.changes.publishing import steward as steward
