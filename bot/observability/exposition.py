"""How numbers are kept and written down: those of one process, or of several that add theirs up in files they share."""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector, values
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
"""The variable that names the shared folder. prometheus_client reads it."""

SHORT: Final = 12
"""Of a hash, as many characters as are needed to tell two files apart."""

Expose = Callable[[str], tuple[bytes, str]]


class Build(Collector):
    """Which release this is."""

    def __init__(self, version: str, schema: str) -> None:
        self._labels = (version, schema)

    def collect(self) -> Iterator[Metric]:
        """Always 1."""
        family = GaugeMetricFamily(
            "steward_build_info", "The release and its schema.", labels=("version", "schema_revision")
        )
        family.add_metric(self._labels, 1.0)
        yield family


class WorksBy(Collector):
    """Which configuration this process works by, and which files of the policy it finds: the beginnings of two hashes.

    Both are asked for at each reading; there are as many values as somebody has written files.
    """

    def __init__(self, configuration: Callable[[], str], policy_files: Callable[[], str]) -> None:
        self._said = (configuration, policy_files)

    def collect(self) -> Iterator[Metric]:
        """Always 1."""
        names = ("configuration", "policy_files")
        family = GaugeMetricFamily("steward_configuration_info", "What this process works by.", labels=names)
        family.add_metric(tuple(said()[:SHORT] for said in self._said), 1.0)
        yield family


def share_as(worker: int) -> None:
    """Keep this process's numbers in the shared folder, in files of this worker's number.

    A worker that takes a dead one's number goes on with its files: what was counted stays counted, and the files stay
    as few as the workers are. To be called before any number is made.
    """
    values.ValueClass = values.MultiProcessValue(lambda: worker)  # type: ignore[no-untyped-call]


def is_shared() -> bool:
    """Whether several processes add their numbers up."""
    return FOLDER in os.environ


def forget(worker: int, folder: Path) -> None:
    """A worker is dead: what it said of the present moment is not true any more."""
    mark_process_dead(worker, str(folder))  # type: ignore[no-untyped-call]


def registry_for(*, shared: bool) -> CollectorRegistry:
    """Where numbers are read from: the shared files, or this process with what Python says of it."""
    registry = CollectorRegistry()
    if shared:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        GCCollector(registry=registry)
    return registry


def exposed(registry: CollectorRegistry, collectors: Sequence[Collector]) -> Expose:
    """What /metrics answers: the registry's numbers and these."""
    for collector in collectors:
        registry.register(collector)

    def expose(accept: str) -> tuple[bytes, str]:
        encode, media_type = choose_encoder(accept)
        return encode(registry), media_type

    return expose
