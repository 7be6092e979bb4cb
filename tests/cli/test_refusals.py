"""What `ferbench run` refuses before any tensor exists, and what it says about it."""

from __future__ import annotations

import pytest

from tests.cli.dropins import MINE, dataset


@pytest.fixture
def run(call, tmp_path):
    """A run of the quick network, on drawn pictures unless another data set is named."""
    for name, source in (("mine.py", MINE), ("pictures.py", dataset())):
        (tmp_path / name).write_text(source, encoding="utf-8")
    plugins = ("--plugin", tmp_path / "mine.py", "--plugin", tmp_path / "pictures.py")

    def called(*arguments):
        usual = () if "--dataset" in arguments else ("--dataset", "pictures")
        return call("run", *plugins, "--model", "mine", *usual, *arguments)

    return called


@pytest.mark.parametrize(
    ("arguments", "near"),
    [
        (("--model", "poster-v2"), "'poster_v2'"),
        (("--dataset", "raf-db"), "'rafdb'"),
        (("--metric", "acuracy"), "'accuracy'"),
        (("--metric", "accuracy", "--metric", "f1macro"), "'f1_macro'"),
    ],
)
def test_unknown_names_suggest_near_ones(run, arguments, near):
    """Exit 2, the name that was probably meant, and the command that lists all."""
    done = run(*arguments)

    assert done.status == 2
    assert near in done.err
    assert "ferbench list" in done.err


def test_a_missing_root_says_what_belongs_there(run, tmp_path):
    """Exit 4 with the layouts that are expected and the place where the set is asked for."""
    done = run("--dataset", "rafdb", "--data-root", tmp_path / "none")

    assert done.status == 4
    assert "EmoLabel/list_patition_label.txt" in done.err
    assert "http://www.whdeng.cn/RAF/model1.html" in done.err
    assert f"{tmp_path / 'none'} cannot be found" in done.err


def test_everything_that_is_missing_is_named_at_once(call, monkeypatch, tmp_path):
    """RAF-DB with neither data nor weights: exit 4, both, and the commands that mend it."""
    monkeypatch.chdir(tmp_path)
    done = call("run", "--model", "poster_v2", "--dataset", "rafdb")

    assert done.status == 4
    for text in ("data set rafdb", "--data-root", "[data] rafdb", "Weights of poster_v2", "--weights", "[weights]"):
        assert text in done.err
    assert "raf-db-model_best.pth" in done.err
    assert "https://drive.google.com/" in done.err


def test_a_missing_checkpoint_is_named(run, tmp_path):
    """Exit 4 for a file that is not there, and for a folder in its place."""
    for path, found in ((tmp_path / "none.pth", "No such file"), (tmp_path, "It is no file")):
        done = run("--weights", path)

        assert done.status == 4
        assert str(path) in done.err
        assert found in done.err


@pytest.mark.parametrize("option", ["--data-root", "--weights", "--plugin", "--plugins-dir"])
def test_names_that_no_file_can_have_are_refused(run, option):
    """A name longer than file systems allow is a wrong name, and no bug of ours."""
    done = run("--dataset", "rafdb", option, "x" * 5000)

    assert done.status in {2, 4}
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("--limit", "0"),
        ("--batch-size", "0"),
        ("--batch-size", "-1"),
        ("--workers", "0"),
        ("--threads", "0"),
        ("--split", "valid"),
        ("--device", "toaster"),
        ("--device", "meta"),
        ("--model-option", "depth"),
        ("--batch-size", "many"),
        ("--colour-order", "grb"),
        ("--no-such-option",),
        ("--model",),
        ("a", "few", "words"),
    ],
)
def test_options_that_mean_nothing_are_wrong_usage(run, arguments):
    """Exit 2 and a message, never Python's or typer's own exit code."""
    done = run(*arguments)

    assert done.status == 2
    assert done.err.strip()
    assert "Traceback" not in done.err


@pytest.mark.parametrize("device", ["cuda:99", "mps"])
def test_a_device_that_is_not_there_is_missing(run, device):
    """Exit 4, and what to pass instead."""
    done = run("--device", device)

    assert done.status == 4
    assert "--device cpu" in done.err


def test_a_configuration_that_is_no_toml_is_refused(call, monkeypatch, tmp_path):
    """Exit 2 with the name of the file."""
    (tmp_path / "ferbench.toml").write_text("[data\n", encoding="utf-8")
    monkeypatch.setenv("FERBENCH_CONFIG", str(tmp_path / "ferbench.toml"))
    done = call("run", "--model", "poster_v2", "--dataset", "rafdb")

    assert done.status == 2
    assert str(tmp_path / "ferbench.toml") in done.err


def test_profile_refuses_no_threads(call):
    """Exit 2: no thread is no way to compute."""
    assert call("profile", "poster_v2", "--threads", "0").status == 2
