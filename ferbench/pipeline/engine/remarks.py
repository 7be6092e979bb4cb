"""What a reader should know of how a run was carried out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.pipeline.engine.guarded import SAFETY, guarding_of
from ferbench.pipeline.probes.verdict import Verdict

if TYPE_CHECKING:
    from ferbench.execution import Guarding
    from ferbench.pipeline.engine.running import Running
    from ferbench.results import Predictions

#: From so much of a guarded run in float32 on it was no quicker than float32 alone.
NEARLY_ALL = 0.9


def remarks_on(running: Running, predictions: Predictions) -> list[Verdict]:
    """What was given up, what is slow here, and what was guarded; none for most runs."""
    said = "; ".join((*running.remarks, *memory_remarks(running)))
    remarks = [Verdict(probe="conduct", outcome="warning", finding=said, warning=said)] if said else []
    guarding = guarding_of(running.calibration, predictions)
    return remarks if guarding is None else [*remarks, guarded_verdict(guarding, len(predictions.ids))]


def memory_remarks(running: Running) -> tuple[str, ...]:
    """What became of batches that did not fit."""
    sizes = ", ".join(str(trial.batch_size) for trial in running.answering.trials)
    return (f"memory ran out at batches of {sizes}, and the rest was asked in smaller ones",) if sizes else ()


def guarded_verdict(guarding: Guarding, n: int) -> Verdict:
    """How much of a run was computed again, and what that makes of its probabilities."""
    again = f"{guarding.recomputed} of {n} images"
    finding = (
        f"{again} computed again in float32: margins up to {guarding.bound:.3g}, which is {SAFETY:g} times the largest "
        f"change in {guarding.sample} images"
    )
    warning = f"scores of probabilities come from mixed precision: {guarding.fast}, and float32 for {again}"
    if guarding.recomputed > NEARLY_ALL * n:
        warning += "; --precision fp32 would have been no slower"
    return Verdict(probe="guarded", outcome="ok", finding=finding, warning=warning)
