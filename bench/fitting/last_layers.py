"""The last layers of the model that reads pairs, in floating point, to be fitted: their weights as in the file, and
low-rank matrices beside each.

Source: Devlin et al., "BERT", arXiv:1810.04805, section 3 (the layers); Hu et al., "LoRA", arXiv:2106.09685.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import onnx
from onnx import numpy_helper

from bot.privacy.answering.low_rank import LAYERS, PRODUCTS, product

Matrices = Mapping[str, Any]
"""By name."""
HEADS, WIDTH, WIDE = 12, 384, 1536
"""A layer's attention heads, the numbers of a word, and those between a layer's two last products."""
RANK = 8
_SHAPES = {"wide": (WIDTH, WIDE), "narrow": (WIDE, WIDTH)}
_NORMS = {"attended": "attention.output.LayerNorm", "narrow": "output.LayerNorm"}
_SMALLEST = 1e-12


def stored(model: bytes) -> Sequence[Matrices]:
    """Each layer's weights, shifts and scales, in floating point."""
    graph = onnx.load_model_from_string(model).graph
    there = {tensor.name: tensor for tensor in graph.initializer}

    def array(name: str) -> Any:
        return numpy_helper.to_array(there[name]).astype(np.float32)

    whole = {node.output[0]: node.input[1] for node in graph.node if node.op_type == "MatMulInteger"}
    layers = []
    for layer in LAYERS:
        arrays: dict[str, Any] = {}
        for name, path in PRODUCTS.items():
            weight = whole[f"{product(layer, name)}_output_quantized"].removesuffix("_quantized")
            numbers = array(f"{weight}_quantized") - array(f"{weight}_zero_point")
            arrays[name] = jnp.array(numbers * array(f"{weight}_scale"))
            arrays[f"{name} bias"] = jnp.array(array(f"bert.encoder.layer.{layer}.{path.replace('/', '.')}.bias"))
        for name, path in _NORMS.items():
            arrays[f"{name} norm"] = jnp.array(array(f"bert.encoder.layer.{layer}.{path}.weight"))
            arrays[f"{name} shift"] = jnp.array(array(f"bert.encoder.layer.{layer}.{path}.bias"))
        layers.append(arrays)
    return layers


def beginning(seed: int) -> Sequence[Matrices]:
    """Narrow matrices that change nothing yet: the second of each two is zero."""
    key = jax.random.PRNGKey(seed)
    layers = []
    for _ in LAYERS:
        matrices = {}
        for name in PRODUCTS:
            key, own = jax.random.split(key)
            of, to = _SHAPES.get(name, (WIDTH, WIDTH))
            matrices[name] = (jax.random.normal(own, (of, RANK)) / math.sqrt(of), jnp.zeros((RANK, to)))
        layers.append(matrices)
    return layers


def last_layer(words: Any, there: Any, weights: Sequence[Matrices], beside: Sequence[Matrices]) -> Any:
    """What the layers make of the first word of each pair, a row each.

    `words`: what the layers before made of the words, pairs by words by WIDTH; `there`: which of these are words.
    """
    hidden = jnp.where(there, 0.0, -1e9)[:, None, None, :]
    for place, (layer, narrow) in enumerate(zip(weights, beside, strict=True)):
        asking = words[:, :1] if place == len(weights) - 1 else words
        words = _layer(words, asking, hidden, layer, narrow)
    return words[:, 0]


def _layer(words: Any, asking: Any, hidden: Any, layer: Matrices, narrow: Matrices) -> Any:
    def times(there: Any, name: str) -> Any:
        into, of = narrow[name]
        return there @ layer[name] + layer[f"{name} bias"] + (there @ into) @ of

    def by_head(there: Any) -> Any:
        return there.reshape(*there.shape[:2], HEADS, WIDTH // HEADS).transpose(0, 2, 1, 3)

    query, key, value = by_head(times(asking, "query")), by_head(times(words, "key")), by_head(times(words, "value"))
    looked_at = jax.nn.softmax(query @ key.transpose(0, 1, 3, 2) / math.sqrt(WIDTH // HEADS) + hidden, -1)
    seen = (looked_at @ value).transpose(0, 2, 1, 3).reshape(asking.shape)
    attended = _normal(times(seen, "attended") + asking, layer, "attended")
    wide = jax.nn.gelu(times(attended, "wide"), approximate=False)
    return _normal(times(wide, "narrow") + attended, layer, "narrow")


def _normal(there: Any, layer: Matrices, name: str) -> Any:
    centred = there - there.mean(-1, keepdims=True)
    deviation = jnp.sqrt((centred**2).mean(-1, keepdims=True) + _SMALLEST)
    return centred / deviation * layer[f"{name} norm"] + layer[f"{name} shift"]
