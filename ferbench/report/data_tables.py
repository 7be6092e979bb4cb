"""What the doctor found of data sets, for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Column, Table
from rich.text import Text

from ferbench.report.formatting import ABSENT, safe, whole
from ferbench.report.listings import rows_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rich.console import RenderableType

    from ferbench.doctor.findings import CheckReport, Finding, LeakReport, SplitReport
    from ferbench.doctor.places import Place

_STYLES = {"error": "red", "warning": "yellow", "note": ""}
_VERDICTS = {"official": "green", "variant": "yellow", "unknown": "yellow"}

#: So many items of a finding are listed in the terminal; `--json` gives all.
_LISTED = 5
#: So many sizes of pictures are listed.
_SIZES = 3


def check_report(report: CheckReport) -> Group:
    """Everything about the check of a data set."""
    parts: list[RenderableType] = [headline(report), safe(f"layouts that are recognised: {report.expected_layout}")]
    for split in report.splits:
        parts += [facts_table(split), counts_table(split)]
    parts.append(findings_table(report.findings))
    return Group(*parts)


def headline(report: CheckReport) -> Text:
    """Which data set was checked, where, and how it ended."""
    text = safe(f"{report.dataset}{f' in {report.root}' if report.root else ''}: ", "bold")
    return text.append_text(outcome(report.findings, passed=report.passed))


def outcome(findings: Sequence[Finding], *, passed: bool) -> Text:
    """How many findings of each severity there are."""
    count = {severity: sum(finding.severity == severity for finding in findings) for severity in _STYLES}
    return safe(f"errors: {count['error']}, warnings: {count['warning']}", "green" if passed else "red")


def facts_table(split: SplitReport) -> Table:
    """What one split is."""
    table = Table(Column(safe(split.split)), Column(safe(f"{split.n:,} images")))
    table.add_row("layout", safe(split.layout or ABSENT))
    for name, verdict in (("labels", split.labels), ("pixels", split.pixels)):
        text = safe(verdict.text, _VERDICTS[verdict.kind])
        table.add_row(name, text.append_text(safe(f" ({verdict.finding})")))
    table.add_row("sizes", safe(sizes_text(split)))
    table.add_row("items SHA-256", split.items_sha256[:16])
    table.add_row("pixels SHA-256", split.pixels_sha256[:16])
    return table


def sizes_text(split: SplitReport) -> str:
    """The commonest sizes, height first."""
    common = [f"{height} x {width}: {n:,}" for (height, width), n in split.sizes.most_common(_SIZES)]
    more = len(split.sizes) - len(common)
    return "; ".join(common) + (f"; {more:,} more sizes" if more else "") or ABSENT


def counts_table(split: SplitReport) -> Table:
    """Pictures by class, beside the official ones and those of known variants."""
    official = {"official": [split.official_counts]} if split.official_counts else {}
    known: dict[str, list[Mapping[str, int]]] = {}
    for variant in split.variants:
        if variant.counts is not None:
            known.setdefault(variant.name, []).append(variant.counts)
    columns = {"found": [split.counts], **official, **known}
    classes = dict.fromkeys(name for counts in columns.values() for name in counts[0])
    return rows_table(
        (f"class of {split.split}", *columns),
        [
            *(
                (name, *(numbers(found.get(name, 0) for found in counts) for counts in columns.values()))
                for name in classes
            ),
            ("in all", *(numbers(sum(found.values()) for found in counts) for counts in columns.values())),
        ],
    )


def numbers(values: Iterable[int]) -> str:
    """`500`, or `499 or 500` where a variant is known to be one of several."""
    return " or ".join(whole(value) for value in sorted(set(values)))


def findings_table(findings: Sequence[Finding]) -> Table:
    """All findings, the gravest first."""
    table = Table("", "finding", "what was found")
    for finding in findings:
        style = _STYLES[finding.severity]
        lines = [safe(finding.text), *listed(finding)]
        table.add_row(safe(finding.severity, style), safe(finding.kind, style), Text("\n").join(lines))
    return table


def listed(finding: Finding) -> Iterator[Text]:
    """The first items of a finding, one a line."""
    for item in finding.items[:_LISTED]:
        yield safe(f"  {item}")
    if len(finding.items) > _LISTED:
        yield safe(f"  and {len(finding.items) - _LISTED:,} more (all of them with --json)")


def leak_report(report: LeakReport) -> Group:
    """What two sides share."""
    (one, other), (n_one, n_other) = report.sides, report.n
    text = safe(f"{one} ({n_one:,} images) and {other} ({n_other:,} images): ", "bold")
    shared = f"pictures that are in both: {len(report.twins):,}" if report.twins else "no picture is in both"
    head = text.append_text(safe(shared, "green" if report.passed else "red"))
    return Group(head, findings_table(report.findings)) if report.findings else Group(head)


def places_table(places: Sequence[Place]) -> Table:
    """Where data sets are looked for, and what is there."""
    return rows_table(
        ("data set", "folder", "said by", "state"),
        ((place.dataset, place.root or ABSENT, place.said_by or ABSENT, place.state) for place in places),
    )
