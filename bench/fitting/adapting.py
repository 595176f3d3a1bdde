"""`python -m bench.fitting.adapting`: adapt the model that reads pairs to privacy policies.

Low-rank matrices and two heads are fitted three times: on each half of the policies, by which `python -m bench.fitting`
reads those of the other half, and on all, which is what Steward reads with. It takes an hour of two processors, and the
package `torch`, which nothing else needs: `pip install torch`.
"""

import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import tokenizers
import torch
from rich.console import Console
from rich.progress import Progress
from torch.nn import functional

from bench.fitting.adapters import HALF_OUTPUTS, OUTPUT
from bench.fitting.examples import Example, sources
from bench.fitting.layers import WIDTH, Narrow, Stored, beginning, embedded, last_layer, stored
from bench.fitting.leaving_out import fold_of, half_of
from bot.privacy.answering import Answers, SentenceModel
from bot.privacy.answering.cross_encoder import LONGEST, MODEL, TOKENIZER, as_fitted
from bot.privacy.answering.embedding import data_file, tokenizer_of
from bot.privacy.answering.low_rank import LAYERS, PRODUCTS, Adapter, product, write_adapter
from bot.privacy.answering.weights import RANK_WITH_MODEL

CHOSEN, BESIDE = 8, 5
"""Of a question's first so many sentences the first, and so many others by chance. (Were it those which the model takes
for the best, it would learn to take what it takes for the best for wrong.)
"""
EPOCHS, RATE, DECAY, DROPPED = 2, 8e-4, 0.01, 0.1
"""Rounds over all pairs, the highest rate, what weights lose, and the part of the words' numbers that is left out."""
WARMING = 0.05
"""The part of the steps in which the rate rises."""
LONGEST_STEP = 1.0
"""Of all that is fitted together, in its slope."""
WORDS, STEP = 2_048, 8
"""Words of the pairs that are fitted on at once, and by how many the lengths of such differ."""
ANSWERED = 0.3
"""What it counts, beside that a sentence answers, that the policy does."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and a sentence as the model takes them: the numbers of their words and the kinds of what these stand
    in; whether it answers, is the question's first, and the policy answers.
    """

    policy: str
    ids: Sequence[int]
    kinds: Sequence[int]
    right: bool
    first: bool
    answerable: bool


def pairs_of(example: Example, tokenizer: tokenizers.Tokenizer, random: np.random.Generator) -> list[Pair]:
    """A question's pairs to be fitted on: with all sentences that answer, and with some of the first ones."""
    numbers = [each.number for each in example.scored(np.array(RANK_WITH_MODEL))]
    right = [number for number in numbers if example.is_right(number)]
    others = [number for number in numbers[1:CHOSEN] if number not in right]
    chosen = [*dict.fromkeys([numbers[0], *right, *random.permutation(others)[:BESIDE].tolist()])]
    read = [tokenizer.encode(example.question, example.index.read_after_heading(number)) for number in chosen]
    return [
        Pair(example.policy, each.ids, each.type_ids, number in right, number == numbers[0], example.answerable)
        for number, each in zip(chosen, read, strict=True)
    ]


class Batch(NamedTuple):
    """Pairs of like length (filled up with zeros), which of their words there are, and of each pair whether it answers
    and its policy does, and what both count.
    """

    ids: torch.Tensor
    kinds: torch.Tensor
    there: torch.Tensor
    truth: torch.Tensor
    counts: torch.Tensor


def batches(pairs: Sequence[Pair], random: np.random.Generator) -> list[Batch]:
    """All pairs once, in any order."""
    by_length: dict[int, list[Pair]] = {}
    for place in random.permutation(len(pairs)):
        by_length.setdefault(-(-len(pairs[place].ids) // STEP) * STEP, []).append(pairs[place])
    made = [
        _batch(some[start : start + WORDS // length], length)
        for length, some in by_length.items()
        for start in range(0, len(some), WORDS // length)
    ]
    return [made[place] for place in random.permutation(len(made))]


def _batch(pairs: Sequence[Pair], length: int) -> Batch:
    ids, kinds = torch.zeros((2, len(pairs), length), dtype=torch.long)
    there = torch.zeros((len(pairs), length), dtype=torch.bool)
    for place, pair in enumerate(pairs):
        own = slice(len(pair.ids))
        ids[place, own], kinds[place, own] = torch.tensor(pair.ids), torch.tensor(pair.kinds)
        there[place, own] = True
    truth = torch.tensor([[float(pair.right), float(pair.answerable)] for pair in pairs])
    counts = torch.tensor([[1.0, ANSWERED * pair.first] for pair in pairs])
    return Batch(ids, kinds, there, truth, counts)


class Fitted(NamedTuple):
    """The narrow matrices of each layer, and the heads."""

    beside: Sequence[Narrow]
    heads: torch.nn.Linear

    @property
    def parameters(self) -> list[torch.nn.Parameter]:
        """All that is fitted."""
        narrow = [matrix for layer in self.beside for both in layer.values() for matrix in both]
        return [*narrow, *self.heads.parameters()]


def begun(random: torch.Generator) -> Fitted:
    """Matrices that change nothing, and heads that know nothing."""
    heads = torch.nn.Linear(WIDTH, 2)
    for matrix in heads.parameters():
        torch.nn.init.zeros_(matrix)
    return Fitted(beginning(random), heads)


def loss(fitted: Fitted, batch: Batch, model: Stored, random: torch.Generator) -> torch.Tensor:
    """The mean of -log of the chance of what is so; some of the words' numbers are left out, others each time."""
    words = embedded(batch.ids, batch.kinds, model)
    kept = torch.rand(words.shape, generator=random) >= DROPPED
    logits = fitted.heads(last_layer(words * kept / (1 - DROPPED), batch.there, model, fitted.beside))
    each = functional.binary_cross_entropy_with_logits(logits, batch.truth, reduction="none")
    return (each * batch.counts).sum() / batch.counts.sum()


def fitted_on(pairs: Sequence[Pair], model: Stored, progress: Progress) -> Adapter:
    """An adapter from some pairs, by Adam with weights that decay. In one thread, so that two can be fitted at once."""
    torch.set_num_threads(1)
    random, order = torch.Generator().manual_seed(0), np.random.default_rng(0)
    rounds = [batch for _ in range(EPOCHS) for batch in batches(pairs, order)]
    fitted = begun(random)
    optimiser = torch.optim.AdamW(fitted.parameters, RATE, weight_decay=DECAY)
    rate = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _rate(step / len(rounds)))
    for batch in progress.track(rounds, description=f"Fitting on {len(pairs):,} pairs"):
        optimiser.zero_grad()
        torch.autograd.backward(loss(fitted, batch, model, random))
        torch.nn.utils.clip_grad_norm_(fitted.parameters, LONGEST_STEP)
        optimiser.step()
        rate.step()
    return _adapter(fitted)


def _rate(done: float) -> float:
    """Of the highest rate: rising at first, then falling as a cosine does."""
    return min(1.0, done / WARMING) * (1 + math.cos(math.pi * done)) / 2


def _adapter(fitted: Fitted) -> Adapter:
    beside = {
        product(layer, name): (narrow[name][0].detach().numpy(), narrow[name][1].detach().numpy())
        for layer, narrow in zip(LAYERS, fitted.beside, strict=True)
        for name in PRODUCTS
    }
    return Adapter(beside, fitted.heads.weight.detach().numpy(), fitted.heads.bias.detach().numpy())


def main() -> None:
    """Fit on each half of the policies and on all, and write the adapters. Raises SetAbsent, NoModel."""
    answers, model = Answers(model=SentenceModel()), stored(as_fitted(data_file(*MODEL), MODEL))
    examples = [each for source in sources(answers).values() for each in source]
    fold = fold_of({each.policy for each in examples})
    tokenizer, random = tokenizer_of(tokenizers, data_file(*TOKENIZER), LONGEST), np.random.default_rng(0)
    pairs = [pair for each in examples for pair in pairs_of(each, tokenizer, random)]
    with Progress(console=Console(stderr=True)) as progress, ThreadPoolExecutor(2, "fitting") as pool:

        def write(output: Path, some: Sequence[Pair]) -> None:
            write_adapter(output, fitted_on(some, model, progress))

        kept = [pool.submit(write, OUTPUT, pairs)]
        for half, output in enumerate(HALF_OUTPUTS):
            kept.append(pool.submit(write, output, [pair for pair in pairs if half_of(fold[pair.policy]) == half]))
        for each in kept:
            each.result()


if __name__ == "__main__":
    main()
