"""Claims and imported matrices: numbers that others state, as a ledger holds them. None of them was measured here."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from ferbench.cards import CostUnit, Selection
    from ferbench.emotions import ClassOrder

#: How the entry is known: V read in files of the repository, P on a public page, I in an issue thread, S in a
#: secondary listing. What is only remembered is no claim.
Mark = Literal["V", "P", "I", "S"]
#: Where the number was made known.
SourceKind = Literal["paper", "readme", "code", "log", "checkpoint-name", "third-party", "user"]
#: What a reader must know before believing a number; `docs/reference/ledger.md` says what each means.
Flag = Literal[
    "quarantine",
    "not-reproduced",
    "leaked-data",
    "batch-dependent",
    "ensemble",
    "other-images",
]

#: Who reports a claim when its authors do.
AUTHORS = "authors"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an entry stands: the ledger's name or file, the kind of row, and its number from 1."""

    ledger: str
    kind: Literal["claim", "matrix"]
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedClaim:
    """One number that somebody states for a model on a data set.

    `model`, `dataset` and `split` are ferbench's names where there are any. `text` is the value with the digits that
    were printed, in percent (`92.21`) unless `unit` is `other`, `decimals` of them after the point. `value` is in the
    unit of the metric: a share from 0 to 1, or what was printed in unit `other`. None is "nobody says".
    """

    model: str
    title: str
    dataset: str
    split: str
    n: int | None
    num_classes: int | None
    label_rule: str | None
    metric: str
    value: float
    decimals: int
    text: str
    unit: Literal["percent", "other"]
    selection: Selection
    runs: str | None
    extra_data: tuple[str, ...] | None
    params_millions: float | None
    giga_operations: float | None
    cost_unit: CostUnit | None
    source_kind: SourceKind
    source: str
    reported_by: str
    year: int | None
    mark: Mark
    notes: str
    flags: tuple[Flag, ...]
    place: Place

    @property
    def third_party(self) -> bool:
        """Whether somebody else than the authors of the model states it."""
        return self.source_kind in {"third-party", "user"} or self.reported_by != AUTHORS


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedMatrix:
    """A confusion matrix that somebody printed: right answers and images by class, in the order of `classes`.

    `counts` is the whole matrix, rows true and columns predicted classes, where it is known.
    """

    model: str
    title: str
    dataset: str
    split: str
    classes: ClassOrder
    diagonal: tuple[int, ...]
    rows: tuple[int, ...]
    counts: tuple[tuple[int, ...], ...] | None
    source_kind: SourceKind
    source: str
    reported_by: str
    year: int | None
    mark: Mark
    notes: str
    place: Place

    @property
    def n(self) -> int:
        """Images."""
        return sum(self.rows)

    @property
    def correct(self) -> int:
        """Right answers."""
        return sum(self.diagonal)

    @property
    def accuracy(self) -> float:
        """Right answers / images, from 0 to 1."""
        return self.correct / self.n

    @property
    def uar(self) -> float:
        """Unweighted mean over the classes with images of (right answers in c) / (images of c), from 0 to 1."""
        recalls = [Fraction(right, images) for right, images in zip(self.diagonal, self.rows, strict=True) if images]
        return float(sum(recalls) / len(recalls))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Everything that was read. `broken` are (ledger, reason in one line) of plugins' ledgers that cannot be used."""

    claims: tuple[ReportedClaim, ...] = ()
    matrices: tuple[ImportedMatrix, ...] = ()
    broken: tuple[tuple[str, str], ...] = ()

    def claims_about(
        self, model: str | None = None, dataset: str | None = None, metric: str | None = None
    ) -> tuple[ReportedClaim, ...]:
        """The claims with these names, in the order of the ledgers; None is any."""
        asked = {"model": model, "dataset": dataset, "metric": metric}
        return tuple(
            claim
            for claim in self.claims
            if all(name is None or getattr(claim, key) == name for key, name in asked.items())
        )
