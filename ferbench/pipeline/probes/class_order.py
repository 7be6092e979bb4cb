"""Class order: whether the outputs mean other classes than declared. It needs no inference."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from ferbench.emotions import NAMED_ORDERS, named_order
from ferbench.pipeline.probes.again import shuffled
from ferbench.pipeline.probes.paired import sign_test
from ferbench.pipeline.probes.verdict import Verdict
from ferbench.pipeline.score import answers_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from ferbench.emotions import ClassOrder
    from ferbench.results import Answers, Predictions

IMAGES_PER_CLASS = 20
#: Family-wise level at which a swap is found on the first half, and level at which more freedom is worth its price.
FOUND_LEVEL = 0.05
#: What another order must gain in mean class accuracy on the second half, and at which level.
MARGIN = 0.05
LEVEL = 0.001


@dataclass(frozen=True, slots=True)
class Tally:
    """Answers to some images: `counts` is (n_labels, K), true classes by declared ones.

    Its columns are `classes`, the data set's own classes first; `declared` has the same names in the order of the
    outputs. Another order gives other names to the same outputs. An image is right in one of two orders at most where
    they read its class from different outputs, so that all comparisons follow from the counts.
    """

    declared: ClassOrder
    classes: ClassOrder
    counts: NDArray[np.int64]

    @property
    def data_classes(self) -> ClassOrder:
        """The classes that occur as labels."""
        return self.classes[: len(self.counts)]

    def columns(self, order: ClassOrder) -> NDArray[np.int64]:
        """(n_labels,) the column in which each true class is right when the outputs mean `order`."""
        return np.array([self.classes.index(self.declared[order.index(name)]) for name in self.data_classes])

    def right(self, order: ClassOrder) -> NDArray[np.int64]:
        """(n_labels,) images of each class that are right when the outputs mean `order`."""
        hits: NDArray[np.int64] = self.counts[np.arange(len(self.counts)), self.columns(order)]
        return hits

    def gain(self, order: ClassOrder) -> float:
        """UAR of an order minus that of the declared one, from -1 to 1."""
        return float(np.mean((self.right(order) - self.right(self.declared)) / self.counts.sum(axis=1)))

    def p_value(self, order: ClassOrder, against: ClassOrder) -> float:
        """One-sided exact sign test that `order` is right no more often: over images on which the orders disagree."""
        moved = self.columns(order) != self.columns(against)
        return sign_test(int(self.right(order)[moved].sum()), int(self.right(against)[moved].sum()))

    def mostly_rises(self, order: ClassOrder) -> bool:
        """Whether more than half of the classes that an order moves are right more than twice as often in it.

        Of a swap these are both classes. A model that takes one class for another gains by their swap in the one, and
        loses in the other.
        """
        moved = self.columns(order) != self.columns(self.declared)
        rising = self.right(order)[moved] > 2 * self.right(self.declared)[moved]
        return 2 * int(rising.sum()) > int(moved.sum())


def probe_class_order(predictions: Predictions, data_classes: ClassOrder) -> Verdict:
    """Whether another class order explains the answers better.

    It is found on one half of the images and confirmed on the other, where it must gain 5 points of UAR, with p < 0.001
    in a sign test. Only a known order, or two classes exchanged, contradicts the declared one: anything else may be the
    confusion of a model on strange data, and is a warning.
    """
    answers = answers_of(predictions, data_classes, "strict")
    images = np.bincount(answers.y_true[answers.answered], minlength=answers.n_labels)
    if images.min() < IMAGES_PER_CLASS:
        finding = f"under {IMAGES_PER_CLASS} images of {answers.classes[int(images.argmin())]}"
        return Verdict(probe="class order", outcome="inconclusive", finding=finding)
    first, second = halves(predictions, answers)
    order = best_order(first)
    if second.gain(order) >= MARGIN and second.p_value(order, second.declared) < LEVEL:
        return objection(second, order)
    return Verdict(probe="class order", outcome="ok", finding=f"{', '.join(second.declared)}: no other fits better")


def halves(predictions: Predictions, answers: Answers) -> tuple[Tally, Tally]:
    """The images in two halves with the same classes: of each class every other one, by the hash of their ids."""
    order = shuffled(predictions)
    by_class = [order[answers.y_true[order] == label] for label in range(answers.n_labels)]
    counts = np.zeros((2, answers.n_labels, len(answers.classes)), np.int64)
    for half in (0, 1):
        picked = np.concatenate([positions[half::2] for positions in by_class])
        np.add.at(counts[half], (answers.y_true[picked], answers.y_pred[picked]), 1)
    first, second = (Tally(predictions.classes, answers.classes, part) for part in counts)
    return first, second


def best_order(tally: Tally) -> ClassOrder:
    """The order that fits best: the declared one, a known one, two classes exchanged, or any of the data set's classes.

    The last is free to follow the noise, so it must be significantly better than the best of the others.
    """
    free = assigned(tally)
    simple = max((tally.declared, *known_orders(tally.declared), *significant_swaps(tally)), key=tally.gain)
    return free if tally.p_value(free, simple) < FOUND_LEVEL else simple


def assigned(tally: Tally) -> ClassOrder:
    """The order of the data set's classes with the highest UAR: Hungarian assignment on the row-normalised confusion.

    Outputs for classes that are not in the data keep their names.
    """
    from scipy.optimize import linear_sum_assignment

    square = tally.counts[:, : len(tally.counts)]
    rows, columns = linear_sum_assignment(square / tally.counts.sum(axis=1, keepdims=True), maximize=True)
    names = tally.classes
    means = {names[column]: names[row] for row, column in zip(rows.tolist(), columns.tolist(), strict=True)}
    return tuple(means.get(name, name) for name in tally.declared)


def known_orders(declared: ClassOrder) -> Iterator[ClassOrder]:
    """The other named orders of the same classes."""
    return (order for order in NAMED_ORDERS.values() if set(order) == set(declared) and order != declared)


def significant_swaps(tally: Tally) -> Iterator[ClassOrder]:
    """Exchanges of two of the data set's classes that are right significantly more often, by Holm's procedure."""
    swaps = [exchanged(tally.declared, *pair) for pair in combinations(tally.data_classes, 2)]
    tested = sorted((tally.p_value(swap, tally.declared), swap) for swap in swaps)
    for tests_left, (p_value, swap) in zip(range(len(tested), 0, -1), tested, strict=True):
        if p_value * tests_left >= FOUND_LEVEL:
            return
        yield swap


def exchanged(order: ClassOrder, one: str, other: str) -> ClassOrder:
    """An order with two classes exchanged."""
    return tuple({one: other, other: one}.get(name, name) for name in order)


def objection(tally: Tally, order: ClassOrder) -> Verdict:
    """The verdict on an order that was confirmed on this tally."""
    moved = [(old, new) for old, new in zip(tally.declared, order, strict=True) if old != new]
    name = named_order(order)
    meant = ", ".join(f"{old} is {new}" for old, new in moved) + (f" (the order {name})" if name else "")
    p_value = tally.p_value(order, tally.declared)
    finding = (
        f"{meant}: {100 * tally.gain(order):+.1f} points of UAR, p = {p_value:.1g}, on the half of the images that "
        "it was not found on"
    )
    passed = f"--class-order {name or ','.join(order)}"
    if (name or len(moved) == 2) and tally.mostly_rises(order):
        blamed = f"the class order is contradicted: {finding}; pass {passed}, or --accept-class-order"
        return Verdict(probe="class order", outcome="contradicted", finding=finding, not_ranked_because=blamed)
    warning = f"another class order would explain the answers better: {finding}; if it is the right one, pass {passed}"
    return Verdict(probe="class order", outcome="warning", finding=finding, warning=warning)


def accepted(verdict: Verdict) -> Verdict:
    """The verdict where the user accepts the declared order: what withheld a rank becomes a warning."""
    if not verdict.not_ranked_because:
        return verdict
    warning = f"the class order is contradicted, and was accepted (--accept-class-order): {verdict.finding}"
    return replace(verdict, outcome="warning", warning=warning, not_ranked_because="")
