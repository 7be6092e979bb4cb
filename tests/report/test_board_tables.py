"""Boards as people see them, at the widths of their terminals."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from ferbench.leaderboard.ranking import boards
from ferbench.leaderboard.store import Leaderboard
from ferbench.report.board_tables import GROUPS, MIXED_DEVICES, MIXED_INPUTS, NARROWED, BoardsReport
from tests.leaderboard.building import build_result


def rendered(found, width, top=50):
    """The text of boards on a terminal of that many columns."""
    console = Console(file=StringIO(), width=width, force_terminal=False, legacy_windows=False, _environ={})
    console.print(BoardsReport(found, top))
    return console.file.getvalue()


@pytest.fixture
def leaderboard(tmp_path):
    """A leaderboard that is still empty."""
    return Leaderboard(tmp_path / "board.sqlite")


def test_best_first_with_interval_and_cost(leaderboard):
    """Rank, accuracy with its interval, parameters and provenance of each row."""
    for seed, accuracy in ((1, 0.5), (2, 0.9)):
        leaderboard.record(build_result(seed, accuracy=accuracy))
    lines = rendered(boards(leaderboard), 200).splitlines()
    rows = [line for line in lines if "model_" in line]

    assert "model_2" in rows[0]
    assert "90.00 (" in rows[0]
    assert "official-aligned" in rows[0]
    assert "model_1" in rows[1]


def test_a_narrow_terminal_keeps_what_matters(leaderboard):
    """At 80 columns model, score and interval are whole, and a line says that something is left out."""
    leaderboard.record(build_result(1, accuracy=0.9))
    text = rendered(boards(leaderboard), 80)

    assert "model_1" in text
    assert "90.00 (" in text
    assert "…" not in text
    assert NARROWED in text
    assert max(map(len, text.splitlines())) <= 80


def test_other_pixels_are_said(leaderboard):
    """Rows that saw other pixels of the same images: systems are compared, and the board says so."""
    leaderboard.record(build_result(1))
    assert MIXED_INPUTS not in rendered(boards(leaderboard), 200)
    leaderboard.record(build_result(2, input="unknown-3f2a"))
    assert MIXED_INPUTS in rendered(boards(leaderboard), 200)


def test_other_devices_are_said(leaderboard):
    """Rows whose costs were measured elsewhere: the latencies must not be compared, and the board says so."""
    leaderboard.record(build_result(1, cost_key="a"))
    (board,) = boards(leaderboard)
    alone = replace(board, ranked=board.ranked)
    both = replace(board, ranked=(board.ranked or board.unranked) * 2)
    elsewhere = replace(both, ranked=(both.ranked[0], replace(both.ranked[0], cost_key="b")))

    assert MIXED_DEVICES not in rendered([alone], 200)
    assert MIXED_DEVICES in rendered([elsewhere], 200)


def test_rows_above_the_limit_are_counted(leaderboard):
    """Three rows, room for one: two more are announced, with the way to see them."""
    for seed in (1, 2, 3):
        leaderboard.record(build_result(seed))
    text = rendered(boards(leaderboard), 200, top=1)

    assert len([line for line in text.splitlines() if "model_" in line]) == 1
    assert "2 more rows: --top 3" in text


def test_unranked_rows_stand_apart_with_their_reasons(leaderboard):
    """A row without a rank is in a table of its own, and the reason is whole even on a narrow terminal."""
    leaderboard.record(build_result(1, ranked=False, not_ranked_because=["random weights"]))
    text = rendered(boards(leaderboard), 80)

    assert "not ranked because" in text
    assert "random weights" in " ".join(text.split())


def test_groups_stand_in_place_of_bare_ranks(leaderboard):
    """A narrow board shows groups instead of ranks, a wide one both, and a line says what a group is."""
    for seed in (1, 2):
        leaderboard.record(build_result(seed))
    narrow, wide = (rendered(boards(leaderboard), width) for width in (80, 200))

    assert "group" in narrow.splitlines()[2]
    assert "rank" not in narrow
    assert {"rank", "group"} <= set(wide.split())
    assert all(GROUPS.split(":")[0] in " ".join(text.split()) for text in (narrow, wide))


def test_a_single_row_and_other_metrics_have_ranks_alone(leaderboard):
    """Where nothing is compared there are no groups."""
    leaderboard.record(build_result(1))
    alone = rendered(boards(leaderboard), 80)
    leaderboard.record(build_result(2))
    other = rendered(boards(leaderboard, metric="uar"), 80)

    assert all("rank" in text and "group" not in text for text in (alone, other))


def test_rows_say_how_pictures_were_seen_and_boards_what_is_left_out(leaderboard):
    """A column where rows differ in crop or views, with the warning of mixed inputs; a class that is not evaluated."""
    left_out = {"contempt": 3}
    leaderboard.record(build_result(1, left_out=left_out))
    assert "pictures seen" not in rendered(boards(leaderboard), 200)

    leaderboard.record(build_result(2, left_out=left_out, tta="tencrop"))
    text = rendered(boards(leaderboard), 200)

    assert "TTA tencrop" in text
    assert "as they are" in text
    assert MIXED_INPUTS in text
    assert "images without contempt" in text
