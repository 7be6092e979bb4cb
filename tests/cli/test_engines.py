"""Engines and precisions from the command line."""

from __future__ import annotations

import pytest

from tests.cli.terminal import Terminal

TINY = ("run", "--model", "tiny_cnn", "--dataset", "synthetic", "--limit", "64", "--no-timing", "--device", "cpu")


@pytest.fixture
def terminal(tmp_path):
    """A terminal with a database and a cache of its own."""
    return Terminal(tmp_path)


def test_a_compiled_run_is_proven_kept_and_shown(terminal):
    """The record says how far the engine is off, and a second process finds the graph of the first."""
    first = terminal.ferbench(*TINY, "--engine", "compile", "--json").json
    second = terminal.ferbench(*TINY, "--engine", "compile", "--rerun", "always", "--json").json
    plain = terminal.ferbench(*TINY, "--json").json

    assert [run["execution"]["compilation"]["artifact"] for run in (first, second)] == ["made", "found"]
    assert first["execution"]["proof"]["n"] == 64
    assert first["execution"]["proof"]["largest_difference"] < 1e-4
    assert first["execution"]["proof"]["flips"] == 0
    assert first["predictions_sha256"] == second["predictions_sha256"]
    assert (first["engine"], plain["engine"], plain["execution"]["proof"]) == ("compile", "eager", None)
    assert first["run_key"] != plain["run_key"]
    assert first["scores"]["strict"]["accuracy"] == plain["scores"]["strict"]["accuracy"]


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (("--precision", "fp16"), "fp16 is for GPUs"),
        (("--precision", "tf32"), "This needs CUDA."),
        (("--engine", "onnxruntime", "--precision", "bf16"), "ONNX Runtime is used for float32 alone."),
        (("--batch-size", "many"), "It is no whole number."),
        (("--workers", "0"), "workers is a count of at least 1."),
    ],
)
def test_what_does_not_go_together_is_refused(terminal, arguments, found):
    """Exit code 2, and nothing is evaluated."""
    done = terminal.ferbench(*TINY, *arguments)

    assert done.status == 2
    assert found in done.err
