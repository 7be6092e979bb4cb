"""Boards compare runs on equal images, rank them, and say why a run has no rank."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from ferbench.leaderboard.ranking import boards
from ferbench.leaderboard.store import Leaderboard
from ferbench.results import Score
from tests.leaderboard.building import AFFECTNET8, RAFDB, build_result


def one_board(board, **options):
    (only,) = boards(board, **options)
    return only


def ranks(rows):
    return [(row.rank, row.model) for row in rows]


def test_rows_are_best_first(board):
    """The row with the highest accuracy is first and has rank 1."""
    for seed, accuracy in enumerate([0.8, 0.9, 0.7]):
        board.record(build_result(seed, accuracy=accuracy))

    assert ranks(one_board(board).ranked) == [(1, "model_1"), (2, "model_0"), (3, "model_2")]


def test_equal_values_share_a_rank(board):
    """Two equal values have one rank, and the next row's rank counts both."""
    for seed, accuracy in enumerate([0.8, 0.9, 0.9, 0.7]):
        board.record(build_result(seed, accuracy=accuracy))

    assert ranks(one_board(board).rows) == [(1, "model_1"), (1, "model_2"), (3, "model_0"), (4, "model_3")]


def test_lower_may_be_better(board):
    """For a metric whose lower values are better the lowest is first."""
    for seed, ece in enumerate([0.3, 0.1, 0.2]):
        scores = (Score(metric="ece", value=ece, n=50, label_mode="strict"),)
        board.record(build_result(seed, scores=scores))

    rows = one_board(board, metric="ece", higher_is_better=False).ranked

    assert ranks(rows) == [(1, "model_1"), (2, "model_2"), (3, "model_0")]


def test_a_board_can_be_ranked_by_one_class(board):
    """A value by class is shown when it is what the board is ranked by, and only then."""
    board.record(build_result(1))

    assert "recall/fear" in one_board(board, metric="recall/fear").ranked[0].scores
    assert "recall/fear" not in one_board(board).ranked[0].scores


def test_a_row_shows_run_scores_and_cost(board):
    """A row holds what its run, its scores with intervals, and its cost say."""
    result = build_result(4)
    board.record(result)

    (row,) = one_board(board).ranked

    assert row.run_id == result.run_id
    assert row.scores == {key: value for key, value in result.record["scores"]["strict"].items() if "/" not in key}
    assert row.intervals == {"accuracy": tuple(result.record["intervals"]["strict"]["accuracy"])}
    for name in ("params_total", "params_used", "macs", "latency_model_ms_p50", "images_per_s", "device_name"):
        assert getattr(row, name) == result.record["cost"][name]
    assert (row.selection, row.extra_data, row.input) == ("test-best", ("ms1mv3",), "official-aligned")


def test_other_images_are_another_board(board):
    """Runs on other images, another split or another data set never share a board; the largest set is first."""
    board.record(build_result(1, n=50))
    board.record(build_result(2, n=60))
    board.record(build_result(3, split="train"))
    board.record(build_result(4, dataset="ferplus"))

    found = [(item.dataset, item.split, item.n) for item in boards(board)]

    assert found == [("ferplus", "test", 50), ("rafdb", "test", 60), ("rafdb", "test", 50), ("rafdb", "train", 50)]
    assert [item.split for item in boards(board, dataset="rafdb", split="train")] == ["train"]
    assert boards(board, dataset="sfew") == []


def test_other_pixels_of_the_same_images_are_marked(board):
    """Ranked rows that saw different pixels stand on one board, which says so."""
    board.record(build_result(1))
    assert not one_board(board).mixed_inputs

    board.record(build_result(2, input="unknown-3f2a"))

    assert one_board(board).mixed_inputs


def test_unranked_rows_do_not_mix_inputs(board):
    """A row without a rank is compared with nothing."""
    board.record(build_result(1))
    board.record(build_result(2, input="unknown-3f2a", ranked=False, not_ranked_because=["random weights"]))

    assert not one_board(board).mixed_inputs


def test_unranked_rows_stand_apart_with_their_reasons(board):
    """A run that may not be ranked is listed without a rank, with every reason that its record gives."""
    reasons = ["only 50 of 3068 images (--limit)", "random weights"]
    board.record(build_result(1, accuracy=0.99, ranked=False, not_ranked_because=reasons))
    board.record(build_result(2, accuracy=0.5))

    found = one_board(board)

    assert ranks(found.ranked) == [(1, "model_2")]
    assert [(row.rank, row.reasons) for row in found.unranked] == [(None, tuple(reasons))]


def test_a_run_without_a_reason_may_still_be_unranked(board):
    """The record's own word counts, even where it gives no reason."""
    board.record(build_result(1, ranked=False))

    assert one_board(board).unranked[0].reasons == ("its record says that it may not be ranked",)


def test_a_withdrawn_run_loses_its_rank(board):
    """An invalidated run is listed with the reason for that."""
    board.record(build_result(1))
    board.invalidate("latest", "wrong weights")

    assert one_board(board).unranked[0].reasons == ("invalidated: wrong weights",)


def test_a_run_without_the_metric_has_no_rank(board):
    """A run that was not scored by the metric, or whose value does not exist, cannot be ranked by it."""
    board.record(build_result(1, scores=(Score(metric="uar", value=0.5, n=50, label_mode="strict"),)))
    board.record(build_result(2, scores=(Score(metric="accuracy", value=float("nan"), n=50, label_mode="strict"),)))

    found = one_board(board)

    assert found.ranked == ()
    assert {row.reasons for row in found.unranked} == {("no value of accuracy",)}
    assert ranks(one_board(board, metric="uar").ranked) == [(1, "model_1")]


def test_a_repeated_run_is_shown_once(board):
    """Of runs with one run key only the newest is on the board."""
    for seed in (1, 2):
        board.record(build_result(seed, run_key="same"))

    assert ranks(one_board(board).rows) == [(1, "model_2")]


@pytest.mark.parametrize("newest", [2, 3])
def test_a_repeated_run_is_the_newest_that_holds(board, newest):
    """A newer run that was withdrawn does not hide an older one that holds."""
    for seed in range(1, newest + 1):
        board.record(build_result(seed, run_key="same"))
    for seed in range(2, newest + 1):
        board.invalidate(build_result(seed).run_id, "wrong weights")

    assert ranks(one_board(board).rows) == [(1, "model_1")]


def test_of_repeated_runs_that_do_not_hold_the_newest_is_shown(board):
    """Where none of the repeated runs may be ranked, the newest stands among the unranked."""
    for seed in (1, 2):
        board.record(build_result(seed, run_key="same", not_ranked_because=["random weights"]))

    assert ranks(one_board(board).rows) == [(None, "model_2")]


def test_mask_mode_shows_masked_scores_where_they_differ(board):
    """A run with an eighth class shows its masked score in mask mode, its strict one in strict mode."""
    result = build_result(1, n=80, classes=AFFECTNET8)
    board.record(result)
    strict, mask = (result.record["scores"][mode]["accuracy"] for mode in ("strict", "mask"))

    assert strict != mask
    assert one_board(board).ranked[0].scores["accuracy"] == strict
    assert one_board(board, label_mode="mask").ranked[0].scores["accuracy"] == mask


def test_mask_mode_shows_strict_scores_where_both_are_one(board):
    """A run whose classes are the data set's own is ranked in mask mode by its strict score."""
    board.record(build_result(1, classes=tuple(reversed(RAFDB)), accuracy=0.9))
    board.record(build_result(2, classes=AFFECTNET8, accuracy=0.8))

    assert ranks(one_board(board, label_mode="mask").ranked) == [(1, "model_1"), (2, "model_2")]


def test_private_boards_say_so(board):
    """The board of a user's own images is marked."""
    board.record(build_result(1, private=True))

    assert one_board(board).private


@pytest.mark.parametrize("count", [1, 12])
def test_the_number_of_queries_does_not_grow(board, count):
    """A board of many runs takes no more statements than a board of one."""
    for seed in range(count):
        board.record(build_result(seed, n=7))
    fresh, statements = Leaderboard(board.database.path), []
    event.listen(fresh.database._reader, "before_cursor_execute", lambda *args: statements.append(args[2]))

    boards(fresh)

    assert len(statements) == 8, statements


def test_a_metric_over_fewer_images_gives_no_rank(board):
    """Who answers only the easy images must not win by a metric that leaves the others out."""
    score = Score(metric="nll", value=0.1, n=40, label_mode="strict")
    board.record(build_result(1, scores=(score,)))

    (row,) = one_board(board, metric="nll", higher_is_better=False).unranked

    assert row.reasons == ("nll stands on 40 of 50 images",)
