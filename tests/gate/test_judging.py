"""Verdicts on runs: images are paired by id, and what is not the same image is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ferbench.comparison.reading import read_result
from ferbench.errors import EXIT_INCOMPLETE, EXIT_OK, NotComparable, UsageError
from ferbench.gate.judging import judge, undecided
from ferbench.gate.limits import Limit, Limits, Rule
from tests.gate.answering import run
from tests.leaderboard.building import build_test_set
from tests.leaderboard.changing import in_order, relabelled, resealed, with_pixels

LIMITS = Limits(drops=(Limit(name="accuracy", allowed=0.5),))
DRIFT = Limits(drift=(Limit(name="max_abs_logit", allowed=1e-4), Limit(name="flips", allowed=0)))


@pytest.fixture
def verdict(catalog):
    """The verdict on two results."""

    def judged(baseline, new, limits=LIMITS):
        return judge(read_result(baseline), read_result(new), catalog, limits)

    return judged


def with_outputs(result, emotion, **parts):
    """The run with other outputs."""
    predictions = replace(result.predictions, outputs={"emotion": emotion.astype(np.float32)}, **parts)
    return resealed(result, predictions=predictions)


def test_a_worse_model_fails_and_an_equal_one_passes(verdict):
    """20 images more are wrong of 210: 9.5 points, p = 2^-20; then as many are wrong, but others."""
    baseline = run({0, 1, 2})
    worse = verdict(baseline, run(set(range(23)), seed=2))
    equal = verdict(baseline, run({3, 4, 5}, seed=3))

    assert (worse.verdict, worse.exit_code, worse.n) == ("failed", 1, 210)
    assert worse.checks[0].worse_by == pytest.approx(100 * 20 / 210)
    assert worse.checks[0].p == pytest.approx(2**-20)
    assert (equal.verdict, equal.exit_code) == ("passed", EXIT_OK)
    assert (equal.counts.first, equal.counts.second, equal.counts.both) == (3, 3, 204)
    assert (equal.baseline.run_id, equal.new.run_id) == (baseline.run_id, run({3, 4, 5}, seed=3).run_id)


def test_images_are_paired_by_id(verdict):
    """The same answers in another order are the same answers."""
    new = in_order(run(set(range(10)), seed=2), np.random.default_rng(0).permutation(210).tolist())
    found = verdict(run(set(range(10))), new, Limits(drops=LIMITS.drops, drift=DRIFT.drift))

    assert found.verdict == "passed"
    assert found.counts.discordant == 0
    assert [check.worse_by for check in found.checks] == [0.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("other", "named"),
    [
        (lambda: in_order(run(set(), 2), range(200)), "10 ids only in run 1"),
        (lambda: run(set(), 2, test_set=build_test_set(217, ("fear",))), "7 ids only in run 2"),
        (lambda: relabelled(run(set(), 2), {"test_0000": "fear"}), "1 labels differ"),
        (lambda: run(set(), 2, test_set=build_test_set(210, ("fear",), split="valid")), "split test / valid"),
        (lambda: run(set(), 2, test_set=build_test_set(210, ("fear",), dataset="ferplus")), "data set rafdb / ferplus"),
    ],
)
def test_other_images_are_refused_and_named(verdict, other, named):
    """Images left out, more images, other labels, another split, another data set."""
    with pytest.raises(NotComparable) as caught:
        verdict(run(set()), other())
    assert named in caught.value.found
    assert "--on shared" not in caught.value.todo


def test_other_pixels_are_refused_unless_accepted(verdict):
    """The same images, seven of them with other pixels."""
    new = with_pixels(run(set(), 2), 7)
    with pytest.raises(NotComparable, match="7 of 210 images have other pixels") as caught:
        verdict(run(set()), new)
    accepted = verdict(run(set()), new, replace(LIMITS, other_pixels=True))

    assert "--allow-other-pixels" in caught.value.todo
    assert (accepted.verdict, accepted.other_pixels) == ("passed", 7)
    assert any("compares systems" in note for note in accepted.notes)


def test_a_run_is_not_gated_against_itself(verdict):
    """It never drops."""
    with pytest.raises(UsageError, match="same run"):
        verdict(run(set()), run(set()))


def test_images_without_an_answer_leave_nothing_decided(verdict):
    """The verdict is incomplete, whether or not a check fails; no face found is an answer."""
    broken = run(set(), 2, failures=dict.fromkeys(("test_0000", "test_0007"), "unreadable: OSError: gone"))
    no_face = run(set(), 3, failures={"test_0000": "no face found"})
    found = undecided(run(set()).record, read_result(broken), Rule())

    assert (found.verdict, found.exit_code, found.unanswered) == ("incomplete", EXIT_INCOMPLETE, 2)
    assert found.notes == (
        "no answer for test_0000: unreadable: OSError: gone",
        "no answer for test_0007: unreadable: OSError: gone",
    )
    assert verdict(run(set()), no_face).verdict == "passed"


def test_what_else_differs_is_said(verdict):
    """Another preprocessing, a reason not to rank, few images of a class."""
    new = run(set(), 2, preprocess={"size": [8, 8]}, not_ranked_because=["only 210 of 3068 images (--limit)"])
    notes = verdict(run(set()), new, Limits(drops=(Limit(name="uar", allowed=1.0),))).notes
    few = build_test_set(20, ("fear", "anger"))
    small = verdict(
        run(set(), test_set=few), run(set(), 2, test_set=few), Limits(drops=(Limit(name="f1_macro", allowed=1.0),))
    )

    assert any("preprocess" in note for note in notes)
    assert any("only 210 of 3068" in note for note in notes)
    assert not any("Few images" in note for note in notes)
    assert any("Few images of anger (10), fear (10)" in note for note in small.notes)
    assert not any(
        "Few images" in note for note in verdict(run(set(), test_set=few), run(set(), 2, test_set=few)).notes
    )


def test_what_the_set_can_show_is_one_sided(verdict):
    """Connor's formula at 40 discordant images of 210, with z(0.95) in the place of z(0.975)."""
    found = verdict(run(set(range(20))), run(set(range(20, 40)), 2))
    psi, z_a, z_b = 40 / 210, 1.6449, 0.8416
    delta = found.detectable

    assert found.counts.discordant == 40
    assert pytest.approx(((z_a * psi**0.5 + z_b * (psi - delta**2) ** 0.5) / delta) ** 2, rel=1e-3) == 210
    assert verdict(run({1}), run({1}, 2), replace(LIMITS, rule=Rule(alpha=0.01))).detectable is None


def test_of_two_metrics_each_has_half_the_level(verdict):
    """Holm leaves the accuracy, if it comes first, with half of alpha: as one metric at half of it."""
    baseline, new = run(set(range(20))), run(set(range(20, 40)), 2)
    two = Limits(drops=(*LIMITS.drops, Limit(name="recall/fear", allowed=1.0)))
    half = replace(LIMITS, rule=Rule(alpha=0.025))

    assert verdict(baseline, new, two).detectable == verdict(baseline, new, half).detectable


def test_drift_is_the_largest_difference_and_the_flips(verdict):
    """0.001 more in one of 1,470 outputs, then another answer to one image."""
    baseline = run(set())
    emotion = baseline.predictions.emotion.copy()
    emotion[17, 3] += 0.001
    moved = verdict(baseline, with_outputs(run(set(), 2), emotion), DRIFT)
    flipped = verdict(baseline, run({5}, 3), DRIFT)

    assert [check.outcome for check in moved.checks] == ["failed", "passed"]
    assert moved.checks[0].worse_by == pytest.approx(0.001, rel=1e-3)
    assert [(check.name, check.worse_by) for check in flipped.checks] == [("max_abs_logit", 3.0), ("flips", 1.0)]
    assert verdict(baseline, run(set(), 4), DRIFT).verdict == "passed"


def test_drift_looks_at_classes_by_name(verdict):
    """The same outputs in another order of the classes drift nowhere."""
    baseline, new = run({1}), run({1}, 2)
    order = [3, 1, 2, 0, 6, 5, 4]
    classes = tuple(new.predictions.classes[place] for place in order)
    turned = with_outputs(new, new.predictions.emotion[:, order], classes=classes)

    assert [check.worse_by for check in verdict(baseline, turned, DRIFT).checks] == [0.0, 0.0]


def test_an_answer_against_none_is_a_flip(verdict):
    """No face where one was found before; what both do not answer is equal."""
    baseline, gone = run(set()), {"test_0003": "no face found"}
    emotion = baseline.predictions.emotion.copy()
    emotion[3] = np.nan
    silent = [with_outputs(run(set(), seed, failures=gone), emotion, failures=gone) for seed in (2, 3)]

    assert [check.worse_by for check in verdict(baseline, silent[0], DRIFT).checks] == [0.0, 1.0]
    assert [check.worse_by for check in verdict(*silent, DRIFT).checks] == [0.0, 0.0]


def test_outputs_of_another_meaning_do_not_drift(verdict):
    """Probabilities are not subtracted from logits."""
    new = run(set(), 2)
    other = resealed(new, predictions=replace(new.predictions, kind="probabilities"))
    with pytest.raises(NotComparable, match="outputs differ: logits / probabilities"):
        verdict(run(set()), other, DRIFT)
