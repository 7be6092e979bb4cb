"""What a processor has instructions for."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

    from ferbench.pipeline.engine.choice import Arithmetic


def slow_in(arithmetic: Arithmetic, device: torch.device) -> str:
    """What to think of an arithmetic that the processor only imitates; empty where it does not."""
    if arithmetic != "bf16" or device.type != "cpu" or has_bf16():
        return ""
    return "this processor has no instructions for bf16 (AVX512_BF16, AMX): it may take longer than fp32"


def has_bf16() -> bool:
    """Whether this CPU computes in bfloat16 itself, as far as torch can say: of x86 alone, True elsewhere."""
    import torch

    if platform.machine().lower() not in {"x86_64", "amd64"}:
        return True
    # They have no public names, and other versions of torch may have others.
    found = [getattr(torch.cpu, name, None) for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported")]
    return any(ask is None or ask() for ask in found)
