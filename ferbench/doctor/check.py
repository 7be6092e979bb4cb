"""The check of a data set: every split that is there, by itself and against the others. It writes nothing."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ferbench.doctor.findings import CheckReport, SplitReport
from ferbench.doctor.opening import compared, open_splits
from ferbench.doctor.reading import look_once, twins_among
from ferbench.doctor.set_findings import crowd_notes, shared_groups, twin_findings, unlisted_pictures
from ferbench.doctor.split_findings import split_findings
from ferbench.pipeline.data_identity import label_verdict, pixel_verdict
from ferbench.pipeline.images import pixels_sha256
from ferbench.pipeline.scope import items_sha256

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from ferbench.cards import DatasetCard
    from ferbench.catalog import Registered
    from ferbench.doctor.findings import Finding
    from ferbench.doctor.looks import Look
    from ferbench.doctor.opening import Opening, OpenSplit
    from ferbench.interfaces import DatasetEntry

_GRAVEST_FIRST = {"error": 0, "warning": 1, "note": 2}


def check(
    registered: Registered[DatasetEntry],
    root: Path | None,
    *,
    splits: Sequence[str] = (),
    options: Mapping[str, str],
    workers: int,
    progress: Callable[[int, int], None],
) -> CheckReport:
    """Check a data set.

    Args:
        registered: The data set.
        root: Its folder, or None for a set that needs none.
        splits: Only these; by default all that are there.
        options: Of the data set.
        workers: Threads that read pictures.
        progress: Called with (pictures read, pictures in all).

    Raises:
        DataNotFound: no split, or not one that is asked for, is there.
        UsageError: a split or an option that the set does not have.
        PluginError: the plugin's own code is broken.
    """
    card = registered.entry.card
    opening = open_splits(registered, root, splits, options)
    looks = look_once(opening.splits, workers, progress)
    reports = [split_report(card, split, looks[split.name]) for split in opening.splits]
    together, notes = compared(opening.splits)
    comparison = twins_among(together, looks)
    findings = [
        *opening.findings,
        *notes,
        *(
            finding
            for split, report in zip(opening.splits, reports, strict=True)
            for finding in split_findings(card, split, looks[split.name], report.labels)
        ),
        *twin_findings(comparison.twins),
        *crowd_notes(comparison.crowded),
        *shared_groups(together),
        *(() if splits else unlisted(opening)),
    ]
    return CheckReport(
        dataset=card.name,
        root=None if root is None else str(root),
        options=options,
        plugin=registered.origin.plugin,
        expected_layout=card.layout,
        splits=tuple(reports),
        findings=tuple(sorted(findings, key=lambda finding: _GRAVEST_FIRST[finding.severity])),
        twins=comparison.twins,
    )


def split_report(card: DatasetCard, split: OpenSplit, looks: Sequence[Look]) -> SplitReport:
    """What a split is."""
    pixels = pixels_sha256(split.rows, [look.content for look in looks])
    sizes = Counter(look.size for look in looks if not look.problem)
    found = Counter(row.label for row in split.rows)
    return SplitReport(
        split=split.name,
        layout=split.opened.layout,
        classes=split.opened.classes,
        counts={name: found[name] for name in dict.fromkeys((*split.opened.classes, *found))},
        official_counts=(card.counts or {}).get(split.split),
        variants=tuple(variant for variant in card.variants if variant.split == split.split),
        sizes=sizes,
        items_sha256=items_sha256(split.rows),
        pixels_sha256=pixels,
        labels=label_verdict(card, split.split, split.rows),
        pixels=pixel_verdict(card, pixels, sizes),
    )


def unlisted(opening: Opening) -> list[Finding]:
    """Pictures that no split names, where all splits could be looked at."""
    if any(finding.kind == "cannot-open" for finding in opening.findings):
        return []
    return list(unlisted_pictures(opening.splits))
