"""Two entries at a time: counts, tests, intervals, classes, and the images that they disagree on."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

from ferbench.comparison.findings import ClassDifference, Difference, Discordant, PairFinding
from ferbench.comparison.pairing import said
from ferbench.leaderboard.statistics.bootstrap import percentile_interval
from ferbench.leaderboard.statistics.paired import ALPHA, holm, least_significant, mcnemar, paired_counts
from ferbench.leaderboard.statistics.power import detectable

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from ferbench.comparison.pairing import Pairing
    from ferbench.leaderboard.statistics.bootstrap import Resampled
    from ferbench.leaderboard.statistics.paired import McNemar, PairedCounts
    from ferbench.results import Answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """An entry's answers, run by run, and the columns of its runs among the resampled values."""

    name: str
    answers: tuple[Answers, ...]
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """A pair with its counts and test: None where an entry has several runs, and so no single answer to an image."""

    first: Side
    second: Side
    counts: PairedCounts | None
    test: McNemar | None


def pair_findings(pairs: Sequence[tuple[Side, Side]], pairing: Pairing, drawn: Resampled) -> tuple[PairFinding, ...]:
    """The finding of each pair; p-values are adjusted over all pairs that have one."""
    tested = [tested_pair(first, second) for first, second in pairs]
    adjusted = holm_over([pair.test.exact if pair.test else None for pair in tested])
    return tuple(pair_finding(pair, p, pairing, drawn) for pair, p in zip(tested, adjusted, strict=True))


def tested_pair(first: Side, second: Side) -> Tested:
    """McNemar's test of two entries of one run each."""
    if len(first.answers) > 1 or len(second.answers) > 1:
        return Tested(first=first, second=second, counts=None, test=None)
    counts = paired_counts(first.answers[0].correct, second.answers[0].correct)
    return Tested(first=first, second=second, counts=counts, test=mcnemar(counts.first, counts.second))


def holm_over(p_values: Sequence[float | None]) -> list[float | None]:
    """Holm-adjusted p-values in their places; None where there is none to adjust."""
    adjusted = iter(holm([p for p in p_values if p is not None]))
    return [None if p is None else next(adjusted) for p in p_values]


def pair_finding(pair: Tested, adjusted: float | None, pairing: Pairing, drawn: Resampled) -> PairFinding:
    """All about one pair."""
    first, second, counts = pair.first, pair.second, pair.counts
    return PairFinding(
        first=first.name,
        second=second.name,
        counts=counts,
        test=pair.test,
        holm=adjusted,
        better=better_of(pair, adjusted) if pairing.on == "equal" else None,
        least_significant=least_significant(counts.discordant) if counts else None,
        detectable=detectable(counts.n, counts.discordant) if counts else None,
        differences=tuple(difference(metric, first, second, drawn) for metric in drawn.values),
        classes=class_differences(pair, pairing, drawn),
        discordant=discordant_images(first, second, pairing) if counts else (),
    )


def better_of(pair: Tested, adjusted: float | None) -> str | None:
    """The entry that is right more often, where that was shown."""
    if pair.counts is None or adjusted is None or adjusted >= ALPHA:
        return None
    return pair.first.name if pair.counts.first > pair.counts.second else pair.second.name


def difference(metric: str, first: Side, second: Side, drawn: Resampled) -> Difference:
    """The difference of a metric; entries of several runs count with the mean over them."""
    values, observed = drawn.values[metric], drawn.observed[metric]
    low, high = bounds(mean_over_runs(values, first) - mean_over_runs(values, second))
    return Difference(
        metric=metric,
        value=fmean(observed[row] for row in first.rows) - fmean(observed[row] for row in second.rows),
        low=low,
        high=high,
        resamples=len(values),
    )


def mean_over_runs(values: NDArray[np.float64], side: Side) -> NDArray[np.float64]:
    """(R, runs, ...) values -> (R, ...): mean over the runs of an entry."""
    means: NDArray[np.float64] = values[:, list(side.rows)].mean(axis=1)
    return means


def bounds(differences: NDArray[np.float64]) -> tuple[float | None, float | None]:
    """The interval of resampled differences; (None, None) where there is none."""
    return percentile_interval(differences) or (None, None)


def class_differences(pair: Tested, pairing: Pairing, drawn: Resampled) -> tuple[ClassDifference, ...]:
    """Recall class by class, of the classes that have images; tests are adjusted over the classes."""
    label = pair.first.answers[0].y_true
    present = [index for index in range(len(pairing.classes)) if (label == index).any()]
    counts = [class_counts(pair, label == index) for index in present]
    p_values = [mcnemar(item.first, item.second).exact if item else None for item in counts]
    gaps = mean_over_runs(drawn.recalls, pair.first) - mean_over_runs(drawn.recalls, pair.second)
    found = []
    for index, own, p, adjusted in zip(present, counts, p_values, holm_over(p_values), strict=True):
        low, high = bounds(gaps[:, index])
        found.append(
            ClassDifference(
                name=pairing.classes[index],
                n=int((label == index).sum()),
                first=mean_recall(pair.first, label == index),
                second=mean_recall(pair.second, label == index),
                low=low,
                high=high,
                counts=own,
                exact=p,
                holm=adjusted,
            )
        )
    return tuple(found)


def class_counts(pair: Tested, images: NDArray[np.bool_]) -> PairedCounts | None:
    """Counts over the images of a class, where the pair has any."""
    if pair.counts is None:
        return None
    return paired_counts(pair.first.answers[0].correct[images], pair.second.answers[0].correct[images])


def mean_recall(side: Side, images: NDArray[np.bool_]) -> float:
    """Share of some images that is answered right, averaged over the runs of an entry."""
    return fmean(float(answers.correct[images].mean()) for answers in side.answers)


def discordant_images(first: Side, second: Side, pairing: Pairing) -> tuple[Discordant, ...]:
    """The images that exactly one of two runs answers right, in the order of their ids."""
    one, other = first.answers[0], second.answers[0]
    columns = zip(
        pairing.ids, pairing.labels, said(one), said(other), (one.correct ^ other.correct).tolist(), strict=True
    )
    return tuple(Discordant(id=i, label=label, first=a, second=b) for i, label, a, b, differ in columns if differ)
