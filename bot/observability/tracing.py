"""Spans for OpenTelemetry: what a request, a decision, a source, a commit and a delivery took. Off unless asked for.

Attributes are listed, like the keys of logs: names of commands, kinds and codes, never what anybody typed or read. Of
an exception only its type is kept, as its text may quote values.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import SpanProcessor
    from opentelemetry.trace import Span as Recorded
    from opentelemetry.trace import Tracer

ENDPOINTS: Final = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
"""OpenTelemetry's own variables: with either of them spans are sent there, as OTLP over HTTP."""
ATTRIBUTES: Final = frozenset({"kind", "status", "action", "outcome", "purpose", "reason", "operation", "result"})


class TracingUnusable(Exception):
    """Spans were asked for and can't be made."""


class Span:
    """A span that is begun, or nothing at all."""

    __slots__ = ("_recorded",)

    def __init__(self, recorded: "Recorded | None" = None) -> None:
        self._recorded = recorded

    def note(self, **attributes: str | int | None) -> None:
        """Attributes that are known only later. What is not listed is dropped."""
        if self._recorded is not None:
            for key, value in attributes.items():
                if key in ATTRIBUTES and value is not None:
                    self._recorded.set_attribute(f"steward.{key}", value if isinstance(value, int) else str(value))


NOTHING: Final = Span()
_OFF: Final = nullcontext(NOTHING)
_tracer: "Tracer | None" = None


def span(name: str, **attributes: str | int | None) -> AbstractContextManager[Span]:
    """A span around what is done in this context; where nobody traces, one and the same object that does nothing."""
    return _OFF if _tracer is None else _begun(_tracer, name, attributes)


def now() -> int:
    """The beginning of something that `record` will tell of once it is over; 0 where nobody traces."""
    return 0 if _tracer is None else time.time_ns()


def record(name: str, started: int, *, failed: bool = False) -> None:
    """Tell of something that is over."""
    if _tracer is not None and started:
        recorded = _tracer.start_span(name, start_time=started)
        if failed:
            _mark(recorded)
        recorded.end()


@contextmanager
def _begun(tracer: "Tracer", name: str, attributes: Mapping[str, str | int | None]) -> Iterator[Span]:
    with tracer.start_as_current_span(name, record_exception=False, set_status_on_exception=False) as recorded:
        made = Span(recorded)
        made.note(**attributes)
        try:
            yield made
        except BaseException as error:
            _mark(recorded, error)
            raise


def _mark(recorded: "Recorded", error: BaseException | None = None) -> None:
    from opentelemetry.trace import Status, StatusCode

    recorded.set_status(Status(StatusCode.ERROR))
    if error is not None:
        recorded.set_attribute("error.type", type(error).__qualname__)


def is_asked_for(environment: Mapping[str, str]) -> bool:
    """Whether these variables name a place for spans, and do not switch OpenTelemetry off."""
    disabled = environment.get("OTEL_SDK_DISABLED", "").strip().lower() == "true"
    return not disabled and any(environment.get(name) for name in ENDPOINTS)


def begin(version: str, processor: "SpanProcessor | None" = None) -> Callable[[], None]:
    """Make spans from now on; `processor` takes them elsewhere than to the endpoint of the environment.

    Returns what sends the last of them and ends it. Raises TracingUnusable when the packages are not installed.
    """
    global _tracer
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ModuleNotFoundError as error:
        raise TracingUnusable("OpenTelemetry is not installed.") from error
    resource = Resource.create({"service.name": "steward", "service.version": version})
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(processor or BatchSpanProcessor(OTLPSpanExporter()))
    _tracer = provider.get_tracer("steward", version)

    def end() -> None:
        global _tracer
        _tracer = None
        provider.shutdown()

    return end
