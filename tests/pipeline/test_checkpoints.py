"""Honest checkpoint files, and files that are honestly something else."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from ferbench.cards import WeightsRules
from ferbench.errors import UnsafeCheckpoint, WeightsError, WeightsNotFound
from ferbench.pipeline.checkpoints import read_checkpoint, sha256_file, state_dict
from tests.pipeline.checkpoint_files import pickle_of, train_officially, with_pickle

CHECKOUT = Path(__file__).parents[2]
OFFICIAL = WeightsRules(
    key=("state_dict", "model_state_dict"), strip_prefixes=("module.",), optimizer_only="Use the other file."
)


@pytest.fixture(scope="module")
def official(tmp_path_factory):
    return train_officially(tmp_path_factory.mktemp("official"))


def assert_expected(tensors, folder):
    with np.load(folder / "expected.npz") as expected:
        assert sorted(tensors) == sorted(expected)
        for name, tensor in tensors.items():
            np.testing.assert_array_equal(tensor.numpy(), expected[name])


def saved(folder, content, **options):
    path = folder / "saved.pth"
    torch.save(content, path, **options)
    return path


class TestOfficialFiles:
    @pytest.mark.parametrize(
        ("name", "found"),
        [("model.pth", "torch-zip"), ("legacy.pth", "torch-legacy"), ("protocol4.pth", "torch-zip")],
    )
    def test_weights_are_those_of_the_training(self, official, name, found):
        """Every tensor of an official file arrives bit by bit, in each format that torch has written."""
        checkpoint = read_checkpoint(official / name)

        assert checkpoint.format == found
        assert_expected(state_dict(checkpoint, OFFICIAL), official)

    def test_torch_refuses_the_same_file(self, official):
        """The file is a hard one: torch.load with weights_only=True does not read it."""
        with pytest.raises(Exception, match="RecorderMeter"):
            torch.load(official / "model.pth", weights_only=True)

    def test_recorders_are_inert(self, official):
        """The recorders of the training keep their numbers and are objects of no class of theirs."""
        content = read_checkpoint(official / "model.pth").content

        recorder, last = content["recorder"], content["recorder1"]
        assert (recorder.class_name, last.class_name) == ("RecorderMeter", "RecorderMeter1")
        assert type(recorder).__module__.startswith("ferbench.")
        np.testing.assert_array_equal(recorder.attributes["epoch_losses"], np.full((3, 2), 0.25, np.float32))
        assert recorder.attributes["total_epoch"] == 3
        assert last.attributes["y_pred"].tolist() == [0, 3, 6]
        assert last.attributes["y_true"].tolist() == [0, 3, 5]

    @pytest.mark.parametrize("spelling", [b"numpy.core.multiarray", b"numpy._core.multiarray"])
    def test_both_spellings_of_numpy(self, official, tmp_path, spelling):
        """Arrays of numpy 1 and of numpy 2 load alike."""
        pickled, count = re.subn(rb"numpy\._?core\.multiarray", spelling, pickle_of(official / "model.pth"))
        assert count > 0

        content = read_checkpoint(with_pickle(official / "model.pth", pickled, tmp_path / "a.pth")).content

        assert content["recorder"].attributes["epoch_losses"].sum() == 1.5

    def test_cuda_storages_load_on_the_cpu(self, official, tmp_path):
        """Tensors that were saved on a GPU arrive on the CPU, whatever the machine has."""
        pickled = pickle_of(official / "model.pth").replace(b"X\x03\0\0\0cpu", b"X\x06\0\0\0cuda:0")
        assert pickled.count(b"cuda:0") > 0

        checkpoint = read_checkpoint(with_pickle(official / "model.pth", pickled, tmp_path / "a.pth"))

        assert_expected(state_dict(checkpoint, OFFICIAL), official)
        assert {tensor.device.type for tensor in state_dict(checkpoint, OFFICIAL).values()} == {"cpu"}

    def test_only_optimizer_state(self, official):
        """The official model_best.pth is recognised, and the message ends with what the model's plugin says of it."""
        checkpoint = read_checkpoint(official / "model_best.pth")

        with pytest.raises(WeightsError, match=r"(?s)only the state of an optimizer.*Use the other file\.$"):
            state_dict(checkpoint, OFFICIAL)
        with pytest.raises(WeightsError, match=r"Use the file of the same training that holds the weights\.$"):
            state_dict(checkpoint, WeightsRules())


class TestFormats:
    def test_safetensors(self, tmp_path):
        """A safetensors file is a plain state dict."""
        tensors = {"a.weight": torch.randn(3, 2), "a.bias": torch.randn(3).half()}
        save_file(tensors, tmp_path / "a.safetensors")

        checkpoint = read_checkpoint(tmp_path / "a.safetensors")

        loaded = state_dict(checkpoint, WeightsRules(key=("state_dict",)))
        assert checkpoint.format == "safetensors"
        assert all(torch.equal(loaded[name], tensor) for name, tensor in tensors.items())

    @pytest.mark.parametrize("zipped", [True, False])
    def test_all_shapes_of_tensors(self, tmp_path, zipped):
        """Views, empty tensors, parameters, shared storages and every common dtype survive both formats."""
        base = torch.arange(24.0).reshape(4, 6)
        dtypes = ["float64", "float32", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool"]
        tensors = {name: torch.tensor([0, 1, 1]).to(getattr(torch, name)) for name in dtypes}
        tensors |= {"base": base, "view": base.t()[1:, ::2], "empty": torch.zeros(0, 5), "scalar": torch.tensor(2.5)}
        tensors["parameter"] = torch.nn.Parameter(torch.ones(2))

        loaded = read_checkpoint(saved(tmp_path, tensors, _use_new_zipfile_serialization=zipped)).content

        assert loaded.keys() == tensors.keys()
        for name, tensor in tensors.items():
            assert loaded[name].dtype == tensor.dtype
            assert torch.equal(loaded[name], tensor.detach())
        assert loaded["view"].untyped_storage().data_ptr() == loaded["base"].untyped_storage().data_ptr()

    @pytest.mark.parametrize("zipped", [True, False])
    def test_arrays_of_numpy(self, tmp_path, zipped):
        """Arrays in either memory order and byte order keep their values, and cannot be written to."""
        arrays = [np.arange(6.0).reshape(2, 3), np.asfortranarray(np.arange(6).reshape(2, 3)), np.array([True, False])]
        arrays += [np.arange(3, dtype=">f4"), np.zeros((0, 2)), np.array(1.5)]

        loaded = read_checkpoint(saved(tmp_path, {"a": arrays}, _use_new_zipfile_serialization=zipped)).content["a"]

        for found, expected in zip(loaded, arrays, strict=True):
            np.testing.assert_array_equal(found, expected)
            assert found.dtype == expected.dtype
            assert not found.flags.writeable

    def test_metadata_of_safetensors(self, tmp_path):
        """The texts beside the tensors are kept; a torch file has none."""
        save_file({"a": torch.ones(1)}, tmp_path / "a.safetensors", metadata={"classes": "happy,sad"})

        assert read_checkpoint(tmp_path / "a.safetensors").metadata == {"classes": "happy,sad"}
        assert read_checkpoint(saved(tmp_path, {"a": torch.ones(1)})).metadata == {}

    def test_format_is_not_taken_from_the_name(self, tmp_path):
        """A safetensors file that is named .pth is read as what it is."""
        save_file({"a": torch.ones(1)}, tmp_path / "a.pth")

        assert read_checkpoint(tmp_path / "a.pth").format == "safetensors"

    def test_safetensors_header_that_begins_like_a_pickle(self, tmp_path):
        """A header of 128 bytes puts the first byte of a pickle at the start of the file; it is read all the same."""
        path = tmp_path / "a.safetensors"
        save_file({"a": torch.ones(2)}, path, metadata={"note": "x" * 44})
        assert path.read_bytes()[0] == 0x80

        assert read_checkpoint(path).content["a"].tolist() == [1, 1]

    def test_nan_is_a_weight(self, tmp_path):
        """Reading does not judge numbers: NaN weights load."""
        content = read_checkpoint(saved(tmp_path, {"a": torch.tensor([float("nan"), 1.0])})).content

        assert content["a"].isnan().tolist() == [True, False]


class TestOtherFiles:
    @pytest.mark.parametrize(
        ("data", "words"),
        [
            (b"", "empty"),
            (b"\n <!DOCTYPE html><html><title>Google Drive - Virus scan warning</title>", "web page"),
            (b"<html>", "web page"),
            (b"version https://git-lfs.github.com/spec/v1\noid sha256:12", "Git LFS"),
            (b"\x1f\x8b\x08\0\0", "gzip"),
            (b"hello there", "no checkpoint of torch"),
            (b"PK\x03\x04", "damaged or cut off"),
            (b"\x80\x02]q\0.", "pickle that torch.save did not write"),
        ],
    )
    def test_what_the_file_is(self, tmp_path, data, words):
        """A file that is no checkpoint is called by its name."""
        path = tmp_path / "model.pth"
        path.write_bytes(data)

        with pytest.raises(WeightsError, match=words) as caught:
            read_checkpoint(path)
        assert str(path) in caught.value.asked

    @pytest.mark.parametrize("name", ["model.pth", "legacy.pth"])
    @pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.999])
    def test_cut_off(self, official, tmp_path, name, part):
        """A file whose end is missing is damaged, in both formats and wherever it was cut."""
        data = (official / name).read_bytes()
        (tmp_path / name).write_bytes(data[: int(len(data) * part)])

        with pytest.raises(WeightsError, match=r"damaged|cut off"):
            read_checkpoint(tmp_path / name)

    def test_changed_byte(self, official, tmp_path):
        """A byte that flipped in a tensor is noticed in the zip format, which has checksums."""
        data = bytearray((official / "model.pth").read_bytes())
        weight = np.load(official / "expected.npz")["0.weight"].tobytes()
        data[data.index(weight)] ^= 1
        (tmp_path / "a.pth").write_bytes(data)

        with pytest.raises(WeightsError, match="CRC"):
            read_checkpoint(tmp_path / "a.pth")

    def test_torchscript(self, tmp_path):
        """A TorchScript archive is a program and is refused as one."""
        torch.jit.script(torch.nn.Linear(2, 2)).save(str(tmp_path / "a.pt"))

        with pytest.raises(UnsafeCheckpoint, match=r"(?s)TorchScript.*--model torchscript:"):
            read_checkpoint(tmp_path / "a.pt")

    def test_onnx(self, tmp_path):
        """An ONNX model is recognised by its first fields, and the message says how to evaluate it."""
        path = tmp_path / "a.onnx"
        path.write_bytes(b"\x08\x0a\x12\x07pytorch\x1a\x052.9.0:")

        with pytest.raises(WeightsError, match=rf"(?s)an ONNX model.*--model onnx:{path}"):
            read_checkpoint(path)

    def test_symlink_loop(self, tmp_path):
        """A link that leads to itself is no file, and the message says why."""
        (tmp_path / "a.pth").symlink_to(tmp_path / "b.pth")
        (tmp_path / "b.pth").symlink_to(tmp_path / "a.pth")

        with pytest.raises(WeightsNotFound, match="symbolic links"):
            read_checkpoint(tmp_path / "a.pth")

    def test_missing_file(self, tmp_path):
        """A missing file is named and ends with the exit code for missing things."""
        with pytest.raises(WeightsNotFound, match=r"nowhere\.pth") as caught:
            read_checkpoint(tmp_path / "nowhere.pth")
        assert caught.value.exit_code == 4

    @pytest.mark.parametrize("path", ["/dev/zero", "."])
    def test_folders_and_devices(self, path):
        """What is no regular file is not read: a device may have no end."""
        with pytest.raises(WeightsError, match="a folder or a device"):
            read_checkpoint(Path(path))

    def test_checksum(self, official):
        """The checksum is that of the whole file, larger than one block too."""
        data = (official / "model.pth").read_bytes() * 200
        assert len(data) > 2**20
        (official / "large").write_bytes(data)

        assert sha256_file(official / "large") == hashlib.sha256(data).hexdigest()
        assert read_checkpoint(official / "model.pth").sha256 == sha256_file(official / "model.pth")

    def test_importing_needs_no_torch(self):
        """The module can be imported without torch and numpy."""
        program = (
            "import ferbench.pipeline.checkpoints, sys; print({'torch', 'numpy', 'safetensors'} & set(sys.modules))"
        )

        done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, cwd=CHECKOUT)

        assert done.stdout == b"set()\n"
