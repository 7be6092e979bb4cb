"""The ledger in the terminal: claims beside what was measured, imported matrices, and which claims are no counts."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from rich.table import Column, Table

from ferbench.ledger.claims import AUTHORS
from ferbench.ledger.consistency import NEVER_PROOF
from ferbench.ledger.states import state_of_matrix
from ferbench.report.formatting import ABSENT, percent, safe, whole
from ferbench.report.listings import rows_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.text import Text

    from ferbench.ledger.claims import ImportedMatrix, ReportedClaim
    from ferbench.ledger.consistency import Finding
    from ferbench.ledger.states import JudgedClaim

#: Columns of a terminal from which on all columns fit.
WIDE = 160
NARROWED = f"Some columns are left out below {WIDE} columns; --json has all."
LEGEND = "Claims are reported, never measured, and never ranked. Known by: V files, P page, I issue, S listing."
#: States that should make a reader look, and those that are as one would hope.
_STYLES = {"differs": "yellow", "outside_interval": "yellow", "same_count": "green", "inside_interval": "green"}
_VERDICTS = {"inconsistent": "red", "truncated?": "yellow"}


@dataclass(frozen=True, slots=True)
class LedgerColumn:
    """A column of claims; one that is not essential is left out on a narrow terminal."""

    heading: str
    cell: Callable[[JudgedClaim], Text]
    essential: bool = False


@dataclass(frozen=True, slots=True)
class LedgerReport:
    """Claims with their states, and imported matrices."""

    claims: Sequence[JudgedClaim]
    matrices: Sequence[ImportedMatrix]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        """What fits the width of the terminal."""
        wide = options.max_width >= WIDE
        if self.claims:
            yield claims_table(self.claims, wide=wide)
        if self.matrices:
            yield matrices_table(self.matrices)
        yield safe(LEGEND)
        if not wide and self.claims:
            yield safe(NARROWED)


def claims_table(claims: Sequence[JudgedClaim], *, wide: bool) -> Table:
    """Claims beside what was measured."""
    shown = [column for column in COLUMNS if wide or column.essential]
    table = Table(*[Column(column.heading, overflow="fold") for column in shown])
    for judged in claims:
        table.add_row(*[column.cell(judged) for column in shown])
    return table


def matrices_table(matrices: Sequence[ImportedMatrix]) -> Table:
    """Confusion matrices that somebody printed, with what follows from them."""
    return rows_table(
        ("model", "data set", "accuracy %", "UAR %", "images", "state", "source", "known by"),
        (
            (
                matrix.title,
                place(matrix),
                percent(matrix.accuracy),
                percent(matrix.uar),
                f"{matrix.correct:,} of {matrix.n:,}",
                state_of_matrix(matrix).text,
                matrix.source,
                matrix.mark,
            )
            for matrix in matrices
        ),
        title="imported matrices: never measured, never ranked",
    )


def reported_text(claim: ReportedClaim) -> str:
    """A claim as it was printed: in percent, with the metric where it is not the accuracy."""
    unit = " %" if claim.unit == "percent" else ""
    return f"{claim.text}{unit}" + ("" if claim.metric == "accuracy" else f" {claim.metric}")


def measured_text(judged: JudgedClaim) -> str:
    """What was measured beside a claim."""
    return percent(judged.state.measured)


def place(row: ReportedClaim | ImportedMatrix) -> str:
    """The data set, with its split."""
    return f"{row.dataset} ({row.split})"


def labels_text(claim: ReportedClaim) -> str:
    """What is said about the labels, after the number of images."""
    classes = f"{claim.num_classes} classes" if claim.num_classes else ""
    return ", ".join(part for part in (whole(claim.n), classes, claim.label_rule or "") if part)


def source_text(claim: ReportedClaim) -> str:
    """Where the number stands, and who reports it when its authors do not."""
    by = "" if claim.reported_by == AUTHORS else f", by {claim.reported_by}"
    return f"{claim.source}{by}"


COLUMNS = (
    LedgerColumn("model", lambda judged: safe(judged.claim.title), essential=True),
    LedgerColumn("data set", lambda judged: safe(place(judged.claim)), essential=True),
    LedgerColumn("reported", lambda judged: safe(reported_text(judged.claim)), essential=True),
    LedgerColumn("measured %", lambda judged: safe(measured_text(judged)), essential=True),
    LedgerColumn("state", lambda judged: safe(judged.state.text, _STYLES.get(judged.state.kind, "")), essential=True),
    LedgerColumn("flags", lambda judged: safe(", ".join(judged.claim.flags) or ABSENT), essential=True),
    LedgerColumn("n, labels", lambda judged: safe(labels_text(judged.claim))),
    LedgerColumn("selected by", lambda judged: safe(judged.claim.selection)),
    LedgerColumn("extra data", lambda judged: safe(", ".join(judged.claim.extra_data or ()) or ABSENT)),
    LedgerColumn("source", lambda judged: safe(source_text(judged.claim))),
    LedgerColumn("known by", lambda judged: safe(judged.claim.mark)),
)


@dataclass(frozen=True, slots=True)
class ConsistencyReport:
    """Which claims are some k/n at their rounding."""

    claims: Sequence[JudgedClaim]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        """One row a claim, then how often each verdict was given, and what it is worth."""
        yield rows_table(
            ("model", "data set", "reported", "verdict", "which k/n", "known by"),
            (
                (
                    judged.claim.title,
                    place(judged.claim),
                    reported_text(judged.claim),
                    verdict_text(judged.consistency),
                    judged.consistency.text,
                    judged.claim.mark,
                )
                for judged in self.claims
            ),
        )
        yield safe(tally(self.claims))
        yield safe(NEVER_PROOF)


def verdict_text(found: Finding) -> Text:
    """A verdict, in the colour of what it asks for."""
    return safe(found.verdict, _VERDICTS.get(found.verdict, ""))


def tally(claims: Sequence[JudgedClaim]) -> str:
    """How often each verdict was given."""
    verdicts = [judged.consistency.verdict for judged in claims]
    return ", ".join(f"{verdicts.count(verdict)} {verdict}" for verdict in dict.fromkeys(sorted(verdicts))) + "."


@dataclass(frozen=True, slots=True)
class ValueReport:
    """Whether one percentage is some k/n."""

    value: str
    found: Finding

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        """One row an n, then what it is worth."""
        yield rows_table(
            ("n", "verdict", "k by rounding", "k by truncating"),
            (
                (
                    whole(fit.n),
                    safe(fit.verdict, _VERDICTS.get(fit.verdict, "")),
                    span(fit.rounded),
                    span(fit.truncated),
                )
                for fit in self.found.fits
            ),
            title=f"{self.value} %",
        )
        yield safe(NEVER_PROOF)


def span(counts: tuple[int, int] | None) -> str:
    """One number, the first and last of several, or none."""
    if counts is None:
        return ABSENT
    return whole(counts[0]) if counts[0] == counts[1] else f"{counts[0]:,} to {counts[1]:,}"


def claim_document(judged: JudgedClaim) -> dict[str, Any]:
    """A claim with its state and what its digits say, as JSON data."""
    return {
        **asdict(judged.claim),
        "state": asdict(judged.state),
        "consistency": {
            "verdict": judged.consistency.verdict,
            "text": judged.consistency.text,
            "fits": [fit_document(fit) for fit in judged.consistency.fits],
        },
    }


def fit_document(fit: Any) -> dict[str, Any]:
    """What one n says, as JSON data."""
    return {**asdict(fit), "verdict": fit.verdict}


def matrix_document(matrix: ImportedMatrix) -> dict[str, Any]:
    """An imported matrix with what follows from it, as JSON data."""
    values = {"n": matrix.n, "correct": matrix.correct, "accuracy": matrix.accuracy, "uar": matrix.uar}
    return {**asdict(matrix), **values, "state": asdict(state_of_matrix(matrix))}
