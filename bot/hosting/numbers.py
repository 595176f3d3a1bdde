"""The numbers of all hosted workspaces at one address, each with the workspace's name, and those of what they share."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.gate.measured import NoObserver
from bot.hosting.keeper import State
from bot.observability.metrics import AtTheGate


class HostMetrics(AtTheGate, NoObserver):
    """What is counted before a request has reached its workspace, which counts its answer itself."""


@dataclass(frozen=True, slots=True)
class States(Collector):
    """How things stand with each workspace, of one that does not run too: nothing else is said of it then."""

    states: Callable[[], Mapping[str, State]]

    def collect(self) -> Iterator[Metric]:
        """For each workspace every state, of which one is 1."""
        family = GaugeMetricFamily(
            "steward_workspace_state", "How things stand with a workspace.", labels=("workspace", "state")
        )
        for name, now in self.states().items():
            for state in State:
                family.add_metric((name, state.value), float(state is now))
        yield family


@dataclass(frozen=True, slots=True)
class Apart(Collector):
    """Each workspace counts in a registry of its own; here they are read one after the other, and never added up.

    `shared` is what the workspaces have in common, without a name.
    """

    registries: Callable[[], Mapping[str, CollectorRegistry]]
    shared: CollectorRegistry

    def collect(self) -> Iterator[Metric]:
        """Every family once, with all workspaces' samples."""
        families = {family.name: family for family in self.shared.collect()}
        for name, registry in self.registries().items():
            for family in registry.collect():
                known = families.setdefault(
                    family.name, Metric(family.name, family.documentation, family.type, family.unit)
                )
                known.samples += [
                    sample._replace(labels={**sample.labels, "workspace": name}) for sample in family.samples
                ]
        yield from families.values()
