"""What the model that reads pairs makes of each question's first sentences, by an adapter that never saw its policy."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bench.fitting.adapters import HALF_OUTPUTS
from bench.fitting.examples import Example, Numbers
from bench.fitting.leaving_out import half_of
from bot.privacy.answering.cross_encoder import CrossEncoder
from bot.privacy.answering.ranking import READ

READ_AHEAD = READ + 2
"""Of each question the first sentences that are read: weights that never saw its policy may put others first than those
that did, and where the right ones are taken away others come first.
"""


def encoders() -> Sequence[CrossEncoder]:
    """The model by the adapter of each half of the policies. Raises NoModel, FileNotFoundError where there is none."""
    return [CrossEncoder(output) for output in HALF_OUTPUTS]


def read(
    examples: Sequence[Example], rank: Numbers, by_half: Sequence[CrossEncoder], fold: Mapping[str, int]
) -> list[Example]:
    """The examples with what the other half's adapter makes of their first sentences by weights: some minutes."""
    return [_read(each, rank, by_half[1 - half_of(fold[each.policy])]) for each in examples]


def _read(example: Example, rank: Numbers, encoder: CrossEncoder) -> Example:
    numbers = [each.number for each in example.scored(rank)[:READ_AHEAD]]
    made = encoder.read(example.question, list(map(example.index.read_after_heading, numbers)))
    return replace(example, read=dict(zip(numbers, made, strict=True)))
