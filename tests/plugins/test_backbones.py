"""The shared backbones: layouts of IR-50, and the maps that MobileFaceNet gives."""

from __future__ import annotations

import torch
from torch import nn

from ferbench_backbones.ir50 import IR50, ir50_stages
from ferbench_backbones.mobilefacenet import MobileFaceNet
from tests.golden.recipe import fill_state_dict


def faces() -> torch.Tensor:
    """(2, 3, 112, 112)"""
    return torch.randn(2, 3, 112, 112, generator=torch.Generator().manual_seed(0))


def test_ir50_gives_a_map_after_every_body_entry() -> None:
    """Split into its stages, the body gives three maps, each half the side of the one before."""
    network = IR50({f"body{number}": stage for number, stage in enumerate(ir50_stages(), 1)}).eval()

    with torch.inference_mode():
        shapes = [tuple(item.shape) for item in network(faces())]

    assert shapes == [(2, 64, 56, 56), (2, 128, 28, 28), (2, 256, 14, 14)]


def test_ir50_names_its_units_as_the_checkpoint_does_and_computes_the_same() -> None:
    """The same units under one flat name give the last map of the staged body."""
    stages = ir50_stages()
    staged = IR50({f"body{number}": stage for number, stage in enumerate(stages, 1)}).eval()
    fill_state_dict(staged.state_dict())
    flat = IR50({"body": nn.Sequential(*(unit for stage in stages for unit in stage))}).eval()
    flat.input_layer = staged.input_layer

    with torch.inference_mode():
        (last,) = flat(faces())
        *_, expected = staged(faces())

    units = {name.split(".")[1] for name in flat.state_dict() if name.startswith("body.")}
    assert units == {str(number) for number in range(21)}
    torch.testing.assert_close(last, expected, rtol=0, atol=0)


def test_ir50_holds_no_head_unless_given_one() -> None:
    """A checkpoint without the recognition head loads strictly."""
    assert not [name for name in IR50({"body": nn.Sequential()}).state_dict() if name.startswith("output_layer")]


def test_mobilefacenet_gives_maps_at_three_strides() -> None:
    """Strides 4, 8 and 16 of a 112 x 112 face."""
    network = MobileFaceNet().eval()

    with torch.inference_mode():
        maps = network(faces())

    assert {name: tuple(value.shape) for name, value in maps._asdict().items()} == {
        "stride4": (2, 64, 28, 28),
        "stride8": (2, 128, 14, 14),
        "stride16": (2, 512, 7, 7),
    }
