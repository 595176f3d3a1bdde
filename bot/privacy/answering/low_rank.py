"""The model that reads pairs, adapted to privacy policies: its file's graph, and low-rank products beside some of it.

The weights stay as the file stores them. Beside a product with one of them stands one with two narrow matrices, which
were fitted here (bench/fitting/adapting.py), and what both come to is added. Source: Hu et al., "LoRA: Low-Rank
Adaptation of Large Language Models", arXiv:2106.09685, section 4.1.
"""

from collections.abc import Iterator, Mapping, Sequence
from importlib.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from onnx import NodeProto, TensorProto

    from bot.privacy.answering.embedding import Vectors

LAYERS: Sequence[int] = range(12)
"""The layers that are adapted: all."""
PRODUCTS: Mapping[str, str] = {
    "query": "attention/self/query",
    "key": "attention/self/key",
    "value": "attention/self/value",
    "attended": "attention/output/dense",
    "wide": "intermediate/dense",
    "narrow": "output/dense",
}
"""The products of a layer, and what they are called in the file."""
_INTO, _OF = "into", "of"
_WHOLE_NUMBERS = "_output_quantized"
"""What the file calls a product of whole numbers, after the product's own name."""
_AS_WHOLE_NUMBERS = "_quantized"
"""What it calls that of which the product is, once it is in whole numbers."""


class Adapter(NamedTuple):
    """What was fitted: the two narrow matrices beside each product, by the product's name in the file, and two heads on
    what the last layer makes of a pair's beginning, a row and a bias each: that the sentence answers, and that the
    policy answers.
    """

    beside: "Mapping[str, tuple[Vectors, Vectors]]"
    heads: "Vectors"
    biases: "Vectors"


def product(layer: int, name: str) -> str:
    """What the file calls what a product comes to."""
    return f"/bert/encoder/layer.{layer}/{PRODUCTS[name]}/MatMul_output_0"


def read_adapter(kept: Traversable | Path) -> Adapter:
    """What was fitted, as it was kept."""
    import numpy as np

    with kept.open("rb") as file, np.load(file) as arrays:
        there = {name: arrays[name].astype(np.float32) for name in arrays.files}
    beside = {
        product(layer, name): (there[f"{layer}.{name}.{_INTO}"], there[f"{layer}.{name}.{_OF}"])
        for layer in LAYERS
        for name in PRODUCTS
    }
    return Adapter(beside, there["heads"], there["biases"])


def write_adapter(path: Path, adapter: Adapter) -> None:
    """Keep what was fitted: the matrices in 16 bits, the heads in 32."""
    import numpy as np

    arrays: dict[str, Vectors] = {"heads": adapter.heads, "biases": adapter.biases}
    for layer in LAYERS:
        for name in PRODUCTS:
            into, of = adapter.beside[product(layer, name)]
            arrays[f"{layer}.{name}.{_INTO}"] = into.astype(np.float16)
            arrays[f"{layer}.{name}.{_OF}"] = of.astype(np.float16)
    with path.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)


def adapted(model: bytes, beside: "Mapping[str, tuple[Vectors, Vectors]]", outputs: Sequence[str]) -> bytes:
    """A model's file with the narrow matrices beside its products, which tells these outputs and no other.

    Raises ImportError without the package onnx, ValueError where the model has no such product.
    """
    import onnx
    from onnx import helper

    told = onnx.load_model_from_string(model)
    graph = told.graph
    taken = {node.output[0]: node.input[0] for node in graph.node if node.input}
    missing = sorted(name for name in beside if f"{name}{_WHOLE_NUMBERS}" not in taken)
    if missing:
        raise ValueError(f"the model has no product {missing[0]}")
    nodes: list[NodeProto] = []
    for node in graph.node:
        name = node.output[0]
        if name not in beside:
            nodes.append(node)
            continue
        of_what = taken[f"{name}{_WHOLE_NUMBERS}"].removesuffix(_AS_WHOLE_NUMBERS)
        node.output[0] = f"{name}_stored"
        nodes += [node, *_beside(name, of_what)]
    del graph.node[:]
    graph.node.extend(nodes)
    graph.initializer.extend(tensor for name, pair in beside.items() for tensor in _tensors(name, pair))
    del graph.output[:]
    graph.output.extend(helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in outputs)
    return bytes(told.SerializeToString())


def _beside(name: str, of_what: str) -> "Iterator[NodeProto]":
    """The product with the two narrow matrices, and the sum of both."""
    from onnx import helper

    yield helper.make_node("MatMul", [of_what, f"{name}_{_INTO}"], [f"{name}_narrowed"])
    yield helper.make_node("MatMul", [f"{name}_narrowed", f"{name}_{_OF}"], [f"{name}_beside"])
    yield helper.make_node("Add", [f"{name}_stored", f"{name}_beside"], [name])


def _tensors(name: str, pair: "tuple[Vectors, Vectors]") -> "Iterator[TensorProto]":
    from onnx import numpy_helper

    for called, matrix in zip((_INTO, _OF), pair, strict=True):
        yield numpy_helper.from_array(matrix, f"{name}_{called}")
