"""What is shown of a board changes neither its ranks nor its groups nor its front."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest

from ferbench.leaderboard.ranking import boards
from ferbench.leaderboard.views import BoardView
from tests.leaderboard.building import build_result

ALL = 9


def weights(seed, **changes):
    return {"name": f"w{seed}", "sha256": f"{seed:064}", "selection": "last", "extra_data": None, **changes}


@pytest.fixture
def board(board):
    """Nine ranked runs, model_0 the best, and two that are not ranked."""
    for seed in range(ALL):
        licence = {"licence": "MIT Licence" if seed % 2 else "research only"}
        selection = "test-best" if seed < 3 else "last"
        own = weights(seed, selection=selection, **licence)
        board.record(build_result(seed, accuracy=0.9 - seed / 100, model=f"model_{seed // 2}", weights=own))
    for seed in (100, 101):
        board.record(build_result(seed, ranked=False, not_ranked_because=["random weights"], weights=weights(seed)))
    return board


def shown(board, **view):
    (only,) = boards(board, view=BoardView(**view))
    return only


def ranks(found):
    return [row.rank for row in found.ranked]


def test_top_shows_the_first_rows(board):
    """The best rows with their ranks, the newest unranked ones, and how many there are besides."""
    found = shown(board, top=3)

    assert (ranks(found), found.more_ranked, found.more_unranked, found.filtered) == ([1, 2, 3], 6, 0, 0)
    assert (len(shown(board, top=1).unranked), shown(board, top=1).more_unranked) == (1, 1)
    assert shown(board, top=3).ranked == shown(board).ranked[:3]
    assert (shown(board, top=50).more_ranked, len(shown(board, top=50).ranked)) == (0, ALL)


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ({"model": "model_1"}, [3, 4]),
        ({"model": "model_"}, []),
        ({"selection": "test-best"}, [1, 2, 3]),
        ({"licence": "mit"}, [2, 4, 6, 8]),
        ({"licence": "ONLY", "selection": "last"}, [5, 7, 9]),
    ],
)
@pytest.mark.parametrize("top", [None, 1, 2, 50])
def test_filters_hide_rows_and_keep_ranks(board, view, expected, top):
    """A hidden row still counts for the ranks of others; `top` counts what is shown."""
    found = shown(board, top=top, **view)

    assert ranks(found) == expected[:top]
    assert found.more_ranked == max(len(expected) - (top or ALL), 0)
    assert found.filtered + len(found.rows) + found.more_ranked + found.more_unranked == ALL + 2


def test_unranked_rows_are_filtered_too(board):
    """Rows without a rank are hidden by the same filters."""
    assert shown(board, model="model_101").unranked[0].model == "model_101"
    assert shown(board, model="model_1").unranked == ()


def test_groups_do_not_depend_on_what_is_shown(board):
    """A row has the group that it has on the whole board."""
    for seed in range(200, 206):
        failures = {f"test_{index:04d}": "unreadable" for index in range(8 * (seed - 200))}
        board.record(build_result(seed, failures=failures))
    groups = {row.run_id: row.group for row in shown(board).ranked}

    assert len(set(groups.values()) - {None}) > 1
    for view in ({"top": 1}, {"top": 9}, {"top": 12}, {"licence": "mit"}, {"top": 2, "model": "model_203"}):
        found = shown(board, **view)
        assert found.ranked
        assert {row.run_id: row.group for row in found.ranked}.items() <= groups.items()


def test_rows_are_sorted_by_a_cost(board):
    """The cheapest first, with their ranks by the metric; `top` then takes the cheapest."""
    found = shown(board, sort="params", top=2)

    assert [row.params_total for row in found.ranked] == [71_000_000, 71_000_001]
    assert ranks(shown(board, sort="params")) == list(range(1, ALL + 1))


def test_rows_without_the_value_are_last(board):
    """Where the latency of a run was not measured, it follows those that have one."""
    slow, unknown = build_result(300, accuracy=0.99), build_result(301, accuracy=0.98)
    for result, latency in ((unknown, None), (slow, 1.5)):
        cost = replace(result.cost, latency_model_ms_p50=latency)
        changed = build_result(
            int(result.record["model"][6:]),
            accuracy=0.99,
            cost={**result.record["cost"], "latency_model_ms_p50": latency},
        )
        board.record(replace(changed, cost=cost))

    found = shown(board, sort="latency").ranked

    assert (found[0].model, found[-1].model) == ("model_300", "model_301")


def test_rows_are_sorted_by_another_metric(board):
    """In the direction that is better for that metric; ranks stay those of the board's own."""
    falling, rising = (shown(board, sort="uar", sort_higher_first=higher) for higher in (True, False))
    values = [row.scores["uar"] for row in falling.ranked]

    assert values == sorted(values, reverse=True)
    assert [row.scores["uar"] for row in rising.ranked] == sorted(values)
    assert sorted(ranks(falling)) == list(range(1, ALL + 1))


def test_the_front_is_that_of_the_whole_board(board):
    """Rows on the front are shown beyond `top`, and hidden rows still keep others off it."""
    cheap = build_result(400, accuracy=0.5)
    board.record(
        replace(
            cheap,
            record=build_result(400, accuracy=0.5, cost={**cheap.record["cost"], "params_total": 5}).record,
            cost=replace(cheap.cost, params_total=5),
        )
    )

    found = shown(board, top=2, pareto="params")

    assert [(row.rank, row.on_front) for row in found.ranked] == [(1, True), (2, False), (10, True)]
    assert [row.on_front for row in shown(board, pareto="params", model="model_1").ranked] == [False, False]
    assert {row.on_front for row in shown(board).ranked} == {None}
    assert {row.on_front for row in found.unranked} == {None}


def test_every_view_of_a_picture_costs(board):
    """A run that looks twice takes twice the operations and the time: it is dearer than its equals, in order and front.

    Its parameters are those of its equals.
    """
    board.record(build_result(0, accuracy=0.95, model="twice", run_key="twice", run_id="twice", tta="flip", views=2))

    for cost in ("macs", "latency"):
        found = shown(board, sort=cost, pareto=cost)
        assert found.ranked[-1].model == "twice"
        assert [row.model for row in found.ranked if row.on_front] == ["model_0", "twice"]
    assert [row.model for row in shown(board, pareto="params").ranked if row.on_front] == ["twice"]


def improve(board, run_id, value):
    """Write a better accuracy into the table, as somebody with a database browser would."""
    with closing(sqlite3.connect(board.database.path)) as connection:
        statement = "UPDATE score SET value = ? WHERE run_id = ? AND metric = 'accuracy' AND slice = 'all'"
        connection.execute(statement, (value, run_id))
        connection.commit()


@pytest.mark.parametrize("top", [1, 2, 5])
def test_a_row_that_was_improved_by_hand_takes_no_place(board, top):
    """It falls out before it is shown, and the rows behind it move up."""
    improve(board, build_result(7).run_id, 0.999)

    found = shown(board, top=top)

    assert [(row.rank, row.model) for row in found.ranked] == [(n + 1, f"model_{n // 2}") for n in range(top)]
    assert "the score table differs from the record" in {
        reason for row in shown(board, top=9).unranked for reason in row.reasons
    }


@pytest.mark.parametrize("seed", range(12))
def test_the_first_rows_are_those_of_the_whole_board(board, seed):
    """However runs were changed, and whichever share a run key: any `top` shows the start of the whole board."""
    rng = np.random.default_rng(seed)
    results = [
        build_result(500 + n, n=50, accuracy=round(rng.uniform(0.4, 0.95), 2), run_key=f"key {rng.integers(6)}")
        for n in range(20)
    ]
    for result in results:
        board.record(result)
    for place in rng.choice(20, size=6, replace=False):
        improve(board, results[place].run_id, rng.uniform(0, 1))
    board.invalidate(results[int(rng.integers(20))].run_id, "wrong weights")
    whole = shown(board).ranked

    for top in range(1, len(whole) + 2):
        assert [(row.rank, row.run_id) for row in shown(board, top=top).ranked] == [
            (row.rank, row.run_id) for row in whole[:top]
        ]
    for model in {row.model for row in whole}:
        assert ranks(shown(board, top=1, model=model)) == [next(row.rank for row in whole if row.model == model)]
