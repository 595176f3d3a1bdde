"""The numbers of all hosted workspaces at one address, each with the workspace's name."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry
from prometheus_client.core import Metric
from prometheus_client.registry import Collector


@dataclass(frozen=True, slots=True)
class Apart(Collector):
    """Each workspace counts in a registry of its own; here they are read one after the other, and never added up."""

    registries: Callable[[], Mapping[str, CollectorRegistry]]

    def collect(self) -> Iterator[Metric]:
        """Every family once, with all workspaces' samples."""
        families: dict[str, Metric] = {}
        for name, registry in self.registries().items():
            for family in registry.collect():
                known = families.setdefault(
                    family.name, Metric(family.name, family.documentation, family.type, family.unit)
                )
                known.samples += [
                    sample._replace(labels={**sample.labels, "workspace": name}) for sample in family.samples
                ]
        yield from families.values()
