"""Settings: the nearest ferbench.toml, the environment over it, and what is refused in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ferbench.config import Settings, unreachable
from ferbench.errors import UsageError


@pytest.fixture
def load(tmp_path):
    """Settings of a folder with a ferbench.toml, under some variables."""

    def load(text=None, start=".", **environ):
        if text is not None:
            (tmp_path / "ferbench.toml").write_text(text, encoding="utf-8")
        folder = tmp_path / start
        folder.mkdir(parents=True, exist_ok=True)
        return Settings.load(folder, environ)

    return load


def test_paths_are_relative_to_the_file(load, tmp_path):
    """Data, weights and database lie beside the file that names them, wherever ferbench is started."""
    settings = load(
        '[data]\nrafdb = "raf"\n[weights]\n"poster_v2.rafdb" = "w/best.pth"\n[leaderboard]\ndb = "board.sqlite"\n',
        start="deep/below",
    )

    assert settings.source == tmp_path / "ferbench.toml"
    assert settings.data_root("rafdb") == tmp_path / "raf"
    assert settings.checkpoint("poster_v2.rafdb", "any.pth") == tmp_path / "w" / "best.pth"
    assert settings.database == str(tmp_path / "board.sqlite")


def test_absolute_paths_homes_and_urls_stay_what_they_are(load, tmp_path):
    """/data, ~ and URLs are not put below the folder of the file."""
    settings = load('[data]\na = "/data/a"\nb = "~/b"\n[leaderboard]\ndb = "postgresql://me@host/db"\n')

    assert settings.data_root("a") == Path("/data/a")
    assert settings.data_root("b") == Path.home() / "b"
    assert settings.database == "postgresql://me@host/db"


def test_a_data_set_may_have_a_section_of_its_own(load, tmp_path):
    """[data.NAME] root = "DIR" is [data] NAME = "DIR"; both forms may stand in one file."""
    settings = load('[data]\nrafdb = "raf"\n[data.ferplus]\nroot = "fer"\n[data.sfew]\nroot = "/data/sfew"\n')

    assert settings.data_root("rafdb") == tmp_path / "raf"
    assert settings.data_root("ferplus") == tmp_path / "fer"
    assert settings.data_root("sfew") == Path("/data/sfew")
    assert settings.said_by("ferplus") == str(tmp_path / "ferbench.toml")


def test_the_nearest_file_counts(load, tmp_path):
    """A file in the folder goes before one above it."""
    (tmp_path / "near").mkdir()
    (tmp_path / "near" / "ferbench.toml").write_text('[data]\na = "near"\n', encoding="utf-8")

    assert load('[data]\na = "far"\n', start="near").data_root("a") == tmp_path / "near" / "near"


def test_the_environment_goes_before_the_file(load, tmp_path):
    """FERBENCH_DB over the file's database, FERBENCH_CONFIG over the nearest file; empty ones count as none."""
    other = tmp_path / "other.toml"
    other.write_text('[leaderboard]\ndb = "other.sqlite"\n', encoding="utf-8")
    text = '[leaderboard]\ndb = "board.sqlite"\n'

    assert load(text, FERBENCH_DB="mine.sqlite").database == "mine.sqlite"
    assert load(text, FERBENCH_CONFIG=str(other)).database == str(tmp_path / "other.sqlite")
    assert load(text, FERBENCH_DB="", FERBENCH_CONFIG="").database == str(tmp_path / "board.sqlite")


def test_data_home_holds_a_folder_for_each_set(load, tmp_path):
    """FERBENCH_DATA/rafdb is found when it is there; a configured root goes before it."""
    (tmp_path / "home" / "rafdb").mkdir(parents=True)
    variables = {"FERBENCH_DATA": str(tmp_path / "home")}

    assert load("", **variables).data_root("rafdb") == tmp_path / "home" / "rafdb"
    assert load("", **variables).data_root("other") is None
    assert load('[data]\nrafdb = "raf"\n', **variables).data_root("rafdb") == tmp_path / "raf"


def test_cached_weights_are_found_by_file_name(load, tmp_path):
    """FERBENCH_CACHE/weights/FILE is found when it is there; a configured checkpoint goes before it."""
    (tmp_path / "cache" / "weights").mkdir(parents=True)
    cached = tmp_path / "cache" / "weights" / "best.pth"
    cached.touch()
    variables = {"FERBENCH_CACHE": str(tmp_path / "cache")}

    assert load("", **variables).checkpoint("m.d", "best.pth") == cached
    assert load("", **variables).checkpoint("m.d", "none.pth") is None
    assert load('[weights]\n"m.d" = "w.pth"\n', **variables).checkpoint("m.d", "best.pth") == tmp_path / "w.pth"


def test_nothing_configured_is_the_users_own_leaderboard(load, monkeypatch, tmp_path):
    """Without a file and variables there is a database in the user's data folder, and no data."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    settings = load()

    assert settings.source is None
    assert settings.database.endswith("leaderboard.sqlite")
    assert settings.data_root("rafdb") is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[data\n", "line 1"),
        ("[dataset]\nrafdb = 'x'\n", "[dataset]"),
        ("data = 'x'\n", "[data]"),
        ("[data]\nrafdb = 1\n", "[data]"),
        ("[data.rafdb]\nroots = 'x'\n", "[data.rafdb] has roots"),
        ("[data.rafdb]\nroot = 'x'\nsplit = 'y'\n", "root, split"),
        ("[data.rafdb]\n", "no key"),
        ("[data.rafdb]\nroot = 1\n", "[data]"),
        ("[data]\nrafdb = 'x'\n[data.rafdb]\nroot = 'y'\n", "line 3"),
        ("[weights]\nposter_v2.rafdb = 'x'\n", '"poster_v2.rafdb" = "FILE"'),
        ("[leaderboard]\npath = 'x'\n", 'db = "PATH or URL"'),
    ],
)
def test_what_would_be_overlooked_is_refused(load, text, found):
    """No TOML, unknown sections and keys, values that are no text, a name with a dot and no quotes."""
    with pytest.raises(UsageError) as caught:
        load(text)

    assert found in str(caught.value)
    assert "ferbench.toml" in str(caught.value)


def test_a_file_that_is_no_text_is_refused(tmp_path):
    """Bytes that are no UTF-8, and a configuration that is named and missing."""
    (tmp_path / "ferbench.toml").write_bytes(b"\xff\xfe")

    with pytest.raises(UsageError):
        Settings.load(tmp_path, {})
    with pytest.raises(UsageError, match="FERBENCH_CONFIG"):
        Settings.load(tmp_path, {"FERBENCH_CONFIG": str(tmp_path / "none.toml")})


@pytest.mark.parametrize("name", ["none", "x" * 5000, "a\0b", "file/below"])
def test_places_that_cannot_be_are_only_unreachable(tmp_path, name):
    """Missing, too long, no name at all, below a file: a sentence, never an exception."""
    (tmp_path / "file").touch()

    assert unreachable(tmp_path / name)
    assert unreachable(tmp_path / "file") == ""


def test_a_folder_that_is_gone_is_named(tmp_path, monkeypatch):
    """Started in a folder that was deleted since, ferbench says so."""
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()

    with pytest.raises(UsageError, match="current folder"):
        Settings.load(environ={})
