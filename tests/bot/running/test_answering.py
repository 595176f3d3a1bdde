"""The models for answers at a start: what is missing is logged, and what can't be used stops it with what to do."""

import pytest
from structlog.testing import capture_logs

from bot.database import Database
from bot.privacy.answering import Answers, NoModel, SentenceModel, embedding
from bot.running import answering
from bot.running.answering import ready_answers
from bot.running.refusals import CannotStart
from bot.settings import load_configuration
from tests.conftest import SettableClock
from tests.scenarios.harness import ROOT


def _ready(url: str, clock: SettableClock) -> Answers:
    database = Database(url)
    try:
        return ready_answers(load_configuration(ROOT / "steward.toml"), database, clock)
    finally:
        database.close()


def test_a_model_that_cannot_be_used_stops_the_start(
    sqlite_url: str, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(*_: object) -> Answers:
        raise NoModel("model.onnx is damaged.")

    monkeypatch.setattr(answering, "load", damaged)
    with pytest.raises(CannotStart, match=r"can't be used\. model\.onnx is damaged\.") as refused:
        _ready(sqlite_url, clock)
    assert "embed = false in [policy]" in str(refused.value.mend)


@pytest.mark.skipif(not embedding.is_installed(), reason="the extra embed is not installed")
def test_a_model_that_is_missing_beside_the_other_is_logged(
    sqlite_url: str, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with capture_logs() as logs:
        monkeypatch.setattr(answering, "load", lambda *_: Answers(model=SentenceModel()))
        assert _ready(sqlite_url, clock).has_model
        monkeypatch.setattr(answering, "load", lambda *_: Answers())
        _ready(sqlite_url, clock)
    assert [(line["event"], line["part"]) for line in logs] == [("answers.model_missing", "cross_encoder")]
