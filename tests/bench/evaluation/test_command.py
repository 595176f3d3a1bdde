"""The command: what it writes, what it skips, and what it says when something is absent or fails."""

from pathlib import Path

import orjson
import pytest
from rich.console import Console

import bench.evaluation.__main__ as command
from bench.evaluation import parts, sets
from bench.evaluation.answers import AIMS, broken_down, verdicts
from bench.evaluation.engine import MODES, floor
from bench.evaluation.rows import Figure
from bench.evaluation.scoring import MEASURES

TINY = parts.Extent(held_out=8, policy_qa=4, timed=4, pairs=4)


def run(tmp_path: Path, *arguments: str) -> tuple[int, list[dict[str, object]]]:
    output = tmp_path / "out" / "eval.json"
    ended = command.main([*arguments, "--output", str(output)])
    document = orjson.loads(output.read_bytes())
    assert document["machine"]["cores"] > 0
    assert output.with_name("eval-details.json").exists()
    return ended, document["rows"]


def test_the_held_out_set_is_asked_without_anything_else_on_the_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(parts, "QUICK", TINY)
    monkeypatch.setattr(parts, "MODES", ("without model",))
    for name in ("PAIRS", "MAILIGEN_POLICY", "MAILIGEN_QUESTIONS"):
        monkeypatch.setattr(sets, name, tmp_path / "absent")
    sets.pairs.cache_clear()
    sets.referred.cache_clear()
    ended, rows = run(tmp_path, "--quick", "--only", "held out", "--only", "mailigen", "--only", "differences")
    sets.referred.cache_clear()
    assert ended == 0
    names = {str(row["name"]) for row in rows}
    assert "held out, made-up policies, right end to end, without model" in names
    assert all(set(row) == {"name", "value", "floor", "ratio", "unit", "aim"} for row in rows)
    said = " ".join(capsys.readouterr().out.split())
    assert "mailigen is skipped" in said
    assert "differences is skipped" in said
    assert "those are skipped whose text is absent" in said


def test_a_part_that_fails_does_not_take_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: parts.Begin, __: parts.Extent) -> parts.Measured:
        raise OSError("no room")

    def one(begin: parts.Begin, _: parts.Extent) -> parts.Measured:
        begin("one", 1)()
        return parts.Measured([Figure("one", 1.0, "share")], ["Said at once."])

    monkeypatch.setattr(parts, "PARTS", {"broken": fail, "one": one})
    ended, rows = run(tmp_path)
    assert ended == 1
    assert [row["name"] for row in rows] == ["one"]
    said = capsys.readouterr().out
    assert "broken could not be measured: OSError: no room" in said
    assert "Said at once." in said


def test_progress_is_for_terminals_only() -> None:
    console = Console(record=True, force_terminal=False, width=80)

    def one(begin: parts.Begin, _: parts.Extent) -> parts.Measured:
        begin("one", 2)()
        return parts.Measured([])

    assert command.measured({"one": one}, TINY, console).rows == []
    assert console.export_text() == ""


def test_aims_are_for_rows_that_there_are() -> None:
    names = {measure.name for measure in MEASURES} | {"segment@3"}
    assert {measure for _, measure, _ in AIMS} <= names
    assert {mode for *_, mode in AIMS} == set(MODES)


def test_what_is_told_of_the_held_out_set_names_no_question() -> None:
    made_up, _, _ = sets.held_out()
    judged = verdicts(made_up, floor(), lambda: None)
    said = orjson.dumps(broken_down(judged)).decode()
    assert not any(asked.question.text in said for asked in made_up.asked)
