"""The Pareto front: against its definition, with ties, missing costs and several machines."""

from __future__ import annotations

import doctest
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferbench.leaderboard import pareto, ranks
from ferbench.leaderboard.pareto import front


@dataclass
class Row:
    """What a front needs of the row of a board."""

    value: float | None
    macs: int | None
    cost_key: str = "cpu"

    @property
    def scores(self):
        return {"accuracy": self.value}

    @property
    def params_total(self):
        return self.macs

    @property
    def macs_a_picture(self):
        return self.macs

    @property
    def latency_ms_a_picture(self):
        return self.macs


ROWS = st.lists(st.builds(Row, st.integers(0, 5), st.integers(0, 5) | st.none(), st.sampled_from("ab")), max_size=12)


def beats(one, other, higher):
    """Whether one row is at least as good in both, and better in one of them."""
    better = one.value >= other.value if higher else one.value <= other.value
    return better and one.macs <= other.macs and (one.value, one.macs) != (other.value, other.macs)


@given(rows=ROWS, higher=st.booleans())
def test_the_front_is_what_nothing_beats(rows, higher):
    """A row is on the front where no other beats it; one without a cost is neither on it nor off it."""
    compared = [row for row in rows if row.macs is not None]
    expected = [None if row.macs is None else not any(beats(other, row, higher) for other in compared) for row in rows]

    assert front(rows, "accuracy", "macs", higher_is_better=higher) == expected
    assert front(rows, "accuracy", "params", higher_is_better=higher) == expected


@given(rows=ROWS)
def test_latencies_of_one_machine_are_compared(rows):
    """Rows of another cost key than most are None, and those of the commonest as if they were alone."""
    found = front(rows, "accuracy", "latency")
    keys = [row.cost_key for row in rows if row.macs is not None]
    most = max(("a", "b"), key=lambda key: (keys.count(key), keys[:1] == [key]))
    alone = [row for row in rows if row.cost_key == most]

    assert [on for row, on in zip(rows, found, strict=True) if row.cost_key == most] == front(alone, "accuracy", "macs")
    assert {on for row, on in zip(rows, found, strict=True) if row.cost_key != most} <= {None}


def test_equal_rows_are_all_on_the_front():
    """Nothing tells them apart."""
    assert front([Row(0.9, 5), Row(0.9, 5), Row(0.9, 6)], "accuracy", "macs") == [True, True, False]


def test_a_row_without_the_value_is_not_compared():
    """Nor is a board without rows a problem."""
    assert front([Row(None, 5), Row(0.5, 5)], "accuracy", "macs") == [None, True]
    assert front([], "accuracy", "latency") == []


@pytest.mark.parametrize("module", [pareto, ranks])
def test_examples_in_docstrings(module):
    """The examples of the pure modules run."""
    assert doctest.testmod(module) == (0, doctest.testmod(module).attempted)
    assert doctest.testmod(module).attempted
