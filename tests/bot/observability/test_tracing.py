"""Spans: what is told of a look-up from its request to its commit, nothing of it personal; and what off costs."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from bot.database import Database
from bot.observability import tracing
from tests.conftest import SettableClock
from tests.promises import customers, unwritable
from tests.promises.customers import ZQVALOR, values_in
from tests.scenarios.harness import Steward, running

ROOT = Path(__file__).parents[3]
TYPED = "Xtypedx"


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    kept = InMemorySpanExporter()
    end = tracing.begin("1", SimpleSpanProcessor(kept))
    yield kept
    end()


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One database is enough: no SQL is traced."""
    return sqlite_url


@pytest.fixture
def steward(database: Database, clock: SettableClock, tmp_path: Path) -> Iterator[Steward]:
    with running(database, clock, accounts=customers.write(tmp_path)) as made:
        made.slack.platform.delivery.deadline = 60
        yield made


def _attributes(span: ReadableSpan) -> dict[str, object]:
    return dict(span.attributes or {})


def test_a_look_up_from_its_request_to_its_commit(steward: Steward, spans: InMemorySpanExporter) -> None:
    spans.clear()
    inese = steward.person("inese")
    inese.type(f"/account {ZQVALOR.id}", channel="support")
    found = spans.get_finished_spans()
    request, decision = (next(one for one in found if one.name == name) for name in ("request", "decision"))
    assert _attributes(request) == {"steward.kind": "/account", "steward.status": 200}
    assert _attributes(decision) == {
        "steward.action": "account.lookup",
        "steward.outcome": "masked",
        "steward.purpose": "technical_support",
        "steward.reason": _attributes(decision)["steward.reason"],
    }
    assert decision.parent is not None
    assert request.context is not None
    assert decision.context is not None
    assert decision.parent.span_id == request.context.span_id
    inside = {one.name for one in found if one.parent and one.parent.span_id == decision.context.span_id}
    assert inside == {"source", "commit"}
    assert {one.context.trace_id for one in found if one.context} == {request.context.trace_id}


def test_spans_name_nobody(steward: Steward, spans: InMemorySpanExporter) -> None:
    inese = steward.person("inese")
    for query in (ZQVALOR.id, ZQVALOR.email, f"{TYPED} nobody", ZQVALOR.phone):
        inese.type(f"/account {query}", channel="support")
    inese.type(f"/account {ZQVALOR.id}", channel="support")
    inese.press("Request access", in_="support")
    inese.fill({"What do you need to see?": ["Contact details"], "Why?": f"{TYPED} because"})
    inese.submit()
    inese.close(everything=True)
    steward.deliver()
    steward.person("janis").press("Approve", in_="access-approvals")
    steward.deliver()
    with unwritable.renamed(steward.database):
        inese.type(f"/account {ZQVALOR.email}", channel="support")
    found = spans.get_finished_spans()
    assert {one.name for one in found} == {"request", "decision", "source", "commit", "delivery"}
    assert any(one.status.status_code is StatusCode.ERROR for one in found)
    said = "\n".join(one.to_json() for one in found)
    assert values_in(said) == set()
    assert TYPED not in said
    assert "@postwing.example" not in said
    assert ZQVALOR.id not in said
    assert inese.id not in said
    assert {key for one in found for key in _attributes(one)} <= {
        "error.type",
        *(f"steward.{key}" for key in tracing.ATTRIBUTES),
    }


def test_off_is_one_object_that_does_nothing_and_nothing_is_imported_for_it() -> None:
    assert tracing.span("request", kind="/account") is tracing.span("commit")
    assert tracing.now() == 0
    tracing.record("commit", 0)
    for path in (ROOT / "bot").rglob("*.py"):
        for node in ast.parse(path.read_text()).body:
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            assert not [name for name in names if name.startswith("opentelemetry")], path


@pytest.mark.parametrize(
    ("environment", "asked"),
    [
        ({}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://collector:4318/v1/traces"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318", "OTEL_SDK_DISABLED": "true"}, False),
    ],
)
def test_an_endpoint_asks_for_spans(environment: dict[str, str], asked: bool) -> None:
    assert tracing.is_asked_for(environment) is asked
