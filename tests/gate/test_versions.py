"""Other versions are said: they move outputs without anybody's doing."""

from __future__ import annotations

from ferbench.gate.versions import other_versions


def record(**packages):
    """A record with versions."""
    return {"environment": {"packages": {"torch": "2.1", "numpy": "2.0", "scipy": "1.1", **packages}}}


def test_only_what_computes_outputs_is_named():
    """Torch is, scipy is not."""
    (said,) = other_versions(record(), record(torch="2.5", scipy="1.2"))

    assert said.startswith("Other versions (baseline / new): torch 2.1 / 2.5.")
    assert list(other_versions(record(), record(scipy="1.2"))) == []


def test_a_record_without_versions_says_nothing():
    """Records of other makers need not have any."""
    for other in ({}, {"environment": None}, {"environment": {"packages": "none"}}):
        assert list(other_versions(record(), other)) == []
