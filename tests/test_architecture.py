"""The shape of the source: who imports whom, how long things are, what they are called, and what may be logged."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.logs import ALLOWED
from tests.source_trees import tree_of

ROOT = Path(__file__).parents[1]
PRODUCT = ("bot", "handlers", "models", "migrations", "slack_local", "demo")
QUIET = ("bot", "handlers", "models")
LONGEST_FUNCTION = 40
LONGEST_FILE = 400
LONGEST_TEST_FILE = 500
EMPTY_NAMES = {"util", "utils", "helper", "helpers", "manager", "managers", "misc"}
LOG_METHODS = {"debug", "info", "warning", "error", "exception", "critical"}


def _files(*packages: str) -> list[Path]:
    return [path for package in packages for path in sorted((ROOT / package).rglob("*.py"))]


def _functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _calls(path: Path) -> Iterator[ast.Call]:
    yield from (node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call))


def _at(path: Path, node: ast.stmt | ast.expr) -> str:
    return f"{path.relative_to(ROOT)}:{node.lineno}"


def test_imports_go_one_way() -> None:
    checked = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_nobody_but_tests_and_benchmarks_imports_the_local_slack() -> None:
    found = [
        f"{path.relative_to(ROOT)} {name}"
        for path in _files("bot", "handlers", "models", "migrations", "demo")
        for node in ast.walk(tree_of(path))
        for name in _imported(node)
        if name.partition(".")[0] in {"slack_local", "tests", "bench"}
    ]
    assert found == []


def test_only_processes_with_no_other_sqlite_import_a_second_one() -> None:
    """Two of them in one process lose one another's locks."""
    found = {
        str(path.relative_to(ROOT))
        for path in _files("bot", "handlers", "models", "migrations", "demo", "slack_local", "bench", "tests")
        for node in ast.walk(tree_of(path))
        if "apsw" in _imported(node)
    }
    assert found == {"bot/audit/stretch.py", "bench/scanning.py"}


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module else []


def test_functions_are_short() -> None:
    long = [
        f"{_at(path, node)} {node.name}: {length} lines"
        for path in _files(*PRODUCT)
        if path.parent.name != "versions"
        for node in _functions(path)
        if (length := (node.end_lineno or node.lineno) - node.lineno + 1) > LONGEST_FUNCTION
    ]
    assert long == []


@pytest.mark.parametrize(("packages", "longest"), [(PRODUCT, LONGEST_FILE), (("bench", "tests"), LONGEST_TEST_FILE)])
def test_files_are_short(packages: tuple[str, ...], longest: int) -> None:
    counts = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in _files(*packages)}
    assert {name: count for name, count in counts.items() if count > longest} == {}


def test_names_say_what_things_are() -> None:
    names = [(path, path.stem) for path in _files(*PRODUCT)]
    names += [(path, path.parent.name) for path in _files(*PRODUCT)]
    names += [
        (path, node.name)
        for path in _files(*PRODUCT)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ClassDef | ast.FunctionDef)
    ]
    assert [f"{path.relative_to(ROOT)} {name}" for path, name in names if _words(name) & EMPTY_NAMES] == []


def _words(name: str) -> set[str]:
    spaced = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
    return set(spaced.split("_"))


def test_what_others_may_call_says_what_it_is() -> None:
    """Not the tables of steward.toml, which docs/configuration.md explains, and not what a protocol only names."""
    silent = [
        f"{_at(path, node)} {node.name}"
        for path in _files(*QUIET)
        for node in _public(tree_of(path).body)
        if ast.get_docstring(node) is None
    ]
    assert silent == []


def _public(body: list[ast.stmt]) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    for node in body:
        if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.name.startswith("_") or _is_said(node):
            continue
        yield node
        if isinstance(node, ast.ClassDef):
            yield from _public(node.body)


def _is_said(node: ast.FunctionDef | ast.ClassDef) -> bool:
    """Whether its name says all: a table of the file, a protocol's attribute, the other half of a property."""
    if isinstance(node, ast.ClassDef):
        return bool({ast.unparse(base) for base in node.bases} & {"Table", "_Table"})
    only_named = len(node.body) == 1 and ast.unparse(node.body[0]) == "..."
    return only_named or any(ast.unparse(one).endswith(".setter") for one in node.decorator_list)


def test_nothing_is_printed_where_logs_and_answers_belong() -> None:
    prints = [
        _at(path, call)
        for path in _files(*QUIET)
        for call in _calls(path)
        if isinstance(call.func, ast.Name) and call.func.id == "print"
    ]
    assert prints == []


def _log_calls() -> list[tuple[Path, ast.Call]]:
    return [
        (path, call)
        for path in _files(*QUIET, "demo")
        for call in _calls(path)
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in LOG_METHODS
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id in {"log", "logger"}
    ]


def test_what_is_logged_is_on_the_list_so_that_nothing_is_dropped() -> None:
    given = [(path, call, word.arg) for path, call in _log_calls() for word in call.keywords if word.arg]
    assert len(given) > 20
    assert [f"{_at(path, call)} {key}" for path, call, key in given if key not in ALLOWED | {"exc_info"}] == []


def test_events_are_fixed_names() -> None:
    """A name that is put together at run time could quote someone."""
    built = [_at(path, call) for path, call in _log_calls() if not _is_fixed(call.args)]
    assert built == []


def _is_fixed(arguments: list[ast.expr]) -> bool:
    """One text, or one of two."""
    if len(arguments) != 1:
        return False
    event = arguments[0]
    if isinstance(event, ast.IfExp):
        return _is_fixed([event.body]) and _is_fixed([event.orelse])
    return isinstance(event, ast.Constant) or (isinstance(event, ast.Name) and event.id == "event")


@pytest.mark.parametrize("package", ["bot", "handlers", "models", "slack_local"])
def test_importing_does_nothing_to_see(package: str, tmp_path: Path) -> None:
    """No file is made, nothing is printed and no thread is started by importing every module there is."""
    code = (
        "import importlib, pkgutil, sys, threading\n"
        f"import {package}\n"
        f"for module in pkgutil.walk_packages({package}.__path__, '{package}.'):\n"
        "    if not module.name.endswith('__main__'):\n"
        "        importlib.import_module(module.name)\n"
        "assert threading.active_count() == 1, threading.enumerate()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(tmp_path.iterdir()) == []
