"""A row that was changed by hand loses its rank, and a database from a stranger cannot do harm by being read."""

from __future__ import annotations

import io
import json
import sqlite3
import tracemalloc
import zipfile
import zlib
from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest

from ferbench.canonical import canonical_json, sha256_text
from ferbench.errors import LeaderboardError
from ferbench.leaderboard.blobs import unpack_outputs
from ferbench.leaderboard.ranking import boards
from tests.leaderboard.building import AFFECTNET8, RAFDB, build_result, build_test_set


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


@pytest.mark.parametrize("record", [{}, [], 1, {"scores": []}, {"weights": 1}])
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


@pytest.mark.parametrize(
    ("deleted", "label_mode"),
    [
        ("label_mode = 'mask'", "mask"),
        ("label_mode = 'mask' AND metric = 'ece'", "mask"),
        ("label_mode = 'strict' AND metric = 'ece'", "strict"),
    ],
)
def test_deleted_scores_are_noticed(board, path, deleted, label_mode):
    """A strict value does not pass for a masked one, nor is a metric missing unseen, when score rows are deleted."""
    board.record(build_result(1, classes=AFFECTNET8))
    assert boards(board, label_mode=label_mode)[0].ranked
    change(path, f"DELETE FROM score WHERE {deleted}")

    (only,) = boards(board, label_mode=label_mode)

    assert not only.ranked
    assert only.unranked[0].reasons == ("the score table differs from the record",)


DAMAGED_CELLS = {
    "UPDATE run SET n = 'abc'": "n is not a whole number",
    "UPDATE run SET n = 1.5": "n is not a whole number",
    "UPDATE run SET model = x'ff'": "model is not text",
    "UPDATE run SET run_key = x'ff'": "run_key is not text",
    "UPDATE run SET selection = x'ff'": "selection is not text",
    "UPDATE run SET not_ranked_because = 'x'": "not_ranked_because is not a list of texts",
    "UPDATE run SET not_ranked_because = '{}'": "not_ranked_because is not a list of texts",
    "UPDATE run SET not_ranked_because = '[1]'": "not_ranked_because is not a list of texts",
    "UPDATE run SET extra_data = x'ff'": "extra_data is not a list of texts",
    "UPDATE cost SET params_total = 'abc'": "params_total is not a whole number",
    "UPDATE cost SET images_per_s = 9e999": "images_per_s is not a number",
}


@pytest.mark.parametrize(("statement", "damage"), DAMAGED_CELLS.items(), ids=DAMAGED_CELLS)
def test_a_damaged_run_spoils_no_list(recorded, path, statement, damage):
    """A cell of a wrong type costs its run the rank; the list, the frame and the board show all other runs."""
    recorded.record(build_result(2))
    change(path, f"{statement} WHERE run_id = ?", build_result(1).run_id)

    (only,) = boards(recorded)
    newer, older = recorded.runs()

    assert [row.model for row in only.ranked] == ["model_2"]
    assert f"damaged row: {damage}" in only.unranked[0].reasons
    assert (newer.ranked, newer.not_ranked_because) == (True, ())
    assert (older.ranked, older.not_ranked_because) == (False, (f"damaged row: {damage}",))
    assert len(recorded.frame()) == 2


@pytest.mark.parametrize(
    ("change_of", "damage"),
    [
        ("value = 'abc'", "the value of accuracy is not a number"),
        ("value = 9e999", "the value of accuracy is not a number"),
        ("high = x'ff'", "the interval of accuracy is not a number"),
        ("metric = x'ff'", "the name of a metric is not text"),
    ],
)
def test_a_damaged_score_spoils_no_board(recorded, path, change_of, damage):
    """A score that is no number costs its run the rank, and is NaN in the frame; other runs keep theirs."""
    recorded.record(build_result(2))
    where = "run_id = ? AND metric = 'accuracy' AND slice = 'all'"
    change(path, f"UPDATE score SET {change_of} WHERE {where}", build_result(1).run_id)

    (only,) = boards(recorded)

    assert [row.model for row in only.ranked] == ["model_2"]
    assert f"damaged row: {damage}" in only.unranked[0].reasons
    assert np.isfinite(recorded.frame().set_index("model").loc["model_2", "accuracy"])


def test_a_text_that_is_no_utf8_spoils_no_board(recorded, path):
    """Undecodable bytes in a text are shown as escapes, and the run has no rank."""
    change(path, "UPDATE run SET model = CAST(x'61ff' AS TEXT)")

    assert reasons(recorded) == ("the run table differs from the record",)
    assert recorded.runs()[0].model == "a\\xff"


def test_a_record_that_is_no_text_breaks_its_seal(recorded, path):
    """A record that was replaced by bytes is not the one that was sealed."""
    change(path, "UPDATE run SET record = x'ff'")

    assert not recorded.seal_holds("latest")
    assert reasons(recorded) == ("broken seal",)


@pytest.mark.parametrize("ask", ["correct", "predictions", "test_set"])
def test_a_number_of_images_that_is_none_is_refused(recorded, path, ask):
    """What is measured by the number of images is not read without it."""
    change(path, "UPDATE run SET n = 'abc'")

    with pytest.raises(LeaderboardError, match="n is not a whole number"):
        getattr(recorded, ask)("latest")


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
    "other k, another name": zipped(header((50, 8)) + bytes(4 * 400), name="emotion"),
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
    "a bomb behind a small header": zipped(header((50, 7)) + bytes(50 * 2**17)),
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
    change(path, "UPDATE correctness SET correct = ?", blob)

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


def test_outputs_share_one_limit(recorded, path):
    """Outputs that are each within the limit of 50 images are refused where they are not together."""
    half = np.zeros((50, 40_000), np.float32)
    change(path, "UPDATE prediction SET outputs = ?", npz(emotion=np.zeros((50, 7), np.float32), one=half, two=half))

    with pytest.raises(LeaderboardError, match="more than the 13156352 that 50 images may"):
        recorded.predictions("latest")


def test_values_are_not_inflated_before_the_header_fits():
    """An output of another shape is refused without the memory that its values would take."""
    blob = zipped(header((50, 60_000)) + bytes(4 * 50 * 60_000))
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match="for 50 images and 7 classes"):
            unpack_outputs(blob, n=50, k=7)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 2**20


@pytest.mark.parametrize(
    ("extra_outputs", "found"),
    [
        ({"features": np.zeros((2, 2**16), np.float32)}, "more than the"),
        ({f"output_{index}": np.zeros((2, 1), np.float32) for index in range(64)}, "There are 65 outputs"),
    ],
)
def test_outputs_that_could_not_be_read_are_not_recorded(board, extra_outputs, found):
    """What reading refuses for its size is refused when it is recorded, and nothing of the run is kept."""
    with pytest.raises(LeaderboardError, match=found):
        board.record(build_result(1, n=2, extra_outputs=extra_outputs))

    assert board.runs() == []


def test_outputs_at_the_limit_come_back(board):
    """A run whose outputs take all that its images may can be read again."""
    result = build_result(1, n=2, extra_outputs={"features": np.ones((2, 2**16 - 7), np.float32)})

    board.record(result)

    assert board.predictions("latest").sha256() == result.predictions.sha256()


def test_a_manifest_that_could_not_be_read_is_not_recorded(board):
    """Ids beyond the bytes that an image may take are refused when a run is recorded, with what to do."""
    test_set = replace(build_test_set(2, RAFDB), ids=("a" * 2**17, "b"))

    with pytest.raises(LeaderboardError, match="shorter ids"):
        board.record(build_result(1, n=2, test_set=test_set))


@pytest.mark.parametrize("n", [50, 0, -16])
def test_a_manifest_grows_with_its_images_only(recorded, path, n):
    """A blob that would inflate to megabytes for 50 images, or for fewer than none, is given up."""
    change(path, "UPDATE test_set SET manifest = ?", manifest(ids=["a" * 2**20] * 50))
    change(path, "UPDATE run SET n = ?", n)

    with pytest.raises(LeaderboardError, match="grows beyond"):
        recorded.test_set("latest")


def test_a_manifest_of_other_images_is_refused(recorded, path):
    """A manifest whose lists are not as long as the run has images is refused."""
    change(path, "UPDATE run SET n = 49")

    with pytest.raises(LeaderboardError, match="not of 49 images"):
        recorded.test_set("latest")


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
