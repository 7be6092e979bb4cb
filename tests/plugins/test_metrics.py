"""The built-in metrics: against scikit-learn, against formulas written out, and against the laws they must obey."""

from __future__ import annotations

import doctest
import importlib
import os
import pkgutil
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from math import log, nan, sqrt

import numpy as np
import pytest
import sklearn.metrics
from hypothesis import given
from hypothesis import strategies as st

import ferbench_metrics
from ferbench_metrics.accuracy import accuracy, top2_accuracy, uar
from ferbench_metrics.agreement import cohen_kappa, mcc
from ferbench_metrics.calibration import brier, ece, ece_adaptive, nll
from ferbench_metrics.confusion import confusion_matrix
from ferbench_metrics.example import hard_answers, soft_answers
from ferbench_metrics.per_class import f1, f1_macro, f1_weighted, precision, recall, support
from tests.strategies import answers

ENTRIES = {entry.card.name: entry for entry in ferbench_metrics.ferbench_metrics()}
MODULES = [
    importlib.import_module(f"ferbench_metrics.{found.name}")
    for found in pkgutil.iter_modules(ferbench_metrics.__path__)
]
RELABELLING_KEEPS = (accuracy, uar, f1_macro, f1_weighted, cohen_kappa, mcc, nll, brier, ece, ece_adaptive)
same = pytest.approx


def exact(value):
    return pytest.approx(value, abs=1e-9, nan_ok=True)


def subset(found, rows):
    """The answers of the chosen images, in the chosen order."""
    return replace(found, y_true=found.y_true[rows], y_pred=found.y_pred[rows], probabilities=found.probabilities[rows])


def relabelled(found, new):
    """The same answers with class i called new[i]; new[-1] is never asked for."""
    old = np.argsort(new)
    return replace(
        found,
        classes=tuple(found.classes[i] for i in old),
        y_true=new[found.y_true],
        y_pred=np.where(found.answered, new[found.y_pred], -1),
        probabilities=found.probabilities[:, old],
    )


# --- What the plugin hands over ---------------------------------------------------------------------------------------


def test_all_names_are_there():
    """The hook gives every promised metric once."""
    scalars = ["accuracy", "uar", "top2_accuracy", "f1_macro", "f1_weighted", "cohen_kappa", "mcc"]
    calibration = ["nll", "brier", "ece", "ece_adaptive"]
    others = ["precision", "recall", "f1", "support", "confusion_matrix"]
    names = [entry.card.name for entry in ferbench_metrics.ferbench_metrics()]
    assert sorted(names) == sorted(scalars + calibration + others)


def test_intervals_are_declared_for_proportions_alone():
    """Only accuracy and top-2 accuracy are proportions of images, which Wilson's interval is for."""
    assert {name for name, entry in ENTRIES.items() if entry.card.interval == "wilson"} == {"accuracy", "top2_accuracy"}


def test_listing_metrics_loads_no_numeric_library():
    """Importing the plugin and calling its hook loads neither numpy, scipy, scikit-learn nor torch."""
    code = (
        "import sys, ferbench_metrics; ferbench_metrics.ferbench_metrics();"
        "print(sorted({'numpy', 'scipy', 'sklearn', 'torch'} & set(sys.modules)))"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "[]")


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_examples_in_the_docstrings_are_true(module):
    """The doctests of every module pass."""
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=list(ENTRIES))
def test_every_metric_has_an_example(entry):
    """The docstring of every metric holds an example that the doctests run."""
    assert doctest.DocTestParser().get_examples(entry.compute.__doc__)


# --- Golden: a confusion matrix that came with published code ---------------------------------------------------------


def test_published_confusion_matrix_gives_the_published_figures():
    """The diagonal and row sums that the POSTER V2 authors print for RAF-DB give 92.21 % accuracy and 86.49 % UAR."""
    right = (299, 51, 120, 1148, 442, 145, 624)
    images = (329, 74, 160, 1185, 478, 162, 680)
    matrix = np.diag(right)
    for label, wrong in enumerate(np.subtract(images, right)):
        columns = [(label + step) % 7 for step in range(1, 7)]
        matrix[label, columns] += [len(part) for part in np.array_split(np.arange(wrong), 6)]
    true, predicted = np.indices((7, 7)).reshape(2, -1).repeat(matrix.ravel(), axis=1)
    found = hard_answers(true.tolist(), predicted.tolist())
    assert round(100 * accuracy(found), 2) == 92.21
    assert round(100 * uar(found), 2) == 86.49
    assert confusion_matrix(found) == same(matrix)
    assert support(found) == same(np.array(images))


# --- Against scikit-learn ---------------------------------------------------------------------------------------------


@given(answers())
def test_accuracy_is_that_of_scikit_learn(found):
    """Accuracy is the accuracy of scikit-learn, with an image without an answer as one more wrong class."""
    assert accuracy(found) == exact(sklearn.metrics.accuracy_score(found.y_true, found.y_pred))


@given(answers())
@pytest.mark.filterwarnings("ignore:y_pred contains classes not in y_true", "ignore:A single label was found")
def test_uar_is_balanced_accuracy(found):
    """UAR is the balanced accuracy of scikit-learn, which also averages over the classes with images."""
    assert uar(found) == exact(sklearn.metrics.balanced_accuracy_score(found.y_true, found.y_pred))


@given(answers())
def test_f1_averages_are_those_of_scikit_learn(found):
    """The F1 averages are scikit-learn's over the classes that have images."""
    for metric, average in ((f1_macro, "macro"), (f1_weighted, "weighted")):
        expected = sklearn.metrics.f1_score(
            found.y_true, found.y_pred, labels=np.unique(found.y_true), average=average, zero_division=0
        )
        assert metric(found) == exact(expected)


@given(answers())
def test_confusion_matrix_is_that_of_scikit_learn(found):
    """Counts are scikit-learn's, cut to the data set; one class more than there are keeps it from warning for one."""
    size = len(found.classes)
    expected = sklearn.metrics.confusion_matrix(found.y_true, found.y_pred, labels=range(size + 1))
    assert confusion_matrix(found) == same(expected[: found.n_labels, :size])


@given(answers(min_labels=2))
def test_nll_is_log_loss(found):
    """NLL is scikit-learn's log loss, clipped at the float64 epsilon, over answered images."""
    kept = subset(found, found.answered)
    if not kept.y_true.size:
        assert np.isnan(nll(found))
        return
    expected = sklearn.metrics.log_loss(kept.y_true, kept.probabilities, labels=range(len(kept.classes)))
    assert nll(found) == same(expected, rel=1e-9, abs=1e-12)


# --- Against formulas written out -------------------------------------------------------------------------------------


@given(answers())
def test_classes_have_the_values_of_the_formulas(found):
    """Precision, recall, F1 and support of a class follow from its TP, FP and FN."""
    pairs = Counter(zip(found.y_true.tolist(), found.y_pred.tolist(), strict=True))
    for c in range(found.n_labels):
        tp = pairs[c, c]
        fp = sum(count for (true, predicted), count in pairs.items() if predicted == c != true)
        fn = sum(count for (true, predicted), count in pairs.items() if true == c != predicted)
        assert support(found)[c] == tp + fn
        assert precision(found)[c] == exact(tp / (tp + fp) if tp + fp else 0)
        assert recall(found)[c] == exact(tp / (tp + fn) if tp + fn else nan)
        assert f1(found)[c] == exact(2 * tp / (2 * tp + fp + fn) if tp + fn else nan)


@given(answers())
def test_kappa_and_mcc_follow_the_formulas(found):
    """Kappa and MCC follow from the number of right answers and the class frequencies."""
    n = len(found.y_true)
    right = int((found.y_true == found.y_pred).sum())
    true, predicted = Counter(found.y_true.tolist()), Counter(found.y_pred.tolist())
    chance = sum(true[k] * predicted[k] for k in true)
    spread = (n**2 - sum(v**2 for v in predicted.values())) * (n**2 - sum(v**2 for v in true.values()))
    single = len(true | predicted) == 1
    assert cohen_kappa(found) == exact(nan if single else (n * right - chance) / (n**2 - chance))
    assert mcc(found) == exact(nan if single else (n * right - chance) / sqrt(spread) if spread else 0)


@given(answers())
def test_brier_follows_the_formula(found):
    """The Brier score is the mean over answered images of the summed squared differences."""
    rows = [
        sum((q - (k == true)) ** 2 for k, q in enumerate(row))
        for true, row in zip(found.y_true, found.probabilities, strict=True)
        if not np.isnan(row).any()
    ]
    assert brier(found) == exact(sum(rows) / len(rows) if rows else nan)


@given(answers())
def test_ece_follows_the_formula(found):
    """ECE is the weighted gap of hits and confidence over ((b-1)/15, b/15], image by image."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for true, predicted, row in zip(found.y_true, found.y_pred, found.probabilities, strict=True):
        if predicted >= 0:
            place = next(b for b in range(1, 16) if row.max() <= b / 15)
            bins.setdefault(place, []).append((row.max(), predicted == true))
    m = sum(len(images) for images in bins.values())
    gaps = [abs(sum(hit for _, hit in images) - sum(q for q, _ in images)) / m for images in bins.values()]
    assert ece(found) == exact(sum(gaps) if gaps else nan)


@given(
    st.lists(st.tuples(st.integers(0, 1), st.floats(0.5, 1)), min_size=15, max_size=60, unique_by=lambda row: row[1])
)
def test_adaptive_ece_has_fifteen_bins_of_equal_mass(rows):
    """Without ties, adaptive ECE cuts the images by confidence into 15 runs whose sizes differ by one at most."""
    found = soft_answers([*(true for true, _ in rows)], [[q, 1 - q] for _, q in rows])
    found = replace(found, n_labels=2)
    m = len(rows)
    ranked = sorted(rows, key=lambda row: row[1])
    runs = [ranked[-(-m * b // 15) : -(-m * (b + 1) // 15)] for b in range(15)]
    assert sum(map(len, runs)) == m
    assert max(map(len, runs)) - min(map(len, runs)) <= 1
    gaps = [abs(sum(true == 0 for true, _ in run) - sum(q for _, q in run)) / m for run in runs]
    assert ece_adaptive(found) == exact(sum(gaps))


@given(answers())
def test_top2_counts_labels_among_the_two_best(found):
    """A label is a top-2 hit when fewer than two classes come before it: more probable, or as probable and earlier."""
    hits = 0
    for true, row in zip(found.y_true, found.probabilities, strict=True):
        before = sum(q > row[true] or (q == row[true] and k < true) for k, q in enumerate(row))
        hits += not np.isnan(row).any() and before < 2
    assert top2_accuracy(found) == exact(hits / len(found.y_true))


# --- Laws -------------------------------------------------------------------------------------------------------------


@given(found=answers(), data=st.data())
def test_the_order_of_the_images_does_not_matter(found, data):
    """Every metric is the same for every order of the images."""
    rows = np.array(data.draw(st.permutations(range(len(found.y_true)))))
    for entry in ENTRIES.values():
        assert entry.compute(subset(found, rows)) == exact(entry.compute(found)), entry.card.name


@given(found=answers(), data=st.data())
def test_the_order_of_the_classes_does_not_matter(found, data):
    """Metrics of the whole set are the same when classes swap places, in labels, answers and probabilities alike."""
    labels = data.draw(st.permutations(range(found.n_labels)))
    others = data.draw(st.permutations(range(found.n_labels, len(found.classes))))
    other = relabelled(found, np.array([*labels, *others]))
    for metric in RELABELLING_KEEPS:
        assert metric(other) == exact(metric(found)), metric.__name__


@given(answers())
def test_confusion_matrix_ties_the_metrics_together(found):
    """Accuracy = trace / N, UAR = mean of the row recalls, rows sum to the answered images of their class."""
    matrix = confusion_matrix(found)
    images = support(found)
    assert accuracy(found) == exact(np.trace(matrix) / len(found.y_true))
    assert matrix.sum(axis=1) == same(np.bincount(found.y_true[found.answered], minlength=found.n_labels))
    present = images > 0
    assert uar(found) == exact((np.diagonal(matrix)[present] / images[present]).mean())


@given(answers())
def test_values_have_the_declared_shape_and_range(found):
    """Every value lies in the range of its card, or is NaN, and has the shape of its card."""
    shapes = {"scalar": (), "per_class": (found.n_labels,), "matrix": (found.n_labels, len(found.classes))}
    for entry in ENTRIES.values():
        value = np.asarray(entry.compute(found))
        low, high = entry.card.range
        assert value.dtype == np.float64
        assert value.shape == shapes[entry.card.shape]
        assert (np.isnan(value) | ((value >= low - 1e-12) & (value <= high + 1e-12))).all(), entry.card.name


@given(answers(unanswered=False), st.data())
def test_images_without_an_answer_change_counts_and_not_calibration(found, data):
    """One more unanswered image lowers the share of right answers, and leaves NLL, Brier and ECE as they were."""
    label = data.draw(st.integers(0, found.n_labels - 1))
    more = replace(
        found,
        y_true=np.append(found.y_true, label),
        y_pred=np.append(found.y_pred, -1),
        probabilities=np.vstack([found.probabilities, np.full(len(found.classes), nan)]),
    )
    n = len(found.y_true)
    assert accuracy(more) == exact(accuracy(found) * n / (n + 1))
    assert top2_accuracy(more) == exact(top2_accuracy(found) * n / (n + 1))
    assert confusion_matrix(more) == same(confusion_matrix(found))
    for metric in (nll, brier, ece, ece_adaptive):
        assert metric(more) == exact(metric(found)), metric.__name__


# --- Edges ------------------------------------------------------------------------------------------------------------


def test_one_right_image():
    """One right image: all rates are 1, chance agreement is undefined, nothing is miscalibrated."""
    found = hard_answers([0], [0])
    perfect = dict.fromkeys(("accuracy", "uar", "top2_accuracy", "f1_macro", "f1_weighted"), 1.0)
    undefined = dict.fromkeys(("cohen_kappa", "mcc"), nan)
    none = dict.fromkeys(("nll", "brier", "ece", "ece_adaptive"), 0.0)
    for name, value in (perfect | undefined | none).items():
        assert ENTRIES[name].compute(found) == exact(value), name


def test_one_certain_mistake():
    """One certain mistake: all rates are 0, the losses at their largest, and NLL finite."""
    found = hard_answers([0], [1])
    nothing = dict.fromkeys(("accuracy", "uar", "f1_macro", "f1_weighted", "cohen_kappa", "mcc"), 0.0)
    worst = {"nll": 52 * log(2), "brier": 2.0, "ece": 1.0, "ece_adaptive": 1.0}
    for name, value in (nothing | worst).items():
        assert ENTRIES[name].compute(found) == exact(value), name


def test_no_answer_at_all():
    """Without any answer the rates are 0 and the probabilities' metrics have no value."""
    found = soft_answers([0, 1], np.full((2, 3), nan))
    for name in ("accuracy", "uar", "top2_accuracy", "f1_macro", "f1_weighted", "cohen_kappa", "mcc"):
        assert ENTRIES[name].compute(found) == 0, name
    for name in ("nll", "brier", "ece", "ece_adaptive"):
        assert np.isnan(ENTRIES[name].compute(found)), name


def test_no_image_at_all():
    """Without images, as in an empty slice, counts are 0 and whatever is a mean is NaN."""
    found = subset(hard_answers([0, 1], [0, 2]), slice(0))
    for name, entry in ENTRIES.items():
        expected = 0.0 if name in {"support", "confusion_matrix", "precision"} else nan
        assert entry.compute(found) == exact(np.full_like(entry.compute(found), expected)), name


def test_an_answer_outside_the_data_set_is_a_false_negative_and_no_false_positive():
    """In strict mode an answer that the data set does not know lowers recall and F1, and nobody's precision."""
    found = hard_answers(true=[0, 0, 1, 1], predicted=[0, 2, 1, 1])
    assert precision(found) == exact(np.array([1.0, 1.0]))
    assert recall(found) == exact(np.array([0.5, 1.0]))
    assert f1_macro(found) == exact((2 / 3 + 1) / 2)


def test_a_class_without_images_is_left_out_of_the_averages():
    """A class of the data set without images has no recall and no F1, even where it is predicted."""
    found = hard_answers(true=[0, 0, 2, 2], predicted=[0, 1, 2, 2])
    assert recall(found) == exact(np.array([0.5, nan, 1.0]))
    assert f1(found) == exact(np.array([2 / 3, nan, 1.0]))
    assert uar(found) == exact(0.75)
    assert f1_macro(found) == exact((2 / 3 + 1) / 2)


def test_confidence_on_an_edge_belongs_to_the_bin_below():
    """Bins are closed at the top: 0.6 = 9/15 shares a bin with 0.55, not with 0.65."""
    below = soft_answers([0, 1], [[0.6, 0.4], [0.55, 0.45]])
    above = soft_answers([0, 1], [[0.6, 0.4], [0.65, 0.35]])
    assert ece(below) == exact(abs(1 - 0.6 - 0.55) / 2)
    assert ece(above) == exact((0.4 + 0.65) / 2)


def test_equally_confident_images_share_an_adaptive_bin():
    """Where all confidences are equal there is one bin, so that hits before misses do not look miscalibrated."""
    found = soft_answers([0] * 15 + [1] * 15, [[0.8, 0.2]] * 30)
    assert ece_adaptive(found) == exact(0.8 - 0.5)
