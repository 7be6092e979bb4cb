"""`ferbench plugin new` as a command: what it writes where, and what it leaves alone."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ferbench.cli.app import status_of
from ferbench.scaffold.names import LONGEST, Names
from ferbench.scaffold.projects import drop_in_file, project_files

KINDS = ("model", "dataset", "metric")


@pytest.fixture
def new(capsys, tmp_path, monkeypatch):
    """`ferbench plugin new` in an empty folder: exit code, stdout, stderr."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        status = status_of(["plugin", "new", *map(str, arguments)])
        out, err = capsys.readouterr()
        return status, out, err

    return run


def files_below(folder):
    """Bytes of every file, by its path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("kind", KINDS)
def test_a_project_is_written_where_it_was_asked_for(new, tmp_path, kind):
    """Every file lies below OUT/ferbench-NAME and is named on stdout, then the commands that come next."""
    status, out, _ = new("my_thing", "--kind", kind, "--out", "a b/c")
    files = files_below(tmp_path)

    assert status == 0
    assert {path.split("/")[2] for path in files} == {"ferbench-my-thing"}
    assert all(path.startswith("a b/c/ferbench-my-thing/") for path in files)
    assert set(out.splitlines()) >= set(files)
    assert "  cd 'a b/c/ferbench-my-thing'" in out
    assert "  ferbench plugin check my_thing" in out


def test_paths_and_commands_are_not_wrapped(new, tmp_path, monkeypatch):
    """Whoever copies a line has it whole, however narrow the terminal is."""
    monkeypatch.setenv("COLUMNS", "40")
    out = tmp_path / ("a_long_name_of_a_folder" * 4)
    _, printed, _ = new("my_thing", "--out", out)

    assert str(out / "ferbench-my-thing" / "ferbench_my_thing" / "network.py") in printed.splitlines()
    assert f"  cd {out / 'ferbench-my-thing'}" in printed.splitlines()


@pytest.mark.parametrize("kind", KINDS)
def test_what_nobody_knows_is_not_stated(kind):
    """The page of a new plugin states no fact that only its author can know; the licence of pictures is not known."""
    texts = project_files(Names(name="my_thing"), kind)
    said = texts["README.md"]

    assert "unknown: fill in" in said
    assert [fact for fact in ("224", "ImageNet", "aligned", "face crops", "neutral") if fact in said] == []
    assert kind != "dataset" or "licence=None" in texts["ferbench_my_thing/card.py"]


def test_the_model_is_the_default(new, tmp_path):
    """Without --kind and --out: a model, here."""
    assert new("My.Net")[0] == 0
    assert (tmp_path / "ferbench-my-net" / "ferbench_my_net" / "network.py").is_file()


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_is_all_that_is_written_with_drop_in(new, tmp_path, kind):
    """NAME.py, and the command that checks it."""
    status, out, _ = new("my_thing", "--kind", kind, "--drop-in")

    assert status == 0
    assert list(files_below(tmp_path)) == ["my_thing.py"]
    assert "  ferbench plugin check my_thing --plugin my_thing.py" in out


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_left_of_a_template(kind):
    """No text holds a mark of the templates but those that services of CI read; every line ends, none in blanks."""
    names = Names(name="my_thing")
    for path, text in (project_files(names, kind) | drop_in_file(names, kind)).items():
        assert "{%" not in text
        assert "{{" not in text.replace("${{ github.event.pull_request.base.sha }}", "")
        assert "PACKAGE" not in path + text
        assert text == "" or (text.endswith("\n") and not text.endswith("\n\n"))
        assert [line for line in text.splitlines() if line != line.rstrip()] == []


@pytest.mark.parametrize("name", ["a", "b" * LONGEST])
@pytest.mark.parametrize("kind", KINDS)
def test_short_and_long_names_keep_the_form(tmp_path, name, kind):
    """The formatter and the linter find nothing for the shortest and the longest name."""
    for path, text in project_files(Names(name=name), kind).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    (tmp_path / f"{name}.py").write_text(drop_in_file(Names(name=name), kind)[f"{name}.py"], encoding="utf-8")
    for command in (("check",), ("format", "--check")):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "."], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout


def test_a_long_list_is_looked_through_in_seconds(new, tmp_path):
    """300,000 pictures, as large data sets have: no id is compared with all others."""
    new("long_list", "--kind", "dataset")
    code = (
        "from pathlib import Path; from ferbench.interfaces import Row; from ferbench_long_list import opening\n"
        "rows = [Row(id=str(number), label='fear', source=Path('README.md')) for number in range(300_000)]\n"
        "opening.require_sound(Path(), rows)\n"
    )
    folder = tmp_path / "ferbench-long-list"

    subprocess.run([sys.executable, "-c", code], cwd=folder, check=True, timeout=60)


def test_a_folder_that_holds_something_is_left_alone(new, tmp_path):
    """Exit 2, and the file in it is as it was; an empty folder is taken."""
    folder = tmp_path / "ferbench-mine"
    folder.mkdir()
    (folder / "README.md").write_text("precious", encoding="utf-8")
    status, _, err = new("mine")

    assert status == 2
    assert "not empty" in err
    assert files_below(tmp_path) == {"ferbench-mine/README.md": b"precious"}

    (folder / "README.md").unlink()
    assert new("mine")[0] == 0


def test_a_link_is_not_followed(new, tmp_path):
    """Exit 2 where the folder of the project, or the file, would lie elsewhere."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "ferbench-mine").symlink_to(elsewhere)
    (tmp_path / "mine.py").symlink_to(elsewhere / "mine.py")

    assert new("mine")[0] == 2
    assert new("mine", "--drop-in")[0] == 2
    assert list(elsewhere.iterdir()) == []


def test_a_file_in_the_way_is_left_alone(new, tmp_path):
    """Exit 2 for a file with the name of the project's folder, and for the file of a drop-in."""
    (tmp_path / "ferbench-mine").write_text("precious", encoding="utf-8")
    (tmp_path / "mine.py").write_text("precious = 1", encoding="utf-8")

    assert new("mine")[0] == 2
    status, _, err = new("mine", "--drop-in")
    assert status == 2
    assert "It is there already" in err
    assert files_below(tmp_path) == {"ferbench-mine": b"precious", "mine.py": b"precious = 1"}


@pytest.mark.parametrize("name", ["../mine", "a/b", "class", "tiny_cnn", "synthetic", "datasets", "backbones"])
def test_a_name_that_cannot_be_is_refused_before_anything_is_written(new, tmp_path, name):
    """Exit 2, what was asked, found and to do, and an empty folder."""
    status, _, err = new(name, "--out", "out")

    assert status == 2
    assert "to do:" in err
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_written_ends_with_4(new, tmp_path):
    """A file where --out should be a folder."""
    (tmp_path / "out").write_text("", encoding="utf-8")

    assert new("mine", "--out", "out")[0] == 4
    assert new("mine", "--drop-in", "--out", "out")[0] == 4
