"""Parameters and multiply-accumulates (MACs) of a network, for one image."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from ferbench.pipeline.dry_run import example_image, tensors_in, twin
from ferbench.pipeline.operators import NORMS, handlers
from ferbench.pipeline.parameters import distinct_parameters, number_of_values, parameters_read

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from torch import Tensor, nn

#: In `macs_by_module`: what the network computes outside its top-level modules.
ROOT = "(root)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What a network holds and computes for one image; None is "not measured", and `not_counted_because` says why.

    `params_total` are the values of all parameters, tied ones once; `params_used` those that a forward pass in
    evaluation mode reads (see `parameters_read`). `macs` are multiply-accumulates of convolutions, linear layers and
    matrix products that the output depends on, attention included; `norm_macs` those of normalisations, as fvcore
    weighs them. `uncounted_ops` says how often any other operator occurs, those apart that only move values.
    """

    counter: str
    params_total: int
    params_trainable: int
    params_used: int | None = None
    macs: int | None = None
    norm_macs: int | None = None
    macs_by_module: Mapping[str, int] = field(default_factory=dict)
    uncounted_ops: Mapping[str, int] = field(default_factory=dict)
    not_counted_because: str = ""


def count(module: nn.Module, shape: tuple[int, int, int]) -> Counts:
    """Counts of a network for one image of this shape (channels, height, width), in evaluation mode, on its device.

    Nothing is raised for a network that cannot be copied, run or traced: what is known until then is returned.
    """
    held = distinct_parameters(module)
    counts = Counts(
        counter=f"fvcore {version('fvcore')}",
        params_total=number_of_values(held),
        params_trainable=number_of_values(parameter for parameter in held if parameter.requires_grad),
    )
    try:
        network = twin(module)
        image = example_image(network, shape)
        counts = replace(counts, params_used=number_of_values(parameters_read(network, image)))
        return _with_operators(counts, network, image)
    except Exception as error:  # noqa: BLE001  a network is foreign code, and may raise anything
        return replace(counts, not_counted_because=f"{type(error).__name__}: {error}")


def _with_operators(counts: Counts, network: nn.Module, image: Tensor) -> Counts:
    with _quiet_tracing(), _attention_in_parts():
        analysis = _analysis(network, image)
        operators = analysis.by_module_and_operator()
    total, norms = _split_norms(operators[""])
    # A module that stands under two names is counted under the first.
    children = {name: _split_norms(operators[name])[0] for name, _ in network.named_children() if name in operators}
    elsewhere = total - sum(children.values())
    return replace(
        counts,
        macs=total,
        norm_macs=norms,
        macs_by_module=children | ({ROOT: elsewhere} if elsewhere else {}),
        uncounted_ops=dict(analysis.unsupported_ops()),
    )


def _split_norms(operators: Mapping[str, int]) -> tuple[int, int]:
    norms = sum(macs for name, macs in operators.items() if name in NORMS)
    return sum(operators.values()) - norms, norms


def _analysis(network: nn.Module, image: Tensor) -> Any:
    """What fvcore makes of the network, with our handlers and without its log messages."""
    from fvcore.nn import FlopCountAnalysis

    network.register_forward_hook(_as_tensors)
    analysis = FlopCountAnalysis(network, image).clear_op_handles().set_op_handle(**handlers())
    analysis.unsupported_ops_warnings(enabled=False).uncalled_modules_warnings(enabled=False)
    return analysis.tracer_warnings("all")


def _as_tensors(_network: nn.Module, _inputs: Any, output: object) -> tuple[Tensor, ...]:
    """Forward hook: any output as the flat tuple of tensors that a trace may return."""
    tensors = tuple(tensors_in(output))
    if not tensors:
        raise TypeError(f"the output holds no tensor: {type(output).__name__}")
    return tensors


@contextmanager
def _quiet_tracing() -> Iterator[None]:
    """Without warnings: those on tracing are of no use to anybody, those of the network stood in the pass before.

    Raises:
        RuntimeError: the network goes through NumPy, which cuts the trace and hides all operators before.
    """
    import torch

    # Recorded, not turned into errors: the tracer goes on with an exception pending, to fail anywhere or nowhere.
    with warnings.catch_warnings(record=True) as remarks, torch.no_grad():
        warnings.simplefilter("always")
        yield
    for remark in remarks:
        if str(remark.message).startswith("Converting a tensor to a NumPy array"):
            raise RuntimeError(str(remark.message))


@contextmanager
def _attention_in_parts() -> Iterator[None]:
    """Without the fused kernels of nn.MultiheadAttention and nn.TransformerEncoderLayer: their parts can be counted."""
    from torch.backends import mha

    enabled = mha.get_fastpath_enabled()
    mha.set_fastpath_enabled(False)
    try:
        yield
    finally:
        mha.set_fastpath_enabled(enabled)
