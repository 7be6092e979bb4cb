"""Runs by other engines and in other precisions are run again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ferbench.audit.recomputation import Request, recompute
from ferbench.config import Settings
from ferbench.pipeline.engine.guarded import RECOMPUTED
from ferbench.pipeline.engine.margins import margins
from ferbench.pipeline.run import evaluate
from ferbench.plugin_manager import build_catalog
from ferbench.spec import RunSpec


def evaluated(**asked):
    """A run of tiny_cnn on 24 drawn faces."""
    spec = RunSpec(model="tiny_cnn", dataset="synthetic", limit=24, timing=False, device="cpu", **asked)
    return evaluate(spec, settings=Settings())


@pytest.fixture(scope="module")
def guarded():
    """A guarded run."""
    return evaluated(precision="guarded")


def checked(result, **asked):
    """The checks of three images of a run, by name."""
    facts = {"weights": None, "data_root": None, "dataset_options": {}, "device": "cpu", "tolerance": 1e-3}
    request = Request(n=24, seed=0, **facts, **asked)
    return {
        check.name.removesuffix(" again"): check for check in recompute(result, request, build_catalog(), Settings())
    }


def test_a_guarded_run_comes_out_again(guarded):
    """Its classes in float32; its outputs within what rounding may do."""
    check = checked(guarded)["outputs"]

    assert check.passed is True
    assert "1e-01 of that" in check.finding
    assert check.finding.endswith("0 other answers")


@pytest.mark.parametrize(("asked", "part"), [({"precision": "bf16"}, "1e-01"), ({"engine": "onnxruntime"}, "1e-03")])
def test_a_run_comes_out_again_the_way_it_was_run(asked, part):
    """By its engine and in its precision: to the last bit on one machine."""
    check = checked(evaluated(**asked))["outputs"]

    assert check.passed is True
    assert "difference 0.0e+00" in check.finding
    assert f"{part} of that" in check.finding


@pytest.mark.parametrize(("precision", "found"), [("fp16", "few CPUs compute in it"), ("int3", "does not know it")])
def test_what_cannot_be_run_here_is_said(guarded, precision, found):
    """A precision that is missing is no fault of the run, and no pass."""
    checks = checked(replace(guarded, record={**guarded.record, "precision": precision}))

    assert checks.keys() == {"weights", "engine"}
    assert checks["engine"].passed is None
    assert checks["engine"].finding.startswith(f"eager in {precision} cannot be run here: ")
    assert found in checks["engine"].finding


def with_outputs(result, **outputs):
    """The same result with other outputs."""
    return replace(result, predictions=replace(result.predictions, outputs={**result.predictions.outputs, **outputs}))


def test_another_class_in_a_guarded_run_is_a_fault(guarded):
    """Also where its outputs are as near as fewer digits excuse."""
    emotion = guarded.predictions.emotion.copy()
    narrow = np.argmin(margins(emotion.astype(np.float64)))
    second, first = np.argsort(emotion[narrow])[-2:]
    emotion[narrow, [first, second]] = emotion[narrow, [second, first]] + [[-0.02, 0.02]]
    flags = np.zeros((24, 1), np.float32)
    finding = checked(with_outputs(guarded, emotion=emotion, **{RECOMPUTED: flags}))["outputs"]

    assert checked(guarded)["outputs"].passed is True
    assert finding.passed is False
    assert finding.finding.endswith("1 other answers")


def test_what_was_computed_in_float32_must_be_equal(guarded):
    """Images of a guarded run that are marked so are excused nothing."""
    shifted = guarded.predictions.emotion + np.float32(0.05)
    passed = [
        checked(with_outputs(guarded, emotion=shifted, **{RECOMPUTED: np.full((24, 1), flag, np.float32)}))[
            "outputs"
        ].passed
        for flag in (0, 1)
    ]

    assert passed == [True, False]
