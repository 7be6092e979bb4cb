"""Trees that are broken in every way that trees are: each gives findings or an error with words, never a traceback."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import unicodedata
from pathlib import Path

import pytest

from ferbench.errors import DataNotFound
from ferbench.pipeline.manifest_cache import open_kept
from ferbench.plugin_manager import build_catalog
from tests.doctor.small_rafdb import COUNTS, SMALL_RAFDB, pictures, tree
from tests.drawing import draw_jpeg, folder_tree, rafdb_official

LIST = Path("EmoLabel", "list_patition_label.txt")


@pytest.fixture
def official(tmp_path):
    """A small RAF-DB in the official layout, with attributes."""
    return rafdb_official(tmp_path / "basic", COUNTS, attributes=True)


def refusals(kinds):
    """What plugins said of the splits that they could not open."""
    return [finding.text for finding in kinds.get("cannot-open", [])]


def test_a_missing_list_file(examine, official):
    """Without its list the official layout is none: what is expected is said."""
    (official / LIST).unlink()

    with pytest.raises(DataNotFound, match="list_patition_label"):
        examine(SMALL_RAFDB, official)


def test_a_list_that_names_absent_pictures(found, official):
    """The split is refused with the plugin's words, the other one is checked."""
    for number in (1, 2):
        (official / "Image" / "aligned" / f"test_{number:04d}_aligned.jpg").unlink()
    kinds = found(SMALL_RAFDB, official)

    assert len(refusals(kinds)) == 1
    assert "2 of them are not there: test_0001, test_0002" in refusals(kinds)[0]
    assert kinds["cannot-open"][0].splits == ("test",)


def test_pictures_that_are_absent_from_the_list(found, official):
    """They are no part of the set, and a note names them."""
    draw_jpeg(official / "Image" / "aligned" / "test_9999_aligned.jpg", seed=1)
    draw_jpeg(official / "Image" / "aligned" / "._face.jpg", seed=2)
    kinds = found(SMALL_RAFDB, official)

    assert set(kinds) == {"unlisted"}
    assert [Path(item).name for item in kinds["unlisted"][0].items] == ["test_9999_aligned.jpg"]
    assert found(SMALL_RAFDB, official, "test") == {}


def test_an_attribute_file_that_is_short_of_lines(found, official):
    """The split is refused, and the file is named."""
    path = official / "Annotation" / "manual" / "test_0003_manu_attri.txt"
    path.write_text("\n".join(path.read_text().splitlines()[:6]))
    kinds = found(SMALL_RAFDB, official)

    assert "test_0003_manu_attri.txt" in refusals(kinds)[0]


def test_a_root_that_is_a_file(examine, tmp_path):
    """It is not found, in words."""
    (tmp_path / "file").touch()

    with pytest.raises(DataNotFound, match="file, not a folder"):
        examine(SMALL_RAFDB, tmp_path / "file")


@pytest.mark.parametrize("link", ["itself.jpg", "dangling.jpg", "up"])
def test_loops_of_links(found, tmp_path, link):
    """Links to themselves, to nothing, to a folder above: the check ends, and the link is named as an error."""
    root = tree(tmp_path / "DATASET")
    place = root / "test" / "3" / link
    place.symlink_to({"up": "..", "dangling.jpg": "nowhere.jpg"}.get(link, link))
    kinds = found(SMALL_RAFDB, root)

    assert any(finding.severity == "error" for findings in kinds.values() for finding in findings)
    named = [text for findings in kinds.values() for item in findings for text in (item.text, *item.items)]
    assert any(Path(link).stem in text for text in named)


def test_a_link_to_itself_that_is_no_picture_hides_nothing(examine, tmp_path):
    """Among pictures and among class folders: it is passed over, as any other file that is no picture."""
    root = tree(tmp_path / "DATASET")
    for place in (root / "test" / "3" / "loop", root / "test" / "loop"):
        place.symlink_to(place.name)

    assert examine(SMALL_RAFDB, root).passed


def test_names_in_nfc_and_nfd(examine, found, tmp_path):
    """One name in two normal forms is one id, and two pictures may not have it."""
    root = folder_tree(tmp_path, {"happy": 2, "sad": 2})
    draw_jpeg(root / "sad" / unicodedata.normalize("NFD", "Zoë.jpg"), seed=77)
    assert examine("folder", root).passed

    draw_jpeg(root / "sad" / unicodedata.normalize("NFC", "Zoë.jpg"), seed=78)
    kinds = found("folder", root)
    assert "stands there twice" in refusals(kinds)[0]


def test_a_read_only_tree_is_checked_and_not_touched(examine, tmp_path):
    """Nothing is written: no file, no time of any folder changes, and rights to write are not needed."""
    root = tree(tmp_path / "DATASET")
    everything = [root, *root.rglob("*")]
    for path in everything:
        path.chmod(0o555 if path.is_dir() else 0o444)
    before = {path: path.stat().st_mtime_ns for path in everything}
    try:
        assert examine(SMALL_RAFDB, root).passed
        assert {path: path.stat().st_mtime_ns for path in (root, *root.rglob("*"))} == before
    finally:
        for path in everything:
            path.chmod(0o755)


@pytest.fixture
def public():
    """A folder that everybody may look into; pytest's own are private."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.parametrize("shut", ["picture", "class folder", "root"])
def test_permission_denied(public, shut):
    """Somebody who may not read a picture, a folder or the root is told which, and by whose words."""
    clean, root = (folder_tree(public / name, {"happy": 3, "sad": 3}) for name in ("clean", "mine"))
    path = {"picture": root / "happy" / "0001.jpg", "class folder": root / "sad", "root": root}[shut]
    path.chmod(0)
    # Without its variables coverage does not try to write as nobody.
    environment = {**os.environ, "COVERAGE_PROCESS_CONFIG": "", "COVERAGE_PROCESS_START": ""}
    command = [sys.executable, "-m", "tests.doctor.unprivileged", str(clean), str(root)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    path.chmod(0o755)

    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    texts = [finding["text"] + " ".join(finding["items"]) for finding in said.get("findings", [])] or [said["error"]]
    assert any("Permission denied" in text for text in texts)
    assert said.get("passed", False) is False


@pytest.mark.slow
def test_300_000_entries_in_one_folder(tmp_path):
    """A class folder of 300,000 names is opened in under a minute, and in under three seconds from the cache."""
    root = tmp_path / "tree"
    for name in ("happy", "sad"):
        (root / name).mkdir(parents=True)
    draw_jpeg(root / "sad" / "one.jpg", seed=1)
    folder = os.open(root / "happy", os.O_RDONLY)
    for number in range(300_000):
        os.mknod(f"{number:06d}.jpg", dir_fd=folder)
    os.close(folder)
    for path in (root / "happy", root / "sad", root):
        os.utime(path, (1, 1))
    registered = build_catalog().datasets.get("folder")
    taken = []
    for _ in range(2):
        started = time.process_time()
        opened = open_kept(registered, root, "all", {}, tmp_path / "cache")
        taken.append(time.process_time() - started)
        assert len(opened.rows) == 300_001
    shutil.rmtree(root)

    assert taken[0] < 60
    assert taken[1] < 3


def test_pictures_are_still_there_after_a_check(examine, tmp_path):
    """The pictures are what they were."""
    root = tree(tmp_path / "DATASET")
    before = [path.read_bytes() for path in pictures(root, "test")]
    examine(SMALL_RAFDB, root)

    assert [path.read_bytes() for path in pictures(root, "test")] == before
