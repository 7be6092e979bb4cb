"""Files that claim more than they have, and files with random damage."""

from __future__ import annotations

import json
import pickle
import resource
import struct
import subprocess
import sys
import time
import tracemalloc
import zipfile
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from ferbench.errors import WeightsError
from ferbench.pipeline.checkpoints import read_checkpoint
from tests.pipeline.checkpoint_files import pickle_of, tensor, text, torch_zip, train_officially, under_key, with_pickle

CHECKOUT = Path(__file__).parents[2]
MIB = 2**20

#: Damages each file again and again under an audit hook, and prints what it saw.
DAMAGE = """
import json, random, resource, sys, zipfile
from collections import Counter
from pathlib import Path
from ferbench.errors import FerbenchError
from ferbench.pipeline.checkpoints import read_checkpoint
from ferbench.pipeline.recorded_facts import recorded_claim
from tests.pipeline.checkpoint_files import pickle_of, with_pickle

FORBIDDEN = ("os.system", "os.exec", "os.fork", "os.posix_spawn", "os.remove", "os.rename", "subprocess.", "exec",
             "compile", "import", "pickle.", "marshal.", "socket.", "ctypes.", "shutil.")
seen, watching = Counter(), False

def note(event, args):
    if watching and (event.startswith(FORBIDDEN) or (event == "open" and args[1] not in ("r", "rb", None))):
        seen[f"audit: {event} {args!r:.200}"] += 1

def damaged(data):
    data = bytearray(data)
    for _ in range(rng.choice([1, 1, 2, 8])):
        at = rng.randrange(len(data))
        kind = rng.randrange(5)
        if kind == 0:
            data[at] ^= 1 << rng.randrange(8)
        elif kind == 1:
            data[at] = rng.randrange(256)
        elif kind == 2:
            del data[at : at + rng.randrange(1, 20)]
        elif kind == 3:
            data[at:at] = data[rng.randrange(len(data)) :][: rng.randrange(1, 30)]
        else:
            data[at:at] = rng.choice([b"R", b"b", b"Q", b"0", b"2", b"(", b"t", b"\\x81", b"\\x93", b"\\xff" * 4])
        if not data:
            return b"?"
    return bytes(data[: rng.randrange(len(data))] if rng.random() < 0.1 else data)

rng = random.Random(7)
"x".encode("cp437")  # Python's own decoder for the names of zip members, imported when the first one needs it
target = Path(sys.argv[1])
sys.addaudithook(note)
for argument in sys.argv[2:]:
    inside, path = argument.startswith("inside:"), Path(argument.removeprefix("inside:"))
    read_checkpoint(path)
    original = pickle_of(path) if inside else path.read_bytes()
    for _ in range(400):
        broken = damaged(original)
        with_pickle(path, broken, target) if inside else target.write_bytes(broken)
        watching = True
        try:
            recorded_claim(read_checkpoint(target))
            outcome = "read"
        except FerbenchError as error:
            str(error)
            outcome = "refused"
        except BaseException as error:
            outcome = f"{type(error).__name__}: {error} in {argument} for {broken!r}"
        watching = False
        seen[outcome] += 1
    seen[f"after {argument}"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(json.dumps(seen))
"""


@contextmanager
def little_memory():
    """Fails when the block allocates more than 8 MiB, or takes more than 20 seconds."""
    start = time.monotonic()
    resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < 8 * MIB
    finally:
        tracemalloc.stop()
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - resident) / 1024 < 32
    assert time.monotonic() - start < 20


def refusal(path):
    with little_memory(), pytest.raises(WeightsError) as caught:
        read_checkpoint(path)
    return caught.value.found


@pytest.fixture(autouse=True, scope="module")
def _torch_is_warm(tmp_path_factory):
    """Read one honest file first, so that what is measured is the hostile one."""
    path = tmp_path_factory.mktemp("warm") / "a.pth"
    torch.save({"a": torch.ones(3)}, path)
    read_checkpoint(path)


class TestZipBombs:
    def test_compressed_members(self, tmp_path):
        """A member that would grow a thousand times is not unpacked."""
        path = torch_zip(tmp_path / "a.pth", under_key(tensor(25 * MIB, 25 * MIB)))
        with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("archive/data/0", bytes(100 * MIB))
        assert path.stat().st_size < MIB

        assert "compressed" in refusal(path)

    def test_members_that_overlap(self, tmp_path):
        """Members that claim more bytes together than the file has are not read."""
        path = torch_zip(tmp_path / "a.pth", under_key(tensor(2**29, 2**29)), {"0": b"abcd"})
        data = path.read_bytes()
        entry = data.rindex(b"PK\x01\x02")
        path.write_bytes(data[: entry + 20] + struct.pack("<II", 2**31, 2**31) + data[entry + 28 :])

        assert "claim more bytes" in refusal(path)

    def test_two_members_of_one_name(self, tmp_path):
        """Which of two members of one name counts is not left to chance."""
        path = torch_zip(tmp_path / "a.pth", under_key(tensor(1, 1)), {"0": b"abcd"})
        with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("archive/data/0", b"efgh")

        assert "two members of one name" in refusal(path)

    @pytest.mark.parametrize("names", [["a/data.txt"], ["a/data.pkl", "b/data.pkl"]])
    def test_not_one_pickle(self, tmp_path, names):
        """An archive without a pickle, or with two, is no checkpoint."""
        with zipfile.ZipFile(tmp_path / "a.pth", "w") as archive:
            for name in names:
                archive.writestr(name, b"\x80\x02}.")

        assert "no torch checkpoint" in refusal(tmp_path / "a.pth")

    def test_large_pickle(self, tmp_path):
        """A pickle beyond any checkpoint's is not run."""
        path = torch_zip(tmp_path / "a.pth", b"\x80\x02" + b"}" * 17 * MIB + b".")

        assert "is the limit" in refusal(path)

    def test_big_endian(self, tmp_path):
        """Numbers in the other byte order are not taken for what they are not."""
        path = torch_zip(tmp_path / "a.pth", under_key(tensor(1, 1)), {"0": b"abcd"})
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr("archive/byteorder", b"big")

        assert "byte order" in refusal(path)


class TestTensorsThatDoNotFit:
    def test_honest_one(self, tmp_path):
        """The hand-written pickle of these tests is valid when its numbers are right."""
        path = torch_zip(
            tmp_path / "a.pth", under_key(tensor(4, 2, stride=2, offset=1)), {"0": struct.pack("4f", *range(4))}
        )

        assert read_checkpoint(path).content["weight"].tolist() == [1, 3]

    @pytest.mark.parametrize(
        "numbers",
        [
            {"count": 4, "size": 5},
            {"count": 4, "size": 4, "offset": 1},
            {"count": 4, "size": 3, "stride": 2},
            {"count": 4, "size": 2**30, "stride": 0},
            {"count": 4, "size": -1},
            {"count": 4, "size": 1, "offset": -1},
            {"count": 4, "size": 2, "stride": -1, "offset": 1},
            {"count": 4, "size": 2**80},
            {"count": 2**30, "size": 2**30},
            {"count": 2**80, "size": 1},
            {"count": 3, "size": 3},
        ],
    )
    def test_refused(self, tmp_path, numbers):
        """A tensor that reaches beyond its storage, or a storage beyond its bytes, is refused."""
        refusal(torch_zip(tmp_path / "a.pth", under_key(tensor(**numbers)), {"0": bytes(16)}))

    def test_no_storage(self, tmp_path):
        """A tensor whose bytes are nowhere in the archive is refused."""
        assert "there are no bytes" in refusal(torch_zip(tmp_path / "a.pth", under_key(tensor(4, 4))))

    def test_legacy_storage_larger_than_the_file(self, tmp_path):
        """In the old format, too, nothing is allocated for bytes that are not there."""
        path = tmp_path / "a.pth"
        torch.save({"a": torch.ones(100)}, path, _use_new_zipfile_serialization=False)
        data = path.read_bytes()
        assert data.count(b"Kd") >= 2
        path.write_bytes(data.replace(b"Kd", b"J" + struct.pack("<i", 2**30)))

        assert "is cut off" in refusal(path)

    def test_legacy_counts_that_disagree(self, tmp_path):
        """In the old format, the count before a tensor must be the one that the pickle announced."""
        path = tmp_path / "a.pth"
        torch.save({"a": torch.ones(100)}, path, _use_new_zipfile_serialization=False)
        data = path.read_bytes()
        at = data.rindex(struct.pack("<q", 100))
        path.write_bytes(data[:at] + struct.pack("<q", 99) + data[at + 8 :])

        assert "announces 100 elements and there are 99" in refusal(path)

    @pytest.mark.parametrize("keys", [["0"], ["0", "0"], [{}, {}], [((1,),), "0"], {"0": 1}])
    def test_legacy_keys_that_disagree(self, tmp_path, keys):
        """In the old format, the list of tensors must be that of the pickle, in strings."""
        path = tmp_path / "a.pth"
        torch.save({"a": 1}, path, _use_new_zipfile_serialization=False)
        end = path.read_bytes().rindex(pickle.dumps([], protocol=2))
        path.write_bytes(path.read_bytes()[:end] + pickle.dumps(keys, protocol=2))

        assert "do not agree" in refusal(path)

    def test_array_of_another_size_than_its_bytes(self, tmp_path):
        """A numpy array must have as many bytes as its shape needs."""
        path = tmp_path / "a.pth"
        torch.save({"a": np.ones(100, np.uint8)}, path)
        pickled = pickle_of(path).replace(b"Kd\x85", b"Kc\x85")

        assert "another number of bytes" in refusal(with_pickle(path, pickled, tmp_path / "b.pth"))

    def test_lazily_negated_tensor(self, tmp_path):
        """A tensor whose numbers are not those that are stored is refused rather than read with the wrong sign."""
        torch.save({"a": torch._neg_view(torch.ones(2))}, tmp_path / "a.pth")

        assert "lazy flags" in refusal(tmp_path / "a.pth")

    def test_safetensors_header_larger_than_the_file(self, tmp_path):
        """A header length beyond the file is refused before anything is read."""
        (tmp_path / "a.pth").write_bytes(struct.pack("<Q", 2**38) + b'{"a":')

        assert "header claims" in refusal(tmp_path / "a.pth")

    @pytest.mark.parametrize("shape", [[2**40], [0, 2**62, 2**62], [0, 2**63]])
    @pytest.mark.parametrize("dtype", ["F32", "F4", "NONE"])
    def test_safetensors_that_torch_cannot_have(self, tmp_path, shape, dtype):
        """Shapes and dtypes that no tensor of torch has are refused."""
        header = json.dumps({"a": {"dtype": dtype, "shape": shape, "data_offsets": [0, 0]}}).encode()
        (tmp_path / "a.pth").write_bytes(struct.pack("<Q", len(header)) + header)

        assert "safetensors file is damaged" in refusal(tmp_path / "a.pth")


class TestPickleBombs:
    @pytest.mark.parametrize(
        "instructions",
        [
            b"B" + struct.pack("<I", 2**31),
            b"\x8e" + struct.pack("<Q", 2**40),
            b"\x8d" + struct.pack("<Q", 2**63 + 5),
            b"\x8b" + struct.pack("<I", 2**31),
            b"\x8b" + struct.pack("<i", -5),
            b"\x96" + struct.pack("<Q", 2**40),
        ],
    )
    def test_lengths_beyond_the_pickle(self, tmp_path, instructions):
        """A length that the pickle does not have is refused before anything is allocated."""
        refusal(torch_zip(tmp_path / "a.pth", under_key(instructions)))

    def test_huge_integer(self, tmp_path):
        """An integer of many bytes, slow to print and to multiply, is refused."""
        path = torch_zip(tmp_path / "a.pth", under_key(b"\x8b" + struct.pack("<i", MIB) + b"\x7f" * MIB))

        assert "an integer that torch.save does not write" in refusal(path)

    def test_huge_memo_index(self, tmp_path):
        """A memo index costs one entry, however large it is."""
        with little_memory():
            read_checkpoint(torch_zip(tmp_path / "a.pth", under_key(b"Nr" + struct.pack("<I", 2**32 - 1))))

    def test_one_text_encoded_again_and_again(self, tmp_path):
        """A text that is turned into bytes many times, all kept, is a bomb."""
        start = b"c_codecs\nencode\nq\0" + text("x" * MIB) + text("latin1") + b"\x86q\x01" + b"]("
        path = torch_zip(tmp_path / "a.pth", under_key(start + b"h\0h\x01R" * 10_000 + b"e"))

        assert "more bytes than the pickle can hold" in refusal(path)

    @pytest.mark.parametrize("nest", [b"]" * 100_000 + b"a" * 99_999, b"N" + b"\x85" * 100_000])
    def test_deep_nesting(self, tmp_path, nest):
        """Data that are nested beyond reason are refused, without exhausting any stack."""
        assert "levels deep" in refusal(torch_zip(tmp_path / "a.pth", under_key(nest)))

    def test_deep_keys(self, tmp_path):
        """A nested tuple as the key of a dict is never hashed: that alone would kill the interpreter."""
        path = torch_zip(tmp_path / "a.pth", under_key(b"}N" + b"\x85" * 100_000 + b"Ns"))

        assert "a tuple as the key" in refusal(path)

    def test_list_in_itself(self, tmp_path):
        """A list that contains itself ends."""
        assert "levels deep" in refusal(torch_zip(tmp_path / "a.pth", under_key(b"]q\0h\0a")))

    def test_lists_that_double(self, tmp_path):
        """Forty lists, each twice in the next, stay forty lists."""
        lists = b"]q\0" + b"".join(b"](h" + bytes([i]) + b"h" + bytes([i]) + b"eq" + bytes([i + 1]) for i in range(40))

        with little_memory():
            assert read_checkpoint(torch_zip(tmp_path / "a.pth", under_key(b"(" + lists + b"t"))).content


def test_random_damage(tmp_path):
    """Thousands of damaged files are read or refused: no other exception, nothing executed, little memory."""
    train_officially(tmp_path)
    save_file({"a": torch.ones(3, 2), "b": torch.zeros(2)}, tmp_path / "a.safetensors")
    names = ("model.pth", "legacy.pth", "protocol4.pth", "a.safetensors")
    files = [str(tmp_path / name) for name in names] + [
        f"inside:{tmp_path / name}" for name in ("model.pth", "protocol4.pth")
    ]

    command = [sys.executable, "-c", DAMAGE, str(tmp_path / "damaged"), *files]
    done = subprocess.run(command, check=True, capture_output=True, cwd=CHECKOUT)

    seen = json.loads(done.stdout)
    memory = [seen.pop(f"after {name}") for name in files]
    assert set(seen) == {"read", "refused"}
    assert seen["refused"] > 1500
    assert seen["read"] > 100
    assert memory[-1] - memory[0] < 64
