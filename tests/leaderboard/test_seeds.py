"""Several trainings of one network are one entry, with mean and standard deviation, and no run picked from them."""

from __future__ import annotations

import statistics

import pytest

from ferbench.leaderboard.ranking import boards
from ferbench.leaderboard.seeds import seed_entries
from tests.leaderboard.building import RAFDB, build_result


def weights(seed, **changes):
    return {"name": f"seed{seed}.pth", "sha256": f"{seed:064}", "selection": "last", "extra_data": None, **changes}


def trained(seed, accuracy, model="net", of=None, **changes):
    """A run of a model with weights of its own."""
    own = {"model": model, "weights": weights(seed), "plugin": {"sha256": "p"}, **changes}
    return build_result(seed, accuracy=accuracy, **own)


def entries(board, **options):
    (only,) = boards(board, **options)
    return seed_entries(only)


def test_seeds_are_one_entry(board):
    """Three checkpoints of one network: their mean, their sd with n - 1, n, and all three runs."""
    values = (0.90, 0.92, 0.88)
    for seed, accuracy in enumerate(values):
        board.record(trained(seed, accuracy))

    (entry,) = entries(board)

    assert entry.n == 3
    assert entry.scores["accuracy"] == pytest.approx(0.90)
    assert entry.sd["accuracy"] == pytest.approx(statistics.stdev(values)) == pytest.approx(0.02)
    assert [row.scores["accuracy"] for row in entry.rows] == [0.92, 0.90, 0.88]
    assert set(entry.scores) == set(entry.sd) == set(entry.rows[0].scores)


def test_entries_are_ranked_by_their_means(board):
    """The lucky seed of a network does not lift it over a better one; equal means share a rank."""
    for seed, (model, accuracy) in enumerate([("a", 0.95), ("a", 0.75), ("b", 0.9), ("c", 0.85)]):
        board.record(trained(seed, accuracy, model))

    assert [(entry.rank, entry.rows[0].model, entry.n) for entry in entries(board)] == [
        (1, "b", 1), (2, "a", 2), (2, "c", 1),
    ]  # fmt: skip


def test_lower_may_be_better(board):
    """A board by a metric that should be low ranks entries so too."""
    for seed, (model, ece) in enumerate([("a", 0.9), ("b", 0.3)]):
        board.record(trained(seed, ece, model))

    found = entries(board, higher_is_better=False)

    assert [(entry.rank, entry.rows[0].model) for entry in found] == [(1, "b"), (2, "a")]


def test_a_single_run_has_no_deviation(board):
    """One value says nothing about spread."""
    board.record(trained(1, 0.9))

    (entry,) = entries(board)

    assert (entry.n, entry.scores["accuracy"], entry.sd["accuracy"]) == (1, 0.9, None)


@pytest.mark.parametrize(
    "changes",
    [
        {"model": "other"},
        {"plugin": {"sha256": "q"}},
        {"spec": {"model_options": {"depth": 4}}},
        {"preprocess": {"crop": "none", "mean": [0, 0, 0]}},
        {"tta": "flip"},
        {"detector": {"name": "mtcnn"}},
        {"classes": tuple(reversed(RAFDB))},
        {"precision": "fp16"},
        {"input": "unknown-3f2a"},
        {"weights": weights(2, selection="test-best")},
        {"weights": weights(2, extra_data=["affectnet"])},
    ],
    ids=str,
)
def test_what_differs_in_more_is_another_entry(board, changes):
    """Another network, other pixels, another choice of the epoch, other extra data: not a seed of the same training."""
    board.record(trained(1, 0.9))
    board.record(trained(2, 0.8, **{"model": "net", **changes}))

    assert [entry.n for entry in entries(board)] == [1, 1]


def test_the_same_weights_count_once(board):
    """A checkpoint that was measured twice, by two machines, is one seed: the newer run."""
    board.record(trained(1, 0.9))
    board.record(trained(2, 0.8, weights=weights(1)))

    (entry,) = entries(board)

    assert [row.scores["accuracy"] for row in entry.rows] == [0.8]


def test_unknown_networks_are_apart(board):
    """Of a record whose facts cannot be read nobody knows what network it was."""
    for seed in (1, 2):
        board.record(trained(seed, 0.9, spec=5))
    (only,) = boards(board)

    assert {row.network_key for row in only.ranked} == {""}
    assert [entry.n for entry in seed_entries(only)] == [1, 1]


def test_a_metric_that_one_run_lacks_has_no_mean(board):
    """A mean over other runs than those of the entry would be compared with nothing."""
    first, second = trained(1, 0.9), trained(2, 0.8)
    board.record(first)
    kept = tuple(score for score in second.scores if score.metric != "ece")
    board.record(build_result(2, scores=kept, model="net", weights=weights(2), plugin={"sha256": "p"}))

    (entry,) = entries(board)

    assert (entry.n, entry.scores["ece"], entry.sd["ece"]) == (2, None, None)


def test_imported_runs_are_entries_of_their_own(board):
    """A newer file of somebody else with the same weights takes no place of what was measured here."""
    for seed, changes in enumerate([{}, {"imported_from": {"bundle_sha256": "b"}}]):
        board.record(trained(seed, 0.9 + seed / 20, weights=weights(7), **changes))

    assert [(entry.rows[0].origin, entry.n) for entry in entries(board)] == [("imported", 1), ("", 1)]
