"""torch's own global state, where torch is loaded: types, modes, threads, flags, generators."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from ferbench.plugin_manager.state_part import Part

if TYPE_CHECKING:
    from collections.abc import Callable


def library() -> Any:
    """torch, which is loaded already: nothing here imports it."""
    return sys.modules["torch"]


def put_device(before: str) -> None:
    """The device of new tensors; naming the CPU would cost every call a look."""
    library().set_default_device(None if before == "cpu" else before)


def cpu_generator() -> bytes:
    """State of the global generator."""
    state: bytes = library().get_rng_state().numpy().tobytes()
    return state


def put_cpu_generator(before: bytes) -> None:
    """The global generator as it was; torch wants bytes that it may write."""
    torch = library()
    torch.set_rng_state(torch.frombuffer(bytearray(before), dtype=torch.uint8))


def gpu_generators() -> list[bytes]:
    """States of the generators of all GPUs; none where no GPU was used."""
    torch = library()
    states = torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else []
    return [state.numpy().tobytes() for state in states]


def put_gpu_generators(before: list[bytes]) -> None:
    """The generators of GPUs as they were; those of GPUs that were used first since then are left alone."""
    torch = library()
    torch.cuda.set_rng_state_all([torch.frombuffer(bytearray(state), dtype=torch.uint8) for state in before])


def module_hooks() -> list[dict[int, Any]]:
    """What is called around every network."""
    places = library().nn.modules.module
    return [dict(places._global_forward_hooks), dict(places._global_forward_pre_hooks)]  # noqa: SLF001 - no other way


def put_module_hooks(before: list[dict[int, Any]]) -> None:
    """What was called around every network."""
    places = library().nn.modules.module
    for hooks, then in zip((places._global_forward_hooks, places._global_forward_pre_hooks), before, strict=True):  # noqa: SLF001 - no other way
        hooks.clear()
        hooks.update(then)


def flags(*names: str) -> tuple[Callable[[], tuple[Any, ...]], Callable[[tuple[Any, ...]], None]]:
    """Reads and writes flags of torch.backends.cudnn."""

    def read() -> tuple[Any, ...]:
        return tuple(getattr(library().backends.cudnn, name) for name in names)

    def write(before: tuple[Any, ...]) -> None:
        for name, value in zip(names, before, strict=True):
            setattr(library().backends.cudnn, name, value)

    return read, write


def deterministic() -> tuple[bool, bool]:
    """Whether only deterministic algorithms are used, and whether others are only warned of."""
    torch = library()
    return torch.are_deterministic_algorithms_enabled(), torch.is_deterministic_algorithms_warn_only_enabled()


TORCH_PARTS: tuple[Part, ...] = (
    Part(
        "torch's default type",
        lambda: library().get_default_dtype(),
        lambda before: library().set_default_dtype(before),
    ),
    Part("torch's default device", lambda: str(library().get_default_device()), put_device),
    Part("torch's gradients", lambda: library().is_grad_enabled(), lambda before: library().set_grad_enabled(before)),
    Part("torch's threads", lambda: library().get_num_threads(), lambda before: library().set_num_threads(before)),
    Part(
        "torch's deterministic algorithms",
        deterministic,
        lambda before: library().use_deterministic_algorithms(before[0], warn_only=before[1]),
    ),
    Part(
        "torch's precision of products",
        lambda: library().get_float32_matmul_precision(),
        lambda before: library().set_float32_matmul_precision(before),
    ),
    Part("flags of cuDNN", *flags("enabled", "benchmark", "deterministic", "allow_tf32")),
    Part("random numbers of torch", cpu_generator, put_cpu_generator),
    Part("random numbers of GPUs", gpu_generators, put_gpu_generators),
    Part("hooks around all networks", module_hooks, put_module_hooks),
)
