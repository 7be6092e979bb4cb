"""Unpacking the official archives: complete, resumable, and never outside of the tree."""

from __future__ import annotations

import os
import random
import stat
import zipfile

import pytest

from ferbench.cards import Archive
from ferbench.doctor.archives import Found, find_archives
from ferbench.doctor.prepare import prepare
from ferbench.errors import DataError, DataNotFound, MissingError, UsageError
from ferbench.pipeline.run import silent
from ferbench_datasets.folder import CARD as FOLDER
from ferbench_datasets.rafdb_card import CARD
from tests.doctor.small_rafdb import COUNTS, SMALL_RAFDB
from tests.doctor.zip_files import encrypted, patched, with_link, written
from tests.drawing import rafdb_official

PICTURES = Archive(name="aligned.zip", folder="Image/aligned", required=True)


def nobody():
    """A password that must not be asked for."""
    pytest.fail("a password was asked for")


@pytest.fixture
def release(tmp_path):
    """A small official release as it is downloaded: the list, and archives of pictures and attributes."""
    drawn = rafdb_official(tmp_path / "drawn", COUNTS, attributes=True)
    base = tmp_path / "downloads" / "basic"
    for folder, name in (("Image/aligned", "aligned"), ("Annotation/manual", "manual")):
        files = {f"{name}/{path.name}": path.read_bytes() for path in sorted((drawn / folder).iterdir())}
        written(base / folder.split("/")[0] / f"{name}.zip", {**files, "__MACOSX/._x.jpg": b"litter"})
    (base / "EmoLabel").mkdir()
    (drawn / "EmoLabel" / "list_patition_label.txt").rename(base / "EmoLabel" / "list_patition_label.txt")
    return tmp_path / "downloads"


def one(path, archive=PICTURES):
    """An archive on its own."""
    return [Found(archive=archive, path=path)]


def files_in(root):
    """Everything in a tree but folders."""
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if not path.is_dir())


def test_a_release_becomes_a_tree_that_passes(examine, release, tmp_path):
    """Archives anywhere below the folder go where the card says, and the tree is what the check expects."""
    root = tmp_path / "RAF-DB"
    said = []
    done = prepare(find_archives(CARD, release), root, nobody, lambda *now: said.append(now))

    assert (done.written, done.kept) == (2 * 160 + 1, 0)
    assert said[-1][0] == said[-1][1] > 0
    report = examine(SMALL_RAFDB, root)
    assert report.passed
    assert {split.labels.text for split in report.splits} == {"official"}
    assert not [name for name in files_in(root) if "MACOSX" in name or name.endswith(".part")]


def test_it_is_taken_up_again_where_it_was_interrupted(release, tmp_path):
    """Complete files are kept as they are, absent ones are written, and a second time nothing is done."""
    root = tmp_path / "RAF-DB"
    found = find_archives(CARD, release)

    def stop(done, total):
        if done > total / 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prepare(found, root, nobody, stop)
    first = {path: path.stat().st_mtime_ns for path in root.rglob("*.jpg")}
    assert 0 < len(first) < 160
    done = prepare(found, root, nobody, silent)

    assert done.written + done.kept == 321
    assert all(path.stat().st_mtime_ns == when for path, when in first.items())
    assert prepare(found, root, nobody, silent).written == 0


def test_other_files_are_never_overwritten(release, tmp_path):
    """A file of another content may be the user's: nothing at all is written, and it is named."""
    root = tmp_path / "RAF-DB"
    mine = root / "Image" / "aligned" / "test_0001_aligned.jpg"
    mine.parent.mkdir(parents=True)
    mine.write_bytes(b"mine")

    with pytest.raises(DataError, match="1 of them are there with another content: Image/aligned/test_0001_aligned"):
        prepare(find_archives(CARD, release), root, nobody, silent)
    assert files_in(root) == ["Image/aligned/test_0001_aligned.jpg"]
    assert mine.read_bytes() == b"mine"


def test_missing_archives_are_named(release, tmp_path):
    """What is required must be there; what is not required need not."""
    (release / "basic" / "Annotation" / "manual.zip").unlink()
    assert len(find_archives(CARD, release)) == 2
    (release / "basic" / "Image" / "aligned.zip").unlink()
    with pytest.raises(DataNotFound, match=r"aligned.zip is not there(?s:.)*whdeng"):
        find_archives(CARD, release)
    with pytest.raises(DataNotFound, match="No such file"):
        find_archives(CARD, tmp_path / "nowhere")
    with pytest.raises(UsageError, match="not on its card"):
        find_archives(FOLDER, release)


def test_two_releases_in_one_folder_are_ambiguous(release):
    """Those of basic and compound have lists of one name: which is meant is not guessed."""
    (release / "compound").mkdir()
    (release / "compound" / "list_partition_label.txt").touch()

    with pytest.raises(DataError, match="may be list_"):
        find_archives(CARD, release)


def test_names_of_archives_are_known_in_any_case(tmp_path):
    """LIST_Partition_Label.TXT and Aligned.ZIP are what they are."""
    (tmp_path / "LIST_Partition_Label.TXT").touch()
    written(tmp_path / "Aligned.ZIP", {"a.jpg": b"a"})

    assert [item.is_zip for item in find_archives(CARD, tmp_path)] == [False, True]


@pytest.mark.parametrize(
    "name",
    ["../../evil.jpg", "/etc/evil.jpg", "a/../../evil.jpg", "..\\..\\evil.jpg", "C:\\evil.jpg", "\\\\host\\evil"],
)
def test_paths_that_lead_out_are_refused(tmp_path, name):
    """Before anything is written, with slashes of either kind."""
    path = written(tmp_path / "aligned.zip", {"good.jpg": b"good", name: b"evil"})

    with pytest.raises(DataError, match="outside of its folder"):
        prepare(one(path), tmp_path / "root", nobody, silent)
    assert not (tmp_path / "root").exists()


def test_links_in_an_archive_are_refused(tmp_path):
    """A link could lead the next file anywhere."""
    path = with_link(tmp_path / "aligned.zip", "aligned", "/etc")

    with pytest.raises(DataError, match="is a link"):
        prepare(one(path), tmp_path / "root", nobody, silent)


def test_devices_and_doubles_are_refused(tmp_path):
    """A named pipe, and two names that one system takes for one."""
    with zipfile.ZipFile(tmp_path / "pipe.zip", "w") as archive:
        info = zipfile.ZipInfo("pipe")
        info.create_system, info.external_attr = 3, (stat.S_IFIFO | 0o666) << 16
        archive.writestr(info, b"")
    with pytest.raises(DataError, match="no plain file"):
        prepare(one(tmp_path / "pipe.zip"), tmp_path / "root", nobody, silent)

    path = written(tmp_path / "twice.zip", {"Zoe\u0308.jpg": b"1", "ZO\u00cb.jpg": b"2"})
    with pytest.raises(DataError, match="twice"):
        prepare(one(path), tmp_path / "root", nobody, silent)


CLASHES = {
    "two archives": ({"labels.txt": b"AAA"}, {"Labels.TXT": b"BBB"}, "twice: from a.zip and from b.zip"),
    "the same content": ({"labels.txt": b"AAA"}, {"labels.txt": b"AAA"}, "twice: from a.zip and from b.zip"),
    "a file and a copied one": ({"list.txt": b"AAA"}, {}, "twice: from a.zip and from list.txt"),
    "a file as a folder": ({"x/y/1.jpg": b"AAA"}, {"X": b"BBB"}, "x/y/1.jpg' of a.zip would lie below a file of b.zip"),
    "inside one archive": ({"x": b"AAA", "x/1.jpg": b"BBB"}, {}, "x/1.jpg' of a.zip would lie below a file of a.zip"),
}


@pytest.mark.parametrize("case", CLASHES)
def test_files_that_would_be_written_over_each_other_are_refused(tmp_path, case):
    """Over all archives and copied files together, before anything is written."""
    first, second, words = CLASHES[case]
    (tmp_path / "list.txt").write_bytes(b"list")
    paths = [written(tmp_path / "a.zip", first), written(tmp_path / "b.zip", second), tmp_path / "list.txt"]
    found = [Found(archive=Archive(name=path.name, folder="basic", required=True), path=path) for path in paths]

    with pytest.raises(DataError, match=words):
        prepare(found, tmp_path / "root", nobody, silent)
    assert not (tmp_path / "root").exists()


def test_a_file_that_appears_while_others_are_written_is_kept(tmp_path):
    """Two folders of the tree may be one by a link: the second file does not take the place of the first."""
    root = tmp_path / "root"
    (root / "one").mkdir(parents=True)
    (root / "two").symlink_to(root / "one")
    found = [
        Found(
            archive=Archive(name=f"{folder}.zip", folder=folder, required=True),
            path=written(tmp_path / f"{folder}.zip", {"a.jpg": folder.encode()}),
        )
        for folder in ("one", "two")
    ]

    with pytest.raises(DataError, match=r"there with another content: two/a.jpg"):
        prepare(found, root, nobody, silent)
    assert files_in(root) == ["one/a.jpg"]
    assert (root / "one" / "a.jpg").read_bytes() == b"one"


def test_links_in_the_tree_do_not_lead_out(tmp_path):
    """A folder of the tree that is a link to elsewhere is not written through."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "Image").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(DataError, match="leads out of"):
        prepare(one(written(tmp_path / "aligned.zip", {"a.jpg": b"a"})), tmp_path / "root", nobody, silent)
    assert files_in(tmp_path / "elsewhere") == []


def test_bombs_are_refused_by_what_they_promise(tmp_path):
    """300 MB of zeros shrink to a few hundred kB: no pictures do."""
    path = tmp_path / "aligned.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("zeros.jpg", "w") as file:
        for _ in range(300):
            file.write(bytes(1 << 20))

    with pytest.raises(DataError, match="314,572,800"):
        prepare(one(path), tmp_path / "root", nobody, silent)
    assert not (tmp_path / "root").exists()


def test_a_file_that_is_longer_than_it_promises_is_cut_off(tmp_path):
    """The size in the directory is the limit, whatever the data are."""
    path = written(tmp_path / "aligned.zip", {"a.jpg": bytes(5000)})
    data = path.read_bytes().replace((5000).to_bytes(4, "little"), (4000).to_bytes(4, "little"))
    path.write_bytes(data)

    with pytest.raises(DataError, match="damaged"):
        prepare(one(path), tmp_path / "root", nobody, silent)
    assert files_in(tmp_path / "root") == []


def test_damaged_archives(tmp_path):
    """No zip file, half of one, a wrong checksum: nothing half is left in place."""
    path = tmp_path / "aligned.zip"
    path.write_bytes(b"<html>quota exceeded</html>")
    with pytest.raises(DataError, match="cannot be read"):
        prepare(one(path), tmp_path / "root", nobody, silent)

    content = os.urandom(3000)
    whole = written(path, {"a.jpg": content}, zipfile.ZIP_STORED).read_bytes()
    path.write_bytes(whole[:1500])
    with pytest.raises(DataError, match="cannot be read"):
        prepare(one(path), tmp_path / "root", nobody, silent)

    path.write_bytes(whole.replace(content, content[:-1] + bytes([content[-1] ^ 1])))
    with pytest.raises(DataError, match="damaged: Bad CRC"):
        prepare(one(path), tmp_path / "root", nobody, silent)
    assert files_in(tmp_path / "root") == []


@pytest.mark.parametrize("compression", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
@pytest.mark.parametrize("place", [36, 50, 1000])
def test_damaged_data_of_every_compression(tmp_path, compression, place):
    """At the head of the data and further in: it is the archive that is damaged, not the folder that is written to."""
    path = written(tmp_path / "aligned.zip", {"a.jpg": random.Random(0).randbytes(5000)}, compression)
    data = bytearray(path.read_bytes())
    data[place : place + 40] = bytes(byte ^ 0xFF for byte in data[place : place + 40])
    path.write_bytes(data)

    with pytest.raises(DataError, match="The archive is damaged"):
        prepare(one(path), tmp_path / "root", nobody, silent)
    assert files_in(tmp_path / "root") == []


def test_a_name_of_a_zero_byte_is_refused(tmp_path):
    """Python's reader takes it for no name at all."""
    path = written(tmp_path / "aligned.zip", {"X": b"1"})
    path.write_bytes(path.read_bytes().replace(b"X", b"\0"))

    with pytest.raises(DataError, match=r"named '\\x00'"):
        prepare(one(path), tmp_path / "root", nobody, silent)


def test_folders_of_windows_are_folders(tmp_path):
    """With backslashes in its names, an archive becomes the same tree."""
    path = written(tmp_path / "aligned.zip", {"img\\": b"", "img\\a.jpg": b"a"})

    assert prepare(one(path), tmp_path / "root", nobody, silent).written == 1
    assert files_in(tmp_path / "root") == ["Image/aligned/img/a.jpg"]


def test_compressed_patches_are_no_wrong_password(tmp_path):
    """Python says so only when the file is opened."""
    path = patched(written(tmp_path / "aligned.zip", {"a.jpg": b"a"}), 2, 0x20)

    with pytest.raises(DataError, match=r"compressed in a way that Python cannot read(?s:.)*7z x"):
        prepare(one(path), tmp_path / "root", nobody, silent)


def test_encrypted_archives(tmp_path):
    """The right password opens them; a wrong or no password is said to be wrong; it is asked for once."""
    path = encrypted(tmp_path / "aligned.zip", {"a.jpg": b"first", "b.jpg": b"second"}, "secret")
    asked = []

    def password():
        asked.append(1)
        return "secret"

    for wrong in ("wrong", "also wrong", ""):
        with pytest.raises(DataError, match="password is wrong"):
            prepare(one(path), tmp_path / "root", lambda wrong=wrong: wrong, silent)
    assert files_in(tmp_path / "root") == []

    prepare(one(path), tmp_path / "root", password, silent)
    assert (tmp_path / "root" / "Image" / "aligned" / "b.jpg").read_bytes() == b"second"
    assert len(asked) == 1
    assert prepare(one(path), tmp_path / "root", nobody, silent).kept == 2


@pytest.mark.parametrize(("offset", "value", "words"), [(4, 99, "AES"), (2, 0x41, "AES"), (4, 9, "method 9")])
def test_what_python_cannot_read_is_said(tmp_path, offset, value, words):
    """AES, strong encryption and other compressions: which program does it."""
    path = patched(written(tmp_path / "aligned.zip", {"a.jpg": b"a"}), offset, value)

    with pytest.raises(DataError, match=f"{words}(?s:.)*7z x"):
        prepare(one(path), tmp_path / "root", nobody, silent)


def test_a_tree_that_cannot_be_written(tmp_path):
    """A file in the way, and a place where nobody may write: exit 4, with the words of the system."""
    path = written(tmp_path / "aligned.zip", {"a.jpg": b"a"})
    (tmp_path / "file").touch()
    for root in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(MissingError) as caught:
            prepare(one(path), root, nobody, silent)
        assert caught.value.exit_code == 4


def test_folders_inside_an_archive(tmp_path):
    """A common folder that is called like the target is left out, any other is kept."""
    kept = {"faces/a.jpg": b"a", "faces/b/c.jpg": b"c"}
    prepare(one(written(tmp_path / "1.zip", kept)), tmp_path / "one", nobody, silent)
    left_out = {"basic/Image/Aligned/a.jpg": b"a", "basic/Image/Aligned/b/c.jpg": b"c"}
    prepare(one(written(tmp_path / "2.zip", left_out)), tmp_path / "two", nobody, silent)

    assert files_in(tmp_path / "one") == ["Image/aligned/faces/a.jpg", "Image/aligned/faces/b/c.jpg"]
    assert files_in(tmp_path / "two") == ["Image/aligned/a.jpg", "Image/aligned/b/c.jpg"]
