"""The outputs of images that were run again, against what a run recorded of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferbench.audit.checks import Check
from ferbench.pipeline.engine.guarded import RECOMPUTED

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from ferbench.pipeline.predict import Pass
    from ferbench.pipeline.resolve import Plan
    from ferbench.results import RunResult

#: So many ids are named where images differ.
_NAMED = 3
#: What outputs with fewer digits than float32 may differ by, as a part of the largest one: processors round otherwise.
FEW_DIGITS = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Both:
    """(m, K) outputs of the same images, all finite, recorded and run again; each may differ by (m,) `allowed`."""

    recorded: NDArray[np.float64]
    again: NDArray[np.float64]
    allowed: NDArray[np.float64]

    @property
    def differences(self) -> NDArray[np.float64]:
        """(m,) largest of an image."""
        import numpy as np

        largest: NDArray[np.float64] = np.abs(self.recorded - self.again).max(axis=1)
        return largest

    def flips(self, ties: float) -> int:
        """Images with another class, which lies more than `ties` behind the best one now."""
        import numpy as np

        winners = self.recorded.argmax(axis=1)
        behind = self.again.max(axis=1) - self.again[np.arange(len(winners)), winners]
        return int(((winners != self.again.argmax(axis=1)) & (behind >= ties)).sum())


def outputs_check(result: RunResult, plan: Plan, done: Pass, tolerance: float) -> Check:
    """Whether the model says the same; of an image without an answer, that it has none.

    `tolerance` is a part of the largest recorded output. The images of a guarded run were run again in float32, and
    must have the same classes.
    """
    import numpy as np

    rows = rows_of(result, plan)
    recorded, again = result.predictions.emotion[rows], done.predictions.emotion
    answered = np.isfinite(recorded).all(axis=1)
    other = answered != np.isfinite(again).all(axis=1)
    if other.any():
        names = [row.id for row, differs in zip(plan.rows, other.tolist(), strict=True) if differs]
        return Check(name="outputs again", passed=False, finding=f"an answer here or there alone: {few(names)}")
    if not answered.any():
        return Check(name="outputs again", passed=None, finding="none of these images has an answer")
    scale = float(np.abs(recorded[answered]).max())
    parts = allowed_parts(result, rows, tolerance)[answered]
    both = Both(
        recorded=recorded[answered].astype(np.float64),
        again=again[answered].astype(np.float64),
        allowed=parts * scale,
    )
    finding = (
        f"{len(parts)} images; largest difference {both.differences.max():.1e} of outputs up to {scale:.3g} (allowed: "
        f"{' or '.join(f'{part:.0e}' for part in np.unique(parts))} of that); {both.flips(ties=0)} other answers"
    )
    kept = result.record["precision"] != "guarded" or not both.flips(ties=tolerance * scale)
    return Check(name="outputs again", passed=kept and bool((both.differences <= both.allowed).all()), finding=finding)


def rows_of(result: RunResult, plan: Plan) -> list[int]:
    """Where the images that were run again stand among the recorded ones, in their order."""
    row_of = {name: row for row, name in enumerate(result.predictions.ids)}
    return [row_of[row.id] for row in plan.rows]


def allowed_parts(result: RunResult, rows: Sequence[int], tolerance: float) -> NDArray[np.float64]:
    """(m,) what the outputs of recorded rows may differ by: more where they were computed with fewer digits."""
    import numpy as np

    precision, flags = result.record["precision"], result.predictions.outputs.get(RECOMPUTED)
    exact = np.full(len(rows), precision == "fp32")
    if precision == "guarded" and flags is not None:
        exact = flags[rows].reshape(len(rows), -1).min(axis=1, initial=1) == 1
    return np.where(exact, tolerance, max(tolerance, FEW_DIGITS))


def few(names: Sequence[str]) -> str:
    """The first names of many."""
    return ", ".join(names[:_NAMED]) + (", ..." if len(names) > _NAMED else "")
