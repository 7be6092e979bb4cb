"""`ferbench data`: check, leaks, prepare and where, with their exit codes and documents."""

from __future__ import annotations

import shutil

import pytest

from tests.cli.dropins import dataset
from tests.doctor.small_rafdb import pictures, tree
from tests.doctor.zip_files import encrypted, written
from tests.drawing import RAFDB_CLASSES, folder_tree, rafdb_folders, rafdb_official

SMALL = {split: dict.fromkeys(RAFDB_CLASSES, 2) for split in ("train", "test")}


@pytest.fixture
def own(tmp_path):
    """Own pictures in two splits, with nothing wrong."""
    return folder_tree(
        tmp_path / "own", {f"{split}/{name}": 3 for split in ("train", "test") for name in ("happy", "sad")}
    )


def test_check_of_a_clean_set(call, own):
    """Exit 0, a table for people, and a document that says passed."""
    done = call("data", "check", "folder", "--data-root", own)
    document = call("data", "check", "folder", "--data-root", own, "--json").json

    assert done.status == 0
    assert "errors: 0, warnings: 0" in done.out
    assert "train" in done.out
    assert document["schema_version"] == 1
    assert document["passed"] is True
    assert [split["split"] for split in document["splits"]] == ["train", "test"]


def test_check_that_finds_something(call, own):
    """Exit 1, and what was found is named; warnings alone end with 0."""
    shutil.copy(own / "train" / "happy" / "0000.jpg", own / "train" / "happy" / "0009.jpg")
    warned = call("data", "check", "folder", "--data-root", own)
    assert warned.status == 0
    assert "errors: 0, warnings: 1" in warned.out
    assert "exact-duplicates" in warned.out

    shutil.copy(own / "train" / "happy" / "0000.jpg", own / "test" / "sad" / "0000.jpg")
    done = call("data", "check", "folder", "--data-root", own, "--json")
    assert done.status == 1
    kinds = {finding["kind"]: finding for finding in done.json["findings"]}
    assert kinds["exact-leak"]["severity"] == "error"
    assert "test/sad/0000.jpg (sadness)" in kinds["exact-leak"]["items"][0]
    one = call("data", "check", "folder", "--data-root", own, "--split", "test", "--json")
    assert (one.status, [split["split"] for split in one.json["splits"]]) == (0, ["test"])


def test_check_shows_counts_and_verdicts(call, tmp_path):
    """Found beside official counts, and both verdicts with their reasons."""
    done = call("data", "check", "rafdb", "--data-root", rafdb_folders(tmp_path, SMALL))

    assert done.status == 1
    assert "unknown (surprise 2 instead of 329; fear 2 instead of 74" in done.out
    assert "looks like the official aligned crops" in done.out
    assert "test/ with folders 1..7" in done.out
    assert "layouts that are recognised: EmoLabel/list_patition_label.txt" in done.out
    assert [line.split("│")[1:4] for line in done.out.splitlines() if "│ happiness" in line][1] == [
        " happiness     ",
        " 2     ",
        " 1,185    ",
    ]


def test_a_set_that_cannot_be_opened(call, tmp_path):
    """What the plugin says is a finding with exit 1; a set that is not there is exit 4; a wrong name exit 2."""
    root = rafdb_official(tmp_path / "basic", SMALL)
    (root / "Image" / "aligned" / "test_0001_aligned.jpg").unlink()
    done = call("data", "check", "rafdb", "--data-root", root, "--json")

    assert done.status == 1
    assert next(finding["kind"] for finding in done.json["findings"]) == "cannot-open"
    assert call("data", "check", "rafdb", "--data-root", tmp_path / "none").status == 4
    assert call("data", "check", "rafdb").status == 4
    assert call("data", "check", "rafbd", "--data-root", root).status == 2
    assert call("data", "check", "rafdb", "--data-root", root, "--dataset-option", "nothing=1").status == 2
    assert call("data", "check", "rafdb", "--data-root", root, "--split", "valid").status == 2
    assert call("data", "check", "rafdb", "--data-root", root, "--workers", "0").status == 2


def test_check_of_a_set_without_a_root(call, tmp_path):
    """A drop-in that draws its pictures is checked as well."""
    plugin = tmp_path / "mine.py"
    plugin.write_text(dataset(), encoding="utf-8")
    done = call("data", "check", "pictures", "--plugin", plugin, "--json")

    assert done.status == 0
    assert done.json["root"] is None
    assert [finding["kind"] for finding in done.json["findings"]] == ["flat", "counts-unknown"]


def test_leaks(call, tmp_path):
    """Exit 0 where nothing is shared, 1 where something is; roots by name."""
    root = tree(tmp_path / "DATASET")
    sides = ("rafdb:train", "rafdb:test", "--root", f"rafdb={root}")
    clean = call("data", "leaks", *sides)
    assert clean.status == 0
    assert "rafdb:train (104 images) and rafdb:test (56 images): no picture is in both" in clean.out

    shutil.copy(pictures(root, "train")[0], pictures(root, "test")[0])
    done = call("data", "leaks", *sides, "--json")
    assert done.status == 1
    assert done.json["twins"][0]["likeness"] == "exact"
    assert [side["n"] for side in done.json["sides"]] == [104, 56]
    assert "pictures that are in both: 1" in call("data", "leaks", *sides).out


def test_leaks_between_two_sets(call, own, tmp_path):
    """Two data sets, each with its own root; a tree compared with its own copy shares everything."""
    shutil.copytree(own, tmp_path / "copy")
    table = tmp_path / "copy" / "test" / "list.csv"
    table.write_text("path,label\nhappy/0000.jpg,happy\nsad/0001.jpg,sad\n", encoding="utf-8")
    done = call(
        "data", "leaks", "folder:test", "table", "--root", f"folder={own}", "--root", f"table={table}", "--json"
    )

    assert done.status == 1
    assert len(done.json["twins"]) == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("folder", "folder"),
        ("folder:test", "folder"),
        ("folder:test", "folder:test"),
        ("folder:test", "table", "--root", "rafdb=x"),
        ("folder:test", "table", "--root", "x"),
        ("folder:test", "table", "--dataset-option", "rafdb:images=x"),
        ("folder:test", "nothing"),
    ],
)
def test_leaks_that_mean_nothing(call, arguments):
    """A set against itself, roots and options of other sets, unknown sets: exit 2."""
    assert call("data", "leaks", *arguments).status == 2


def test_leaks_need_both_sides(call, own):
    """A side that is not there is exit 4."""
    assert call("data", "leaks", "folder:test", "rafdb", "--root", f"folder={own}").status == 4


@pytest.fixture
def release(tmp_path):
    """A small release of RAF-DB in archives."""
    drawn = rafdb_official(tmp_path / "drawn", SMALL)
    files = {path.name: path.read_bytes() for path in (drawn / "Image" / "aligned").iterdir()}
    written(tmp_path / "downloads" / "aligned.zip", files)
    shutil.copy(drawn / "EmoLabel" / "list_patition_label.txt", tmp_path / "downloads")
    return tmp_path / "downloads"


def test_prepare_unpacks_and_checks(call, release, tmp_path):
    """The tree is made and checked; the exit code is that of the check, and a second time nothing is written."""
    root = tmp_path / "RAF-DB"
    done = call("data", "prepare", "rafdb", "--from", release, "--data-root", root, "--json")

    assert done.status == 1  # these few pictures are not the official ones
    assert "29 files were unpacked" in done.err
    assert {split["n"] for split in done.json["splits"]} == {14}
    again = call("data", "prepare", "rafdb", "--from", release, "--data-root", root)
    assert "0 files were unpacked" in again.err
    assert "29 were there already" in again.err


def test_prepare_knows_where_to(call, release, tmp_path, monkeypatch):
    """FERBENCH_DATA/NAME where no folder is asked for; without that it is a usage error."""
    assert call("data", "prepare", "rafdb", "--from", release).status == 2
    monkeypatch.setenv("FERBENCH_DATA", str(tmp_path / "data"))
    assert call("data", "prepare", "rafdb", "--from", release).status == 1
    assert (tmp_path / "data" / "rafdb" / "Image" / "aligned" / "test_0001_aligned.jpg").is_file()


def test_prepare_asks_for_no_password_on_the_command_line(call, release, tmp_path, monkeypatch):
    """From the environment, or at the terminal; a wrong one, or nobody to ask, is exit 2."""
    encrypted(release / "aligned.zip", {"test_0001_aligned.jpg": b"x"}, "secret")
    arguments = ("data", "prepare", "rafdb", "--from", release, "--data-root", tmp_path / "root")

    asked = call(*arguments)
    assert asked.status == 2
    assert "FERBENCH_DATA_PASSWORD" in asked.err
    monkeypatch.setenv("FERBENCH_DATA_PASSWORD", "wrong")
    assert "password is wrong" in call(*arguments).err
    monkeypatch.setenv("FERBENCH_DATA_PASSWORD", "secret")
    assert call(*arguments).status == 1
    assert (tmp_path / "root" / "Image" / "aligned" / "test_0001_aligned.jpg").read_bytes() == b"x"
    assert "password" not in call("data", "prepare", "--help").out.partition("Options")[2].lower()


def test_prepare_of_a_set_that_nobody_described(call, release):
    """Sets whose release is not on their card, and archives that are not there."""
    assert call("data", "prepare", "folder", "--from", release, "--data-root", release / "x").status == 2
    (release / "aligned.zip").unlink()
    assert call("data", "prepare", "rafdb", "--from", release, "--data-root", release / "x").status == 4


def test_where(call, own, tmp_path, monkeypatch):
    """Every data set with its folder, who says it and what is there."""
    config = tmp_path / "ferbench.toml"
    config.write_text(f'[data]\nrafdb = "none"\n[data.folder]\nroot = "{own}/test/happy"\n', encoding="utf-8")
    monkeypatch.setenv("FERBENCH_CONFIG", str(config))
    monkeypatch.setenv("FERBENCH_DATA", str(tmp_path / "data"))
    folder_tree(tmp_path / "data" / "table", {"happy": 1})
    done = call("data", "where", "--json")
    places = {place["dataset"]: place for place in done.json["places"]}

    assert done.status == 0
    assert places["rafdb"]["root"] == str(tmp_path / "none")
    assert places["rafdb"]["said_by"] == str(config)
    assert "No such file" in places["rafdb"]["state"]
    assert not places["folder"]["ready"]
    assert (places["table"]["said_by"], places["table"]["ready"]) == ("FERBENCH_DATA", False)
    assert places["synthetic"] == {
        "dataset": "synthetic",
        "root": None,
        "said_by": None,
        "ready": True,
        "state": "test: 3,200 images (drawn in memory)",
    }
    assert "no folder is configured" in call("data", "where").out
    shown = call("data", "where").out
    assert all(name in shown for name in places)


def test_where_says_what_is_ready(call, own, tmp_path, monkeypatch):
    """A folder that can be opened, with its number of images and its layout."""
    monkeypatch.setenv("FERBENCH_DATA", str(tmp_path / "data"))
    shutil.copytree(own / "test", tmp_path / "data" / "folder")

    places = {place["dataset"]: place for place in call("data", "where", "--json").json["places"]}
    assert places["folder"]["ready"]
    assert places["folder"]["state"] == "all: 6 images (class folders)"
