"""`python -m bench.fitting.adapting`: adapt the last layers of the model that reads pairs to privacy policies.

Low-rank matrices and two heads are fitted three times: on each half of the policies, by which `python -m bench.fitting`
reads those of the other half, and on all, which is what Steward reads with. It takes half an hour of two processors,
and the packages `jax` and `optax`, which nothing else needs: `pip install jax optax`.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import onnxruntime
import optax
import tokenizers
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import Progress

from bench.fitting.adapters import HALF_OUTPUTS, OUTPUT
from bench.fitting.examples import Example, sources
from bench.fitting.last_layers import WIDTH, Matrices, beginning, last_layer, stored
from bench.fitting.leaving_out import fold_of, half_of
from bench.fitting.regression import logistic
from bot.privacy.answering import Answers, SentenceModel
from bot.privacy.answering.cross_encoder import LAST_LAYER, LONGEST, MODEL, TOKENIZER, as_fitted, as_given
from bot.privacy.answering.embedding import data_file, session_of, tokenizer_of
from bot.privacy.answering.low_rank import LAYERS, PRODUCTS, Adapter, adapted, product, write_adapter
from bot.privacy.answering.weights import RANK_WITH_MODEL

CHOSEN, BESIDE = 8, 5
"""Of a question's first so many sentences the first, and so many others by chance. (Were it those which the model takes
for the best, it would learn to take what it takes for the best for wrong.)
"""
EPOCHS, RATE, DECAY, DROPPED = 2, 8e-4, 0.01, 0.1
"""Rounds over all pairs, the highest rate, what weights lose, and the part of the words' numbers that is left out."""
WARMING = 0.05
"""The part of the steps in which the rate rises."""
WORDS, STEP = 2_048, 16
"""Words of the pairs that are fitted on at once, and by how many the lengths of such differ."""
ANSWERED = 0.3
"""What it counts, beside that a sentence answers, that the policy does."""
PENALTY = 10.0
"""Of the heads with which it begins."""


class Read(NamedTuple):
    """What the model as it comes makes of a pair: before the layers that are fitted, a row a word; and at last."""

    words: NDArray[np.float16]
    vector: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and a sentence as read; whether it answers, is the question's first, and the policy answers."""

    policy: str
    read: Read
    right: bool
    first: bool
    answerable: bool


class Reader:
    """The model as it comes."""

    def __init__(self, model: bytes) -> None:
        """Load it. Raises NoModel."""
        self._outputs = [f"/bert/encoder/layer.{LAYERS[0] - 1}/output/LayerNorm/Add_1_output_0", LAST_LAYER]
        self._session = session_of(onnxruntime, adapted(model, {}, self._outputs))
        self._tokenizer = tokenizer_of(tokenizers, data_file(*TOKENIZER), LONGEST)

    def __call__(self, question: str, sentence: str) -> Read:
        """What it makes of a pair."""
        words, vector = self._session.run(self._outputs, as_given(self._tokenizer, question, sentence))
        return Read(words[0].astype(np.float16), vector[0])


def pairs_of(example: Example, reader: Reader, random: np.random.Generator) -> list[Pair]:
    """A question's pairs to be fitted on: with all sentences that answer, and with some of the first ones."""
    numbers = [each.number for each in example.scored(np.array(RANK_WITH_MODEL))]
    right = [number for number in numbers if example.is_right(number)]
    others = [number for number in numbers[1:CHOSEN] if number not in right]
    some = random.permutation(others)[:BESIDE].tolist()
    chosen = [*dict.fromkeys([numbers[0], *right, *some])]
    with ThreadPoolExecutor(2, "reading") as pool:
        texts = map(example.index.read_after_heading, chosen)
        made = [*pool.map(lambda text: reader(example.question, text), texts)]
    return [
        Pair(example.policy, read, number in right, number == numbers[0], example.answerable)
        for number, read in zip(chosen, made, strict=True)
    ]


class Batch(NamedTuple):
    """Pairs of like length: their words (filled up with zeros), which of these there are, and of each pair whether it
    answers, whether its policy does, and what both count.
    """

    words: NDArray[np.float32]
    there: NDArray[np.bool_]
    truth: NDArray[np.float32]
    counts: NDArray[np.float32]


def batches(pairs: Sequence[Pair], random: np.random.Generator) -> list[Batch]:
    """All pairs once, in any order."""
    by_length: dict[int, list[Pair]] = {}
    for place in random.permutation(len(pairs)):
        by_length.setdefault(-(-len(pairs[place].read.words) // STEP) * STEP, []).append(pairs[place])
    made = [
        _batch(some[start : start + WORDS // length], length, WORDS // length)
        for length, some in by_length.items()
        for start in range(0, len(some), WORDS // length)
    ]
    return [made[place] for place in random.permutation(len(made))]


def _batch(pairs: Sequence[Pair], length: int, size: int) -> Batch:
    words, there = np.zeros((size, length, WIDTH), np.float32), np.zeros((size, length), bool)
    truth, counts = np.zeros((2, size), np.float32), np.zeros((2, size), np.float32)
    there[:, 0] = True  # of what fills the batch up, which counts nothing
    for place, pair in enumerate(pairs):
        own = slice(len(pair.read.words))
        words[place, own], there[place, own] = pair.read.words, True
        truth[:, place], counts[:, place] = (pair.right, pair.answerable), (1.0, ANSWERED * pair.first)
    return Batch(words, there, truth, counts)


class Fitted(NamedTuple):
    """The narrow matrices of each layer, and the heads."""

    beside: Sequence[Matrices]
    heads: Any
    biases: Any


def begun(pairs: Sequence[Pair]) -> Fitted:
    """Matrices that change nothing, and the heads that are best then."""
    rows = np.array([pair.read.vector for pair in pairs], np.float64)
    right = logistic(rows, np.array([float(pair.right) for pair in pairs]), np.ones(len(pairs)), PENALTY)
    first = np.array([pair.first for pair in pairs])
    answerable = np.array([float(pair.answerable) for pair in pairs if pair.first])
    answered = logistic(rows[first], answerable, np.ones(len(answerable)), PENALTY)
    heads, biases = zip(right, answered, strict=True)
    return Fitted(beginning(0), jnp.array(np.array(heads), jnp.float32), jnp.array(biases, jnp.float32))


def loss(fitted: Fitted, batch: Batch, weights: Sequence[Matrices], key: Any) -> Any:
    """The mean of -log of the chance of what is so; some of the words' numbers are left out, others each time."""
    kept = jax.random.bernoulli(key, 1 - DROPPED, batch.words.shape) / (1 - DROPPED)
    rows = last_layer(batch.words * kept, batch.there, weights, fitted.beside)
    logits = fitted.heads @ rows.T + fitted.biases[:, None]
    each = jnp.where(batch.truth > 0, jax.nn.softplus(-logits), jax.nn.softplus(logits))
    return (each * batch.counts).sum() / jnp.maximum(batch.counts.sum(), 1.0)


def fitted_on(pairs: Sequence[Pair], weights: Sequence[Matrices], progress: Progress) -> Adapter:
    """An adapter from some pairs, by Adam with weights that decay."""
    random = np.random.default_rng(0)
    rounds = [batch for _ in range(EPOCHS) for batch in batches(pairs, random)]
    rate = optax.warmup_cosine_decay_schedule(0.0, RATE, int(WARMING * len(rounds)) + 1, len(rounds))
    optimiser = optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(rate, weight_decay=DECAY))
    fitted = begun(pairs)
    state = optimiser.init(fitted)

    def stepped(fitted: Fitted, state: Any, batch: Batch, key: Any) -> tuple[Fitted, Any]:
        slope = jax.grad(loss)(fitted, batch, weights, key)
        change, state = optimiser.update(slope, state, fitted)
        return optax.apply_updates(fitted, change), state

    step, key = jax.jit(stepped), jax.random.PRNGKey(0)
    for batch in progress.track(rounds, description=f"Fitting on {len(pairs):,} pairs"):
        key, own = jax.random.split(key)
        fitted, state = step(fitted, state, batch, own)
    return _adapter(fitted)


def _adapter(fitted: Fitted) -> Adapter:
    beside = {
        product(layer, name): (np.array(matrices[name][0]), np.array(matrices[name][1]))
        for layer, matrices in zip(LAYERS, fitted.beside, strict=True)
        for name in PRODUCTS
    }
    return Adapter(beside, np.array(fitted.heads), np.array(fitted.biases))


def main() -> None:
    """Fit on each half of the policies and on all, and write the adapters. Raises SetAbsent, NoModel."""
    answers, model = Answers(model=SentenceModel()), as_fitted(data_file(*MODEL), MODEL)
    examples = [each for source in sources(answers).values() for each in source]
    fold = fold_of({each.policy for each in examples})
    with Progress(console=Console(stderr=True)) as progress:
        reader, random = Reader(model), np.random.default_rng(0)
        pairs = [
            pair for each in progress.track(examples, description="Reading") for pair in pairs_of(each, reader, random)
        ]
        weights = stored(model)
        for half, output in enumerate(HALF_OUTPUTS):
            own = [pair for pair in pairs if half_of(fold[pair.policy]) == half]
            write_adapter(output, fitted_on(own, weights, progress))
        write_adapter(OUTPUT, fitted_on(pairs, weights, progress))


if __name__ == "__main__":
    main()
