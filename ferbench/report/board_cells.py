"""What the columns of a board hold, once for every format: a text for people, and the facts in it for programs."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Generic, TypeVar

from ferbench.report.formatting import ABSENT, HEADLINE, decimal, giga, millions, percent, percent_interval, unit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ferbench.leaderboard.board import BoardRow
    from ferbench.report.board_claims import Beside

    Fact = str | int | float | bool | None

#: What a line of a table is about.
L = TypeVar("L")

#: A run that saw the pictures as they are, once each.
WHOLE = "as they are"
#: Stands behind the value of weights that were selected on a test set.
MARK = "*"
TEST_BEST = "test-best"


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a board, with what is reported beside it."""

    row: BoardRow
    beside: tuple[Beside, ...] = ()


@dataclass(frozen=True, slots=True)
class Column(Generic[L]):
    """A column: its cells as people read them, and the `facts` in them by the name that programs know them by.

    Columns with the highest `yields` are the first to be left out where there is little room; 0 never is. Numbers
    stand to the `right`.
    """

    heading: str
    text: Callable[[L], str]
    facts: Mapping[str, Callable[[L], Fact]] = field(default_factory=dict)
    yields: int = 0
    right: bool = False


RunColumn = Column[Line]


def fact_column(heading: str, name: str, fact: Callable[[BoardRow], Fact], *, absent: str, yields: int) -> RunColumn:
    """A column whose text is its one fact, or `absent` where it is not known."""
    return Column(heading, lambda line: str(fact(line.row) or absent), {name: lambda line: fact(line.row)}, yields)


def score_column(metric: str) -> RunColumn:
    """A metric, with its interval where it has one."""
    return Column(
        HEADLINE.get(metric, metric),
        lambda line: score_text(metric, line.row.scores.get(metric), line.row.intervals.get(metric)),
        {
            metric: lambda line: line.row.scores.get(metric),
            f"{metric}_low": lambda line: end_of(line.row.intervals.get(metric), 0),
            f"{metric}_high": lambda line: end_of(line.row.intervals.get(metric), 1),
        },
        right=True,
    )


def score_text(metric: str, value: float | None, interval: tuple[float, float] | None) -> str:
    """A score as its heading says."""
    shown = percent(value) if "%" in HEADLINE.get(metric, "") else decimal(value)
    return f"{shown} ({percent_interval(interval)})" if interval else shown


def end_of(interval: tuple[float, float] | None, end: int) -> float | None:
    """One end of an interval, where there is one."""
    return None if interval is None else interval[end]


def marked(column: RunColumn) -> RunColumn:
    """A column of scores with a mark at those of weights that were selected on a test set."""
    return replace(column, text=lambda line: column.text(line) + (f" {MARK}" if is_test_best(line.row) else ""))


def is_test_best(row: BoardRow) -> bool:
    """Whether the weights of a row were selected by their score on a test set."""
    return row.selection == TEST_BEST


def verdicts_text(line: Line) -> str:
    """What was found about labels and pixels, such as `official / unknown`; `-` where nobody looked."""
    return f"{line.row.labels or ABSENT} / {line.row.pixels or ABSENT}"


def beside_text(line: Line) -> str:
    """What the authors of a model report; what others say of it has no room beside a measurement."""
    return "; ".join(item.text for item in line.beside if not item.claim.third_party)


def extra_data_text(line: Line) -> str:
    """What the weights saw beside their training set; nothing is not the same as nothing known."""
    extra = line.row.extra_data
    return "not known" if extra is None else ", ".join(extra) or "none"


def with_views(cost: str, row: BoardRow) -> str:
    """A cost of the network for a picture, and of how many views of it, where there are several."""
    return cost if cost == ABSENT or row.views == 1 else f"{cost} ({row.views} views)"


def front_text(line: Line) -> str:
    """Whether a row is on the Pareto front; `-` where it was compared with none."""
    return ABSENT if line.row.on_front is None else ("yes" if line.row.on_front else "no")


def reasons_text(line: Line) -> str:
    """Why a row is not ranked."""
    return "; ".join(line.row.reasons)


RANK: RunColumn = Column("rank", lambda line: str(line.row.rank), {"rank": lambda line: line.row.rank}, right=True)
GROUP: RunColumn = Column(
    "group", lambda line: str(line.row.group or ABSENT), {"group": lambda line: line.row.group}, right=True
)
FRONT: RunColumn = Column("front", front_text, {"on_front": lambda line: line.row.on_front})
MODEL = fact_column("model", "model", lambda row: row.model, absent=ABSENT, yields=0)
WEIGHTS = fact_column("weights", "weights", lambda row: row.weights_name, absent=ABSENT, yields=5)
SEEN = fact_column("pictures seen", "seen", lambda row: row.seen or WHOLE, absent=WHOLE, yields=0)
BESIDE: RunColumn = Column(
    "reported", lambda line: beside_text(line) or ABSENT, {"reported": lambda line: beside_text(line) or None}, yields=1
)
PARAMS: RunColumn = Column(
    "params", lambda line: millions(line.row.params_total), {"params": lambda line: line.row.params_total}, right=True
)
MACS: RunColumn = Column(
    "MACs",
    lambda line: with_views(giga(line.row.macs_a_picture), line.row),
    {"macs": lambda line: line.row.macs, "views": lambda line: line.row.views},
    right=True,
)
LATENCY: RunColumn = Column(
    "latency p50",
    lambda line: with_views(unit(line.row.latency_ms_a_picture, "ms"), line.row),
    {"latency_ms_p50": lambda line: line.row.latency_model_ms_p50},
    yields=3,
    right=True,
)
VERDICTS: RunColumn = Column(
    "labels / pixels",
    verdicts_text,
    {"labels": lambda line: line.row.labels or None, "pixels": lambda line: line.row.pixels or None},
    yields=8,
)
INPUT = fact_column("input", "input", lambda row: row.input, absent=ABSENT, yields=9)
SELECTED_BY = fact_column("selected by", "selection", lambda row: row.selection, absent="unknown", yields=2)
EXTRA_DATA: RunColumn = Column("extra data", extra_data_text, {"extra_data": extra_data_text}, yields=4)
LICENCE = fact_column("licence", "licence", lambda row: row.licence, absent="not stated", yields=7)
ORIGIN = fact_column("origin", "origin", lambda row: row.origin, absent="here", yields=1)
REASONS: RunColumn = Column("not ranked because", reasons_text, {"not_ranked_because": reasons_text})
RUN = fact_column("run", "run_id", lambda row: row.run_id, absent=ABSENT, yields=0)
