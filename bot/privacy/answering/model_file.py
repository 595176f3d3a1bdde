"""The sentence model's file made ready to be run on whole numbers: the same weights, read as they are stored.

The file keeps its weights in 8 bits and turns them into floating point when it is loaded. A question has some ten
words, so that most of its time would go into fetching weights from memory, four times as many bytes as there need be.
Here each matrix product takes the weights as they stand (ONNX Runtime's MatMulNBits), and the words' vectors are looked
up before they are turned, of which only a few are needed.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from onnx import NodeProto, TensorProto

_BLOCK = 128
"""Numbers of a text's vector that share a scale while they are in 8 bits: 128 took 0.83 of the time of 32, and the
vectors' cosine with those in floating point is 0.999 on the mean (1.000 with 32)."""
_WHOLE_NUMBERS = 4
"""MatMulNBits' accuracy_level for products of 8-bit numbers."""
_CENTRE = 128
"""What MatMulNBits takes from each weight, since it keeps them without a sign."""
_DOMAIN = "com.microsoft"
_FLOAT, _INT8 = 1, 3
"""ONNX's numbers of these types. Source: onnx.proto, TensorProto.DataType."""


class _Stored(NamedTuple):
    """A weight as it is stored: whole numbers, and a scale for each row or column."""

    numbers: "TensorProto"
    scales: "TensorProto"


def made_ready(path: Path) -> bytes:
    """The model in a file, its products and look-ups on the weights as they are stored; all else as it is there.

    Raises ImportError without the package onnx, and what it raises for a file that is no model.
    """
    import onnx

    model = onnx.load(path)
    graph = model.graph
    stored = _stored(graph.node, {each.name: each for each in graph.initializer})
    nodes: list[NodeProto] = []
    added: list[TensorProto] = []
    for node in graph.node:
        if node.op_type == "MatMul" and (weight := stored.get(node.input[1])) and _fits(weight):
            tensors = _in_blocks(node.input[1], weight)
            nodes.append(_product(node, weight, [each.name for each in tensors]))
            added += tensors
        elif node.op_type == "Gather" and (weight := stored.get(node.input[0])):
            nodes += _look_up(node, weight)
        else:
            nodes.append(node)
    kept = list(_needed(nodes, [each.name for each in graph.output]))
    used = {name for node in kept for name in node.input}
    tensors = [each for each in (*graph.initializer, *added) if each.name in used]
    ready = onnx.helper.make_graph(kept, graph.name, graph.input, graph.output, tensors)
    opsets = [*model.opset_import, onnx.helper.make_opsetid(_DOMAIN, 1)]
    made = onnx.helper.make_model(ready, opset_imports=opsets, ir_version=model.ir_version)
    return bytes(made.SerializeToString())


def _stored(nodes: "Iterable[NodeProto]", tensors: "Mapping[str, TensorProto]") -> Mapping[str, _Stored]:
    """Each weight that the file turns into floating point (a cast, times its scales), by the name of the result."""
    cast = {
        node.output[0]: tensors[node.input[0]]
        for node in nodes
        if node.op_type == "Cast" and node.input[0] in tensors and tensors[node.input[0]].data_type == _INT8
    }
    return {
        node.output[0]: _Stored(cast[node.input[0]], tensors[node.input[1]])
        for node in nodes
        if node.op_type == "Mul" and node.input[0] in cast and node.input[1] in tensors
    }


def _fits(weight: _Stored) -> bool:
    """Whether it is a matrix of whole blocks with a scale a column."""
    shape, scales = list(weight.numbers.dims), list(weight.scales.dims)
    return len(shape) == 2 and shape[0] % _BLOCK == 0 and scales == [1, shape[1]]


def _in_blocks(name: str, weight: _Stored) -> "list[TensorProto]":
    """A matrix and its scales as MatMulNBits has them: a row for each column, in blocks."""
    import numpy as np
    from onnx import numpy_helper

    numbers = numpy_helper.to_array(weight.numbers)
    blocks = len(numbers) // _BLOCK
    rows = (numbers.T.astype(np.int16) + _CENTRE).astype(np.uint8).reshape(-1, blocks, _BLOCK)
    scales = np.repeat(numpy_helper.to_array(weight.scales).reshape(-1), blocks)
    return [numpy_helper.from_array(rows, f"{name}_blocks"), numpy_helper.from_array(scales, f"{name}_scales")]


def _product(node: "NodeProto", weight: _Stored, tensors: list[str]) -> "NodeProto":
    from onnx import helper

    size = {"K": weight.numbers.dims[0], "N": weight.numbers.dims[1], "bits": 8, "block_size": _BLOCK}
    inputs = [node.input[0], *tensors]
    return helper.make_node(
        "MatMulNBits", inputs, list(node.output), node.name, domain=_DOMAIN, accuracy_level=_WHOLE_NUMBERS, **size
    )


def _look_up(node: "NodeProto", weight: _Stored) -> "Iterator[NodeProto]":
    """Some rows of a weight, and then in floating point."""
    from onnx import helper

    asked, row = node.input[1], node.output[0]
    yield helper.make_node("Gather", [weight.numbers.name, asked], [f"{row}_stored"])
    yield helper.make_node("Gather", [weight.scales.name, asked], [f"{row}_scale"])
    yield helper.make_node("Cast", [f"{row}_stored"], [f"{row}_float"], to=_FLOAT)
    yield helper.make_node("Mul", [f"{row}_float", f"{row}_scale"], [row])


def _needed(nodes: "list[NodeProto]", outputs: list[str]) -> "Iterator[NodeProto]":
    """Those that anything after them takes, in their order."""
    wanted, kept = set(outputs), []
    for node in reversed(nodes):
        if wanted.intersection(node.output):
            kept.append(node)
            wanted.update(node.input)
    return reversed(kept)
