"""Verification of bundles whose runs are out of the ordinary: parts of a split, leaks, an order that is not by id."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from ferbench.audit.bundled_run import LABELLED, examine
from ferbench.audit.copies import Shelf
from ferbench.bundles.reading import read_bundle
from ferbench.bundles.writing import write_bundle
from ferbench.config import Settings
from ferbench.leaderboard.store import Leaderboard
from ferbench.pipeline.leaks import Compared, Leaks, leak_slices
from ferbench.pipeline.plugin_calls import plugin_metric
from ferbench.pipeline.run import evaluate
from ferbench.pipeline.slices import slice_scores
from ferbench.plugin_manager import build_catalog
from ferbench.results import core_sha256, seal_of, slice_record
from ferbench.spec import RunSpec
from tests.bundles.conftest import bundled
from tests.bundles.remaking import remade
from tests.cli.dropins import MINE, dataset
from tests.drawing import RAFDB_CLASSES


def shelf(catalog, tmp_path, root=None):
    """A verifier who has nothing but, perhaps, a folder."""
    settings = Settings.load(tmp_path)
    leaderboard = Leaderboard(tmp_path / "verifier.sqlite")
    return Shelf(catalog=catalog, settings=settings, leaderboard=leaderboard, data_root=root, options={})


def outcomes(found):
    """Outcomes of the checks that need labels."""
    return {check.name: check.passed for check in found.checks if check.name in LABELLED}


def test_a_part_of_a_split_is_checked_against_the_whole(catalog, raf, tmp_path):
    """With --limit the items are those of the whole split, which the copy has."""
    spec = RunSpec(
        model="tiny_cnn", dataset="rafdb", data_root=str(raf), weights="random", limit=20, timing=False,
        class_order=",".join(RAFDB_CLASSES),
    )  # fmt: skip
    path = bundled(tmp_path, catalog, spec).path

    assert outcomes(examine(path, shelf(catalog, tmp_path, raf))) == dict.fromkeys(LABELLED, True)


def test_a_part_with_labels_is_checked_against_the_whole(catalog, shared, tmp_path):
    """The bundle has the labels of forty faces, and the hash of all of them, which a copy alone can tell."""
    other = remade(shared.path, tmp_path / "x.ferbench", lambda d: d["record.json"].update(items_sha256="0" * 64))

    assert outcomes(examine(shared.path, shelf(catalog, tmp_path))) == dict.fromkeys(LABELLED, True)
    assert outcomes(examine(other, shelf(catalog, tmp_path)))["items"] is False


def test_a_part_without_the_whole_is_not_checked(unsorted, catalog, tmp_path):
    """Labels of four pictures of a set that is not here."""
    spec = RunSpec(model="mine", dataset="pictures", limit=4, timing=False)
    made = bundled(tmp_path, unsorted, spec)
    record = {**made.result.record, "private": True}
    leaderboard = Leaderboard(tmp_path / "own.sqlite")
    leaderboard.record(replace(made.result, record={**record, "seal": seal_of(record)}))
    path = tmp_path / "labelled.ferbench"
    write_bundle(leaderboard, "latest", unsorted, path, include_labels=True)

    found = outcomes(examine(path, shelf(catalog, tmp_path)))
    assert found == {**dict.fromkeys(LABELLED, True), "items": None, "record": None}


def test_a_part_that_was_imported_lends_no_labels(catalog, restricted, tmp_path):
    """Its items hash is that of a whole that nobody has seen: other labels may stand under it."""
    bundle, images = read_bundle(restricted.path), restricted.result.test_set
    part = bundle.with_labels(dict(zip(images.ids, images.labels[1:] + images.labels[:1], strict=True)))
    record = {**part.record, "imported_from": {"run_id": "another"}, "run_id": str(UUID(int=1))}
    verifier = shelf(catalog, tmp_path)
    verifier.leaderboard.record(replace(part, record={**record, "seal": seal_of(record)}))

    assert verifier.recorded(bundle) is None
    verifier.leaderboard.record(restricted.result)
    assert verifier.recorded(bundle).test_set.labels == images.labels


def test_a_record_of_which_nothing_is_left_out_has_its_seal(catalog, shared, tmp_path):
    """Then even the seal of the other lab can be computed again, and any change of the record shows."""
    change = remade(
        shared.path, tmp_path / "x.ferbench", lambda d: d["record.json"]["environment"].update(python="2.7")
    )
    seals = {
        path: next(check.passed for check in examine(path, shelf(catalog, tmp_path)).checks if check.name == "seal")
        for path in (shared.path, change)
    }

    assert seals == {shared.path: True, change: False}


def leaking(result, catalog):
    """The run with a single leaking image, whose own score would be its label."""
    leaks = Leaks(compared=(Compared(name="mine", n=9, leaks=1),), likeness={"test_0005": "exact"})
    slices = leak_slices(result.predictions.ids, leaks.likeness)
    metrics = [plugin_metric(item) for item in catalog.metrics]
    classes = tuple(result.record["dataset_classes"])
    parts = slice_scores(result.predictions, classes, metrics, slices)
    parts = tuple(item for item in parts if (item.metric, item.label_mode) in names_of(result))
    scores = (*result.scores, *parts)
    record = {
        **result.record,
        "leaks": leaks.as_json(),
        "slices": slice_record(parts, {name: len(rows) for name, rows in slices.items()}),
        "core_sha256": core_sha256(result.record["run_key"], result.record["predictions_sha256"], scores),
    }
    return replace(result, record={**record, "seal": seal_of(record)}, scores=scores)


def names_of(result):
    """The metrics that a run has, by label mode."""
    return {(item.metric, item.label_mode) for item in result.scores}


def test_scores_of_few_images_stay_at_home(catalog, restricted, raf, tmp_path):
    """A slice of one image is its label: it is left out, and computed anew where the labels are."""
    original = leaking(restricted.result, catalog)
    leaderboard = Leaderboard(tmp_path / "board.sqlite")
    leaderboard.record(original)
    path = tmp_path / "x.ferbench"
    write_bundle(leaderboard, "latest", catalog, path)
    bundle = read_bundle(path)

    assert {score.slice for score in bundle.scores} == {"all"}
    assert "slices" in bundle.about.left_out
    assert "slices" not in bundle.record
    found = examine(path, shelf(catalog, tmp_path, raf))
    assert outcomes(found) == dict.fromkeys(LABELLED, True)
    assert found.result.record["slices"] == original.record["slices"]
    assert found.result.record["core_sha256"] == original.record["core_sha256"]


@pytest.fixture
def unsorted(tmp_path):
    """A set that is nobody's own, without a folder, and listed from its last image to its first."""
    rows = '[Row(id=f"i{n}", label=("neutral", "fear")[n % 2], source=n) for n in reversed(range(6))]'
    text = dataset(rows=rows).replace("private=True", "private=False")
    (tmp_path / "set.py").write_text(text, encoding="utf-8")
    (tmp_path / "mine.py").write_text(MINE, encoding="utf-8")
    return build_catalog([tmp_path / "set.py", tmp_path / "mine.py"])


def test_an_order_that_is_not_by_id_is_not_told(unsorted, tmp_path):
    """It may be that of the classes. The copy has it, so that even the hash of the predictions comes out."""
    path = bundled(tmp_path, unsorted, RunSpec(model="mine", dataset="pictures", timing=False)).path
    bundle = read_bundle(path)

    assert bundle.about.order == "withheld"
    assert bundle.ids == tuple(f"i{n}" for n in range(6))
    found = examine(path, shelf(unsorted, tmp_path))
    assert outcomes(found) == dict.fromkeys(LABELLED, True)
    assert found.result.predictions.ids == tuple(f"i{n}" for n in reversed(range(6)))


def test_a_set_that_no_plugin_knows_is_not_checked(unsorted, catalog, tmp_path):
    """Whoever lacks the plugin of the data set is told so."""
    path = bundled(tmp_path, unsorted, RunSpec(model="mine", dataset="pictures", timing=False)).path
    found = examine(path, shelf(catalog, tmp_path))

    assert outcomes(found) == dict.fromkeys(LABELLED)
    assert "no plugin provides the data set pictures" in found.checks[-1].finding


def test_evaluating_again_gives_the_core_of_the_bundle(catalog, restricted, raf):
    """What a bundle states can be made again by who has data and code."""
    spec = restricted.result.record["spec"]
    known = {name: spec[name] for name in ("model", "dataset", "weights", "class_order")}
    result = evaluate(RunSpec(**known, data_root=str(raf), timing=False), catalog)

    assert result.record["core_sha256"] == read_bundle(restricted.path).record["core_sha256"]
