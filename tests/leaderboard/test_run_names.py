"""A run is named by its id, the start of its id, or `latest`."""

from __future__ import annotations

import pytest

from ferbench.errors import UnknownName
from tests.leaderboard.building import build_result

IDS = ("aaaa1111-0000-4000-8000-000000000001", "aaaa2222-0000-4000-8000-000000000002")


@pytest.fixture
def two(board):
    for seed, run_id in enumerate(IDS):
        board.record(build_result(seed, run_id=run_id))
    return board


@pytest.mark.parametrize("text", [IDS[0], "aaaa1", "AAAA1111", "aaaa1111-0000"])
def test_a_unique_start_names_a_run(two, text):
    """The full id, or a start of it that no other run has, in any case, names the run."""
    assert two.run_id(text) == IDS[0]


def test_latest_names_the_newest_run(two):
    """`latest` is the run with the newest time."""
    assert two.run_id("latest") == IDS[1]


def test_an_ambiguous_start_is_refused_with_its_runs(two):
    """A start that two runs share is refused, and both are named."""
    with pytest.raises(UnknownName) as refused:
        two.run_id("aaaa")

    assert all(run_id in refused.value.found for run_id in IDS)


@pytest.mark.parametrize("text", ["aaa", "", "a_aa1111", "%%%%", "aaaa1111-0000-4000-8000-000000000009"])
def test_a_text_that_names_no_run_is_refused(two, text):
    """Too short a start, a wildcard of SQL, or an unknown id names nothing."""
    with pytest.raises(UnknownName, match="None of the 2 runs"):
        two.run_id(text)


def test_a_near_miss_is_suggested(two):
    """An id with two digits in the wrong order is refused with the id that was meant."""
    with pytest.raises(UnknownName) as refused:
        two.run_id("aaaa1121-0000")

    assert IDS[0] in refused.value.found


@pytest.mark.parametrize("text", ["latest", "aaaa1111"])
def test_an_empty_board_says_so(board, text):
    """Without any run the refusal says that none is recorded."""
    with pytest.raises(UnknownName, match="No run is recorded"):
        board.run_id(text)


@pytest.mark.parametrize("ask", ["record_of", "seal_holds", "predictions", "correct", "test_set", "scores"])
def test_every_reader_refuses_an_unknown_run(two, ask):
    """All methods that read a run refuse a name that no run has."""
    with pytest.raises(UnknownName):
        getattr(two, ask)("ffff0000")


def test_an_unknown_run_cannot_be_withdrawn(two, path):
    """Withdrawing needs a run that is there, and makes no database where none is."""
    with pytest.raises(UnknownName):
        two.invalidate("ffff0000", "gone")
    path.unlink()
    with pytest.raises(UnknownName):
        two.invalidate("ffff0000", "gone")

    assert not path.exists()
