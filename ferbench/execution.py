"""How a run was carried out, beyond what was asked for: what it proved, compiled, tried, resumed and reused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

#: How a network is run: by its own code, compiled ahead of time, exported to ONNX; `auto` is settled before the run.
Engine = Literal["eager", "compile", "onnxruntime", "auto"]
#: Arithmetic of a network; `guarded` is the fastest of this device, and float32 for the images that it may change.
Precision = Literal["fp32", "tf32", "bf16", "fp16", "guarded"]
#: The engine and the precision that every other one is compared with.
PLAIN = ("eager", "fp32")


#: Images a batch, and threads that read them, where nothing better is known.
USUAL_BATCH_SIZE, USUAL_WORKERS = 32, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Conduct:
    """How a run is carried out once nothing is left to `auto`."""

    engine: Literal["eager", "compile", "onnxruntime"] = "eager"
    precision: Precision = "fp32"
    batch_size: int = USUAL_BATCH_SIZE
    workers: int = USUAL_WORKERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """How far the answers of a run are from those of the plain engine in float32, on `n` of its own images.

    `largest_difference` is that of an element of `emotion`; `flips` counts images whose class is another one.
    """

    n: int
    largest_difference: float
    flips: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarding:
    """Images whose two best classes lie at most `bound` apart in the precision `fast` were recomputed in float32.

    The bound comes from `sample` images of the run itself, which were computed both ways.
    """

    fast: str
    bound: float
    sample: int
    recomputed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Compilation:
    """A network that was made ready for an engine: in how many seconds, and whether that was kept from before."""

    seconds: float
    artifact: Literal["made", "found"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchTrial:
    """A batch size that was tried, and its throughput; None where memory ran out."""

    batch_size: int
    images_per_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """All of it. `images_resumed` were answered before this process began; `predictions_of` is the run they are of."""

    proof: Proof | None = None
    guarding: Guarding | None = None
    compilation: Compilation | None = None
    batch_trials: tuple[BatchTrial, ...] = ()
    images_resumed: int = 0
    predictions_of: str | None = None
