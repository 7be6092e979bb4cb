"""What a person reads about how a run was carried out."""

from __future__ import annotations

from dataclasses import asdict

from ferbench.execution import BatchTrial, Compilation, Execution, Guarding, Proof
from ferbench.report.execution_lines import execution_lines


def test_a_plain_run_says_its_engine_alone():
    """A record of a version that knew no engines counts as plain."""
    assert list(execution_lines({})) == [("engine", "eager, fp32")]
    assert list(execution_lines({"execution": asdict(Execution())})) == [("engine", "eager, fp32")]


def test_everything_that_happened_is_said():
    """Proof, recomputed images, compilation, batch sizes, and where answers came from."""
    execution = Execution(
        proof=Proof(n=64, largest_difference=0.0123, flips=1),
        guarding=Guarding(fast="bf16", bound=0.25, sample=256, recomputed=1234),
        compilation=Compilation(seconds=43.21, artifact="made"),
        batch_trials=(BatchTrial(batch_size=32, images_per_s=10.04), BatchTrial(batch_size=64, images_per_s=None)),
        images_resumed=2048,
        predictions_of="1234-abcd",
    )
    record = {"engine": "compile", "precision": "guarded", "execution": asdict(execution)}

    assert dict(execution_lines(record)) == {
        "engine": "compile, guarded",
        "held against float32": "64 images by the plain engine: largest difference 1.2e-02, 1 with another class",
        "recomputed in float32": "1,234 images (two best classes at most 0.25 apart in bf16, a bound from 256 images)",
        "made ready": "in 43.2 s (made and kept); no part of a latency",
        "batch sizes tried": "32: 10.0 images/s, 64: out of memory",
        "resumed": "2,048 images were answered before an interruption",
        "predictions of": "run 1234-abcd: nothing was computed anew but scores and cost",
    }
