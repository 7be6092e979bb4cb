"""Multiply-accumulates (MACs) of single operators, read from the shapes in a traced graph, for fvcore.

A handler takes the graph's values that go into an operator and those that come out. What is no convolution, linear
layer, matrix product or normalisation has none. fvcore's own handlers of products are not used: they miss attention and
most of the names below, are wrong where shapes broadcast, and round what an einsum costs to four digits.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Handler = Callable[[Sequence[Any], Sequence[Any]], int]

#: Operators that normalise, as fvcore calls them.
NORMS = frozenset({"batch_norm", "group_norm", "instance_norm", "layer_norm", "rms_norm"})

_PRODUCTS = ("bmm", "dot", "inner", "linear", "matmul", "mm", "mv", "vdot")
_PRODUCTS_ADDED = ("addmm", "addmv", "baddbmm")
_RECURRENT = ("gru", "lstm", "rnn_relu", "rnn_tanh")
_CONVOLUTIONS = ("aten::_convolution_mode", "torchvision::deform_conv2d")
_ATTENTIONS = (
    "scaled_dot_product_attention",
    "_scaled_dot_product_attention_math",
    "_scaled_dot_product_cudnn_attention",
    "_scaled_dot_product_efficient_attention",
    "_scaled_dot_product_flash_attention",
    "_scaled_dot_product_flash_attention_for_cpu",
)


def handlers() -> dict[str, Handler]:
    """Operator name -> handler; normalisations count as fvcore counts them (2 to 5 an element)."""
    from fvcore.nn.jit_handles import batchnorm_flop_jit, norm_flop_counter

    return {
        "aten::batch_norm": batchnorm_flop_jit,
        "aten::instance_norm": norm_flop_counter(1),
        **{f"aten::{name}": norm_flop_counter(2) for name in ("group_norm", "layer_norm", "rms_norm")},
        **{f"aten::{name}": _product for name in _PRODUCTS},
        **{f"aten::{name}": _product_added for name in _PRODUCTS_ADDED},
        "aten::addbmm": _batch_product_added,
        "aten::tensordot": _tensordot,
        "aten::einsum": _einsum,
        **{f"aten::{name}": _recurrent for name in _RECURRENT},
        "aten::_convolution": _convolution,
        **dict.fromkeys(_CONVOLUTIONS, _forward_convolution),
        **{f"aten::{name}": _attention for name in _ATTENTIONS},
    }


def einsum_macs(equation: str, shapes: Sequence[Sequence[int]]) -> int:
    """MACs of an einsum that takes its operands from left to right, as torch does without opt_einsum.

    A step where nothing is summed over both operands is an elementwise product, and counts nothing.
    """
    terms, output = _einsum_labels(equation, shapes)
    # A side of 1 broadcasts against a longer one that has the same label.
    sizes: dict[str, int] = {}
    for term, shape in zip(terms, shapes, strict=True):
        sizes.update({label: max(size, sizes.get(label, 1)) for label, size in zip(term, shape, strict=True)})
    macs, left = 0, set(terms[0])
    for position, term in enumerate(terms[1:], 1):
        needed = set(output).union(*terms[position + 1 :])
        right = set(term)
        if (left & right) - needed:
            # What only one operand has, and nobody needs later, is summed away before the product.
            macs += prod(sizes[label] for label in (left & right) | ((left | right) & needed))
        left = (left | right) & needed
    return macs


def _einsum_labels(equation: str, shapes: Sequence[Sequence[int]]) -> tuple[list[str], str]:
    """Terms and output with one character a dimension: an ellipsis becomes digits, counted from the right."""
    written, arrow, output = equation.replace(" ", "").partition("->")
    terms = [
        _without_ellipsis(term, len(shape) - len(term) + len("..."))
        for term, shape in zip(written.split(","), shapes, strict=True)
    ]
    if arrow:
        return terms, _without_ellipsis(output, max(map(len, shapes)))
    letters = "".join(terms)
    return terms, "".join(label for label in letters if letters.count(label) == 1 or not label.isalpha())


def _without_ellipsis(term: str, dimensions: int) -> str:
    return term.replace("...", "".join(str(place) for place in reversed(range(dimensions))))


def _shape(value: Any) -> list[int]:
    sizes: list[int] = value.type().sizes()
    return sizes


def _product(inputs: Sequence[Any], outputs: Sequence[Any]) -> int:
    return prod(_shape(outputs[0])) * _shape(inputs[0])[-1]


def _product_added(inputs: Sequence[Any], outputs: Sequence[Any]) -> int:
    return _product(inputs[1:], outputs)


def _batch_product_added(inputs: Sequence[Any], outputs: Sequence[Any]) -> int:
    return _shape(inputs[1])[0] * _product_added(inputs, outputs)


def _tensordot(inputs: Sequence[Any], outputs: Sequence[Any]) -> int:
    shape = _shape(inputs[0])
    summed: list[int] = [value.toIValue() for value in inputs[2].node().inputs()]
    return prod(_shape(outputs[0])) * prod(shape[dimension] for dimension in summed)


def _einsum(inputs: Sequence[Any], _outputs: Sequence[Any]) -> int:
    return einsum_macs(inputs[0].toIValue(), [_shape(operand) for operand in inputs[1].node().inputs()])


def _recurrent(inputs: Sequence[Any], _outputs: Sequence[Any]) -> int:
    """Every step of every sequence, of a packed batch too, is multiplied once with each weight matrix."""
    steps = prod(_shape(inputs[0])[:-1])
    # The last list of tensors holds the parameters; the state of an LSTM is another list, before it.
    *_, parameters = (value for value in inputs if str(value.type()) == "List[Tensor]")
    shapes = [_shape(parameter) for parameter in parameters.node().inputs()]
    return steps * sum(prod(shape) for shape in shapes if len(shape) == 2)


def _convolution(inputs: Sequence[Any], outputs: Sequence[Any]) -> int:
    transposed: bool = inputs[6].toIValue()
    # Every value of the output gathers a window of the input; transposed, every value of the input spreads over one.
    return _forward_convolution(inputs, inputs if transposed else outputs)


def _forward_convolution(inputs: Sequence[Any], outputs: Sequence[Any]) -> int:
    weight = _shape(inputs[1])
    return prod(_shape(outputs[0])) * prod(weight[1:])


def _attention(inputs: Sequence[Any], outputs: Sequence[Any]) -> int:
    """Queries (..., L, d), keys (..., S, d), values (..., S, e): L * S * (d + e); what a mask hides is counted too."""
    *batch, queries, value_width = _shape(outputs[0])
    return prod(batch) * queries * _shape(inputs[1])[-2] * (_shape(inputs[0])[-1] + value_width)
