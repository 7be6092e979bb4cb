"""A run that can begin: everything that was left to `auto` is settled, and the model runs on the engine asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferbench.pipeline.answering import AnswersOf

if TYPE_CHECKING:
    from pathlib import Path

    from ferbench.execution import BatchTrial, Compilation
    from ferbench.interfaces import Model
    from ferbench.pipeline.answering import Answering
    from ferbench.pipeline.load import Loaded
    from ferbench.pipeline.resolve import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A run that can begin.

    `loaded` is the model in plain float32, `model` the same by the engine and in the precision of the run, `answering`
    what is asked about the images. Nothing in `plan.conduct` is a guess any more.
    """

    plan: Plan
    loaded: Loaded
    model: Model
    answering: Answering
    compilation: Compilation | None = None
    batch_trials: tuple[BatchTrial, ...] = ()


def started(plan: Plan, loaded: Loaded, home: Path | None) -> Running:  # noqa: ARG001 - TODO
    """A run of a plan that can begin; `home` keeps networks as engines want them."""
    return Running(
        plan=plan, loaded=loaded, model=loaded.model, answering=AnswersOf(loaded.model, plan.conduct.batch_size)
    )
