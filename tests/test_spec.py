"""run_key and cost_key: what changes them, and what must not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferbench.cards import Preprocess
from ferbench.spec import CostIdentity, RunIdentity, RunSpec, without_defaults

IDENTITY = RunIdentity(
    model="m",
    plugin="p",
    plugin_version="1",
    plugin_sha256="s",
    weights="w",
    classes=("fear", "anger"),
    preprocess=Preprocess(size=(8, 8), mean=(0, 0, 0), std=(1, 1, 1), expects="any"),
    items="i",
    pixels="x",
)

CHANGES = {
    "model": "n",
    "plugin": "q",
    "plugin_version": "2",
    "plugin_sha256": "t",
    "weights": "v",
    "classes": ("anger", "fear"),
    "preprocess": replace(IDENTITY.preprocess, colour_order="bgr"),
    "items": "j",
    "pixels": "y",
    "model_options": {"depth": 4},
    "subset": "limit:7",
    "perturbation": "blur:1",
    "engine": "compile",
    "precision": "bf16",
    "tta": "flip",
    "output": "probabilities",
    "boxes": "b",
    "detector": {"name": "mtcnn"},
}


@pytest.mark.parametrize("field", CHANGES)
def test_every_field_changes_the_run_key(field):
    """Whatever may change a prediction is part of the key."""
    assert replace(IDENTITY, **{field: CHANGES[field]}).run_key() != IDENTITY.run_key()


def test_all_fields_are_tested():
    """A field added to the identity must be added to the changes above."""
    assert set(CHANGES) == set(IDENTITY.__dataclass_fields__)


def test_fields_at_their_default_are_left_out():
    """A field added later with a default changes no old key."""
    assert "tta" not in without_defaults(IDENTITY)
    assert "model_options" not in without_defaults(IDENTITY)
    assert without_defaults(replace(IDENTITY, tta="flip"))["tta"] == "flip"


def test_card_fields_at_their_default_are_left_out():
    """The same for the facts of the preprocessing, which are part of the identity."""
    assert "crop_pct" not in without_defaults(IDENTITY)["preprocess"]
    assert without_defaults(IDENTITY)["preprocess"]["size"] == IDENTITY.preprocess.size


@given(st.dictionaries(st.text(), st.integers() | st.text()))
def test_key_order_of_options_does_not_matter(options):
    """Options in another order are the same options."""
    turned = dict(reversed(options.items()))

    assert replace(IDENTITY, model_options=turned).run_key() == replace(IDENTITY, model_options=options).run_key()


def test_device_is_part_of_the_cost_key_alone():
    """A run on another device has the same run_key by construction, and another cost_key."""
    cpu = CostIdentity(device="cpu", device_name="a", threads=2, batch_size=32)

    assert "device" not in IDENTITY.__dataclass_fields__
    assert len({cpu.cost_key(), replace(cpu, device="cuda:0").cost_key(), replace(cpu, threads=1).cost_key()}) == 3


def test_a_spec_is_plain_data():
    """What was asked for goes into the record as it is."""
    spec = RunSpec(model="m", dataset="d", model_options={"depth": 4})

    assert spec.as_json()["model_options"] == {"depth": 4}
    assert spec.as_json()["limit"] is None
