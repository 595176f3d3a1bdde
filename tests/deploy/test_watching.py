"""The dashboard and the alerts: each number and each label that they name is one that /metrics has."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml
from prometheus_client import CollectorRegistry

from bot.audit.tamper import LedgerStanding
from bot.database import Database
from bot.delivery.outbox import Outbox
from bot.hosting.keeper import State
from bot.hosting.numbers import States
from bot.observability.exposition import Build, WorksBy
from bot.observability.metrics import Metrics
from bot.observability.state import StateCollector
from tests.conftest import SettableClock

ROOT = Path(__file__).parents[2]
RULES = ROOT / "deploy" / "prometheus" / "steward.rules.yaml"
CASES = RULES.with_name("steward.rules.test.yaml")
DASHBOARD = ROOT / "deploy" / "grafana" / "steward.json"
OF_PROMETHEUS = {"up": frozenset[str]()}
ADDED_BY_PROMETHEUS = frozenset({"job", "instance"})
ADDED_BY_A_HOST = frozenset({"workspace"})
"""By a Steward of several workspaces, to the numbers of each."""
VARIABLES = (("$__rate_interval", "5m"), ("$job", "steward"), ("$workspace", ".*"))
SEVERITIES = {"critical", "warning"}


@pytest.fixture
def known(sqlite_url: str, clock: SettableClock) -> dict[str, frozenset[str]]:
    """Every number's name as it is written down, with its labels."""
    registry, database = CollectorRegistry(), Database(sqlite_url)
    made = Metrics((), (), (), registry)
    metrics = [getattr(one, "metric", one) for one in vars(made).values()]
    metrics = [one for one in metrics if hasattr(one, "_labelnames")]
    assert len(metrics) > 12
    names = dict(OF_PROMETHEUS)
    for metric in metrics:
        endings = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum"), "gauge": ("",)}[metric._type]
        for ending in endings:
            names[metric._name + ending] = frozenset({*metric._labelnames, *({"le"} if ending == "_bucket" else ())})
    states = States(lambda: {"postwing": State.RUNNING})
    for collector in (
        StateCollector(database, Outbox(clock), LedgerStanding(stops=True), clock),
        Build("1", "r"),
        WorksBy(lambda: "c", lambda: "p"),
        states,
    ):
        for family in collector.collect():
            names[family.name] = frozenset(family.samples[0].labels)
    database.close()
    return names


def _rules() -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = yaml.safe_load(RULES.read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def _panels() -> list[dict[str, Any]]:
    panels: list[dict[str, Any]] = json.loads(DASHBOARD.read_text())["panels"]
    return panels


def _queries() -> Iterator[str]:
    yield from (rule["expr"] for rule in _rules())
    for panel in _panels():
        for target in panel.get("targets", ()):
            query = str(target["expr"])
            for variable, value in VARIABLES:
                query = query.replace(variable, value)
            yield query


def _selectors(node: Any) -> Iterator[Any]:
    """The selectors of numbers in a query, and how it groups them."""
    if isinstance(node, promql_parser.VectorSelector):
        yield node
    elif isinstance(node, promql_parser.MatrixSelector):
        yield node.vector_selector
    elif isinstance(node, promql_parser.BinaryExpr):
        yield from _selectors(node.lhs)
        yield from _selectors(node.rhs)
    elif isinstance(node, promql_parser.Call):
        for argument in node.args:
            yield from _selectors(argument)
    elif hasattr(node, "expr"):
        yield from _selectors(node.expr)


def test_every_query_names_what_is_there(known: dict[str, frozenset[str]]) -> None:
    queries = list(_queries())
    assert len(queries) > 35
    used = set()
    for query in queries:
        selectors = list(_selectors(promql_parser.parse(query)))
        assert selectors, query
        for one in selectors:
            assert one.name in known, query
            used.add(one.name)
            labels = {matcher.name for matcher in one.matchers.matchers}
            assert labels <= known[one.name] | ADDED_BY_PROMETHEUS | ADDED_BY_A_HOST, query
        grouped = {label.strip() for found in re.findall(r"by \(([^)]*)\)", query) for label in found.split(",")}
        assert grouped <= ADDED_BY_A_HOST | {label for one in selectors for label in known[one.name]}, query
    families = {re.sub(r"_(total|bucket|count|sum)$", "", name) for name in known if name.startswith("steward_")}
    shown = {re.sub(r"_(total|bucket|count|sum)$", "", name) for name in used}
    assert families - shown == set(), "a number that nobody looks at"


def test_each_alert_says_what_it_means_and_what_to_do() -> None:
    rules = _rules()
    assert len({rule["alert"] for rule in rules}) == len(rules) > 10
    for rule in rules:
        assert rule["labels"]["severity"] in SEVERITIES
        assert set(rule["annotations"]) == {"summary", "description"}
        assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}


def test_the_dashboard_fits_together() -> None:
    """Panels have ids of their own, stand beside one another, and say what they show."""
    panels = _panels()
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        taken |= cells
        if panel["type"] != "row":
            assert panel["description"]
            assert panel["datasource"]["uid"] == "${datasource}"
            assert [target["refId"] for target in panel["targets"]] == sorted({t["refId"] for t in panel["targets"]})


def test_each_alert_speaks_when_it_should_and_only_then(tmp_path: Path) -> None:
    """Prometheus itself goes through the cases, and they fail where alerts do not wait."""
    if shutil.which("promtool") is None:
        pytest.skip("no promtool on this machine (Debian: apt-get install prometheus)")
    told = re.findall(r'alertname="(\w+)",alertstate="firing"', CASES.read_text())
    assert set(told) == {rule["alert"] for rule in _rules()}
    tried = _promtool("test", "rules", CASES)
    assert tried.returncode == 0, tried.stdout + tried.stderr
    shutil.copy(CASES, tmp_path)
    (tmp_path / RULES.name).write_text(re.sub(r"for: \S+", "for: 0s", RULES.read_text()))
    assert _promtool("test", "rules", tmp_path / CASES.name).returncode == 1
    checked = _promtool("check", "rules", RULES)
    assert f"{len(_rules())} rules found" in checked.stdout, checked.stderr


def _promtool(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["promtool", *arguments], capture_output=True, text=True, check=False, timeout=120)
