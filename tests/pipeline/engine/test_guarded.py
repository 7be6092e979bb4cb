"""Guarded runs: the classes of float32, most of them at the price of fewer digits."""

from __future__ import annotations

import numpy as np
import pytest

from ferbench.pipeline.answering import AnswersOf
from ferbench.pipeline.engine.guarded import RECOMPUTED, SAFETY, Guarded, Seen, drawn, guarding_of
from ferbench.pipeline.engine.remarks import guarded_verdict
from ferbench.pipeline.load import plain_float32
from tests.pipeline.engine.networks import BLACK, BROKEN, IMAGES, asked_all, begun, classes_of, plan_of, ran


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the networks are."""
    return tmp_path_factory.mktemp("guarded")


@pytest.mark.parametrize("model", ["honest", "probabilities"])
@pytest.mark.parametrize("tta", ["none", "flip"])
def test_the_classes_are_those_of_float32(folder, model, tta):
    """Where bfloat16 alone changes some: for logits, for probabilities, and for the mean of several views."""
    plain, fast, guarded = (ran(folder, model, tta=tta, precision=name)[1] for name in ("fp32", "bf16", "guarded"))

    assert (classes_of(fast) != classes_of(plain)).sum() > 0
    assert (classes_of(guarded) == classes_of(plain)).all()
    assert len(np.unique(classes_of(plain))) == 5


def test_a_compiled_network_is_guarded_by_its_own_code(folder):
    """Float32 is that of the network's own code, whatever engine is fast."""
    plain, guarded = ran(folder)[1], ran(folder, engine="compile", precision="guarded")[1]

    assert (classes_of(guarded) == classes_of(plain)).all()
    assert 0 < np.nansum(guarded.outputs[RECOMPUTED]) < IMAGES / 2


def test_only_doubtful_images_are_computed_again(folder):
    """Their rows are those of float32, the others those of bfloat16; images that cannot be read are neither."""
    running, guarded = ran(folder, precision="guarded")
    plain, fast = (ran(folder, precision=name)[1] for name in ("fp32", "bf16"))
    flags = guarded.outputs[RECOMPUTED]
    again = flags[:, 0] == 1

    assert flags.shape == (IMAGES, 1)
    assert set(guarded.failures) == {guarded.ids[row] for row in np.flatnonzero(np.isnan(flags[:, 0]))} == set(BROKEN)
    assert np.abs(guarded.emotion[again] - plain.emotion[again]).max() < 1e-5
    assert np.array_equal(guarded.emotion[flags[:, 0] == 0], fast.emotion[flags[:, 0] == 0])
    assert 0 < again.sum() < IMAGES / 2
    assert guarding_of(running.calibration, guarded).recomputed == again.sum()


def test_the_bound_is_that_of_the_sample(folder):
    """The largest change of a margin among 256 images of the run itself, twice: the same every time."""
    first, second = (begun(folder, precision="guarded").calibration for _ in range(2))
    sample = {row.id for row in drawn(plan_of(folder).rows)}

    assert first == second
    assert first.fast == "bf16"
    assert len(sample) == 256
    assert first.sample == 256 - len(sample & set(BROKEN))
    assert 0 < first.bound < 1


def test_other_outputs_come_from_where_the_classes_come_from(folder):
    """A row is that of one arithmetic, all outputs of it."""
    _, guarded = ran(folder, "wide", precision="guarded")

    assert set(guarded.outputs) == {"emotion", "size", RECOMPUTED}
    assert np.isfinite(guarded.outputs["size"]).sum() == IMAGES - len(BROKEN)


def test_what_overflows_is_computed_again(folder):
    """An answer that is not finite in bfloat16 has one in float32."""
    fast, guarded = (ran(folder, "overflows", precision=name)[1] for name in ("bf16", "guarded"))
    black = guarded.ids.index(BLACK)

    assert fast.failures[BLACK] == "the model's output is not finite"
    assert BLACK not in guarded.failures
    assert guarded.outputs[RECOMPUTED][black] == 1


def test_what_is_no_number_in_float32_is_none(folder):
    """The image is listed as one without an answer, as in a plain run."""
    plain, guarded = (ran(folder, "black_is_no_number", precision=name)[1] for name in ("fp32", "guarded"))

    assert guarded.failures == plain.failures
    assert BLACK in guarded.failures


def test_a_second_pass_says_the_same_to_the_last_bit(folder):
    """A run that is resumed goes on with what it would have said."""
    running, first = ran(folder, precision="guarded")

    assert asked_all(running).sha256() == first.sha256() == ran(folder, precision="guarded")[1].sha256()


def test_without_a_usable_sample_everything_is_computed_again():
    """The bound is infinite where nothing was seen, and where float32 alone has no answer."""
    nothing, missing = Seen(), Seen()
    nothing.add(np.full((2, 3), np.nan), np.zeros((2, 3)))
    missing.add(np.eye(3), np.array([[1, 0, 0], [0, 1, 0], [0, np.nan, 1]]))

    assert (nothing.images, nothing.bound) == (0, np.inf)
    assert (missing.images, missing.bound) == (3, np.inf)


def test_the_bound_is_twice_the_largest_change():
    """Over all batches of the sample."""
    seen = Seen()
    for change in (0.25, 0.5, 0.125):
        seen.add(np.array([[1.0, 0.0]]), np.array([[1.0, change]]))

    assert seen.bound == SAFETY * 0.5


def test_an_infinite_bound_is_float32(folder):
    """Every image is computed again, and the record says that this was slow."""
    running, plain = ran(folder)
    model = AnswersOf(running.model, 32)
    with plain_float32(None):
        views = np.random.default_rng(0).integers(0, 256, (5, 1, 3, 8, 8), dtype=np.uint8)
        answers = Guarded(fast=model, plain=model, kind="logits", bound=np.inf)(views)

    assert answers[RECOMPUTED].ravel().tolist() == [1] * 5
    assert plain.kind == "logits"


@pytest.mark.parametrize(("recomputed", "slow"), [(10, False), (580, True)])
def test_the_record_says_what_was_mixed(folder, recomputed, slow):
    """How many images, by which bound from how many; and where it was in vain."""
    running, guarded = ran(folder, precision="guarded")
    guarding = guarding_of(running.calibration, guarded)
    verdict = guarded_verdict(type(guarding)(fast="bf16", bound=0.25, sample=256, recomputed=recomputed), IMAGES)

    assert verdict.finding.startswith(f"{recomputed} of 600 images computed again in float32: margins up to 0.25, ")
    assert "scores of probabilities come from mixed precision: bf16, and float32 for" in verdict.warning
    assert ("no slower" in verdict.warning) == slow
    assert not verdict.not_ranked_because
