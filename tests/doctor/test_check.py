"""Which splits are opened, which are compared, and what the report holds."""

from __future__ import annotations

import json

import numpy as np
import pytest

from ferbench import RunSpec, evaluate
from ferbench.doctor.set_findings import crowd_notes
from ferbench.errors import DataNotFound, PluginError, UsageError
from tests.doctor.drawn_people import portrait
from tests.doctor.made_sets import made_set, rows
from tests.doctor.small_rafdb import SMALL_RAFDB, pictures, tree
from tests.drawing import draw_jpeg, folder_tree, rafdb_apvit


def files(folder, numbers):
    """Files with portraits, by their numbers."""
    folder.mkdir(exist_ok=True)
    for number in numbers:
        portrait(number).save(folder / f"{number}.png")
    return [folder / f"{number}.png" for number in numbers]


def test_only_the_splits_that_are_there_are_checked(examine, found, tmp_path):
    """An absent split is a note; one that is asked for, or a whole set that is absent, is an error."""
    root = tree(tmp_path)
    for path in pictures(root, "train"):
        path.unlink()
    for folder in (root / "train").iterdir():
        folder.rmdir()
    (root / "train").rmdir()

    kinds = found(SMALL_RAFDB, root)
    assert set(kinds) == {"split-absent"}
    assert kinds["split-absent"][0].text == "The split train is not there."
    assert [split.split for split in examine(SMALL_RAFDB, root, "test").splits] == ["test"]
    with pytest.raises(DataNotFound):
        examine(SMALL_RAFDB, root, "train")
    with pytest.raises(DataNotFound):
        examine(SMALL_RAFDB, tmp_path / "nowhere")


def test_wrong_splits_and_options_are_usage_errors(examine, tmp_path):
    """They are no findings: nothing was looked at."""
    with pytest.raises(UsageError, match="splits train, test"):
        examine(SMALL_RAFDB, tree(tmp_path), "valid")
    with pytest.raises(UsageError, match="'wrong'"):
        examine(SMALL_RAFDB, tmp_path, wrong="x")


@pytest.mark.parametrize(
    ("folders", "splits"),
    [(("happy", "sad"), ["all"]), (("train/happy", "train/sad", "val/happy", "val/sad"), ["train", "valid"])],
)
def test_a_whole_is_opened_where_no_part_is_there(examine, tmp_path, folders, splits):
    """A folder tree with or without split folders: all of it, or its parts, and no complaint about the other."""
    report = examine("folder", folder_tree(tmp_path, dict.fromkeys(folders, 3)))

    assert [split.split for split in report.splits] == splits
    assert {finding.severity for finding in report.findings} <= {"note"}


def test_a_split_made_of_others_leaks_nothing(examine, tmp_path):
    """A split that is two others together, and one that is a part of another, hold the same files by design."""
    a, b = files(tmp_path / "a", range(4)), files(tmp_path / "b", range(4, 8))
    sets = {"one": rows(a), "other": rows(b), "both": rows([*a, *b]), "few": rows(a[:2])}
    report = examine(made_set(sets), None)

    assert {finding.splits for finding in report.findings if finding.kind == "made-of-others"} == {("both",), ("few",)}
    assert report.twins == ()
    assert [split.n for split in report.splits] == [4, 4, 8, 2]


def test_a_file_in_two_splits_is_a_leak(found, tmp_path):
    """Lists of two splits that name one file each have it twice, whatever else they name."""
    shared = files(tmp_path / "a", range(6))
    kinds = found(made_set({"train": rows(shared[:4]), "test": rows(shared[3:])}), None)

    assert kinds["exact-leak"][0].items == ("train/003 (sadness) = test/000 (happiness)",)


def test_equal_numbers_in_two_splits_are_two_pictures(examine, found):
    """A plugin that counts its pictures anew in every split: equal sources are not one picture."""
    drawn = {"train": [np.asarray(portrait(n)) for n in range(3)], "test": [np.asarray(portrait(n)) for n in (7, 8, 0)]}
    made = made_set({"train": rows(range(3)), "test": rows(range(3))}, drawn)

    assert found(made, None)["exact-leak"][0].items == ("train/000 (happiness) = test/002 (happiness)",)
    assert [split.sizes.total() for split in examine(made, None).splits] == [3, 3]


def test_every_picture_is_read_once(examine, tmp_path):
    """Splits that share files cost one reading a file, and progress counts files."""
    shared, said = files(tmp_path / "a", range(4)), []
    made = made_set({"one": rows(shared[:2]), "other": rows(shared)})
    examine(made, None, progress=lambda done, total: said.append((done, total)))

    assert said[-1] == (4, 4)


def test_people_in_two_splits(found, tmp_path):
    """Where the set says who is who, people in both splits are a warning, whatever their pictures look like."""
    a, b = files(tmp_path / "a", range(3)), files(tmp_path / "b", range(3, 6))
    sets = {"train": rows(a, groups={0: "Anna", 1: "Ben"}), "test": rows(b, groups={0: "Anna", 1: "Carl"})}
    kinds = found(made_set(sets), None)

    assert kinds["shared-groups"][0].severity == "warning"
    assert kinds["shared-groups"][0].items == ("Anna",)
    assert kinds["shared-groups"][0].text == "People or videos that stand in train and in test: 1."


def test_rows_that_no_run_would_take(found, tmp_path):
    """No images, an id twice, a label that is no class: what a run refuses is an error here."""
    a = files(tmp_path / "a", range(2))
    twice = [*rows(a), *rows(a[:1])]
    kinds = found(made_set({"empty": [], "twice": twice, "label": rows(a, labels=("joy",))}), None)

    assert [finding.splits for finding in kinds["rows"]] == [("empty",), ("twice",), ("label",)]
    assert "'000'" in kinds["rows"][1].text
    assert "'joy'" in kinds["rows"][2].text


def test_a_broken_plugin_is_no_finding(examine, tmp_path):
    """Code that breaks is blamed by name, whether it opens or reads."""
    made = made_set({"test": rows(["no path"])})

    with pytest.raises(PluginError, match="'mine'"):
        examine(made, None)


def test_a_known_variant_is_a_warning(examine, tmp_path):
    """A release with other counts that were counted is named; hearsay is an error that says what it is like."""
    from ferbench.cards import Variant

    made_of = rows(files(tmp_path / "a", range(5)))
    for sure, kind, severity in ((True, "variant", "warning"), (False, "counts", "error")):
        variant = Variant(name="the copy", split="test", total=5, counts=None, source="its readme", sure=sure)
        facts = {"counts": {"test": {"happiness": 9, "sadness": 9}}, "variants": (variant,)}
        report = examine(made_set({"test": made_of}, **facts), None)

        assert [(finding.kind, finding.severity) for finding in report.findings] == [(kind, severity)]
        assert report.passed is sure
        assert report.splits[0].labels.text == ("variant: the copy" if sure else "unknown, looks like the copy")


def test_known_pixels_are_named(examine, tmp_path):
    """Pixels whose SHA-256 stands on the card are official, or the copy that they are known as."""
    made_of = rows(files(tmp_path / "a", range(3)))
    sha256 = examine(made_set({"test": made_of}), None).splits[0].pixels_sha256
    for name, text in (("official-aligned", "official"), ("an enlarged copy", "variant: an enlarged copy")):
        report = examine(made_set({"test": made_of}, known_inputs={sha256: name}), None)

        assert report.splits[0].pixels.text == text


def test_items_and_pixels_are_those_of_a_run(examine, tmp_path):
    """The verdicts are on exactly what a run records: an unreadable picture counts as such."""
    root = folder_tree(tmp_path, {"happy": 3, "sad": 3})
    (root / "happy" / "0001.jpg").write_bytes(b"")
    spec = {"model": "tiny_cnn", "dataset": "folder", "weights": "random", "timing": False, "data_root": str(root)}
    record = evaluate(RunSpec(**spec, class_order="affectnet8")).record
    (split,) = examine("folder", root).splits

    assert split.pixels_sha256 == record["pixels_sha256"]
    assert split.items_sha256 == record["items_sha256"]
    assert split.layout == record["layout"]


def test_re_aligned_crops_look_like_what_they_are(examine, tmp_path):
    """APViT's layout with pictures of 224 x 224: labels by their list, pixels by nothing but their size."""
    root = rafdb_apvit(tmp_path, SMALL_RAFDB.entry.card.counts)
    for path in (root / "Image" / "aligned_224").iterdir():
        draw_jpeg(path, seed=int(path.stem.partition("_")[2]) + 1000 * ("test" in path.stem), size=224)
    splits = examine(SMALL_RAFDB, root).splits

    assert {split.labels.text for split in splits} == {"official"}
    assert {split.pixels.text for split in splits} == {"unknown, looks like APViT's re-aligned crops"}


def test_the_report_is_json(examine, tmp_path):
    """Everything of a report can be written as JSON, twins by member and sizes by height and width."""
    root = tree(tmp_path)
    first, second = pictures(root, "train")[:2]
    second.write_bytes(first.read_bytes())
    document = json.loads(json.dumps(examine(SMALL_RAFDB, root).as_json()))

    assert document["twins"][0]["likeness"] == "exact"
    assert [member["id"] for member in document["twins"][0]["members"]] == ["train_00001", "train_00002"]
    assert document["splits"][1]["sizes"] == [{"height": 100, "width": 100, "n": 56}]
    assert document["splits"][1]["labels"]["kind"] == "official"
    assert {"kind", "severity", "splits", "text", "items"} == set(document["findings"][0])


def test_what_was_not_compared_is_said():
    """A crowd of pictures that all look alike is a note, so that nobody takes silence for an answer."""
    assert crowd_notes(0) == []
    assert "1,500" in crowd_notes(1500)[0].text
