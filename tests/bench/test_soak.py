"""The soak, for some seconds: two replicas, one of which is killed; nothing is lost, and nothing comes twice."""

from pathlib import Path

import orjson
import pytest

from bench.soak import __main__ as command
from bench.soak.judging import Verdict


@pytest.mark.postgres
@pytest.mark.timeout(900)
def test_some_seconds_of_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "soak.json"
    arguments = ["--minutes", "0.1", "--rate", "6", "--replicas", "2", "--kill-every", "2", "--down", "0"]
    ended = command.main([*arguments, "--seed", "1", "--output", str(output)])
    said = capsys.readouterr().out
    assert ended == 0, said
    rows = {row["name"]: row["value"] for row in orjson.loads(output.read_bytes())["rows"]}
    assert rows["soak: acts"] == 36
    assert rows["soak: replicas killed"] >= 1
    assert (rows["soak: lost"], rows["soak: twice"]) == (0, 0)
    assert "Nothing was lost, nothing came twice." in said


def test_what_is_missing_and_what_is_there_twice_is_named() -> None:
    verdict = Verdict()
    for what, found in (("a", 1), ("b", 0), ("c", 2)):
        verdict.once(what, found)
    assert (verdict.lost, verdict.twice, verdict.good) == (["b"], ["c: 2 times"], False)
