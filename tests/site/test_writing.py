"""Where sites are written: whole or not at all, and never over anybody else's files."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from ferbench.errors import MissingError, UsageError
from ferbench.report.site.writing import MARKER, new_site


def write(out, **files):
    """A site of some files."""
    with new_site(out) as folder:
        for name, text in files.items():
            path = folder / name.replace("__", "/")
            path.parent.mkdir(parents=True, exist_ok=True)
            if text == "/dev/full":
                path = Path(text)
            path.write_text(text, encoding="utf-8")


def contents(folder):
    """Texts by name, the marker apart."""
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
        if path.is_file() and path.name != MARKER
    }


@pytest.mark.parametrize("there", [False, True], ids=["a new folder", "an empty folder"])
def test_a_site_is_written(tmp_path, there):
    """To a folder that does not exist, parents included, or to one that is empty; others may read it."""
    out = tmp_path / "a" / "out"
    if there:
        out.mkdir(parents=True)
    write(out, index="new")

    assert contents(out) == {"index": "new"}
    assert stat.S_IMODE(out.stat().st_mode) & 0o055 == 0o055
    assert [path.name for path in out.parent.iterdir()] == ["out"]


def test_a_site_replaces_an_earlier_one(tmp_path):
    """What the earlier one had and the new one has not is gone."""
    write(tmp_path / "out", index="old", runs__a="old", runs__deep__b="old")
    write(tmp_path / "out", index="new")

    assert contents(tmp_path / "out") == {"index": "new"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert not (tmp_path / "out" / "runs").exists()


@pytest.mark.parametrize("marked", [False, True], ids=["in a folder of somebody's", "put into a site"])
def test_nobody_elses_file_is_lost(tmp_path, marked):
    """A folder with a file that no site wrote is refused by name, and stays as it is."""
    out = tmp_path / "out"
    if marked:
        write(out, index="old")
    out.mkdir(exist_ok=True)
    (out / "CNAME").write_text("mine", encoding="utf-8")
    before = contents(out)

    with pytest.raises(UsageError, match="CNAME"):
        write(out, index="new")
    assert contents(out) == before


def test_a_marker_of_somebody_else_marks_nothing(tmp_path):
    """A marker that lists other files, or none, or is no JSON, does not make a folder ours."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine").write_text("mine", encoding="utf-8")
    for text in ("{}", "no JSON", "[]", '{"files": 3}', '{"files": ["../x", "/etc/passwd"]}', "\udcff"):
        (out / MARKER).write_bytes(text.encode("utf-8", "surrogateescape"))
        with pytest.raises(UsageError, match="mine"):
            write(out, index="new")


def test_a_marker_that_names_files_elsewhere_deletes_none(tmp_path):
    """Only what lies in the old site is removed, whatever its marker lists."""
    (tmp_path / "precious").write_text("mine", encoding="utf-8")
    out = tmp_path / "out"
    out.mkdir()
    (out / MARKER).write_text('{"files": ["../precious"]}', encoding="utf-8")
    write(out, index="new")

    assert (tmp_path / "precious").read_text(encoding="utf-8") == "mine"
    assert contents(out) == {"index": "new"}


def test_a_folder_without_a_marker_is_not_walked_through(tmp_path):
    """It may be a whole disk: what lies at its top is named, and nothing deeper is looked at."""
    (tmp_path / "out" / "deep" / "mine").mkdir(parents=True)
    with pytest.raises(UsageError, match=r"wrote: deep\.\n"):
        write(tmp_path / "out", index="new")
    with pytest.raises(UsageError, match="A site was to be written to /\\."):
        write(Path("/"), index="new")


@pytest.mark.parametrize("name", ["x" * 300, "loop", "~nobody_has_this_name/out/\udcff" + "x" * 300])
def test_names_that_cannot_be_are_errors_with_advice(tmp_path, name, monkeypatch):
    """A name that is too long, a link to itself, a home that nobody has."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(MissingError, match="A site was to be written"):
        write(Path(name), index="new")


def test_ctrl_c_at_the_worst_moment_leaves_the_earlier_site(tmp_path, monkeypatch):
    """Between the two renames by which the new site takes the place of the old one."""
    write(tmp_path / "out", index="old")
    rename = Path.rename

    def interrupted(path, target):
        if path.name.startswith(".out-") and not path.name.endswith("-old"):
            raise KeyboardInterrupt
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write(tmp_path / "out", index="new")

    assert contents(tmp_path / "out") == {"index": "old"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_crash_leaves_the_earlier_site(tmp_path):
    """Nothing is half written, and nothing is left beside it."""
    write(tmp_path / "out", index="old")
    with pytest.raises(UnicodeEncodeError):
        write(tmp_path / "out", runs__a="whole", index="half \udcff")

    assert contents(tmp_path / "out") == {"index": "old"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_file_is_no_folder(tmp_path):
    """A file of that name is refused; one in the way of a parent cannot be passed."""
    (tmp_path / "out").write_text("mine", encoding="utf-8")

    with pytest.raises(UsageError, match="That is a file"):
        write(tmp_path / "out", index="new")
    with pytest.raises(MissingError, match="A site was to be written"):
        write(tmp_path / "out" / "below", index="new")
    assert (tmp_path / "out").read_text(encoding="utf-8") == "mine"


def test_a_link_to_a_folder_is_followed(tmp_path):
    """The folder behind a link is replaced, the link stays."""
    write(tmp_path / "real", index="old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write(tmp_path / "link", index="new")

    assert (tmp_path / "link").is_symlink()
    assert contents(tmp_path / "real") == {"index": "new"}


def test_a_link_in_a_site_is_not_followed(tmp_path):
    """What somebody linked into a site is his file: refused, and the target stays."""
    write(tmp_path / "out", index="old")
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "x").write_text("mine", encoding="utf-8")
    (tmp_path / "out" / "link").symlink_to(tmp_path / "precious")

    with pytest.raises(UsageError, match="link"):
        write(tmp_path / "out", index="new")
    assert (tmp_path / "precious" / "x").exists()


def test_a_full_disk_is_an_error_with_advice(tmp_path):
    """What the system says while pages are written becomes an error in three parts, and the earlier site stays."""
    write(tmp_path / "out", index="old")
    with pytest.raises(MissingError, match="No space left") as raised:
        write(tmp_path / "out", index="/dev/full")

    assert raised.value.exit_code == 4
    assert contents(tmp_path / "out") == {"index": "old"}
