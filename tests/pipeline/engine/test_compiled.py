"""The engine `compile`: it computes what the network computes, and what it makes of it is kept for other processes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from ferbench.errors import PluginError, UsageError
from ferbench.pipeline.engine.compiled import compiled, is_kept
from tests.pipeline.engine.compiled_networks import (
    SIZES,
    ByValue,
    Careful,
    Face,
    Odd,
    Reading,
    images,
    network,
)

CPU = torch.device("cpu")
DEVICES = [
    "cpu",
    pytest.param("cuda", marks=pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device")),
]
ROOT = Path(__file__).parents[3]

SECOND_PROCESS = """
import json, sys
from pathlib import Path
from ferbench.pipeline.engine.compiled import compiled
from tests.pipeline.engine.compiled_networks import SIZES, images, network
import torch
ready = compiled(network(), SIZES, "fp32", torch.device("cpu"), 8, Path(sys.argv[1]), "face")
print(json.dumps([ready.compilation.artifact, ready.forward(images(5))["emotion"].tolist()]))
"""


def made(kind: type[Face] = Face, home: Path | None = None, precision="fp32", identity="face", sizes=SIZES):
    """A network on the CPU, and the same compiled."""
    plain = network(kind)
    return plain, compiled(plain, sizes, precision, CPU, 8, home, identity)


def largest_difference(plain: Face, ready, count: int) -> float:
    """Between the answers to some images, relative to the largest of 1 and what the network itself says."""
    with torch.inference_mode():
        expected = plain(images(count))
    return float((ready.forward(images(count))["emotion"] - expected).abs().max() / max(1, expected.abs().max()))


def files(home: Path) -> list[Path]:
    """What is kept."""
    return sorted((home / "graphs").glob("*"))


@pytest.mark.parametrize("device", DEVICES)
def test_a_compiled_network_says_what_the_network_says(device):
    """One image, a batch, a partial one and several at once: within rounding."""
    plain = network().to(device)
    ready = compiled(plain, SIZES, "fp32", torch.device(device), 8, None, "face")
    assert ready.compilation.artifact == "made"
    assert ready.compilation.seconds > 0
    for count in (1, 3, 8, 19):
        asked = images(count).to(device)
        with torch.inference_mode():
            expected = plain(asked)
        found = ready.forward(asked)
        assert list(found) == ["emotion"]
        assert found["emotion"].dtype == torch.float32
        torch.testing.assert_close(found["emotion"], expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("kind", [Reading, Odd])
def test_several_outputs_keep_their_names(tmp_path, kind):
    """A dictionary stays one, in this process and from what is kept, whichever rows its values are made of."""
    for _ in range(2):
        plain, ready = made(kind, tmp_path)
        with torch.inference_mode():
            torch.testing.assert_close(dict(ready.forward(images(9))), plain(images(9)), rtol=1e-5, atol=1e-5)
    assert ready.compilation.artifact == "found"


@pytest.mark.parametrize("device", DEVICES)
def test_half_precision_is_close_and_another(device):
    """The 16 bits are used, answers come in float32, and batches of any size work."""
    plain = network().to(device)
    ready = compiled(plain, SIZES, "bf16", torch.device(device), 8, None, "face")
    found = ready.forward(images(11).to(device))["emotion"]
    with torch.inference_mode():
        difference = (found - plain(images(11).to(device))).abs().max()
    assert found.dtype == torch.float32
    assert 1e-5 < difference < 0.1


def test_a_second_process_finds_what_the_first_made(tmp_path):
    """It says the same, to the last bit."""
    _, ready = made(home=tmp_path)
    assert ready.compilation.artifact == "made"
    done = subprocess.run(
        [sys.executable, "-c", SECOND_PROCESS, str(tmp_path)], cwd=ROOT, check=True, capture_output=True, text=True
    )
    artifact, answers = json.loads(done.stdout)
    assert artifact == "found"
    assert torch.equal(torch.tensor(answers), ready.forward(images(5))["emotion"])


def test_other_weights_are_used_as_they_are(tmp_path):
    """What is kept holds no weights: a network of other ones by the same name gives its own answers."""
    made(home=tmp_path)
    other = network(seed=1)
    ready = compiled(other, SIZES, "fp32", CPU, 8, tmp_path, "face")
    assert ready.compilation.artifact == "found"
    assert largest_difference(other, ready, 4) < 1e-5
    assert max(path.stat().st_size for path in files(tmp_path)) < 100_000


def test_what_is_kept_belongs_to_one_network_and_size(tmp_path):
    """Another identity or size of images is captured for itself; precision and batch size share one graph."""
    made(home=tmp_path)
    assert is_kept(SIZES, CPU, tmp_path, "face")
    assert not is_kept(SIZES, CPU, tmp_path, "another")
    assert not is_kept((3, 32, 32), CPU, tmp_path, "face")
    assert not is_kept(SIZES, torch.device("cuda"), tmp_path, "face")
    assert not is_kept(SIZES, CPU, None, "face")
    assert made(home=tmp_path, identity="another")[1].compilation.artifact == "made"
    assert made(home=tmp_path, precision="bf16")[1].compilation.artifact == "found"
    assert len(files(tmp_path)) == 2


@pytest.mark.parametrize("damage", [lambda data: data[:-1], lambda data: data[:200] + b"x" + data[201:], lambda _: b""])
def test_what_is_damaged_is_made_again(tmp_path, damage):
    """A file that was cut, changed or emptied counts as none, and is replaced."""
    made(home=tmp_path)
    (kept,) = files(tmp_path)
    kept.write_bytes(damage(kept.read_bytes()))
    plain, ready = made(home=tmp_path)
    assert ready.compilation.artifact == "made"
    assert largest_difference(plain, ready, 3) < 1e-5
    assert made(home=tmp_path)[1].compilation.artifact == "found"


def test_a_folder_that_others_can_write_to_is_refused(tmp_path):
    """It could hold anybody's programs."""
    (tmp_path / "graphs").mkdir()
    (tmp_path / "graphs").chmod(0o777)
    with pytest.raises(UsageError, match="can be written by others"):
        made(home=tmp_path)


def test_a_network_that_looks_at_its_images_is_refused():
    """The error names the network and the way out."""
    with pytest.raises(PluginError, match=r"ByValue was to be captured(?s:.)*--engine eager"):
        made(ByValue)


def test_a_graph_that_is_more_than_operators_runs_and_is_not_kept(tmp_path):
    """It is captured anew by every process."""
    plain, ready = made(Careful, tmp_path)
    assert largest_difference(plain, ready, 3) < 1e-5
    assert files(tmp_path) == []
    assert made(Careful, tmp_path)[1].compilation.artifact == "made"
