"""The wheel: built, installed into an environment of its own, the source tree out of reach, it does the main job."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--quiet", str(ROOT)]
    subprocess.run([*command, "--wheel-dir", str(folder)], check=True, cwd=folder)
    (path,) = folder.glob("ferbench-*.whl")
    return path


@pytest.fixture(scope="module")
def environment(tmp_path_factory, wheel):
    """A fresh environment with the wheel in it; the dependencies alone are shared with the one that runs the tests.

    Their folder is added by a path file: path files inside it are not read again, so the editable install of this
    checkout, which is such a file, stays out of reach.
    """
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    site = next(folder.glob("lib/python3*/site-packages"))
    install = [sys.executable, "-m", "pip", "install", "--no-deps", "--quiet", "--target", str(site), str(wheel)]
    subprocess.run(install, check=True)
    (site / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"] + "\n", encoding="utf-8")
    return folder


def run(environment, *arguments, cwd):
    """Python of the fresh environment, in a folder far from the checkout."""
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [environment / "bin" / "python", *arguments],
        cwd=cwd,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )


def test_wheel_holds_harness_plugins_weights_and_migrations(wheel):
    """Everything that runs is packed; tests, docs and benchmarks are not."""
    names = zipfile.ZipFile(wheel).namelist()
    for name in (
        "ferbench/cli/app.py",
        "ferbench/py.typed",
        "ferbench/leaderboard/migrations/versions/0001_initial.py",
        "ferbench_backbones/ir50.py",
        "ferbench_datasets/rafdb.py",
        "ferbench_metrics/accuracy.py",
        "ferbench_poster_v2/network.py",
        "ferbench_synthetic/weights/tiny_cnn.safetensors",
    ):
        assert name in names
    assert not [name for name in names if name.startswith(("tests/", "docs/", "benchmarks/", "plugins/"))]


def test_the_code_comes_from_the_wheel(environment, tmp_path):
    """Harness and plugins are imported from the fresh environment, not from this checkout."""
    code = "import ferbench, ferbench_synthetic; print(ferbench.__file__, ferbench_synthetic.__file__)"
    done = run(environment, "-c", code, cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    assert str(ROOT / "ferbench") not in done.stdout
    assert done.stdout.count(str(environment)) == 2


def test_the_main_job_runs_from_the_wheel(environment, tmp_path):
    """tiny_cnn on synthetic is evaluated, recorded, ranked and listed."""
    database = str(tmp_path / "board.sqlite")
    job = ("run", "--model", "tiny_cnn", "--dataset", "synthetic", "--no-timing", "--db", database, "--json")
    done = run(environment, "-m", "ferbench", *job, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    board = run(environment, "-m", "ferbench", "leaderboard", "--db", database, "--json", cwd=tmp_path)

    record = json.loads(done.stdout)
    assert record["ranked"]
    assert record["environment"]["source"] is None
    assert [row["model"] for row in json.loads(board.stdout)["rows"]] == ["tiny_cnn"]
