"""Bundles that somebody made by hand: every hash fits, and what no run can give is refused, with the field named."""

from __future__ import annotations

import io
import re
import struct
import zipfile

import numpy as np
import pytest

from ferbench.bundles.container import pack, unpack
from ferbench.bundles.fields import MAX_DEPTH, strict_json
from ferbench.bundles.reading import read_bundle
from ferbench.bundles.schema import ABOUT, RECORD, SCORES, TEST_SET
from ferbench.errors import DataError, FerbenchError, MissingError
from tests.bundles.remaking import members_in, remade

ACCURACY = "emotion|strict|all|accuracy"


def put(member, *keys):
    """A change of one value: `put(RECORD, "n")(5)` sets n to 5."""

    def to(value):
        def change(documents):
            place = documents[member]
            for key in keys[:-1]:
                place = place[key]
            place[keys[-1]] = value

        return change

    return to


def repeat_id(documents):
    """The first id once more."""
    documents[TEST_SET]["ids"][1] = documents[TEST_SET]["ids"][0]


def relabel(documents, label):
    """Another first label."""
    documents[TEST_SET]["labels"][0] = label


def redigest(documents, digest):
    """Another first digest."""
    documents[TEST_SET]["digests"][0] = digest


CHANGES = {
    "a newer record": (put(RECORD, "schema_version")(2), "schema_version is 2"),
    "a number as text": (put(RECORD, "n")("40"), "record.json.n is not a whole number"),
    "truth as a number": (put(RECORD, "ranked")(1), "ranked is not true or false"),
    "no images": (put(RECORD, "n")(0), "n is 0"),
    "a path as run_id": (put(RECORD, "run_id")("../../x"), "run_id"),
    "no hash": (put(RECORD, "items_sha256")("0" * 63), "items_sha256 is no SHA-256"),
    "no time": (put(RECORD, "created_at")("yesterday"), "created_at"),
    "an unknown field": (put(RECORD, "extra")(1), "unknown field extra"),
    "an unknown field of the spec": (put(RECORD, "spec", "command")("x"), "unknown field command"),
    "a place in the spec": (put(RECORD, "spec", "data_root")("/x"), "spec.data_root is not null"),
    "ranked with reasons": (put(RECORD, "ranked")(True), "ranked contradicts not_ranked_because"),
    "a class twice": (put(RECORD, "classes")(["fear", "fear"]), "classes names none, or one twice"),
    "other classes": (put(RECORD, "dataset_classes")(["joy"]), "dataset_classes has one that classes lacks"),
    "a guard without a finding": (put(RECORD, "guards", "weights")({"outcome": "ok"}), "no field finding"),
    "a cost of text": (put(RECORD, "cost", "macs")("many"), "cost.macs is not a whole number"),
    "a size of three": (put(RECORD, "preprocess", "size")([1, 2, 3]), "preprocess.size has 3 items instead of 2"),
    "another crop": (put(RECORD, "preprocess", "crop")("all"), "preprocess.crop is none of none, box, detect"),
    "a ragged matrix": (
        lambda documents: documents[RECORD]["matrices"][0]["values"][0].pop(),
        "matrices[0] has other sides than names",
    ),
    "control characters": (put(RECORD, "model")("tiny\x1b[2Jcnn"), "has control characters"),
    "half a character": (put(RECORD, "model")("\ud800"), "has control characters"),
    "a failure that is none": (put(RECORD, "failures")({"nobody": "x"}), "failures are not the images"),
    "a number beyond all": (put(RECORD, "seed")(10**30), "larger than any count"),
    "deep nesting": (put(RECORD, "environment")({"a": [[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]}), "nested too deeply"),
    "an id twice": (repeat_id, "ids has one twice"),
    "an older record than any": (put(RECORD, "schema_version")(0), "schema_version is 0"),
    "a cost below zero": (put(RECORD, "cost", "macs")(-1), "cost.macs is -1"),
    "operations below zero": (put(RECORD, "cost", "uncounted_ops")({"x": -1}), "cost.uncounted_ops.x is -1"),
    "an empty batch": (put(RECORD, "cost", "batch_size")(0), "cost.batch_size is 0"),
    "a class left out and there": (put(RECORD, "left_out")({"fear": 5}), "left_out has fear"),
    "a processor that is a list": (put(RECORD, "environment", "cpu_name")([]), "environment.cpu_name is not a text"),
    "an unknown fact of the machine": (put(RECORD, "environment", "user")("me"), "unknown field user"),
    "an image less": (lambda documents: documents[TEST_SET]["ids"].pop(), "ids are 39"),
    "a label less": (lambda documents: documents[TEST_SET]["labels"].pop(), "labels are 39"),
    "a strange label": (lambda documents: relabel(documents, "joy"), "labels has joy"),
    "no digest": (lambda documents: redigest(documents, "x"), "digests is no SHA-256"),
    "attributes of numbers": (
        lambda documents: documents[TEST_SET]["attributes"][0].update(age=3),
        "attributes[0].age is not a text",
    ),
    "a score under another name": (
        lambda documents: documents[SCORES].update({"mine": documents[SCORES][ACCURACY]}),
        "mine is called emotion|strict|all|accuracy",
    ),
    "a score on more images": (put(SCORES, ACCURACY, "n")(41), "stands on 41 images"),
    "no score": (put(SCORES, ACCURACY)(None), "is not an object"),
    "a score of text": (put(SCORES, ACCURACY, "value")("high"), "value is not a number"),
    "a huge shape": (put(ABOUT, "outputs", "emotion")([10**9, 10**9]), "outputs.emotion states the shape"),
    "a negative shape": (put(ABOUT, "outputs", "emotion")([-40, -8]), "outputs.emotion states the shape"),
    "another shape": (put(ABOUT, "outputs", "emotion")([80, 4]), "outputs.emotion has 80 rows"),
    "another output": (put(ABOUT, "outputs", "faces")([40, 8]), "outputs names others than there are"),
    "another run": (put(ABOUT, "origin", "run_id")("x"), "origin.run_id is not the run_id"),
    "half withheld": (put(ABOUT, "ids")("withheld"), "ids are withheld and labels are not"),
    "withheld in name": (put(ABOUT, "labels")("withheld"), "unknown field"),
}


@pytest.mark.parametrize(("change", "named"), CHANGES.values(), ids=CHANGES)
def test_what_no_run_gives_is_refused_by_name(shared, tmp_path, change, named):
    """Types, ranges, classes, counts, texts: each with the place where it stands."""
    with pytest.raises(DataError) as caught:
        read_bundle(remade(shared.path, tmp_path / "x.ferbench", change))

    assert named in caught.value.found


def emotion(shared, values):
    """The outputs of a bundle, with values by position."""
    array = np.frombuffer(members_in(shared.path)["outputs/emotion.f32"], "<f4").reshape(40, 8).copy()
    for position, value in values.items():
        array[position] = value
    return {"outputs/emotion.f32": array.tobytes()}


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({(3, 2): np.inf}, "a row is neither finite nor NaN"),
        ({(3, 2): np.nan}, "a row is neither finite nor NaN"),
        ({3: np.nan}, "failures are not the images without an answer"),
    ],
)
def test_outputs_are_numbers_or_listed_failures(shared, tmp_path, values, named):
    """No infinity, no half row, and no silence that the record does not explain."""
    path = remade(shared.path, tmp_path / "x.ferbench", lambda documents: None, emotion(shared, values))

    with pytest.raises(DataError) as caught:
        read_bundle(path)
    assert named in caught.value.found


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (b'{"a":NaN}', "NaN is no number"),
        (b'{"a":-Infinity}', "-Infinity is no number"),
        (b'{"a":1e999}', "is no number that can be computed with"),
        (b'{"a":1,"a":2}', "stands twice"),
        (b'{"a":' + b"9" * 5000 + b"}", "larger than any count"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[" * (MAX_DEPTH + 2) + b"]" * (MAX_DEPTH + 2), "nested too deeply"),
        (b'{"\\u0007":1}', "control characters"),
        (b'{"a":"\xff"}', "ascii"),
        (b"{", "Expecting"),
    ],
)
def test_json_that_bends_is_no_json(text, named):
    """Everything in which two readers could see different things."""
    with pytest.raises(ValueError, match=named):
        strict_json(text)


def zipped(*members, compression=zipfile.ZIP_STORED):
    """A zip of (name, content) members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def overlapping():
    """A zip in which two members are the same bytes."""
    content = pack({"about.json": b"a" * 200, "record.json": b"b" * 200})
    start = content.rindex(b"PK\x01\x02")
    return content[: start + 42] + struct.pack("<L", 0) + content[start + 46 :]


ARCHIVES = {
    "a bomb": (zipped(("record.json", b"\0" * 10**7), compression=zipfile.ZIP_DEFLATED), "larger than the file"),
    "compressed": (zipped(("record.json", bytes(range(256)) * 2), compression=zipfile.ZIP_BZIP2), "compressed"),
    "an absolute name": (zipped(("/etc/passwd", b"x")), "a member is called '/etc/passwd'"),
    "a name that climbs": (zipped(("../record.json", b"x")), "a member is called '../record.json'"),
    "a name that climbs in outputs": (zipped(("outputs/../x.f32", b"x")), "a member is called"),
    "many members": (zipped(*((f"outputs/a{n}.f32", b"x") for n in range(100))), "more than 72"),
    "no zip": (b"no zip at all", "no zip file"),
    "nothing": (b"", "no zip file"),
}


@pytest.mark.parametrize(("content", "named"), ARCHIVES.values(), ids=ARCHIVES)
def test_archives_that_are_no_bundle_are_refused(content, named):
    """Before a byte of theirs is unpacked, and with nothing written to the disk."""
    with pytest.raises(ValueError, match=re.escape(named)):
        unpack(content)


def test_a_member_that_stands_twice_is_refused(shared):
    """Which of the two would count is not asked."""
    with pytest.warns(UserWarning, match="Duplicate name"):
        content = zipped(("record.json", b"{}"), ("record.json", b"{}"))

    with pytest.raises(ValueError, match=r"record\.json stands twice"):
        unpack(content)


def test_members_may_share_no_bytes(tmp_path):
    """An archive that says more than it holds is not the one that ferbench writes."""
    path = tmp_path / "x.ferbench"
    path.write_bytes(overlapping())

    with pytest.raises(FerbenchError):
        read_bundle(path)


def test_an_encrypted_member_is_refused():
    """A flag is enough."""
    content = bytearray(zipped(("record.json", b"{}")))
    content[content.index(b"PK\x01\x02") + 8] |= 1

    with pytest.raises(ValueError, match="encrypted"):
        unpack(bytes(content))


def test_a_file_that_is_not_there_is_missing(tmp_path):
    """Exit code 4, and what the system says."""
    with pytest.raises(MissingError, match="No such file"):
        read_bundle(tmp_path / "gone.ferbench")


def test_a_file_larger_than_any_bundle_is_not_read(tmp_path):
    """A sparse file of three gigabytes costs nothing."""
    path = tmp_path / "large.ferbench"
    with path.open("wb") as file:
        file.truncate(3 * 2**30)

    with pytest.raises(DataError, match="more than"):
        read_bundle(path)
