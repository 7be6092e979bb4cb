"""What a comparison finds: plain data, which tables show and `--json` prints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ferbench.comparison.pairing import Pairing
    from ferbench.emotions import LabelMode
    from ferbench.leaderboard.statistics.paired import McNemar, PairedCounts


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedScore:
    """A metric over n runs of one entry: their mean, and their standard deviation (n - 1) where there are several."""

    mean: float
    sd: float | None
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFinding:
    """One side of a comparison on the paired images. `unanswered` counts images without an answer, run by run."""

    name: str
    model: str
    weights: tuple[str, ...]
    run_ids: tuple[str, ...]
    inputs: tuple[str, ...]
    unanswered: tuple[int, ...]
    scores: Mapping[str, SeedScore]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """First minus second entry, in the unit of the metric, with its 95 % bootstrap interval where one exists."""

    metric: str
    value: float
    low: float | None
    high: float | None
    resamples: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassDifference:
    """Recall of one class of n images: both values, the interval of their difference, and the test where there is one.

    `holm` is adjusted over the classes of the pair.
    """

    name: str
    n: int
    first: float
    second: float
    low: float | None
    high: float | None
    counts: PairedCounts | None
    exact: float | None
    holm: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Discordant:
    """An image that exactly one of two entries answers right, and what each said; empty for no answer."""

    id: str
    label: str
    first: str
    second: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PairFinding:
    """Two entries. What needs one answer an image is None, or empty, where an entry has several runs.

    `holm` is adjusted over all pairs of the comparison. `better` names the entry that is right more often, where that
    was shown at 0.05 after adjustment and a ranking may follow at all. `least_significant` is the smallest difference,
    in images, that the exact test takes for one among as many discordant images; `detectable` the smallest true
    difference of accuracies that the test set would show with a power of 0.8.
    """

    first: str
    second: str
    counts: PairedCounts | None
    test: McNemar | None
    holm: float | None
    better: str | None
    least_significant: int | None
    detectable: float | None
    differences: tuple[Difference, ...]
    classes: tuple[ClassDifference, ...]
    discordant: tuple[Discordant, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerColumn:
    """What one run said about every paired image."""

    entry: str
    run_id: str
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Everything that `ferbench compare` says. Pairs are all pairs of entries, in the order of the entries."""

    pairing: Pairing
    label_mode: LabelMode
    metrics: tuple[str, ...]
    seed: int
    entries: tuple[EntryFinding, ...]
    pairs: tuple[PairFinding, ...]
    answers: tuple[AnswerColumn, ...]
    notes: tuple[str, ...]

    @property
    def ranks(self) -> bool:
        """Whether "better" may be said: only about a whole test set, never about the shared part of several."""
        return self.pairing.on == "equal"
