"""Which runs may be compared, and on which images: permuted, missing, relabelled, of other pixels, withdrawn."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import asdict

import numpy as np
import pytest

from ferbench.comparison.compare import Options, compare
from ferbench.errors import NotComparable, UnknownName, UsageError
from ferbench.plugin_manager import build_catalog
from tests.leaderboard.building import AFFECTNET8, RAFDB, build_result, build_test_set
from tests.leaderboard.changing import in_order, relabelled, resealed, weights, with_pixels

N = 140
TEST_SET = build_test_set(N, RAFDB)
SHARED = Options(on="shared", resamples=20)


@pytest.fixture(scope="module")
def catalog():
    """Everything that is installed."""
    return build_catalog()


@pytest.fixture
def compared(board, catalog):
    """Record results and compare them."""

    def run(*results, options=None):
        for result in results:
            board.record(result)
        return compare(board, [result.run_id for result in results], catalog, options or Options(resamples=20))

    return run


def build(seed, **changes):
    """A run on the common images."""
    return build_result(seed, **{"test_set": TEST_SET, **changes})


def findings(found):
    """All that a comparison found, without the ids of its runs."""
    return [asdict(pair) for pair in found.pairs], [entry.scores for entry in found.entries]


def test_permuted_images_are_paired_by_id(board, catalog, compared):
    """A run whose images lie in another order is compared image by image all the same."""
    order = np.random.default_rng(1).permutation(N).tolist()
    straight = compared(build(1), build(2))
    permuted = in_order(resealed(build(2), record={"run_id": "permuted-run"}), order)
    board.record(permuted)
    again = compare(board, [build(1).run_id, "permuted-run"], catalog, Options(resamples=20))

    assert findings(again) == findings(straight)


def test_missing_images_are_refused(compared):
    """Ten images less are other items: named, counted, and what is still possible is said."""
    with pytest.raises(NotComparable) as refused:
        compared(build(1), in_order(build(2), range(10, N)))

    assert refused.value.exit_code == 5
    assert "10 ids only in run 1 (test_0000, test_0001, test_0002, ...)" in refused.value.found
    assert "--on shared: 130 images have the same id and label in all" in refused.value.todo


def test_shared_images_are_compared_and_never_ranked(compared):
    """On the intersection n is stated, and nobody is called better, however large the difference."""
    silent = build(2, failures=dict.fromkeys(TEST_SET.ids, "unreadable"))
    found = compared(in_order(build(1), range(100)), in_order(silent, range(40, N)), options=SHARED)

    assert (found.pairing.n, found.pairing.images, found.ranks) == (60, (100, 100), False)
    assert found.pairing.ids == TEST_SET.ids[40:100]
    assert found.pairs[0].holm < 0.001
    assert found.pairs[0].better is None


def test_other_labels_are_refused(compared):
    """The same images with a changed label are other items."""
    with pytest.raises(NotComparable, match=r"1 labels differ between run 1 and run 2 \(test_0003\)"):
        compared(build(1), relabelled(build(2), {"test_0003": "neutral"}))


def test_other_labels_are_left_out_of_the_shared_images(compared):
    """An image that has two labels belongs to no comparison, and how many there are is said."""
    found = compared(build(1), relabelled(build(2), {"test_0003": "neutral"}), options=SHARED)

    assert (found.pairing.n, found.pairing.relabelled) == (N - 1, 1)
    assert "test_0003" not in found.pairing.ids


@pytest.mark.parametrize("on", ["equal", "shared"])
def test_other_data_sets_are_refused(compared, on):
    """Ids mean something within one data set only: equal ids elsewhere are an accident, and sharing is not offered."""
    with pytest.raises(NotComparable, match="data set rafdb / ferplus") as refused:
        compared(build(1), build_result(2, n=N, dataset="ferplus"), options=Options(on=on))

    assert "--on shared" not in refused.value.todo


def test_other_splits_are_named(compared):
    """Two splits of a data set share nothing."""
    with pytest.raises(NotComparable, match="split test / train"):
        compared(build(1), build_result(2, n=N, split="train"))


@pytest.mark.parametrize("on", ["equal", "shared"])
def test_other_classes_are_refused(compared, on):
    """A data set with an eighth class asks another question."""
    other = build(2, classes=AFFECTNET8, dataset_classes=AFFECTNET8)
    with pytest.raises(NotComparable, match="classes anger, disgust"):
        compared(build(1), resealed(other, record={"dataset_classes": AFFECTNET8}), options=Options(on=on))


def test_nothing_shared_is_refused(compared):
    """An intersection without images compares nothing."""
    with pytest.raises(NotComparable, match="no image in common"):
        compared(in_order(build(1), range(10)), in_order(build(2), range(10, 20)), options=SHARED)


def test_other_pixels_are_compared_and_counted(compared):
    """Equal items with other pixels may be paired: how many pictures differ is part of the finding."""
    found = compared(build(1), with_pixels(build(2), 30))

    assert found.pairing.other_pixels == 30
    assert found.ranks


def test_a_withdrawn_run_is_refused(board, compared):
    """The reason of the withdrawal is the reason of the refusal."""
    board.record(build(1))
    board.invalidate("latest", "trained on the test set")
    board.record(build(2))
    with pytest.raises(NotComparable, match="trained on the test set"):
        compare(board, [build(1).run_id, build(2).run_id], build_catalog())


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE run SET record = replace(record, '\"n\":140', '\"n\":141') WHERE run_id = ?", "seal is broken"),
        (
            "UPDATE prediction SET outputs = (SELECT outputs FROM prediction WHERE run_id != ?1) WHERE run_id = ?1",
            "not the",
        ),
    ],
)
def test_a_changed_run_is_refused(board, catalog, statement, words):
    """No number stands on a record or on answers that were changed."""
    for seed in (1, 2):
        board.record(build(seed))
    with closing(sqlite3.connect(board.database.path)) as connection:
        connection.execute(statement, (build(1).run_id,))
        connection.commit()
    with pytest.raises(NotComparable, match=words):
        compare(board, [build(1).run_id, build(2).run_id], catalog)


@pytest.mark.parametrize(
    "record",
    [
        {"dataset_classes": ["fear"]},
        {"dataset_classes": None},
        {"dataset_classes": list(AFFECTNET8)},
        {"not_ranked_because": "no list"},
        {"plugin": "text"},
    ],
)
def test_a_sealed_record_that_makes_no_sense_is_refused(compared, record):
    """Whoever can write a database can seal what he likes: that is no bug of ours."""
    with pytest.raises(NotComparable, match="not the one of a run"):
        compared(build(1), resealed(build(2), record=record))


def test_ids_that_stand_for_two_images_are_refused(compared):
    """Without an id of its own an image cannot be paired."""
    twice = in_order(build(2), [*range(N - 1), 0])
    with pytest.raises(NotComparable, match="some ids stand for several images"):
        compared(build(1), twice)


@pytest.mark.parametrize("names", [[], ["latest"], ["latest", "latest"], ["latest"] * 27])
def test_a_comparison_needs_two_different_runs(board, catalog, names):
    """One run, the same run twice, or more entries than letters: wrong usage."""
    board.record(build(1))
    with pytest.raises(UsageError):
        compare(board, names, catalog)


def test_an_unknown_run_is_refused(board, catalog):
    """A name that no run has, also within an entry of several."""
    board.record(build(1))
    with pytest.raises(UnknownName):
        compare(board, ["latest", "latest,ffffffff"], catalog)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"model": "model_2"}, "in model, not in its weights alone"),
        ({"preprocess": {"size": [224, 224]}}, "in preprocess, not in its weights alone"),
        ({"plugin": {"sha256": "other"}}, "in plugin source, not"),
        ({"spec": {"model_options": {"depth": 4}}}, "in model options, not"),
        ({"weights": weights("one")}, "the same weights"),
    ],
)
def test_an_entry_is_one_model_with_other_weights(board, catalog, changes, words):
    """Runs that differ in more, or in less, than their weights are no seeds of one model."""
    common = {"model": "net", "plugin": {"sha256": "same"}}
    second = {**common, "weights": weights("two"), **changes}
    results = [build(1, **common, weights=weights("one")), build(2, **second), build(3)]
    for result in results:
        board.record(result)
    one, two, other = (result.run_id for result in results)
    with pytest.raises(NotComparable, match=words):
        compare(board, [other, f"{one},{two}"], catalog)
