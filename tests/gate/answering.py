"""Answers and runs of which it is known, image by image, who is right."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ferbench.results import Answers
from tests.leaderboard.building import RAFDB, build_result, build_test_set
from tests.leaderboard.changing import resealed

if TYPE_CHECKING:
    from ferbench.results import RunResult, TestSet


def answers(right: list[bool] | np.ndarray, labels: np.ndarray | None = None) -> Answers:
    """Answers over two classes, right where that is asked for; the labels are all 0 unless they are given."""
    hits = np.asarray(right, dtype=bool)
    y_true = np.zeros(len(hits), np.int64) if labels is None else np.asarray(labels, np.int64)
    y_pred = np.where(hits, y_true, 1 - y_true)
    return Answers(
        label_mode="strict",
        classes=("neutral", "fear"),
        n_labels=2,
        y_true=y_true,
        y_pred=y_pred,
        probabilities=np.eye(2)[y_pred] * 0.8 + 0.1,
    )


def sides(both: int, lost: int, won: int, neither: int = 0) -> tuple[Answers, Answers]:
    """A baseline and a new model; `lost` images only the baseline answers right, `won` ones only the new model."""
    first = [True] * (both + lost) + [False] * (won + neither)
    second = [True] * both + [False] * lost + [True] * won + [False] * neither
    return answers(first), answers(second)


def run(
    wrong: set[int], seed: int = 1, *, n: int = 210, test_set: TestSet | None = None, **changes: object
) -> RunResult:
    """A sealed run that answers every image right but those at some places."""
    images = test_set or build_test_set(n, RAFDB)
    result = build_result(seed, test_set=images, **changes)
    emotion = np.full((len(images.ids), len(RAFDB)), -1.0, np.float32)
    for place, label in enumerate(images.labels):
        emotion[place, (RAFDB.index(label) + (place in wrong)) % len(RAFDB)] = 2.0
    return resealed(result, predictions=replace(result.predictions, outputs={"emotion": emotion}))
