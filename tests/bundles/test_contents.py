"""What a bundle gives back: the run as it was, with its own labels or with those of a copy of the images."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ferbench.bundles.reading import read_bundle
from ferbench.bundles.record_kinds import RECORD_KINDS, SPEC_KINDS
from ferbench.bundles.writing import write_bundle
from ferbench.errors import NotComparable, UsageError, VerificationFailed
from ferbench.results import seal_of
from tests.bundles.remaking import members_in


def same_run(result, original):
    """Whether a run has the hashes of another, under a seal of its own."""
    names = ("run_id", "run_key", "core_sha256", "predictions_sha256", "pixels_sha256", "items_sha256")
    assert {name: result.record[name] for name in names} == {name: original.record[name] for name in names}
    assert result.predictions.sha256() == original.predictions.sha256()
    assert result.record["seal"] == seal_of(result.record)
    assert result.cost == original.cost
    assert result.matrices == original.matrices
    return True


def test_a_bundle_with_labels_is_the_whole_run(shared):
    """Drawn faces are nobody's: labels and attributes are in it, and every hash comes out again."""
    bundle = read_bundle(shared.path)

    assert not bundle.labels_withheld
    assert same_run(bundle.result(), shared.result)
    assert bundle.result().predictions.attributes == shared.result.predictions.attributes
    assert bundle.about.origin.seal == shared.result.record["seal"] == bundle.result().record["seal"]


def test_every_field_of_a_record_is_known(shared):
    """A new field of records or specifications would stay at home until it is decided whether it may go."""
    assert read_bundle(shared.path).about.left_out == ()
    assert set(shared.result.record) - {"seal"} <= set(RECORD_KINDS)
    assert set(shared.result.record["spec"]) <= set(SPEC_KINDS)


def test_a_bundle_of_a_restricted_set_has_ids_and_no_labels(restricted):
    """Without labels there is no run; with the labels of the set it is the run that was made, to the last bit."""
    bundle = read_bundle(restricted.path)

    assert bundle.labels_withheld
    assert not bundle.ids_withheld
    assert bundle.ids == restricted.result.test_set.ids
    with pytest.raises(NotComparable, match="no labels"):
        bundle.result()
    test_set = restricted.result.test_set
    labels = dict(zip(test_set.ids, test_set.labels, strict=True))
    assert same_run(bundle.with_labels(labels), restricted.result)
    assert same_run(bundle.result_for(test_set), restricted.result)
    assert list(bundle.record["failures"]) == ["test_0007"]


def test_nothing_of_a_restricted_set_gives_labels_away(restricted):
    """The members hold names of images, content digests and outputs: no label, no attribute, no bit of correctness."""
    members = members_in(restricted.path)

    assert set(members) == {
        "bundle.json", "about.json", "record.json", "scores.json", "test_set.json", "outputs/emotion.f32",
    }  # fmt: skip
    assert b"gender" not in b"".join(members.values())
    for name in restricted.result.record["dataset_classes"]:
        assert name.encode() not in members["test_set.json"]


def test_labels_that_lack_an_image_or_are_of_other_classes_are_refused(restricted):
    """Which image is missing is said, and which label is strange."""
    bundle, test_set = read_bundle(restricted.path), restricted.result.test_set
    labels = dict(zip(test_set.ids, test_set.labels, strict=True))

    with pytest.raises(NotComparable, match="the first is test_0003"):
        bundle.with_labels({name: label for name, label in labels.items() if name != "test_0003"})
    with pytest.raises(NotComparable, match="contempt"):
        bundle.with_labels({**labels, "test_0003": "contempt"})


def test_other_images_are_refused(restricted):
    """A copy with another id is not a copy."""
    test_set = restricted.result.test_set
    other = replace(test_set, ids=("test_9999", *test_set.ids[1:]))

    with pytest.raises(NotComparable, match="69 of them are the same"):
        read_bundle(restricted.path).result_for(other)


def test_the_order_of_a_copy_does_not_matter(restricted):
    """The run has its own order, whatever the order of the labels that are supplied."""
    test_set = restricted.result.test_set
    turned = replace(
        test_set,
        **{name: getattr(test_set, name)[::-1] for name in ("ids", "labels", "digests", "attributes")},
    )

    assert same_run(read_bundle(restricted.path).result_for(turned), restricted.result)


def test_the_same_run_gives_the_same_bytes(restricted, catalog, tmp_path):
    """Nothing of the time, the place or the process is in the file."""
    write_bundle(restricted.leaderboard, "latest", catalog, tmp_path / "again.ferbench")

    assert (tmp_path / "again.ferbench").read_bytes() == restricted.path.read_bytes()


def test_outputs_are_the_very_bits(shared):
    """Little-endian float32, row by row."""
    stored = np.frombuffer(members_in(shared.path)["outputs/emotion.f32"], "<f4").reshape(40, 8)

    assert stored.tobytes() == shared.result.predictions.emotion.tobytes()


def test_labels_of_a_restricted_set_cannot_be_included(restricted, catalog, tmp_path):
    """The user's word is not enough for pictures that are not his."""
    with pytest.raises(UsageError, match="rafdb"):
        write_bundle(restricted.leaderboard, "latest", catalog, tmp_path / "x.ferbench", include_labels=True)
    assert not (tmp_path / "x.ferbench").exists()


def test_a_withdrawn_run_is_not_bundled(shared, catalog, tmp_path):
    """What does not hold here is not handed on."""
    from ferbench.leaderboard.store import Leaderboard

    leaderboard = Leaderboard(tmp_path / "board.sqlite")
    leaderboard.record(shared.result)
    leaderboard.invalidate("latest", "the pictures were wrong")

    with pytest.raises(VerificationFailed, match="the pictures were wrong"):
        write_bundle(leaderboard, "latest", catalog, tmp_path / "x.ferbench")
