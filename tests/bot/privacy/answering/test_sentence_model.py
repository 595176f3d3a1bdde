"""The sentence model, where it is installed."""

from pathlib import Path

import pytest

from bot.privacy.answer import Kind
from bot.privacy.answering import Answers, NoModel, SentenceModel, embedding, load
from bot.privacy.answering.confidence import SIGNS, signs
from bot.privacy.answering.question import read_question
from bot.privacy.answering.ranking import rank
from bot.privacy.text import read_policy

POLICY = read_policy(
    b"# Policy\n\nWhat you tell our helpers stays with them.\n\nVideos that you watch may become known to Meta.\n",
    "p.md",
)

installed = pytest.mark.skipif(not embedding.is_installed(), reason="the extra embed is not installed")


@installed
def test_likeness_follows_meaning() -> None:
    model = SentenceModel()
    question, near, far = model.many(
        ["Can I get my money back?", "We refund what you paid.", "The moon circles the earth once a month."]
    )
    assert question @ near > question @ far + 0.2
    assert abs(float(question @ question) - 1) < 1e-4


@installed
def test_a_question_is_turned_a_little_towards_answers() -> None:
    model = SentenceModel()
    asked = "Do you track where I am?"
    before = model.many([asked])[0]
    turned = model.one(asked).vector
    assert abs(float(turned @ turned) - 1) < 1e-4
    assert 0.6 < float(turned @ before) < 1


@installed
def test_the_model_finds_what_no_word_tells() -> None:
    answer = load(None, embed=True)("Does Facebook learn which movies I look at?", POLICY)
    assert answer.candidates[0].quote.startswith("Videos that you watch")
    assert answer.kind is not Kind.SILENT or not answer.quotes


@installed
def test_words_are_read_as_they_stand_in_the_text() -> None:
    model = SentenceModel()
    asked = model.one("Who sees my card?").words
    near, far, none = model.read(["Your card is shown to the bank.", "The moon circles the earth.", "—"]).words
    assert asked.texts == ("who", "sees", "my", "card")
    assert near.texts[:2] == ("your", "card")
    assert asked.nearest(near)[3] > asked.nearest(far)[3] + 0.2
    assert all(0.99 < each < 1.01 for each in asked.nearest(asked))
    assert asked.nearest(none) == (0, 0, 0, 0)
    assert none.nearest(asked) == ()


@installed
def test_a_word_that_the_first_passage_lacks_is_told() -> None:
    policy = read_policy(
        b"# Policy\n\nWe share your name with our bank.\n\nAsk your landlord about the keys.\n", "p.md"
    )
    answers = Answers(model=SentenceModel())
    index = answers.index(policy)

    def told(typed: str) -> dict[str, float]:
        ranked = rank(read_question(typed), index, answers.topics)
        assert ranked.scored[0].number == 0
        return dict(zip(SIGNS, signs(index, ranked, answers.topics), strict=True))

    has, lacks = told("Do you share my name with your bank?"), told("Do you share my name with your landlord?")
    assert lacks["least_meant"] < has["least_meant"] - 0.1
    assert lacks["farthest_meant"] > 0.1 > has["farthest_meant"] >= 0


def test_a_missing_model_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "_MODEL", ("no_such_package_here", "model.onnx"))
    assert not embedding.is_installed()
    with pytest.raises(NoModel, match=r"requirements-extras\.lock"):
        load(Path(__file__).parents[4] / "policies" / "topics.toml", embed=True)
