"""A row that was changed by hand loses its rank, and a database from a stranger cannot do harm by being read."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
import zlib
from contextlib import closing

import numpy as np
import pytest

from ferbench.canonical import canonical_json, sha256_text
from ferbench.errors import LeaderboardError
from ferbench.leaderboard.ranking import boards
from tests.leaderboard.building import build_result


@pytest.fixture
def recorded(board):
    board.record(build_result(1))
    return board


def change(path, statement, *values):
    """Run one statement on the file, as somebody with a database browser would."""
    with closing(sqlite3.connect(path)) as connection:
        changed = connection.execute(statement, values).rowcount
        connection.commit()
    assert changed > 0


def reasons(board):
    (only,) = boards(board)
    assert not only.ranked
    return only.unranked[0].reasons


def test_a_changed_record_breaks_its_seal(recorded, path):
    """A record in which one number was improved is not the one that was sealed."""
    change(path, "UPDATE run SET record = replace(record, '\"n\":50', '\"n\":51')")

    assert not recorded.seal_holds("latest")
    assert reasons(recorded) == ("broken seal",)


def test_a_respelt_record_keeps_its_seal(recorded, path):
    """The same JSON with other spaces says the same, so the seal holds."""
    text = json.dumps({key: value for key, value in build_result(1).record.items() if key != "seal"}, indent=2)
    change(path, "UPDATE run SET record = ?", text)

    assert recorded.seal_holds("latest")


@pytest.mark.parametrize("text", ["", "[]", "null", "{", "[" * 100_000, '{"a":"\\ud800"}', "{}"])
def test_a_record_that_is_none_breaks_its_seal(recorded, path, text):
    """Whatever stands in place of a record, the board is shown and the run has no rank."""
    change(path, "UPDATE run SET record = ?", text)

    assert not recorded.seal_holds("latest")
    assert reasons(recorded) == ("broken seal",)


@pytest.mark.parametrize("record", [{}, {"scores": []}, {"weights": 1}])
def test_a_sealed_record_of_something_else_is_named(recorded, path, record):
    """A seal can be made for anything; what is no record of a run is not ranked."""
    text = canonical_json(record)
    change(path, "UPDATE run SET record = ?, seal = ?", text, sha256_text(text))

    assert reasons(recorded) == ("the record is not one of a run",)


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("UPDATE score SET value = 0.999 WHERE metric = 'accuracy' AND slice = 'all'", "score"),
        ("UPDATE score SET high = 0.999 WHERE metric = 'accuracy' AND slice = 'all'", "score"),
        ("UPDATE score SET low = NULL WHERE metric = 'accuracy' AND slice = 'all'", "score"),
        ("UPDATE score SET metric = 'invented' WHERE metric = 'ece'", "score"),
        ("UPDATE run SET model = 'a better one'", "run"),
        ("UPDATE run SET run_key = 'another'", "run"),
        ("UPDATE run SET input = 'official-aligned-2'", "run"),
        ("UPDATE run SET not_ranked_because = '[]', n = 49", "run"),
        ("UPDATE cost SET macs = 1", "cost"),
        ("UPDATE cost SET latency_model_ms_p50 = NULL", "cost"),
    ],
)
def test_a_table_that_differs_from_the_record_is_named(recorded, path, statement, table):
    """A number on the board that the sealed record does not give costs the run its rank."""
    change(path, statement)

    assert reasons(recorded) == (f"the {table} table differs from the record",)


def test_a_deleted_cost_is_noticed(recorded, path):
    """Without its cost row a run is still shown, and is not as it was recorded."""
    change(path, "DELETE FROM cost")

    assert reasons(recorded) == ("the cost table differs from the record",)


def test_a_run_made_ranked_by_hand_is_not(board, path):
    """Removing the reasons from the columns of a run does not give it a rank."""
    board.record(build_result(1, ranked=False, not_ranked_because=["random weights"]))
    change(path, "UPDATE run SET ranked = 1, not_ranked_because = '[]'")

    assert reasons(board) == ("the run table differs from the record",)


def test_lists_that_are_none_are_refused(recorded, path):
    """A damaged list stops the reading of a board with a message, not with a traceback."""
    change(path, "UPDATE run SET not_ranked_because = '{}'")

    with pytest.raises(LeaderboardError, match="not_ranked_because is not a list"):
        boards(recorded)
    with pytest.raises(LeaderboardError, match="not_ranked_because is not a list"):
        recorded.runs()


def npz(**arrays):
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


def zipped(content, name="emotion.npy", method=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


def header(shape, dtype="<f4", fortran_order=False):
    buffer = io.BytesIO()
    entry = {"descr": dtype, "fortran_order": fortran_order, "shape": shape}
    np.lib.format.write_array_header_1_0(buffer, entry)
    return buffer.getvalue()


def pickled():
    buffer = io.BytesIO()
    np.save(buffer, np.array([print] * 50, dtype=object), allow_pickle=True)
    return buffer.getvalue()


BAD_OUTPUTS = {
    "empty": b"",
    "no archive": b"PK\x03\x04" + bytes(100),
    "cut off": npz(emotion=np.zeros((50, 7), np.float32))[:-30],
    "other n": npz(emotion=np.zeros((49, 7), np.float32)),
    "other k": npz(emotion=np.zeros((50, 8), np.float32)),
    "flat": npz(emotion=np.zeros(350, np.float32)),
    "scalar": npz(emotion=np.float32(1)),
    "float64": npz(emotion=np.zeros((50, 7))),
    "column order": npz(emotion=np.asfortranarray(np.zeros((50, 7), np.float32))),
    "no emotion": npz(landmarks=np.zeros((50, 7), np.float32)),
    "a pickle": zipped(pickled()),
    "no array": zipped(b"hello"),
    "a header alone": zipped(header((50, 7))),
    "claims a terabyte": zipped(header((50, 5_000_000_000))),
    "a later format": zipped(header((50, 7)).replace(b"NUMPY\x01", b"NUMPY\x02") + bytes(4 * 350)),
    "negative shape": zipped(header((50, -7, -1)) + bytes(4 * 350)),
    "another compression": zipped(header((50, 7)) + bytes(4 * 350), method=zipfile.ZIP_BZIP2),
    "a bomb": zipped(header((50, 2**20)) + bytes(50 * 2**22)),
}


@pytest.mark.parametrize("blob", BAD_OUTPUTS.values(), ids=BAD_OUTPUTS)
def test_outputs_that_do_not_fit_are_refused(recorded, path, blob):
    """Outputs of another shape, type or format are refused with a message; nothing is unpickled or blown up."""
    change(path, "UPDATE prediction SET outputs = ?", blob)

    with pytest.raises(LeaderboardError, match="damaged or was changed"):
        recorded.predictions("latest")


def test_too_many_outputs_are_refused(recorded, path):
    """An archive with a hundred outputs is none of ours."""
    arrays = {f"output_{index}": np.zeros((50, 1), np.float32) for index in range(100)}
    change(path, "UPDATE prediction SET outputs = ?", npz(emotion=np.zeros((50, 7), np.float32), **arrays))

    with pytest.raises(LeaderboardError, match="101 outputs"):
        recorded.predictions("latest")


@pytest.mark.parametrize("blob", [b"", b"\xff" * 6, b"\xff" * 8])
def test_bits_of_another_length_are_refused(recorded, path, blob):
    """Correctness bits that are not those of 50 images are refused."""
    change(path, "UPDATE prediction SET correct = ?", blob)

    with pytest.raises(LeaderboardError, match="bits of 50 images"):
        recorded.correct("latest")


def manifest(**changes):
    test_set = build_result(1).test_set
    values = {name: getattr(test_set, name) for name in test_set.__slots__} | changes
    return zlib.compress(json.dumps({key: value for key, value in values.items() if value is not None}).encode())


BAD_MANIFESTS = {
    "empty": b"",
    "not deflated": b"hello",
    "cut off": manifest()[:-9],
    "no JSON": zlib.compress(b"{"),
    "no UTF-8": zlib.compress(b'"\xff"'),
    "a list": zlib.compress(b"[]"),
    "nested": zlib.compress(b"[" * 100_000),
    "a field less": manifest(digests=None),
    "a field more": manifest(extra=1),
    "numbers as ids": manifest(ids=list(range(50))),
    "another length": manifest(labels=["fear"]),
    "attributes of another length": manifest(attributes=[{}]),
    "attributes of another kind": manifest(attributes=["f"] * 50),
}


@pytest.mark.parametrize("blob", BAD_MANIFESTS.values(), ids=BAD_MANIFESTS)
def test_manifests_that_do_not_fit_are_refused(recorded, path, blob):
    """A manifest that is cut off, of another form, or inconsistent is refused with a message."""
    change(path, "UPDATE test_set SET manifest = ?", blob)

    with pytest.raises(LeaderboardError, match="damaged or was changed"):
        recorded.test_set("latest")
    with pytest.raises(LeaderboardError, match="damaged or was changed"):
        recorded.predictions("latest")


def test_a_manifest_cannot_grow_without_bound(recorded, path, monkeypatch):
    """A small blob that would inflate beyond the limit is given up at the limit."""
    monkeypatch.setattr("ferbench.leaderboard.manifests.MAX_MANIFEST_BYTES", 1000)

    with pytest.raises(LeaderboardError, match="grows beyond 1000 bytes"):
        recorded.test_set("latest")


@pytest.mark.parametrize(
    "changes",
    [{"classes": "fear"}, {"classes": [1] * 7}, {"output_kind": "odds"}, {"failures": []}, {"failures": None}],
)
def test_a_record_that_does_not_explain_the_outputs_is_refused(recorded, path, changes):
    """Predictions need to know what their columns mean; a record that does not say it is refused."""
    text = canonical_json({**build_result(1).record, **changes})
    change(path, "UPDATE run SET record = ?", text)

    with pytest.raises(LeaderboardError, match="damaged or was changed"):
        recorded.predictions("latest")


def test_a_missing_part_is_named(recorded, path):
    """A run whose predictions were deleted is called incomplete, not unknown."""
    change(path, "DELETE FROM prediction")

    with pytest.raises(LeaderboardError, match="part of it is missing"):
        recorded.predictions("latest")


@pytest.mark.parametrize("ask", ["record_of", "predictions"])
def test_a_record_that_is_no_json_cannot_be_read(recorded, path, ask):
    """Asking for a record that was overwritten gives a message."""
    change(path, "UPDATE run SET record = 'gone'")

    with pytest.raises(LeaderboardError, match="damaged or was changed"):
        getattr(recorded, ask)("latest")
