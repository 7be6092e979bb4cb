"""The class-order probe: another order is found, named and confirmed; honest models are left alone, good or bad."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ferbench.emotions import NAMED_ORDERS
from ferbench.pipeline.probes.class_order import (
    Tally,
    accepted,
    best_order,
    exchanged,
    probe_class_order,
    significant_swaps,
)
from ferbench.pipeline.probes.verdict import Verdict
from tests.pipeline.probes.simulated import (
    HONEST,
    RAFDB,
    SIZES,
    SWAPPED,
    constant,
    drawn,
    even,
    outcomes,
    predictions_of,
    random,
)

ALPHABETICAL = NAMED_ORDERS["alphabetical7"]
#: Surprise, fear and disgust each one place further: no known order.
TURNED = ("disgust", "surprise", "fear", *RAFDB[3:])


def probed(meant, per_class=40, accuracy=0.8, seed=0):
    """The verdict on a model whose outputs mean `meant` and are declared as RAF-DB's order."""
    rng = np.random.default_rng(seed)
    said, labels = drawn(rng, even(accuracy), dict.fromkeys(RAFDB, per_class))
    return probe_class_order(predictions_of(said, labels, RAFDB, meant), RAFDB)


def test_a_right_order_passes():
    """A good model in its own order: nothing to object."""
    verdict = probed(RAFDB)

    assert verdict == Verdict(
        probe="class order",
        outcome="ok",
        finding="surprise, fear, disgust, happiness, sadness, anger, neutral: no other fits better",
    )


def test_a_known_order_is_named_and_contradicts():
    """A model that counts alphabetically and is said to count as RAF-DB does: every class and the order are named."""
    verdict = probed(ALPHABETICAL)

    assert verdict.outcome == "contradicted"
    assert "surprise is anger, fear is disgust, disgust is fear" in verdict.finding
    assert "(the order alphabetical7)" in verdict.finding
    assert verdict.not_ranked_because.startswith("the class order is contradicted")
    assert "--class-order alphabetical7" in verdict.not_ranked_because
    assert not verdict.warning


def test_one_swap_contradicts():
    """Fear and disgust exchanged, which is no known order: both are named, and the order to pass."""
    verdict = probed(SWAPPED)

    assert verdict.outcome == "contradicted"
    assert verdict.finding.startswith("fear is disgust, disgust is fear: +")
    assert f"--class-order {','.join(SWAPPED)}" in verdict.not_ranked_because


def test_an_unknown_order_is_a_warning():
    """Three classes in a circle could be the confusion of a model on strange data: named, and no reason not to rank."""
    verdict = probed(TURNED)

    assert verdict.outcome == "warning"
    assert verdict.finding.startswith("surprise is disgust, fear is surprise, disgust is fear: +")
    assert f"--class-order {','.join(TURNED)}" in verdict.warning
    assert not verdict.not_ranked_because


@pytest.mark.parametrize(
    "order", [order for order in NAMED_ORDERS.values() if set(order) == set(RAFDB) and order != RAFDB]
)
def test_every_known_order_of_seven_classes_is_found(order):
    """Twenty images a class are enough to tell any known order from RAF-DB's."""
    verdict = probed(order, per_class=20)

    assert verdict.outcome == "contradicted"


@pytest.mark.parametrize(
    ("accuracy", "per_class", "meant", "fewest"),
    [
        (0.60, 20, ALPHABETICAL, 27),
        (0.60, 50, SWAPPED, 27),
        (0.75, 30, SWAPPED, 27),
        (0.92, 20, SWAPPED, 28),
        (0.60, 100, SWAPPED, 30),
    ],
)
def test_weak_models_in_another_order_are_found(accuracy, per_class, meant, fewest):
    """Of thirty models that are right in 60 to 92 %, nearly all are found out."""
    found = outcomes(30, lambda _: even(accuracy), dict.fromkeys(RAFDB, per_class), meant)

    assert found["contradicted"] >= fewest


@pytest.mark.parametrize("sizes", SIZES, ids=lambda sizes: str(sum(sizes.values())))
@pytest.mark.parametrize("honest", HONEST)
def test_honest_models_are_ranked(honest, sizes):
    """Models that guess, say one class, are weak, or take one class for another: none of thirty is contradicted."""
    assert outcomes(30, honest, sizes)["contradicted"] == 0


@pytest.mark.parametrize("sizes", SIZES, ids=lambda sizes: str(sum(sizes.values())))
@pytest.mark.parametrize("honest", [random, constant])
def test_models_that_know_nothing_are_not_even_warned(honest, sizes):
    """No order is better for answers that do not depend on the picture, however frequent a class is."""
    assert outcomes(30, honest, sizes)["ok"] == 30


@given(st.sampled_from(RAFDB), st.lists(st.integers(20, 60), min_size=7, max_size=7))
@settings(max_examples=25, deadline=None)
def test_a_model_that_says_one_class_fits_no_order_better(said, images):
    """Whatever the class and however the labels are distributed: useless, and in no other order better."""
    labels = [name for name, n in zip(RAFDB, images, strict=True) for _ in range(n)]

    assert probe_class_order(predictions_of([said] * len(labels), labels), RAFDB).outcome == "ok"


def test_few_images_are_inconclusive():
    """Under twenty answered images of a class the probe names it and objects to nothing."""
    rng = np.random.default_rng(0)
    said, labels = drawn(rng, even(0.9), dict.fromkeys(RAFDB, 20))
    predictions = predictions_of(said, labels, RAFDB, ALPHABETICAL)
    assert probe_class_order(predictions, RAFDB).outcome == "contradicted"
    predictions.emotion[labels.index("fear")] = np.nan

    verdict = probe_class_order(predictions, RAFDB)

    assert verdict == Verdict(probe="class order", outcome="inconclusive", finding="under 20 images of fear")


def test_the_order_of_the_manifest_does_not_matter():
    """The halves follow from the ids: images in another order give the same verdict."""
    rng = np.random.default_rng(0)
    said, labels = drawn(rng, even(0.7), dict.fromkeys(RAFDB, 30))
    before = predictions_of(said, labels, RAFDB, SWAPPED)
    order = rng.permutation(len(labels))
    after = replace(
        before,
        ids=tuple(before.ids[index] for index in order),
        labels=tuple(before.labels[index] for index in order),
        outputs={"emotion": before.emotion[order]},
    )

    assert probe_class_order(after, RAFDB) == probe_class_order(before, RAFDB)


def of_eight(said, labels, meant):
    """Predictions of a model with contempt, declared in AffectNet's order."""
    return predictions_of(said, labels, NAMED_ORDERS["affectnet8"], meant)


def test_a_class_that_the_data_do_not_have_is_part_of_a_known_order():
    """Eight classes, counted alphabetically, on seven: what is called contempt means surprise."""
    rng = np.random.default_rng(0)
    said, labels = drawn(rng, even(0.8), dict.fromkeys(RAFDB, 40))
    verdict = probe_class_order(of_eight(said, labels, NAMED_ORDERS["alphabetical8"]), RAFDB)

    assert verdict.outcome == "contradicted"
    assert "contempt is surprise (the order alphabetical8)" in verdict.finding


def test_contempt_for_disgust_is_no_swap():
    """No label can contradict that contempt means disgust, so a model that says it is left alone."""
    rng = np.random.default_rng(0)
    said, labels = drawn(rng, even(0.9), dict.fromkeys(RAFDB, 40))
    said = ["contempt" if name == "disgust" else name for name in said]

    assert probe_class_order(of_eight(said, labels, NAMED_ORDERS["affectnet8"]), RAFDB).outcome == "ok"


def test_two_classes_are_enough():
    """A data set of two classes, exchanged."""
    labels = ["fear", "anger"] * 30
    said = ["anger", "fear"] * 30
    verdict = probe_class_order(predictions_of(said, labels), ("fear", "anger"))

    assert verdict.outcome == "contradicted"
    assert verdict.finding.startswith("fear is anger, anger is fear: +100.0 points of UAR")


def tallied(diagonal, mistakes):
    """Answers that are right so often in every class, but for some classes: {(true, said): images}."""
    counts = np.eye(7, dtype=np.int64) * diagonal
    for (true, said), images in mistakes.items():
        counts[true, said] = images
    return Tally(RAFDB, RAFDB, counts)


def test_swaps_are_found_by_holms_procedure():
    """Ten images for one exchange and none against it are enough among 21 exchanges, six are not."""
    tally = tallied(
        10,
        {(0, 0): 0, (0, 1): 5, (1, 1): 0, (1, 0): 5, (2, 2): 0, (2, 3): 3, (3, 3): 0, (3, 2): 3},
    )

    assert list(significant_swaps(tally)) == [exchanged(RAFDB, "surprise", "fear")]


def test_noise_is_not_followed():
    """One exchange that is clear and one that wins by three images of 39: only the clear one is taken for an order."""
    tally = tallied(
        20,
        {(0, 0): 0, (0, 1): 20, (1, 1): 0, (1, 0): 20, (2, 2): 9, (2, 3): 11, (3, 3): 9, (3, 2): 10},
    )

    assert best_order(tally) == exchanged(RAFDB, "surprise", "fear")


def test_an_accepted_order_is_a_warning():
    """What withheld the rank is said, and withholds it no more; a verdict without objection stays as it is."""
    verdict, fine = probed(ALPHABETICAL), probed(RAFDB)

    assert accepted(verdict).outcome == "warning"
    assert accepted(verdict).finding == verdict.finding
    assert "was accepted (--accept-class-order)" in accepted(verdict).warning
    assert not accepted(verdict).not_ranked_because
    assert accepted(fine) is fine
