"""What the doctor reports: findings, twins, what each split is."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Mapping

    from ferbench.cards import Variant
    from ferbench.emotions import ClassOrder
    from ferbench.pipeline.data_identity import DataVerdict
    from ferbench.pipeline.leaks import Likeness

#: An error fails the check; a warning is for whoever reads a number on this set; a note says what was looked at.
Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was found, in a sentence; `kind` names it for programs, `items` are all that it is about."""

    kind: str
    severity: Severity
    splits: tuple[str, ...]
    text: str
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """A picture as the data set names it."""

    split: str
    id: str
    label: str

    def __str__(self) -> str:
        return f"{self.split}/{self.id} ({self.label})"


@dataclass(frozen=True, slots=True)
class Twins:
    """Two pictures or more that are one, in manifest order."""

    likeness: Likeness
    members: tuple[Member, ...]

    @property
    def splits(self) -> tuple[str, ...]:
        """The splits that they stand in."""
        return tuple(dict.fromkeys(member.split for member in self.members))

    @property
    def labels(self) -> tuple[str, ...]:
        """Their labels; more than one is a conflict."""
        return tuple(dict.fromkeys(member.label for member in self.members))

    def __str__(self) -> str:
        return " = ".join(map(str, self.members))


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitReport:
    """One split: how it was found, what it holds, and the two verdicts.

    `variants` are all that are known of the split, and `sizes` are pictures by (height, width). `items_sha256` and
    `pixels_sha256` are those of a run on this split.
    """

    split: str
    layout: str | None
    classes: ClassOrder
    counts: Mapping[str, int]
    official_counts: Mapping[str, int] | None
    variants: tuple[Variant, ...]
    sizes: Counter[tuple[int, int]]
    items_sha256: str
    pixels_sha256: str
    labels: DataVerdict
    pixels: DataVerdict

    @property
    def n(self) -> int:
        """Number of images."""
        return sum(self.counts.values())

    def as_json(self) -> dict[str, Any]:
        """The report as JSON data, sizes with the commonest first."""
        return {
            "split": self.split,
            "layout": self.layout,
            "n": self.n,
            "classes": list(self.classes),
            "counts": dict(self.counts),
            "official_counts": None if self.official_counts is None else dict(self.official_counts),
            "variants": [asdict(variant) for variant in self.variants],
            "sizes": [{"height": height, "width": width, "n": n} for (height, width), n in self.sizes.most_common()],
            "items_sha256": self.items_sha256,
            "pixels_sha256": self.pixels_sha256,
            "labels": self.labels.as_json(),
            "pixels": self.pixels.as_json(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """Everything that the check of a data set found, the gravest first."""

    dataset: str
    root: str | None
    options: Mapping[str, str] = field(default_factory=dict)
    plugin: str
    expected_layout: str
    splits: tuple[SplitReport, ...]
    findings: tuple[Finding, ...]
    twins: tuple[Twins, ...]

    @property
    def passed(self) -> bool:
        """Whether no finding is an error."""
        return not any(finding.severity == "error" for finding in self.findings)

    def as_json(self) -> dict[str, Any]:
        """The report as JSON data."""
        return {
            "dataset": self.dataset,
            "root": self.root,
            "options": dict(self.options),
            "plugin": self.plugin,
            "expected_layout": self.expected_layout,
            "passed": self.passed,
            "splits": [split.as_json() for split in self.splits],
            "findings": [asdict(finding) for finding in self.findings],
            "twins": [asdict(twins) for twins in self.twins],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class LeakReport:
    """The pictures that two sides share, each side a set or a split of one; `n` is pictures by side."""

    sides: tuple[str, str]
    n: tuple[int, int]
    twins: tuple[Twins, ...]
    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        """Whether they share nothing."""
        return not self.twins

    def as_json(self) -> dict[str, Any]:
        """The report as JSON data."""
        return {
            "sides": [{"name": name, "n": n} for name, n in zip(self.sides, self.n, strict=True)],
            "passed": self.passed,
            "findings": [asdict(finding) for finding in self.findings],
            "twins": [asdict(twins) for twins in self.twins],
        }
