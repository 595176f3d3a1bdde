"""What was fitted, beside the products of the model that reads pairs: kept, read again, and put into its graph."""

from importlib.resources import files
from pathlib import Path

import pytest

from bot.privacy.answering import cross_encoder
from bot.privacy.answering.cross_encoder import LAST_LAYER, MODEL, CrossEncoder, as_fitted, as_given
from bot.privacy.answering.embedding import data_file, session_of
from bot.privacy.answering.low_rank import (
    LAYERS,
    PRODUCTS,
    Adapter,
    adapted,
    product,
    read_adapter,
    write_adapter,
)

np = pytest.importorskip("numpy")
onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")
installed = pytest.mark.skipif(not cross_encoder.is_installed(), reason="the extra embed is not installed")
QUERY = product(8, "query")
PAIR = "How long are calls kept?", "We keep a record of each call for two years."


def small_model() -> bytes:
    """A file with one product of whole numbers, as the model's has them: 4 numbers in, 3 out."""
    from onnx import TensorProto, helper, numpy_helper

    weight = numpy_helper.from_array(np.arange(-6, 6, dtype=np.int8).reshape(4, 3), "w_quantized")
    scale, zero = (
        numpy_helper.from_array(np.array(0.5, np.float32), "w_scale"),
        numpy_helper.from_array(np.array(0, np.int8), "w_zero_point"),
    )
    whole = f"{QUERY}_output_quantized"
    nodes = [
        helper.make_node("Constant", [], ["unused"], value=numpy_helper.from_array(np.array(1.0, np.float32))),
        helper.make_node("DynamicQuantizeLinear", ["x"], ["x_quantized", "x_scale", "x_zero_point"]),
        helper.make_node("Mul", ["x_scale", "w_scale"], ["scales"]),
        helper.make_node(
            "MatMulInteger",
            ["x_quantized", "w_quantized", "x_zero_point", "w_zero_point"],
            [f"{QUERY}_output_quantized"],
        ),
        helper.make_node("Cast", [whole], ["cast"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["cast", "scales"], [QUERY]),
        helper.make_node("Identity", [QUERY], ["y"]),
    ]
    given = helper.make_tensor_value_info("x", TensorProto.FLOAT, [2, 4])
    told = helper.make_tensor_value_info("logits", TensorProto.FLOAT, None)
    nodes.append(helper.make_node("Identity", ["y"], ["logits"]))
    graph = helper.make_graph(nodes, "small", [given], [told], [weight, scale, zero])
    return bytes(
        helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)], ir_version=8).SerializeToString()
    )


def came_to(model: bytes, given: object) -> object:
    return session_of(onnxruntime, model).run(["y"], {"x": given})[0]


def test_what_both_products_come_to_is_added() -> None:
    given = np.array([[1, 2, 3, 4], [0, -1, 1, 2]], np.float32)
    into, of = np.array([[1, 0], [0, 1], [1, 1], [0, 2]], np.float32), np.array([[1, 2, 3], [-1, 0, 1]], np.float32)
    plain = came_to(adapted(small_model(), {}, ["y"]), given)
    assert np.allclose(came_to(adapted(small_model(), {QUERY: (into, of)}, ["y"]), given), plain + given @ into @ of)
    assert np.allclose(came_to(adapted(small_model(), {QUERY: (into, 0 * of)}, ["y"]), given), plain)


def test_a_model_without_such_a_product_is_refused() -> None:
    nothing = np.zeros((4, 1), np.float32), np.zeros((1, 3), np.float32)
    with pytest.raises(ValueError, match=r"layer\.9"):
        adapted(small_model(), {product(9, "query"): nothing}, ["y"])


def test_it_is_read_as_it_was_kept(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    beside = {
        product(layer, name): (
            random.normal(size=(8, 2)).astype(np.float32),
            random.normal(size=(2, 8)).astype(np.float32),
        )
        for layer in LAYERS
        for name in PRODUCTS
    }
    kept = Adapter(beside, random.normal(size=(2, 8)).astype(np.float32), np.array([1.5, -2.5], np.float32))
    write_adapter(tmp_path / "adapter.npz", kept)
    read = read_adapter(tmp_path / "adapter.npz")
    assert read.beside.keys() == kept.beside.keys()
    assert all(
        np.allclose(one, other, atol=2e-3)
        for name in beside
        for one, other in zip(read.beside[name], beside[name], strict=True)
    )
    assert np.array_equal(read.heads, kept.heads)
    assert np.array_equal(read.biases, kept.biases)


@installed
def test_the_adapter_that_comes_with_steward_fits_the_model_and_changes_what_it_makes_of_a_pair(tmp_path: Path) -> None:
    own = read_adapter(files("bot.privacy.answering").joinpath("adapter.npz"))
    assert own.heads.shape == (2, 384)
    write_adapter(tmp_path / "none.npz", own._replace(beside={name: (a, 0 * b) for name, (a, b) in own.beside.items()}))
    unchanged, changed = CrossEncoder(tmp_path / "none.npz").run(*PAIR), CrossEncoder().run(*PAIR)
    assert not np.allclose(changed, unchanged, atol=0.01)
    plain = session_of(onnxruntime, adapted(as_fitted(data_file(*MODEL), MODEL), {}, [LAST_LAYER]))
    given = as_given(CrossEncoder()._tokenizer, *PAIR)
    assert np.allclose(plain.run([LAST_LAYER], given)[0], unchanged, atol=1e-4)
