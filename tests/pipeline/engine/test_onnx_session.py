"""ONNX Runtime as an engine: exported once, kept, and equal to the network."""

from __future__ import annotations

import numpy as np
import pytest

from ferbench.errors import PluginError
from tests.pipeline.engine.networks import begun, classes_of, ran

pytest.importorskip("onnxruntime")


def test_a_session_is_kept_and_says_what_the_network_says(tmp_path):
    """All outputs of it; a second run finds the file, and makes it anew where it is damaged."""
    home = tmp_path / "engines"
    plain = ran(tmp_path, "wide")[1]
    made, first = ran(tmp_path, "wide", home, engine="onnxruntime")
    (file,) = (home / "onnx").iterdir()
    found, second = ran(tmp_path, "wide", home, engine="onnxruntime")
    file.write_bytes(file.read_bytes()[:1000])
    anew = begun(tmp_path, "wide", home, engine="onnxruntime")

    assert [run.compilation.artifact for run in (made, found, anew)] == ["made", "found", "made"]
    assert made.compilation.seconds > 0
    assert set(first.outputs) == {"emotion", "size"}
    assert first.sha256() == second.sha256()
    assert np.nanmax(np.abs(first.emotion - plain.emotion)) < 1e-5
    assert np.nanmax(np.abs(first.outputs["size"] - plain.outputs["size"])) < 1e-5
    assert (classes_of(first) == classes_of(plain)).all()
    assert list((home / "onnx").iterdir()) == [file]


def test_a_network_that_cannot_be_captured_is_refused(tmp_path):
    """Its forward decides by value, and the error says what torch said."""
    with pytest.raises(PluginError) as refused:
        begun(tmp_path, "by_value", engine="onnxruntime")

    assert "captured for ONNX Runtime" in refused.value.asked
    assert "--engine" in refused.value.todo
