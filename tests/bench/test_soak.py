"""The soak, for some seconds: two replicas, one of which is killed; nothing is lost, and nothing comes twice."""

from contextlib import closing
from pathlib import Path

import orjson
import pytest
from sqlalchemy import text

from bench.soak import __main__ as command
from bench.soak.arrivals import Arrivals, judge_arrivals
from bench.soak.verdict import Verdict
from bot.database import Database


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
    assert all(rows[f"soak: processor time, {who}"] > 0 for who in ("2 replicas", "PostgreSQL", "work and local Slack"))


KEY, PLACE = "0198-key", "access-approvals at 17.1"
ROW = (
    'INSERT INTO deliveries (key, kind, about, "to", status, attempts, queued_at, wanted, shown, due_at, waiting_since'
    ", channel, ts) VALUES (:key, 'request.opened', 'R-1', 'channel:approvals', :status, 0, :now, 1, 1, :due, :due"
    ", :ts, :ts)"
)


@pytest.mark.parametrize(
    ("status", "places", "lost", "twice"),
    [
        ("sent", [PLACE], 0, 0),
        ("sent", [], 1, 0),
        ("sent", [PLACE, "access-approvals at 17.2"], 0, 1),
        ("queued", [PLACE], 0, 0),
        ("obsolete", [], 0, 0),
        ("obsolete", [PLACE], 0, 1),
    ],
)
def test_a_message_is_counted_by_its_delivery(
    sqlite_url: str, status: str, places: list[str], lost: int, twice: int
) -> None:
    now = "2026-03-02 09:00:00.000000"
    given = {"key": KEY, "status": status, "now": now, "due": now if status == "queued" else None}
    verdict = Verdict()
    with closing(Database(sqlite_url)) as database:
        with database.transaction() as connection:
            connection.execute(text(ROW), {**given, "ts": "17.1" if status == "sent" else None})
        judge_arrivals(verdict, database, Arrivals({KEY: places}, []), lambda about: [f"a replica on {about}"])
        assert (len(verdict.lost), len(verdict.twice)) == (lost, twice)
        for one in (*verdict.lost, *verdict.twice):
            assert "delivery 1, request.opened about R-1 to channel:approvals" in one
            assert "a replica on R-1" in one
            assert all(place in one for place in places)
        judge_arrivals(verdict, database, Arrivals({"another": [PLACE]}, ["dm at 18.1"]), lambda _: [])
        assert [one for one in verdict.twice if "no delivery stands for" in one] == [
            "a message that no delivery stands for: dm at 18.1",
            f"a message that no delivery stands for: {PLACE}",
        ]


def test_what_is_missing_and_what_is_there_twice_is_named() -> None:
    verdict = Verdict()
    for what, found in (("a", 1), ("b", 0), ("c", 2)):
        verdict.once(what, found)
    assert (verdict.lost, verdict.twice, verdict.good) == (["b"], ["c: 2 times"], False)
