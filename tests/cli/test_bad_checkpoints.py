"""Bad checkpoints through the command line: each ends in one error that says what is wrong, and nothing is executed."""

from __future__ import annotations

import os
import struct
import zipfile

import pytest
import torch
from safetensors.torch import save_file

from tests.cli.dropins import dataset, model
from tests.pipeline.checkpoint_files import tensor, torch_zip, under_key

MIB = 2**20
HEAD = {"head.weight": torch.ones(2, 3), "head.bias": torch.zeros(2)}


class Payload:
    """Pickles itself as a call of os.system."""

    def __init__(self, sentinel):
        self.sentinel = sentinel

    def __reduce__(self):
        return os.system, (f"touch {self.sentinel}",)


@pytest.fixture
def run(call, tmp_path):
    """`ferbench run` of a small network on six pictures with a checkpoint."""
    (tmp_path / "mine.py").write_text(model(self_contained=False), encoding="utf-8")
    (tmp_path / "pictures.py").write_text(dataset(), encoding="utf-8")
    options = ("--plugins-dir", tmp_path, "--no-timing", "--no-record", "--threads", "1", "--json")
    return lambda path: call("run", "--model", "mine", "--dataset", "pictures", "--weights", path, *options)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_narrow_types(call, run, tmp_path, dtype):
    """Weights of half the bits are named by their type, and run."""
    path = tmp_path / "a.pth"
    torch.save({name: value.to(dtype) for name, value in HEAD.items()}, path)
    name = str(dtype).removeprefix("torch.")

    assert call("weights", "inspect", path, "--json").json["weights"]["dtypes"] == {name: 2}
    assert run(path).status == 0


def test_one_missing_tensor(run, tmp_path):
    """It is named, and nothing is run."""
    torch.save({"head.weight": HEAD["head.weight"]}, tmp_path / "a.pth")
    done = run(tmp_path / "a.pth")

    assert done.status == 2
    assert "1 missing from the file: 'head.bias'" in done.err


def header_of_4_gib(path, _sentinel):
    path.write_bytes(struct.pack("<Q", 2**32) + b'{"a":' + bytes(100))


def zip_bomb(path, _sentinel):
    torch_zip(path, under_key(tensor(25 * MIB, 25 * MIB)))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data/0", bytes(100 * MIB))


def os_system(path, sentinel):
    torch.save({"state_dict": HEAD, "epoch": Payload(sentinel)}, path)


def symlink_loop(path, _sentinel):
    path.symlink_to(path.with_name("other"))
    path.with_name("other").symlink_to(path)


def half_a_file(path, _sentinel):
    save_file({"head.weight": torch.ones(1000, 3)}, path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def web_page(path, _sentinel):
    path.write_bytes(b"<!DOCTYPE html><title>Google Drive - Virus scan warning</title>")


@pytest.mark.parametrize(
    ("make", "status", "words"),
    [
        (header_of_4_gib, 2, "claims 4294967296 bytes"),
        (zip_bomb, 2, "compressed or encrypted members"),
        (os_system, 2, "Nothing of the file was executed"),
        (symlink_loop, 4, "symbolic links"),
        (half_a_file, 2, "damaged"),
        (web_page, 2, "web page"),
    ],
)
def test_files_that_are_refused(call, run, tmp_path, make, status, words):
    """Inspecting and running end alike: one error, no traceback, nothing executed."""
    make(tmp_path / "bad", tmp_path / "executed")

    for done in (call("weights", "inspect", tmp_path / "bad"), run(tmp_path / "bad")):
        assert done.status == status
        assert words in done.err
        assert "Traceback" not in done.err
        assert done.out == ""
    assert not (tmp_path / "executed").exists()
