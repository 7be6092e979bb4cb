"""From raw outputs to answers in both label modes, and from answers to scores."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ferbench.cards import MetricCard
from ferbench.emotions import CANONICAL, NAMED_ORDERS
from ferbench.interfaces import MetricEntry
from ferbench.intervals import wilson
from ferbench.pipeline.score import answers_of, score
from ferbench.results import Predictions

SEVEN, EIGHT = NAMED_ORDERS["rafdb"], NAMED_ORDERS["affectnet8"]


def predictions_of(emotion, labels, classes, kind="logits"):
    """Predictions with the given outputs."""
    return Predictions(
        ids=tuple(f"i{i}" for i in range(len(labels))),
        labels=tuple(labels),
        classes=tuple(classes),
        kind=kind,
        outputs={"emotion": np.asarray(emotion, np.float32)},
        attributes=({},) * len(labels),
    )


def one_hot(order, *names):
    """Logits that say the named classes, in the given class order."""
    return [[5.0 if cls == name else 0.0 for cls in order] for name in names]


@given(st.permutations(range(7)), arrays(np.float32, (6, 7), elements=st.floats(-9, 9, width=32), unique=True))
def test_the_order_of_the_outputs_does_not_matter(order, emotion):
    """Outputs in another order, with the class order that says so, are the same answers."""
    labels = [SEVEN[i % 7] for i in range(6)]
    plain = answers_of(predictions_of(emotion, labels, SEVEN), SEVEN, "strict")
    turned = answers_of(predictions_of(emotion[:, order], labels, [SEVEN[i] for i in order]), SEVEN, "strict")

    assert np.array_equal(turned.y_pred, plain.y_pred)
    assert np.array_equal(turned.probabilities, plain.probabilities)


def test_strict_counts_a_foreign_class_as_wrong_and_mask_does_not_see_it():
    """An 8-class model that says contempt for a fearful face: wrong in strict mode; its next choice in mask mode."""
    logits = [[0, 0, 0, 0, 4, 0, 0, 5]]
    found = predictions_of(logits, ["fear"], EIGHT)
    strict, mask = answers_of(found, SEVEN, "strict"), answers_of(found, SEVEN, "mask")

    assert strict.classes == (*SEVEN, "contempt")
    assert strict.n_labels == 7
    assert not strict.correct[0]
    assert mask.classes == SEVEN
    assert mask.correct[0]
    assert mask.probabilities.sum() == pytest.approx(1)


def test_mask_probabilities_are_those_of_strict_renormalised():
    """Softmax over the shared logits equals softmax over all, divided by the share of the shared classes."""
    logits = np.random.default_rng(0).normal(size=(5, 8))
    found = predictions_of(logits, ["fear"] * 5, EIGHT)
    strict, mask = answers_of(found, SEVEN, "strict"), answers_of(found, SEVEN, "mask")
    shared = strict.probabilities[:, :7]

    assert mask.probabilities == pytest.approx(shared / shared.sum(axis=1, keepdims=True))


def test_probabilities_are_taken_as_they_are():
    """A model that gives probabilities is not put through softmax again."""
    found = predictions_of([[0.7, 0.2, 0.1]], ["fear"], ("fear", "anger", "disgust"), kind="probabilities")

    assert answers_of(found, ("fear", "anger", "disgust"), "strict").probabilities[0] == pytest.approx([0.7, 0.2, 0.1])


def test_no_answer_is_wrong_and_has_no_probabilities():
    """A row of NaN: y_pred -1, not answered, not correct, not a top-2 hit."""
    found = predictions_of([[np.nan] * 7, [9, 0, 0, 0, 0, 0, 0]], ["surprise", "surprise"], SEVEN)
    answers = answers_of(found, SEVEN, "strict")

    assert answers.y_pred.tolist() == [-1, 0]
    assert answers.answered.tolist() == [False, True]
    assert answers.correct.tolist() == [False, True]
    assert answers.top_k_hits(2).tolist() == [False, True]


def test_equal_logits_go_to_the_first_class_of_the_model():
    """A tie is broken as a plain argmax over the outputs does."""
    for order in (SEVEN, SEVEN[::-1]):
        answers = answers_of(predictions_of([[1.0] * 7], ["surprise"], order), SEVEN, "strict")
        assert SEVEN[answers.y_pred[0]] == order[0]


def entry(name, compute, **facts):
    """A metric."""
    card = MetricCard(name=name, title=name, direction="higher", range=(0, 1), **facts)
    return MetricEntry(card=card, compute=compute)


def test_scores_have_names_counts_and_intervals():
    """A scalar has its name and Wilson interval, a value a class its class, one over answered images their number."""
    found = predictions_of(
        [*one_hot(SEVEN, "surprise", "fear", "fear"), [np.nan] * 7], ["surprise", "fear", "surprise", "fear"], SEVEN
    )
    metrics = [
        entry("accuracy", lambda answers: answers.correct.mean(), interval="wilson"),
        entry("loss", lambda answers: 0.5, over="answered"),
        entry("each", lambda answers: np.arange(7.0), shape="per_class"),
        entry("matrix", lambda answers: np.eye(7), shape="matrix"),
    ]
    scores, matrices = score(found, SEVEN, metrics)
    by_name = {item.metric: item for item in scores}

    assert by_name["accuracy"].value == 0.5
    assert (by_name["accuracy"].low, by_name["accuracy"].high) == wilson(2, 4)
    assert by_name["accuracy"].n == 4
    assert by_name["loss"].n == 3
    assert by_name["each/disgust"].value == 2.0
    assert matrices[0].rows == SEVEN
    assert matrices[0].values[0][0] == 1.0


def test_both_modes_are_scored_where_the_sets_differ():
    """An 8-class model on 7 classes has strict and mask scores; a 7-class model strict ones alone."""
    metric = [entry("accuracy", lambda answers: answers.correct.mean())]
    eight, _ = score(predictions_of(one_hot(EIGHT, "contempt"), ["fear"], EIGHT), SEVEN, metric)
    seven, _ = score(predictions_of(one_hot(SEVEN, "fear"), ["fear"], SEVEN), SEVEN, metric)

    assert [item.label_mode for item in eight] == ["strict", "mask"]
    assert [item.label_mode for item in seven] == ["strict"]


def test_canonical_order_is_not_assumed():
    """Classes of the data set stay in its own order."""
    answers = answers_of(predictions_of(one_hot(CANONICAL, "fear"), ["fear"], CANONICAL), SEVEN, "mask")

    assert answers.classes[answers.y_pred[0]] == "fear"
    assert answers.classes == SEVEN
