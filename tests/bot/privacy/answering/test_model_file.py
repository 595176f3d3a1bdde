"""The sentence model's file as it is run, beside the file as it comes."""

from collections import Counter
from pathlib import Path

import pytest

from bot.privacy.answering import SentenceModel, embedding

onnx = pytest.importorskip("onnx", reason="the extra embed is not installed")
model_file = pytest.importorskip("bot.privacy.answering.model_file")
TEXTS = (
    "Who can see my data?",
    "We never sell, rent or lend your lists to anyone, whatever they offer, unless a court of law orders us to do so.",
    "retention",
)


@pytest.mark.skipif(not embedding.is_installed(), reason="the extra embed is not installed")
def test_every_weight_is_read_as_it_is_stored_and_the_vectors_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    file = embedding.data_file(*embedding._MODEL)
    ready = onnx.load_from_string(model_file.made_ready(file))
    kinds = Counter(node.op_type for node in ready.graph.node)
    layers, products = 6, 6
    assert kinds["MatMulNBits"] == layers * products
    assert kinds["MatMul"] == 2 * layers, "only those of a text with itself"
    assert kinds["Cast"] == 3, "the two tables of which rows are looked up, and the mask"

    ours = SentenceModel()
    monkeypatch.setattr(embedding, "made_ready", Path.read_bytes)
    plain = SentenceModel()
    of_ours, of_plain = ours.read(TEXTS), plain.read(TEXTS)
    assert ((of_ours.vectors * of_plain.vectors).sum(axis=1) > 0.995).all()
    for here, there in zip(of_ours.words, of_plain.words, strict=True):
        assert here.texts == there.texts
        assert ((here.vectors * there.vectors).sum(axis=1) > 0.98).all()


def test_what_is_stored_otherwise_stays_as_it_is(tmp_path: Path) -> None:
    helper, tensors = onnx.helper, onnx.TensorProto
    weight = helper.make_tensor("weight", tensors.FLOAT, [2, 2], [1.0, 2.0, 3.0, 4.0])
    narrow = helper.make_tensor("narrow", tensors.INT8, [2, 2], [1, 2, 3, 4])
    scales = helper.make_tensor("scales", tensors.FLOAT, [1, 2], [0.5, 0.5])
    nodes = [
        helper.make_node("Cast", ["narrow"], ["wide"], to=tensors.FLOAT),
        helper.make_node("Mul", ["wide", "scales"], ["scaled"]),
        helper.make_node("MatMul", ["asked", "weight"], ["between"]),
        helper.make_node("MatMul", ["between", "scaled"], ["told"]),
    ]
    ends = [helper.make_tensor_value_info(name, tensors.FLOAT, ["many", 2]) for name in ("asked", "told")]
    graph = helper.make_graph(nodes, "small", ends[:1], ends[1:], [weight, narrow, scales])
    path = tmp_path / "small.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10), path)
    ready = onnx.load_from_string(model_file.made_ready(path))
    assert [node.op_type for node in ready.graph.node] == ["Cast", "Mul", "MatMul", "MatMul"]
    assert {each.name for each in ready.graph.initializer} == {"weight", "narrow", "scales"}
