"""Which engines and precisions a model and a device allow, and what `auto` comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ferbench.errors import UsageError
from ferbench.pipeline.export.formats import require_extra

if TYPE_CHECKING:
    from ferbench.execution import Engine, Precision
    from ferbench.interfaces import ModelEntry
    from ferbench.spec import RunSpec

#: What a network computes in; `guarded` is none of them, but two.
Arithmetic = Literal["fp32", "tf32", "bf16", "fp16"]
#: The fast half of `guarded` by the type of device: fp16 has eight times the digits of bf16, and CPUs no fast fp16.
FAST: dict[str, Arithmetic] = {"cpu": "bf16", "cuda": "fp16"}

_ON_CUDA: dict[Precision, str] = {
    "tf32": "tf32 is what the matrix units of NVIDIA's GPUs (Ampere and later) make of float32.",
    "fp16": "fp16 is for GPUs: few CPUs compute in it, the others imitate it, slower than float32. Theirs is bf16.",
}


def check_conduct(spec: RunSpec, entry: ModelEntry) -> None:
    """Refuse an engine or a precision that this model, or the device asked for, cannot run with.

    It needs no torch. `--device auto` may become CUDA; it is asked about again once it is known, by `check_allowed`.

    Raises:
        UsageError: they do not go together.
        ExtraNotInstalled: the engine needs a library that is not there.
    """
    check_allowed(spec.engine, spec.precision, spec.device.partition(":")[0], entry)


def check_allowed(engine: Engine, precision: Precision, device_type: str, entry: ModelEntry) -> None:
    """As `check_conduct`, for a type of device: `cpu`, `cuda`, `mps`, or `auto` for one that is not known yet."""
    asked = f"{entry.card.name} was to be run by the engine {engine} in {precision} on the device {device_type}."
    if entry.open is not None and (engine not in {"eager", "auto"} or precision != "fp32"):
        raise UsageError(
            asked,
            "It is no torch network: its plugin runs it in its own way, which counts as eager and fp32.",
            "Leave --engine and --precision out.",
        )
    if engine == "onnxruntime":
        check_onnxruntime(asked, precision, device_type)
    if precision in _ON_CUDA and device_type in {"cpu", "mps"}:
        raise UsageError(
            asked, f"{_ON_CUDA[precision]} This needs CUDA.", "Pass --device cuda, or another --precision."
        )
    if device_type == "mps" and (engine == "compile" or precision != "fp32"):
        raise UsageError(
            asked,
            "On mps nothing but eager and fp32 has been tried against float32.",
            "Pass --device cpu, or leave --engine and --precision out.",
        )


def check_onnxruntime(asked: str, precision: Precision, device_type: str) -> None:
    """Refuse ONNX Runtime where it is not installed, and for what it is not used for here."""
    require_extra("onnx")
    if precision != "fp32":
        raise UsageError(
            asked, "ONNX Runtime is used for float32 alone.", "Leave --precision out, or pass --engine compile."
        )
    if device_type not in {"cpu", "auto"}:
        raise UsageError(asked, "ONNX Runtime is used on the CPU alone.", "Pass --device cpu, or --engine compile.")


def arithmetic_of(precision: Precision, device_type: str) -> Arithmetic:
    """What the network computes in: of `guarded` its fast half."""
    return FAST[device_type] if precision == "guarded" else precision
