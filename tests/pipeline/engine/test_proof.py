"""Every engine and precision proves itself on images of the run."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from ferbench.execution import Conduct, Proof
from ferbench.pipeline.engine.proof import SAMPLE, Compared, prove, verdict_on
from ferbench.pipeline.load import plain_float32
from ferbench.pipeline.probes.guards import guards
from tests.pipeline.engine.networks import BLACK, asked_all, begun, by, classes_of, ran


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the networks are."""
    return tmp_path_factory.mktemp("proof")


def proven(running, predictions):
    """The proof and the verdict of a run."""
    with plain_float32(None):
        found = prove(running, predictions)
    return found.proof, found.verdict


def as_compiled(running):
    """The run as if its answers were those of a compiled network."""
    conduct = replace(running.plan.conduct, engine="compile")
    return replace(running, plan=replace(running.plan, conduct=conduct))


def test_a_plain_run_proves_nothing(folder):
    """It is what the others are compared with."""
    assert prove(*ran(folder)) is None


@pytest.mark.parametrize("engine", ["eager", "compile"])
@pytest.mark.parametrize("precision", ["bf16", "guarded"])
def test_an_honest_run_is_proven(folder, engine, precision):
    """On 64 of its images, with the largest difference among them."""
    proof, verdict = proven(*ran(folder, engine=engine, precision=precision))

    assert (proof.n, proof.flips) == (SAMPLE, 0) or precision == "bf16"
    assert 0 < proof.largest_difference < 0.05
    assert verdict.outcome in {"ok", "warning"}
    assert not verdict.not_ranked_because


def test_an_engine_that_says_the_same_is_proven(folder):
    """To the last bit here."""
    running = as_compiled(begun(folder))
    proof, verdict = proven(running, asked_all(running))

    assert proof == Proof(n=SAMPLE, largest_difference=0.0, flips=0)
    assert verdict.outcome == "ok"
    assert verdict.finding == (
        "compile in fp32 against eager in fp32: largest change of an output 0.0e+00, another class in 0 of 64 images"
    )


@pytest.mark.parametrize("wrong", [lambda answers: answers + 0.01, lambda answers: answers.flip(1)])
def test_an_engine_that_is_wrong_is_not_ranked(folder, wrong):
    """By a hundredth, or in the order of the classes."""
    running = as_compiled(begun(folder))
    network = running.loaded.model.module
    broken = by(running, lambda images: wrong(network(images)))
    proof, verdict = proven(broken, asked_all(broken))

    assert verdict.outcome == "contradicted"
    assert "not those of the network in float32" in verdict.not_ranked_because
    assert proof.largest_difference > 0.009


def test_a_trace_that_went_another_way_is_found_out(folder):
    """A network that decides by value, traced with a picture for which it decides otherwise."""
    running = as_compiled(begun(folder, "by_value"))
    with pytest.warns(torch.jit.TracerWarning):
        traced = torch.jit.trace(running.loaded.model.module, torch.full((2, 3, 8, 8), -20.0), check_trace=False)
    broken = by(running, traced)

    assert proven(broken, asked_all(broken))[1].outcome == "contradicted"


def test_bf16_far_beyond_rounding_is_a_fault(folder):
    """Fewer digits excuse little: outputs that are half of the size away are not those of the network."""
    own, plain = np.array([[4.0, 0.0]]), np.array([[8.0, 0.0]])
    proof = Proof(n=1, largest_difference=4.0, flips=0)

    assert verdict_on(Compared(own, plain), proof, Conduct(precision="bf16")).outcome == "contradicted"
    assert verdict_on(Compared(0.9 * plain, plain), proof, Conduct(precision="bf16")).outcome == "ok"


@pytest.mark.parametrize(
    ("precision", "outcome"), [("fp32", "contradicted"), ("guarded", "contradicted"), ("bf16", "warning")]
)
def test_another_class_is_a_fault_where_classes_are_promised(precision, outcome):
    """By float32 and by guarded runs; elsewhere it is what fewer digits cost."""
    compared = Compared(np.array([[1.0, 1.0004]]), np.array([[1.0004, 1.0]]))
    proof = Proof(n=1, largest_difference=4e-4, flips=1)
    verdict = verdict_on(compared, proof, Conduct(precision=precision))

    assert verdict.outcome == outcome
    assert "another class in 1 of 1" in verdict.finding
    assert bool(verdict.not_ranked_because) == (outcome == "contradicted")
    assert ("1 of 1 images (a sample)" in verdict.warning) == (precision == "bf16")


def test_a_tie_may_fall_either_way():
    """Two classes that the noise of float32 cannot tell apart."""
    compared = Compared(np.array([[1.0, 1.00001]]), np.array([[1.00001, 1.0]]))

    assert compared.flipped.tolist() == [True]
    assert compared.real_flips == 0
    assert verdict_on(compared, Proof(n=1, largest_difference=1e-5, flips=1), Conduct(engine="compile")).outcome == "ok"


def test_an_answer_that_only_one_of_them_has_is_another_one(folder):
    """An overflow is counted, not passed over: such images are among those that are drawn."""
    nan = [np.nan, np.nan]
    compared = Compared(np.array([nan, [1.0, 0.0], nan]), np.array([[1.0, 0.0], nan, nan]))
    assert compared.flipped.tolist() == [True, True, False]
    assert compared.real_flips == 2
    assert compared.largest_difference == compared.largest_change == 0

    running, predictions = ran(folder, "overflows", precision="bf16", limit=40)
    if BLACK in predictions.ids:
        assert proven(running, predictions)[0].n == 40 - sum(name != BLACK for name in predictions.failures)


@pytest.mark.parametrize(
    ("model", "asked"),
    [
        ("honest", {}),
        ("honest", {"precision": "bf16"}),
        ("crowd", {}),
        ("crowd", {"precision": "bf16"}),
        ("crowd", {"precision": "bf16", "batch_size": 1}),
        ("crowd", {"precision": "guarded"}),
        ("crowd", {"engine": "onnxruntime"}),
        ("crowd", {"engine": "compile"}),
    ],
)
def test_neighbours_are_seen_under_every_engine_and_precision(folder, model, asked):
    """A network that subtracts the mean of its batch is found out; rounding by batch size is no such thing."""
    running, predictions = ran(folder, model, limit=200, **asked)
    with plain_float32(None):
        (verdict,) = guards(running, predictions)["numerics_probe"]()

    assert verdict.outcome == ("contradicted" if model == "crowd" else "ok")
    assert ("in float32" in verdict.finding) == bool(asked)


def test_the_colours_are_asked_about_in_the_precision_of_the_run(folder):
    """Otherwise the difference of two precisions would be taken for one of colours."""
    running, predictions = ran(folder, precision="bf16")
    with plain_float32(None):
        (verdict,) = guards(running, predictions)["colour_probe"]()

    assert verdict.outcome in {"ok", "inconclusive"}
    assert (classes_of(predictions) >= 0).sum() == 598
