"""The numbers at /metrics. Labels take values from lists that are known beforehand, so that none can name anybody.

What a label is given and no list has becomes “other”; what is not given becomes “none”.
"""

from collections.abc import Collection
from typing import Final, Generic, TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from bot.audit.entry import Action, Outcome
from bot.audit.ledger import Written

NONE: Final = "none"
OTHER: Final = "other"

LOOK_UPS: Final = frozenset({Action.LOOK_UP, Action.REVEAL})
DECISIONS: Final = frozenset({Action.APPROVE, Action.DENY})
DECIDED: Final = frozenset({Outcome.GRANTED, Outcome.DENIED})
OPERATIONS: Final = frozenset({"search", "find", "fetch", "page", "holds"})
DELIVERED: Final = frozenset({"posted", "found", "updated", "put_off", "failed", "obsolete", "overtaken"})
MODES: Final = frozenset({"http", "socket"})
REFUSED: Final = (400, 401, 408, 413, 503)
WORKED: Final = frozenset({"done", "put_off", "overtaken"})

ANSWER_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0)
"""Slack waits three seconds for an answer."""
SOURCE_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0)
DECISION_SECONDS: Final = (30.0, 60.0, 120.0, 300.0, 600.0, 1200.0, 1800.0, 3600.0, 7200.0, 14400.0, 28800.0, 86400.0)


def bounded(value: object, known: Collection[str]) -> str:
    """The value if it is on the list."""
    if value is None:
        return NONE
    return str(value) if value in known else OTHER


M = TypeVar("M", Counter, Gauge, Histogram)


class Labelled(Generic[M]):
    """A number with labels. It remembers what it has for which, as looking that up anew takes longer than counting."""

    __slots__ = ("_children", "metric")

    def __init__(self, metric: M) -> None:
        self.metric: M = metric
        self._children: dict[tuple[str, ...], M] = {}

    def __call__(self, *labels: str) -> M:
        child = self._children.get(labels)
        if child is None:
            child = self._children[labels] = self.metric.labels(*labels)
        return child


class AtTheGate:
    """What is counted before anybody knows whose a request is, and that this process works at all."""

    def __init__(self, registry: CollectorRegistry | None) -> None:
        self._refused = Labelled(
            Counter("steward_gate_refusals", "Requests that were not taken, by status.", ("status",), registry=registry)
        )
        self._up = Labelled(
            Gauge("steward_workers", "Processes at work.", ("mode",), multiprocess_mode="livesum", registry=registry)
        )

    def up(self, mode: str) -> None:
        """This process works, in HTTP or in Socket Mode. What has not happened yet is 0: the first must be seen too."""
        self._up(bounded(mode, MODES)).set(1)
        for status in REFUSED:
            self._refused(str(status))

    def refused(self, status: int) -> None:
        """The gate did not take a request."""
        self._refused(str(status)).inc()


class Metrics(AtTheGate):
    """What this process counts. `purposes` and the company's `sources` are the configured ones, `kinds` those of
    requests that Slack sends.

    `registry` is None where several processes add up what they count: then it is read from files that they share.
    """

    def __init__(
        self,
        purposes: Collection[str],
        kinds: Collection[str],
        sources: Collection[str] = (),
        registry: CollectorRegistry | None = None,
    ) -> None:
        super().__init__(registry)
        self._purposes = frozenset(purposes)
        self._kinds = frozenset(kinds)
        self._sources = frozenset(sources)
        self._count_entries(registry)
        self._count_requests(registry)
        self._count_work(registry)
        self._begin_at_nothing()

    def _count_entries(self, registry: CollectorRegistry | None) -> None:
        self._entries = Labelled(
            Counter("steward_audit_entries", "Audit entries committed.", ("action", "outcome"), registry=registry)
        )
        self._unrecorded = Counter(
            "steward_audit_failures", "Transactions that could not be recorded; nothing was shown.", registry=registry
        )
        self._lookups = Labelled(
            Counter("steward_lookups", "Look-ups and reveals.", ("action", "outcome", "purpose"), registry=registry)
        )
        self._decisions = Labelled(
            Counter("steward_decisions", "Presses of approvers.", ("decision", "outcome", "purpose"), registry=registry)
        )
        self._decision_seconds = Labelled(
            Histogram(
                "steward_decision_seconds",
                "From a request for access to its decision.",
                ("outcome",),
                buckets=DECISION_SECONDS,
                registry=registry,
            )
        )

    def _count_requests(self, registry: CollectorRegistry | None) -> None:
        self._request_seconds = Labelled(
            Histogram(
                "steward_request_seconds",
                "From a request of Slack's to its answer.",
                ("kind", "status"),
                buckets=ANSWER_SECONDS,
                registry=registry,
            )
        )
        self._source_seconds = Labelled(
            Histogram(
                "steward_source_seconds",
                "What a source of account data took.",
                ("operation", "result"),
                buckets=SOURCE_SECONDS,
                registry=registry,
            )
        )
        self._company_source_seconds = Labelled(
            Histogram(
                "steward_company_source_seconds",
                "What one of the company's own sources took.",
                ("source", "result"),
                buckets=SOURCE_SECONDS,
                registry=registry,
            )
        )

    def _count_work(self, registry: CollectorRegistry | None) -> None:
        self._deliveries = Labelled(
            Counter("steward_deliveries", "What came of trying to deliver a message.", ("result",), registry=registry)
        )
        self._work = Labelled(Counter("steward_work", "What came of trying due work.", ("result",), registry=registry))
        self._connected = Gauge(
            "steward_socket_connected",
            "Open connections of Socket Mode.",
            multiprocess_mode="livesum",
            registry=registry,
        )

    def _begin_at_nothing(self) -> None:
        """A failure that has not happened yet is 0: Prometheus sees no increase in what begins with the first."""
        for operation in OPERATIONS:
            self._source_seconds(operation, "failed")
        for source in self._sources:
            self._company_source_seconds(source, "failed")

    def written(self, entry: Written) -> None:
        """An audit entry was committed."""
        self._entries(entry.action, entry.outcome).inc()
        purpose = bounded(entry.purpose, self._purposes)
        if entry.action in LOOK_UPS:
            self._lookups(entry.action, entry.outcome, purpose).inc()
        if entry.action in DECISIONS:
            self._decisions(entry.action.value.rpartition(".")[2], entry.outcome.value, purpose).inc()
        if entry.waited is not None and entry.outcome in DECIDED:
            self._decision_seconds(entry.outcome.value).observe(entry.waited.total_seconds())

    def not_written(self) -> None:
        """A transaction of the audit table could not be committed."""
        self._unrecorded.inc()

    def answered(self, kind: str, status: int, seconds: float) -> None:
        """A request of Slack's was answered."""
        self._request_seconds(bounded(kind, self._kinds), _class(status)).observe(seconds)

    def read(self, operation: str, *, seconds: float, failed: bool) -> None:
        """A source of account data answered, or failed to."""
        result = "failed" if failed else "ok"
        self._source_seconds(bounded(operation, OPERATIONS), result).observe(seconds)

    def asked(self, source: str, seconds: float, answered: bool) -> None:  # noqa: FBT001 - the form of in_time.Observe
        """One of the company's own sources answered, or did not."""
        result = "ok" if answered else "failed"
        self._company_source_seconds(bounded(source, self._sources), result).observe(seconds)

    def delivered(self, result: str) -> None:
        """The courier tried a delivery."""
        self._deliveries(bounded(result, DELIVERED)).inc()

    def worked(self, result: str) -> None:
        """The clockwork tried a piece of due work."""
        self._work(bounded(result, WORKED)).inc()

    def connected(self, *, connected: bool) -> None:
        """Whether Socket Mode's connection is open."""
        self._connected.set(int(connected))


def _class(status: int) -> str:
    """2xx, 4xx, 5xx: whether it went well is what counts."""
    return f"{status // 100}xx" if 100 <= status < 600 else OTHER
