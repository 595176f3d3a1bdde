"""The layers of the model that reads pairs, in floating point, to be fitted: their weights as in the file, and low-rank
matrices beside each.

Source: Devlin et al., "BERT", arXiv:1810.04805, section 3 (the layers); Hu et al., "LoRA", arXiv:2106.09685.
"""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch.nn import functional

from bot.privacy.answering.low_rank import LAYERS, PRODUCTS, product

Matrices = Mapping[str, torch.Tensor]
"""By name."""
Narrow = Mapping[str, tuple[torch.nn.Parameter, torch.nn.Parameter]]
"""The two narrow matrices beside each of a layer's products, by the product's name."""
HEADS, WIDTH, WIDE = 12, 384, 1536
"""A layer's attention heads, the numbers of a word, and those between a layer's two last products."""
RANK = 8
PRECISION = torch.bfloat16
"""In which the layers are run; what is fitted is kept in 32 bits."""
_SHAPES = {"wide": (WIDTH, WIDE), "narrow": (WIDE, WIDTH)}
_NORMS = {"attended": "attention.output.LayerNorm", "narrow": "output.LayerNorm"}
_EMBEDDINGS = ("word_embeddings", "position_embeddings", "token_type_embeddings")
_SMALLEST = 1e-12


class Stored(NamedTuple):
    """The model: the tables of words, places and kinds with their norm; and each layer's weights, shifts, scales."""

    tables: Sequence[torch.Tensor]
    norm: Matrices
    layers: Sequence[Matrices]


class _File:
    """The arrays of a model's file, in floating point."""

    def __init__(self, model: bytes) -> None:
        graph = onnx.load_model_from_string(model).graph
        self._there = {tensor.name: tensor for tensor in graph.initializer}
        self._whole = {node.output[0]: node.input[1] for node in graph.node if node.op_type == "MatMulInteger"}

    def array(self, name: str) -> NDArray[np.float32]:
        return numpy_helper.to_array(self._there[name]).astype(np.float32)

    def turned(self, name: str) -> NDArray[np.float32]:
        """What is stored in whole numbers."""
        numbers: NDArray[np.float32] = self.array(f"{name}_quantized") - self.array(f"{name}_zero_point")
        return numbers * self.array(f"{name}_scale")

    def weight(self, layer: int, name: str) -> NDArray[np.float32]:
        """What a product is with, a row for each number that it makes."""
        return self.turned(self._whole[f"{product(layer, name)}_output_quantized"].removesuffix("_quantized")).T


def stored(model: bytes) -> Stored:
    """The model's tables and layers, in floating point."""
    file = _File(model)
    tables = [torch.tensor(file.turned(f"bert.embeddings.{name}.weight")) for name in _EMBEDDINGS]
    norm = {
        name: torch.tensor(file.array(f"bert.embeddings.LayerNorm.{of}"))
        for name, of in (("embedded norm", "weight"), ("embedded shift", "bias"))
    }
    return Stored(tables, norm, [_layer_of(file, layer) for layer in LAYERS])


def _layer_of(file: _File, layer: int) -> Matrices:
    arrays: dict[str, NDArray[np.float32]] = {}
    for name, path in PRODUCTS.items():
        arrays[name] = file.weight(layer, name)
        arrays[f"{name} bias"] = file.array(f"bert.encoder.layer.{layer}.{path.replace('/', '.')}.bias")
    for name, path in _NORMS.items():
        arrays[f"{name} norm"] = file.array(f"bert.encoder.layer.{layer}.{path}.weight")
        arrays[f"{name} shift"] = file.array(f"bert.encoder.layer.{layer}.{path}.bias")
    return {name: torch.tensor(kept, dtype=PRECISION).contiguous() for name, kept in arrays.items()}


def beginning(random: torch.Generator) -> Sequence[Narrow]:
    """Narrow matrices that change nothing yet: the second of each two is zero."""

    def pair(of: int, to: int) -> tuple[torch.nn.Parameter, torch.nn.Parameter]:
        into = torch.randn((of, RANK), generator=random) / math.sqrt(of)
        return torch.nn.Parameter(into), torch.nn.Parameter(torch.zeros((RANK, to)))

    return [{name: pair(*_SHAPES.get(name, (WIDTH, WIDTH))) for name in PRODUCTS} for _ in LAYERS]


def embedded(ids: torch.Tensor, kinds: torch.Tensor, model: Stored) -> torch.Tensor:
    """What the first layer is given of each word of pairs, by the words' numbers and the kinds of what they stand in:
    pairs by words by WIDTH.
    """
    words, places, of_kinds = model.tables
    return _normal(words[ids] + places[: ids.shape[1]] + of_kinds[kinds], model.norm, "embedded")


def last_layer(words: torch.Tensor, there: torch.Tensor, model: Stored, beside: Sequence[Narrow]) -> torch.Tensor:
    """What the layers make of the first word of each pair, a row each.

    `words`: as they are embedded, pairs by words by WIDTH; `there`: which of these are words.
    """
    hidden = torch.where(there, 0.0, -1e9)[:, None, None, :].to(PRECISION)
    words = words.to(PRECISION)
    for place, (layer, narrow) in enumerate(zip(model.layers, beside, strict=True)):
        asking = words[:, :1] if place == len(LAYERS) - 1 else words
        words = _layer(words, asking, hidden, layer, narrow)
    return words[:, 0].float()


def _layer(
    words: torch.Tensor, asking: torch.Tensor, hidden: torch.Tensor, layer: Matrices, narrow: Narrow
) -> torch.Tensor:
    def times(there: torch.Tensor, name: str) -> torch.Tensor:
        into, of = narrow[name]
        own = functional.linear(there, layer[name], layer[f"{name} bias"])
        return own + (there @ into.to(PRECISION)) @ of.to(PRECISION)

    def by_head(there: torch.Tensor) -> torch.Tensor:
        return there.view(*there.shape[:2], HEADS, WIDTH // HEADS).transpose(1, 2)

    # Written out: scaled_dot_product_attention takes five times as long for its slopes on a processor.
    query, key, value = by_head(times(asking, "query")), by_head(times(words, "key")), by_head(times(words, "value"))
    looked_at = torch.softmax(query @ key.transpose(2, 3) / math.sqrt(WIDTH // HEADS) + hidden, -1)
    seen = (looked_at @ value).transpose(1, 2).reshape(asking.shape)
    attended = _normal(times(seen, "attended") + asking, layer, "attended")
    wide = functional.gelu(times(attended, "wide"))
    return _normal(times(wide, "narrow") + attended, layer, "narrow")


def _normal(there: torch.Tensor, layer: Matrices, name: str) -> torch.Tensor:
    return functional.layer_norm(there, (WIDTH,), layer[f"{name} norm"], layer[f"{name} shift"], _SMALLEST)
