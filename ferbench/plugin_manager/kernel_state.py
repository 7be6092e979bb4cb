"""What decides by which code torch computes, where torch is loaded: equal networks give other numbers by other code."""

from __future__ import annotations

import sys
from typing import Any

from ferbench.plugin_manager.state_part import Part

#: Kinds of attention that torch chooses among, on the CPU, too.
_ATTENTION = ("flash", "mem_efficient", "math", "cudnn")
_DEVICES = ("cpu", "cuda")


def library() -> Any:
    """torch, which is loaded already: nothing here imports it."""
    return sys.modules["torch"]


def autocast() -> tuple[tuple[bool, Any], ...]:
    """Whether operations choose half precision themselves, and which, by kind of device."""
    torch = library()
    return tuple((torch.is_autocast_enabled(device), torch.get_autocast_dtype(device)) for device in _DEVICES)


def put_autocast(before: tuple[tuple[bool, Any], ...]) -> None:
    """Precision as operations chose it before."""
    for device, (enabled, dtype) in zip(_DEVICES, before, strict=True):
        library().set_autocast_enabled(device, enabled)
        library().set_autocast_dtype(device, dtype)


def attention() -> tuple[bool, ...]:
    """The kinds of attention that may be chosen, and whether whole encoder layers have code of their own."""
    backends = library().backends
    kinds = (getattr(backends.cuda, f"{name}_sdp_enabled")() for name in _ATTENTION)
    return (*kinds, backends.mha.get_fastpath_enabled())


def put_attention(before: tuple[bool, ...]) -> None:
    """The kinds of attention that could be chosen."""
    backends = library().backends
    *kinds, fast = before
    for name, enabled in zip(_ATTENTION, kinds, strict=True):
        getattr(backends.cuda, f"enable_{name}_sdp")(enabled)
    backends.mha.set_fastpath_enabled(fast)


def is_device(mode: object) -> bool:
    """Whether a mode is torch's default device, which is a part of its own."""
    return type(mode).__module__ == "torch.utils._device"


def function_modes() -> tuple[Any, ...]:
    """What every function of torch passes through, but for the default device."""
    stack = library().overrides._get_current_function_mode_stack()  # noqa: SLF001 - no other way
    return tuple(mode for mode in stack if not is_device(mode))


def put_function_modes(before: tuple[Any, ...]) -> None:
    """What every function of torch passed through, above the default device."""
    native = library()._C  # noqa: SLF001 - no other way
    now = library().overrides._get_current_function_mode_stack()  # noqa: SLF001 - no other way
    for _ in now:
        native._pop_torch_function_stack()  # noqa: SLF001 - no other way
    for mode in (*filter(is_device, now), *before):
        native._push_on_torch_function_stack(mode)  # noqa: SLF001 - no other way


def dispatch_modes() -> tuple[Any, ...]:
    """What every operation passes through."""
    return tuple(library().utils._python_dispatch._get_current_dispatch_mode_stack())  # noqa: SLF001 - no other way


def put_dispatch_modes(before: tuple[Any, ...]) -> None:
    """What every operation passed through."""
    modes = library().utils._python_dispatch  # noqa: SLF001 - no other way
    for _ in dispatch_modes():
        modes._pop_mode()  # noqa: SLF001 - no other way
    for mode in before:
        modes._push_mode(mode)  # noqa: SLF001 - no other way


def onednn() -> bool:
    """Whether convolutions on the CPU are those of oneDNN."""
    return bool(library()._C._get_mkldnn_enabled())  # noqa: SLF001 - no other way


def put_onednn(before: bool) -> None:
    """Convolutions as before."""
    library()._C._set_mkldnn_enabled(before)  # noqa: SLF001 - no other way


KERNEL_PARTS: tuple[Part, ...] = (
    Part("modes around functions of torch", function_modes, put_function_modes),
    Part("modes around operations of torch", dispatch_modes, put_dispatch_modes),
    Part("torch's automatic precision", autocast, put_autocast),
    Part("torch's attention", attention, put_attention),
    Part("torch's use of oneDNN", onednn, put_onednn),
)
