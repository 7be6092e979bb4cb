"""What engines, precisions, devices and models allow together."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ferbench.errors import ExtraNotInstalled, UsageError
from ferbench.pipeline.engine import choice
from ferbench.pipeline.engine.choice import arithmetic_of, check_allowed, check_conduct
from ferbench.plugin_manager import build_catalog
from ferbench.spec import RunSpec
from tests.pipeline.engine.networks import PLUGIN


@pytest.fixture(scope="module")
def entries(tmp_path_factory):
    """A torch network, and a model that is none."""
    path = tmp_path_factory.mktemp("choice") / "networks.py"
    path.write_text(PLUGIN, encoding="utf-8")
    models = build_catalog([path]).models
    return models.get("honest").entry, models.get("opened").entry


@pytest.mark.parametrize(
    ("engine", "precision", "device", "found"),
    [
        ("eager", "tf32", "cpu", "This needs CUDA"),
        ("auto", "fp16", "cpu", "few CPUs compute in it"),
        ("eager", "fp16", "mps", "This needs CUDA"),
        ("onnxruntime", "bf16", "cpu", "float32 alone"),
        ("onnxruntime", "guarded", "auto", "float32 alone"),
        ("onnxruntime", "fp32", "cuda:1", "CPU alone"),
        ("eager", "guarded", "mps", "On mps nothing"),
        ("compile", "fp32", "mps", "On mps nothing"),
    ],
)
def test_what_does_not_go_together_is_refused(entries, engine, precision, device, found):
    """In three parts: what was asked, why not, and what can be done."""
    spec = RunSpec(model="honest", dataset="noise", engine=engine, precision=precision, device=device)
    with pytest.raises(UsageError) as refused:
        check_conduct(spec, entries[0])

    assert f"engine {engine} in {precision}" in refused.value.asked
    assert found in refused.value.found
    assert "--" in refused.value.todo


@pytest.mark.parametrize(
    ("engine", "precision", "device"),
    [
        ("eager", "fp32", "mps"),
        ("auto", "bf16", "cpu"),
        ("compile", "guarded", "cpu"),
        ("eager", "tf32", "cuda:0"),
        ("eager", "fp16", "auto"),
        ("onnxruntime", "fp32", "auto"),
    ],
)
def test_what_may_go_together_is_not_refused(entries, engine, precision, device):
    """A device that is not known yet may be the one that is needed."""
    spec = RunSpec(model="honest", dataset="noise", engine=engine, precision=precision, device=device)

    assert check_conduct(spec, entries[0]) is None


def test_a_model_that_is_no_network_runs_in_its_own_way(entries):
    """Neither engines nor precisions reach it; `auto` leaves it alone."""
    assert check_allowed("auto", "fp32", "cpu", entries[1]) is None
    for engine, precision in (("compile", "fp32"), ("eager", "bf16"), ("auto", "guarded")):
        with pytest.raises(UsageError, match="no torch network"):
            check_allowed(engine, precision, "cpu", entries[1])


def test_a_missing_extra_is_named(entries, monkeypatch):
    """Before anything else is said about ONNX Runtime."""
    monkeypatch.setattr("ferbench.pipeline.export.formats.find_spec", lambda name: None)
    with pytest.raises(ExtraNotInstalled, match=r"ferbench\[onnx\]"):
        check_allowed("onnxruntime", "bf16", "cpu", entries[0])


def test_guarded_is_fast_in_what_its_device_is_fast_in():
    """Bfloat16 on CPUs, float16 on CUDA; every other precision is itself."""
    assert {device: arithmetic_of("guarded", device) for device in choice.FAST} == {"cpu": "bf16", "cuda": "fp16"}
    assert [arithmetic_of(name, "cpu") for name in ("fp32", "bf16", "tf32")] == ["fp32", "bf16", "tf32"]


def test_nothing_of_it_needs_torch():
    """What can be refused is refused within the time of a command that loads nothing."""
    code = "import sys, ferbench.pipeline.engine.choice; assert not {'torch', 'onnx', 'onnxruntime'} & set(sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
