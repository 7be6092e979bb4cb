"""How often 95 % intervals hold the truth: over simulated test sets, drawn from a population whose truth is known.

    python benchmarks/interval_coverage.py [--sets 2000] [--images 3068] [--resamples 2000]

The population has the class shares of RAF-DB's test set and two models of about 92 and 91 % accuracy that are right on
mostly the same images. Each test set is drawn anew from it, with the class counts of the population (`fixed`), or with
whatever counts chance gives (`free`). The truth is the value of a metric on the population. Bars: 93 to 97 %.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from ferbench.intervals import wilson
from ferbench.leaderboard.statistics.bootstrap import Measure, percentile_interval, resampled
from ferbench.results import Answers
from ferbench_metrics.accuracy import accuracy, uar
from ferbench_metrics.per_class import f1_macro

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

CLASSES = ("surprise", "fear", "disgust", "happiness", "sadness", "anger", "neutral")
#: Images of each class in RAF-DB's test set.
COUNTS = (329, 74, 160, 1185, 478, 162, 680)
#: Recall of the two models, class by class.
RECALLS = ((0.91, 0.69, 0.70, 0.97, 0.92, 0.88, 0.92), (0.90, 0.65, 0.72, 0.96, 0.90, 0.86, 0.91))
#: Share of the images that the first model gets wrong which the second gets wrong as well.
BOTH_WRONG = 0.6
MEASURES = [Measure(name=metric.__name__, compute=metric) for metric in (accuracy, uar, f1_macro)]


@dataclass(frozen=True)
class Population:
    """Shares of classes, and for each class the chance of every pair of answers: (C,) and (C, C, C), which sum to 1."""

    shares: NDArray[np.float64]
    pairs: NDArray[np.float64]

    def draw(self, images: int, rng: np.random.Generator, *, fixed: bool) -> list[Answers]:
        """The answers of both models to a test set; with `fixed` class counts, or with those that chance gives."""
        exact = np.floor(self.shares * images + 0.5).astype(int)
        counts = exact if fixed else rng.multinomial(images, self.shares)
        y_true = np.repeat(np.arange(len(counts)), counts)
        cells = [rng.choice(self.pairs[label].size, n, p=self.pairs[label].ravel()) for label, n in enumerate(counts)]
        said = np.divmod(np.concatenate(cells), len(counts))
        return [answers_of(y_true, y_pred) for y_pred in said]

    def confusions(self) -> list[NDArray[np.float64]]:
        """(C, C) shares of images by label and answer, of either model."""
        return [self.shares[:, None] * self.pairs.sum(axis=axis) for axis in (2, 1)]

    def truth(self) -> dict[str, float]:
        """First minus second model, by metric."""
        first, second = (truths(confusion) for confusion in self.confusions())
        return {name: first[name] - second[name] for name in first}


def answers_of(y_true: NDArray[np.int64], y_pred: NDArray[np.int64]) -> Answers:
    """Hard answers."""
    return Answers(
        label_mode="strict",
        classes=CLASSES,
        n_labels=len(CLASSES),
        y_true=y_true,
        y_pred=y_pred,
        probabilities=np.eye(len(CLASSES))[y_pred],
    )


def truths(confusion: NDArray[np.float64]) -> dict[str, float]:
    """The metrics of a population, from its shares of images by label and answer."""
    right, labels, said = confusion.diagonal(), confusion.sum(axis=1), confusion.sum(axis=0)
    return {
        "accuracy": float(right.sum()),
        "uar": float((right / labels).mean()),
        "f1_macro": float((2 * right / (labels + said)).mean()),
    }


def population(counts: Sequence[int]) -> Population:
    """Classes in such proportions; two models whose mistakes overlap, and go to the other classes by their shares."""
    shares = np.array(counts) / sum(counts)
    k = len(counts)
    pairs = np.zeros((k, k, k))
    for label, (first, second) in enumerate(zip(*RECALLS, strict=True)):
        elsewhere = np.where(np.arange(k) == label, 0, shares) / (1 - shares[label])
        right = np.eye(k)[label]
        both_wrong = BOTH_WRONG * (1 - first)
        pairs[label] += (1 - both_wrong - (1 - first - both_wrong) - (1 - second - both_wrong)) * np.outer(right, right)
        pairs[label] += (1 - second - both_wrong) * np.outer(right, elsewhere)
        pairs[label] += (1 - first - both_wrong) * np.outer(elsewhere, right)
        pairs[label] += both_wrong * np.outer(elsewhere, elsewhere)
    return Population(shares=shares, pairs=pairs)


POPULATION = population(COUNTS)
#: As many images of each class, as AffectNet has them.
BALANCED = population([1] * len(COUNTS))


def coverage_of_wilson(images: int, sets: int, seed: int) -> float:
    """Share of test sets whose Wilson interval holds the accuracy of the first model."""
    rng = np.random.default_rng(seed)
    truth = float(POPULATION.confusions()[0].trace())
    held = 0
    for _ in range(sets):
        run = POPULATION.draw(images, rng, fixed=False)[0]
        low, high = wilson(int(run.correct.sum()), images)
        held += low <= truth <= high
    return held / sets


def coverage_of_differences(
    source: Population,
    measures: Sequence[Measure],
    images: int,
    sets: int,
    resamples: int,
    seed: int,
    *,
    fixed: bool = True,
) -> dict[str, float]:
    """Share of test sets whose bootstrap interval holds the difference of the two models, by metric."""
    rng, truth = np.random.default_rng(seed), source.truth()
    held = {measure.name: 0 for measure in measures}
    for number in range(sets):
        values = resampled(source.draw(images, rng, fixed=fixed), measures, resamples, seed=number).values
        for name, found in values.items():
            low, high = percentile_interval(found[:, 0] - found[:, 1]) or (0.0, 0.0)
            held[name] += low <= truth[name] <= high
    return {name: count / sets for name, count in held.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=int, default=2000)
    parser.add_argument("--images", type=int, default=sum(COUNTS))
    parser.add_argument("--resamples", type=int, default=2000)
    arguments = parser.parse_args()
    where = f"{arguments.sets} test sets of {arguments.images} images"
    print(f"truth, first minus second: {POPULATION.truth()}")
    print(f"Wilson, accuracy, {where}: {coverage_of_wilson(arguments.images, arguments.sets, seed=1):.4f}")
    for fixed in (True, False):
        started = time.perf_counter()
        found = coverage_of_differences(
            POPULATION, MEASURES, arguments.images, arguments.sets, arguments.resamples, seed=1, fixed=fixed
        )
        shares = ", ".join(f"{name} {share:.4f}" for name, share in found.items())
        seconds = time.perf_counter() - started
        title = f"bootstrap of the difference, class counts {'fixed' if fixed else 'free'}"
        print(f"{title}, {arguments.resamples} resamples, {where}: {shares} ({seconds:.0f} s)")


if __name__ == "__main__":
    main()
