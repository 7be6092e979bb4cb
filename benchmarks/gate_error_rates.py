"""How often the gate fails equal models, and how often it sees a worse one: over simulated pairs of models.

    python benchmarks/gate_error_rates.py [--pairs 1000] [--bootstrap-pairs 1000]

A test set has the 3,068 images and the class counts of RAF-DB's. Both models are right on about 92 % of them, and share
so much of their mistakes that they disagree on a given share of the images. Every pair goes through the decision that
`ferbench gate` takes. Beside each simulated share stands the computed one: for accuracy the chance of every outcome is
known, and the same decision is asked about each. Bar: at most 6 % false alarms at alpha = 0.05.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import binom

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from ferbench.gate.limits import Limit, Rule
from ferbench.gate.metric_checks import fails, gated, metric_checks
from ferbench.gate.significance import one_sided_exact
from ferbench.leaderboard.statistics.power import detectable
from ferbench.plugin_manager import build_catalog
from ferbench.results import Answers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ferbench.catalog import Catalog

CLASSES = ("surprise", "fear", "disgust", "happiness", "sadness", "anger", "neutral")
#: Images of each class in RAF-DB's test set, and how many of them a model answers right.
COUNTS = np.array((329, 74, 160, 1185, 478, 162, 680))
RECALLS = np.array((0.91, 0.69, 0.70, 0.97, 0.92, 0.88, 0.92))
#: Standard deviations of the number of discordant images that are looked at: what lies beyond is below 1e-8.
_REACH = 6


@dataclass(frozen=True)
class Pair:
    """A baseline, and a new model with `drop` less recall in every class. They disagree on `disagreement` of the images
    even where the drop is 0, in each class in proportion to its mistakes.
    """

    disagreement: float
    drop: float = 0.0

    @property
    def won(self) -> NDArray[np.float64]:
        """(C,) chance that only the new model answers an image of a class right."""
        mistakes = 1 - RECALLS
        share: NDArray[np.float64] = mistakes * self.disagreement / 2 / np.average(mistakes, weights=COUNTS)
        return share

    @property
    def lost(self) -> NDArray[np.float64]:
        """(C,) chance that only the baseline answers an image of a class right."""
        chance: NDArray[np.float64] = self.won + self.drop
        return chance

    def draw(self, rng: np.random.Generator) -> tuple[Answers, Answers]:
        """The answers of both to one test set."""
        y_true = np.repeat(np.arange(len(COUNTS)), COUNTS)
        at = rng.random(len(y_true))
        lost, won, both_wrong = (part[y_true] for part in (self.lost, self.won, 1 - RECALLS - self.won))
        baseline_wrong = (at < won) | (at >= 1 - both_wrong)
        new_wrong = ((at >= won) & (at < won + lost)) | (at >= 1 - both_wrong)
        return tuple(answers_of(y_true, wrong, rng) for wrong in (baseline_wrong, new_wrong))  # type: ignore[return-value]


def answers_of(y_true: NDArray[np.int64], wrong: NDArray[np.bool_], rng: np.random.Generator) -> Answers:
    """Answers that are wrong at some places; then it is any other class."""
    k = len(COUNTS)
    y_pred = np.where(wrong, (y_true + rng.integers(1, k, len(y_true))) % k, y_true)
    return Answers(
        label_mode="strict", classes=CLASSES, n_labels=k, y_true=y_true, y_pred=y_pred, probabilities=np.eye(k)[y_pred]
    )


def share_failing(pair: Pair, limits: Sequence[Limit], rule: Rule, catalog: Catalog, pairs: int, seed: int) -> float:
    """Share of simulated pairs that the gate fails."""
    rng, metrics = np.random.default_rng(seed), [gated(limit, catalog, CLASSES) for limit in limits]
    checks = (metric_checks(*pair.draw(rng), metrics, rule) for _ in range(pairs))
    return sum(any(check.outcome == "failed" for check in found) for found in checks) / pairs


def computed_share(pair: Pair, allowed: float, rule: Rule) -> float:
    """Chance that the gate fails for accuracy: the sum over all numbers of images that are lost and won.

    Images are taken as if all had the mean chances of the test set.
    """
    n = int(COUNTS.sum())
    lost, won = (float(np.average(part, weights=COUNTS)) for part in (pair.lost, pair.won))
    spread = _REACH * np.sqrt(n * (lost + won))
    total = 0.0
    for m in range(max(int(n * (lost + won) - spread), 0), min(int(n * (lost + won) + spread), n) + 1):
        failing = [b for b in range(m + 1) if fails(100 * (2 * b - m) / n, allowed, one_sided_exact(b, m - b), rule)]
        total += binom.pmf(m, n, lost + won) * binom.pmf(failing, m, lost / (lost + won)).sum()
    return float(total)


def found_four_times_in_five(disagreement: float, alpha: float) -> float:
    """The drop, as a fraction, that Connor's formula gives a power of 0.8 in a one-sided test."""
    n, drop = int(COUNTS.sum()), 0.0
    for _ in range(50):
        drop = detectable(n, round(n * (disagreement + drop)), alpha=2 * alpha) or 0.0
    return drop


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=1000)
    parser.add_argument("--bootstrap-pairs", type=int, default=1000)
    arguments = parser.parse_args()
    catalog, pairs = build_catalog(), arguments.pairs
    half_a_point = [Limit(name="accuracy", allowed=0.5)]
    print(f"{COUNTS.sum()} images, {pairs} pairs a line; share of pairs that fail: simulated, computed")
    for disagreement in (0.01, 0.05, 0.065, 0.10):
        for fail_on in ("both", "significant", "drop"):
            rule, pair = Rule(fail_on=fail_on), Pair(disagreement)
            shown = share_failing(pair, half_a_point, rule, catalog, pairs, seed=1), computed_share(pair, 0.5, rule)
            print(f"equal, disagree on {disagreement:.1%}, --fail-on {fail_on:11}: {shown[0]:.4f}, {shown[1]:.4f}")
    rule = Rule()
    for disagreement in (0.065, 0.10):
        for points in (0.5, 1.0, 1.5, 2.0, 2.5):
            pair = Pair(disagreement, points / 100)
            shown = share_failing(pair, half_a_point, rule, catalog, pairs, seed=2), computed_share(pair, 0.5, rule)
            print(f"worse by {points} points, disagree on {disagreement:.1%} before: {shown[0]:.4f}, {shown[1]:.4f}")
        drop, anything = found_four_times_in_five(disagreement, rule.alpha), [Limit(name="accuracy", allowed=0.0)]
        pair = Pair(disagreement, drop)
        shown = share_failing(pair, anything, rule, catalog, pairs, seed=3), computed_share(pair, 0.0, rule)
        print(f"worse by {100 * drop:.2f} points, formula 0.80, nothing allowed: {shown[0]:.4f}, {shown[1]:.4f}")
    several = {"uar": ["uar"], "f1_macro": ["f1_macro"], "all three, by Holm": ["accuracy", "uar", "f1_macro"]}
    for title, names in several.items():
        started, limits = time.perf_counter(), [Limit(name=name, allowed=0.0) for name in names]
        found = share_failing(Pair(0.065), limits, rule, catalog, arguments.bootstrap_pairs, seed=4)
        seconds = time.perf_counter() - started
        print(f"equal, {title}, {arguments.bootstrap_pairs} pairs: {found:.4f} ({seconds:.0f} s)")


if __name__ == "__main__":
    main()
