"""Checkpoints of an attacker: each asks for code, and none gets it."""

from __future__ import annotations

import builtins
import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from ferbench.errors import FerbenchError, UnsafeCheckpoint, WeightsError
from ferbench.pipeline.checkpoint_formats import allowed
from ferbench.pipeline.checkpoint_formats.inert import StandIn
from ferbench.pipeline.checkpoints import read_checkpoint
from tests.pipeline.checkpoint_files import pickle_of, text, torch_zip, train_officially, under_key, with_pickle

CHECKOUT = Path(__file__).parents[2]

#: Reads each file under an audit hook that notes whatever executes code, and prints what it noted.
AUDITED = """
import json, sys
from pathlib import Path
from ferbench.errors import FerbenchError
from ferbench.pipeline.checkpoints import read_checkpoint

FORBIDDEN = ("os.", "subprocess.", "exec", "compile", "import", "pickle.", "marshal.", "socket.", "ctypes.", "shutil.")
noted = []

def note(event, args):
    if event.startswith(FORBIDDEN) or (event == "open" and args[1] not in ("r", "rb", None)):
        noted.append(event)

honest, *hostile = map(Path, sys.argv[1:])
read_checkpoint(honest)
sys.addaudithook(note)
for path in hostile:
    try:
        read_checkpoint(path)
    except FerbenchError:
        continue
    noted.append(f"{path} was loaded")
print(json.dumps(noted))
"""


class Payload:
    """Pickles itself as a call."""

    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


def payloads(sentinel):
    touch = f"open({str(sentinel)!r}, 'w').close()"
    return {
        "os.system": Payload(os.system, f"touch {sentinel}"),
        "builtins.eval": Payload(builtins.eval, touch),
        "builtins.exec": Payload(builtins.exec, touch),
        "subprocess.Popen": Payload(subprocess.Popen, ["touch", str(sentinel)]),
        "nested pickle": Payload(torch.storage._load_from_bytes, pickle.dumps(Payload(os.system, f"touch {sentinel}"))),
        "pickle.loads": Payload(pickle.loads, pickle.dumps(Payload(os.system, f"touch {sentinel}"))),
    }


@pytest.fixture
def sentinel(tmp_path):
    return tmp_path / "executed"


@pytest.fixture(scope="module")
def official(tmp_path_factory):
    return train_officially(tmp_path_factory.mktemp("official"))


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize("protocol", [2, 4])
@pytest.mark.parametrize("name", sorted(payloads(Path("x"))))
def test_calls_are_refused(tmp_path, sentinel, name, protocol, zipped):
    """A call in a checkpoint is refused by name in every format, and does not happen."""
    content = {"state_dict": {"a": torch.ones(1)}, "epoch": payloads(sentinel)[name]}
    path = tmp_path / "a.pth"
    torch.save(content, path, pickle_protocol=protocol, _use_new_zipfile_serialization=zipped)

    with pytest.raises(UnsafeCheckpoint, match="Nothing of the file was executed"):
        read_checkpoint(path)
    assert not sentinel.exists()


def test_the_payload_is_live(sentinel):
    """The same payload does execute in a plain pickle.loads: the tests above could fail."""
    pickle.loads(pickle.dumps(payloads(sentinel)["os.system"]))

    assert sentinel.exists()


def test_no_code_runs_under_audit(tmp_path, sentinel, official):
    """The interpreter itself reports no import, exec, process or file written while hostile files are refused."""
    paths = []
    for zipped in (True, False):
        for name, payload in payloads(sentinel).items():
            paths.append(tmp_path / f"{name}-{zipped}.pth")
            torch.save({"a": payload}, paths[-1], _use_new_zipfile_serialization=zipped)
    command = [sys.executable, "-c", AUDITED, official / "model.pth", *paths]

    done = subprocess.run(command, check=True, capture_output=True, cwd=CHECKOUT)

    assert json.loads(done.stdout) == []
    assert not sentinel.exists()


@pytest.mark.parametrize("zipped", [True, False])
def test_whole_networks_are_explained(tmp_path, zipped):
    """`torch.save(model)` is called a whole network, and the message says what to save instead."""
    path = tmp_path / "a.pth"
    torch.save(torch.nn.Sequential(torch.nn.Linear(2, 2)), path, _use_new_zipfile_serialization=zipped)

    with pytest.raises(UnsafeCheckpoint, match=r"(?s)whole pickled network.*torch\.nn\.modules.*state_dict\(\)"):
        read_checkpoint(path)


@pytest.mark.parametrize("content", [torch.device("cpu"), torch.Size([1]), {1, 2}, complex(1, 2), Path("x"), np.int64])
def test_nothing_else_is_admitted(tmp_path, content):
    """Classes that would do no harm are refused too: the list is short."""
    torch.save({"a": content}, tmp_path / "a.pth")

    with pytest.raises(UnsafeCheckpoint, match="which ferbench does not load"):
        read_checkpoint(tmp_path / "a.pth")


@pytest.mark.parametrize(
    "array", [np.array([{}, None]), np.array(["text"]), np.zeros(2, dtype=[("a", "f4")]), np.array(["2020"], "M8[D]")]
)
def test_arrays_hold_plain_numbers(tmp_path, array):
    """Arrays of objects, text, records and dates are refused."""
    torch.save({"a": array}, tmp_path / "a.pth")

    with pytest.raises(FerbenchError):
        read_checkpoint(tmp_path / "a.pth")


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("__main__", "RecorderMeter.__init__.__globals__"),
        ("__main__", "RecorderMeter2"),
        ("other", "RecorderMeter"),
        ("torch", "load"),
        ("torch._utils", "_rebuild_tensor_v2.__globals__"),
        ("collections", "OrderedDict.fromkeys"),
        ("os", "system"),
        ("", ""),
    ],
)
def test_names_match_exactly(tmp_path, module, name):
    """A name near an admitted one is not admitted, in either way to ask for it."""
    by_line = f"c{module}\n{name}\n".encode()
    from_stack = text(module) + text(name) + b"\x93"

    for asked in (by_line, from_stack):
        with pytest.raises(UnsafeCheckpoint, match="does not load"):
            read_checkpoint(torch_zip(tmp_path / "a.pth", under_key(asked)))


def test_a_bare_pickle_of_a_class_is_unsafe(tmp_path, sentinel):
    """A pickle that torch did not write is refused for what it asks, before its format is judged."""
    (tmp_path / "a.pth").write_bytes(pickle.dumps(payloads(sentinel)["os.system"]))

    with pytest.raises(UnsafeCheckpoint, match="system"):
        read_checkpoint(tmp_path / "a.pth")
    assert not sentinel.exists()


@pytest.mark.parametrize(
    "target", [b"ccollections\nOrderedDict\n", b"c__main__\nRecorderMeter\n", b"cnumpy\nndarray\n"]
)
def test_states_cannot_change_what_names_mean(tmp_path, target):
    """BUILD on an admitted name itself is refused and leaves it as it was."""
    before = dict(allowed.ALLOWED)
    state = b"}" + text("call") + b"Ns" + text("name") + b"Ns"

    for form in (state, b"}" + state + b"\x86"):
        with pytest.raises(WeightsError, match="a state for an object that has none"):
            read_checkpoint(torch_zip(tmp_path / "a.pth", under_key(target + form + b"b")))
    assert before == allowed.ALLOWED


def test_states_of_stand_ins_are_attributes_only(tmp_path, official):
    """Special names in the state of a stand-in are entries of a dict, and change neither its class nor itself."""
    names = ["__class__", "__dict__", "__setstate__", "class_name", "attributes"]
    state = b"}" + b"".join(text(name) + b"Ns" for name in names)
    pickled = under_key(b"c__main__\nRecorderMeter\n)\x81" + state + b"b")

    stand_in = read_checkpoint(torch_zip(tmp_path / "a.pth", pickled)).content["weight"]

    assert type(stand_in) is StandIn
    assert stand_in.class_name == "RecorderMeter"
    assert stand_in.attributes == dict.fromkeys(names)


@pytest.mark.parametrize(
    "instructions",
    [
        b"c__main__\nRecorderMeter\n)R",  # called instead of made
        b"ccollections\nOrderedDict\n)\x81",  # made instead of called
        b"]R",
        b"])R",
        b"ccollections\nOrderedDict\n)R)R",
        b"c_codecs\nencode\n" + text("a") + text("hex") + b"\x86R",
        b"cnumpy.core.multiarray\n_reconstruct\nccollections\nOrderedDict\nK\0\x85" + text("b") + b"\x87R",
        b"ctorch\nFloatStorage\n",
        b"cnumpy\nndarray\n",
        b"(ios\nsystem\n",
        b"(cos\nsystem\no",
        b"\x82\x01",
        b"NN\x93",
        text("0") + b"Q",
        b"(" + text("module") + b"NNNtQ",
    ],
)
def test_instructions_out_of_place(tmp_path, instructions):
    """Known instructions in combinations that torch does not write end in an error of ours."""
    with pytest.raises(WeightsError):
        read_checkpoint(torch_zip(tmp_path / "a.pth", under_key(instructions)))


def test_a_class_hidden_behind_honest_weights(tmp_path, official, sentinel):
    """A call that is appended to an official file, after all its weights, is found."""
    call = b"cposix\nsystem\n" + text(f"touch {sentinel}") + b"\x85R0."
    pickled = pickle_of(official / "model.pth")[:-1] + call

    with pytest.raises(UnsafeCheckpoint, match=r"posix\.system"):
        read_checkpoint(with_pickle(official / "model.pth", pickled, tmp_path / "a.pth"))
    assert not sentinel.exists()
