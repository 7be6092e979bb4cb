"""Comparisons of recorded runs say what plain loops, scipy and the stored answers say."""

from __future__ import annotations

from itertools import combinations
from statistics import mean, stdev

import numpy as np
import pytest
from scipy.stats import binomtest

from ferbench.comparison.compare import Options, compare
from ferbench.errors import UnknownName, UsageError
from ferbench.leaderboard.statistics.paired import holm
from ferbench.leaderboard.store import Leaderboard
from ferbench.plugin_manager import build_catalog
from tests.leaderboard.building import AFFECTNET8, RAFDB, build_result, build_test_set
from tests.leaderboard.changing import weights

TEST_SET = build_test_set(210, RAFDB)
QUICKLY = Options(resamples=200)


@pytest.fixture(scope="module")
def catalog():
    """Everything that is installed."""
    return build_catalog()


@pytest.fixture(scope="module")
def results():
    """Five runs on the same images: 1 and 2 differ by chance, 3 has no answer to every other image."""
    silent = dict.fromkeys(TEST_SET.ids[::2], "unreadable")
    seeds = [{"model": "net", "weights": weights(f"seed{n}")} for n in (4, 5)]
    changes = [{}, {}, {"failures": silent}, *seeds]
    return [build_result(seed, test_set=TEST_SET, **change) for seed, change in enumerate(changes, start=1)]


@pytest.fixture(scope="module")
def board(results, tmp_path_factory):
    """A leaderboard with these runs."""
    leaderboard = Leaderboard(tmp_path_factory.mktemp("compare") / "board.sqlite")
    for result in results:
        leaderboard.record(result)
    return leaderboard


def ids(results, *numbers):
    """Ids of runs by their numbers from 1; a tuple is an entry of several."""
    names = {number: result.run_id for number, result in enumerate(results, start=1)}
    return [",".join(names[n] for n in ((number,) if isinstance(number, int) else number)) for number in numbers]


def right(result):
    """Whether each answer is right, image by image."""
    answers = [None if np.isnan(row).any() else RAFDB[row.argmax()] for row in result.predictions.emotion]
    return [answer == label for answer, label in zip(answers, result.predictions.labels, strict=True)]


def test_counts_and_test_are_those_of_a_loop(board, results, catalog):
    """Both right, one alone, none right, image by image; then scipy's binomial test."""
    found = compare(board, ids(results, 1, 2), catalog, QUICKLY)
    pairs = list(zip(right(results[0]), right(results[1]), strict=True))
    (pair,) = found.pairs
    counts = (pair.counts.both, pair.counts.first, pair.counts.second, pair.counts.neither)

    assert counts == tuple(pairs.count(kind) for kind in ((True, True), (True, False), (False, True), (False, False)))
    assert pair.test.exact == pytest.approx(binomtest(counts[1], counts[1] + counts[2]).pvalue)
    assert pair.holm == pair.test.exact
    assert (found.pairing.n, found.pairing.other_pixels, found.ranks) == (210, 0, True)


def test_differences_are_those_of_the_scores(board, results, catalog):
    """First minus second of what each metric gives, inside its interval."""
    found = compare(board, ids(results, 1, 2), catalog, Options(metrics=("accuracy", "nll", "recall/fear")))
    for item in found.pairs[0].differences:
        first, second = (entry.scores[item.metric].mean for entry in found.entries)
        assert item.value == pytest.approx(first - second)
        assert item.low < item.value < item.high

    assert [item.resamples for item in found.pairs[0].differences] == [2000, 500, 500]
    assert found.entries[0].scores["accuracy"].mean == pytest.approx(mean(right(results[0])))


def test_classes_add_up_to_the_whole(board, results, catalog):
    """Counts of the classes sum to those of the pair, recalls are those of a loop, tests are adjusted over classes."""
    (pair,) = compare(board, ids(results, 1, 3), catalog, QUICKLY).pairs
    fear = [r for r, label in zip(right(results[0]), TEST_SET.labels, strict=True) if label == "fear"]

    assert [item.name for item in pair.classes] == list(RAFDB)
    assert sum(item.n for item in pair.classes) == 210
    assert sum(item.counts.first for item in pair.classes) == pair.counts.first
    assert next(item.first for item in pair.classes if item.name == "fear") == pytest.approx(mean(fear))
    assert [item.holm for item in pair.classes] == list(holm([item.exact for item in pair.classes]))
    assert all(item.low <= item.first - item.second <= item.high for item in pair.classes)


def test_discordant_images_are_named_with_both_answers(board, results, catalog):
    """Exactly the images that one of the two answers right, in the order of their ids."""
    (pair,) = compare(board, ids(results, 1, 3), catalog, QUICKLY).pairs
    pairs = zip(TEST_SET.ids, right(results[0]), right(results[2]), strict=True)
    expected = sorted(name for name, first, second in pairs if first != second)

    assert [image.id for image in pair.discordant] == expected
    assert len(expected) == pair.counts.discordant
    assert all((image.first == image.label) != (image.second == image.label) for image in pair.discordant)
    assert "" in {image.second for image in pair.discordant}


def test_images_without_an_answer_count_as_wrong(board, results, catalog):
    """A run that was silent on half of the images is right on none of them, and that is said."""
    found = compare(board, ids(results, 1, 3), catalog, QUICKLY)

    assert found.entries[1].unanswered == (105,)
    assert found.pairs[0].better == "A"
    assert any("no answer for 105 images" in note for note in found.notes)


def test_several_runs_are_all_pairs_with_holm(board, results, catalog):
    """Three runs are three pairs, whose p-values are adjusted together."""
    found = compare(board, ids(results, 1, 2, 3), catalog, QUICKLY)

    assert [(pair.first, pair.second) for pair in found.pairs] == list(combinations("ABC", 2))
    assert [pair.holm for pair in found.pairs] == list(holm([pair.test.exact for pair in found.pairs]))


def test_the_other_way_round_is_the_mirror_image(board, results, catalog):
    """Naming the runs in another order changes signs, and nothing else."""
    there, back = (compare(board, ids(results, *order), catalog, QUICKLY).pairs[0] for order in ((1, 2), (2, 1)))

    assert there.test == back.test
    assert there.detectable == back.detectable
    for one, other in zip(there.differences, back.differences, strict=True):
        assert (other.value, other.low, other.high) == pytest.approx((-one.value, -one.high, -one.low))


def test_the_same_seed_gives_the_same_comparison(board, results, catalog):
    """A comparison can be repeated to the last digit; another seed draws other resamples."""
    runs = ids(results, 1, 2)
    once, twice, other = (compare(board, runs, catalog, Options(resamples=200, seed=seed)) for seed in (0, 0, 1))

    assert once == twice
    assert once.pairs[0].test == other.pairs[0].test
    assert once.pairs[0].differences != other.pairs[0].differences


def test_seeds_of_one_model_are_one_entry(board, results, catalog):
    """Mean, standard deviation and n over the runs; no test without a single answer, an interval all the same."""
    found = compare(board, ids(results, 1, (4, 5)), catalog, QUICKLY)
    accuracies = [mean(right(result)) for result in results[3:5]]
    score, (pair,) = found.entries[1].scores["accuracy"], found.pairs

    assert (score.mean, score.sd, score.n) == pytest.approx((mean(accuracies), stdev(accuracies), 2))
    assert (found.entries[0].scores["accuracy"].sd, found.entries[0].scores["accuracy"].n) == (None, 1)
    assert (pair.counts, pair.test, pair.holm, pair.better, pair.discordant) == (None, None, None, None, ())
    assert pair.differences[0].value == pytest.approx(mean(right(results[0])) - mean(accuracies))
    assert pair.differences[0].low < pair.differences[0].value < pair.differences[0].high
    assert any("several runs" in note for note in found.notes)


def test_the_interval_of_an_entry_is_that_of_its_mean(board, results, catalog):
    """Two runs as one entry have the mean of the differences that they have alone, and a narrower interval."""
    joint = compare(board, ids(results, 1, (4, 5)), catalog, QUICKLY).pairs[0].differences[0]
    alone = compare(board, ids(results, 1, 4, 5), catalog, QUICKLY).pairs[:2]
    parts = [pair.differences[0] for pair in alone]

    assert joint.value == pytest.approx(mean(item.value for item in parts))
    assert joint.high - joint.low < max(item.high - item.low for item in parts)


def test_label_modes_are_compared_apart(tmp_path, catalog):
    """In mask mode an eighth class cannot be answered: other answers are right, and the title's mode is another."""
    board, test_set = Leaderboard(tmp_path / "board.sqlite"), build_test_set(210, RAFDB)
    for seed in (1, 2):
        board.record(build_result(seed, test_set=test_set, classes=AFFECTNET8))
    runs = [build_result(seed, test_set=test_set, classes=AFFECTNET8).run_id for seed in (1, 2)]
    strict, mask = (
        compare(board, runs, catalog, Options(label_mode=mode, resamples=50)) for mode in ("strict", "mask")
    )

    assert any("contempt" in column.said for column in strict.answers)
    assert not any("contempt" in column.said for column in mask.answers)
    assert mask.entries[0].scores["accuracy"].mean > strict.entries[0].scores["accuracy"].mean
    recorded = build_result(1, test_set=test_set, classes=AFFECTNET8).record["scores"]
    assert mask.entries[0].scores["accuracy"].mean == pytest.approx(recorded["mask"]["accuracy"])


def test_small_classes_are_said(tmp_path, catalog):
    """Seven images a class are too few for the bootstrap, thirty are not."""
    for n, said in ((49, True), (210, False)):
        board = Leaderboard(tmp_path / f"{n}.sqlite")
        runs = [build_result(seed, n=n) for seed in (1, 2)]
        for result in runs:
            board.record(result)
        notes = compare(board, [result.run_id for result in runs], catalog, Options(resamples=10)).notes

        assert any("Few images of anger (7)" in note for note in notes) is said


@pytest.mark.parametrize(
    ("metric", "error", "words"),
    [
        ("recall", UsageError, "per class"),
        ("confusion_matrix", UsageError, "matrix"),
        ("accuracy/fear", UsageError, "no values by class"),
        ("recall/joy", UnknownName, "surprise, fear"),
        ("acuracy", UnknownName, "Did you mean 'accuracy'"),
    ],
)
def test_metrics_without_one_value_are_refused(board, results, catalog, metric, error, words):
    """What has no single number, or does not exist, is refused with what to name instead."""
    with pytest.raises(error, match=words):
        compare(board, ids(results, 1, 2), catalog, Options(metrics=(metric,)))


def test_a_bootstrap_needs_resamples(board, results, catalog):
    """No resamples give no interval."""
    with pytest.raises(UsageError, match="resamples"):
        compare(board, ids(results, 1, 2), catalog, Options(resamples=0))


def test_pictures_that_were_seen_otherwise_are_said(board, results, catalog):
    """A run with test-time augmentation is the same model in the tables, and another system in a note."""
    twice = build_result(6, test_set=TEST_SET, tta="flip", views=2)
    board.record(twice)

    alike = compare(board, ids(results, 1, 2), catalog, QUICKLY)
    otherwise = compare(board, [results[0].run_id, twice.run_id], catalog, QUICKLY)

    note = "The runs saw the pictures otherwise (A: as they are; B: TTA flip): this compares systems, not models."
    assert note in otherwise.notes
    assert not any("systems" in line for line in alike.notes)
