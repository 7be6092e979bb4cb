"""The example plugins as strangers' distributions: built, installed, used together, tested, removed one by one."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from ferbench.plugin_manager import API_VERSION
from tests.docs_help import root

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
MINIATURE = EXAMPLES / "ferbench-study-dataset" / "tests" / "miniature"
NAMES = ("ferbench-dan", "ferbench-imbalance-metric", "ferbench-study-dataset")
#: What each example gives, by the kind that `ferbench list` calls it.
GIVEN = {
    ("models", "dan"): "ferbench-dan",
    ("metrics", "abaw_score"): "ferbench-imbalance-metric",
    ("metrics", "recall_gmean"): "ferbench-imbalance-metric",
    ("datasets", "study"): "ferbench-study-dataset",
}
#: Tests of whole runs, which test_they_work_together is, too.
LEFT_OUT = "not evaluated"
PIP = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")


@dataclass(frozen=True, slots=True)
class Environment:
    """An environment of its own, with the ferbench of this checkout, and its dependencies from the one of the tests."""

    folder: Path

    def python(self, *arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
        """Its Python, which sees no file of the folder that it runs in."""
        variables = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        quiet = {"PYTHONDONTWRITEBYTECODE": "1", "FERBENCH_STRICT_PLUGINS": "1"}
        command = [str(word) for word in (self.folder / "bin" / "python", "-P", *arguments)]
        return subprocess.run(
            command, cwd=cwd, env=variables | quiet, capture_output=True, text=True, check=False, timeout=290
        )

    def ferbench(self, *arguments: object, cwd: Path) -> dict:
        """What a command prints as JSON."""
        done = self.python("-m", "ferbench", *arguments, "--json", cwd=cwd)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def pip(self, *arguments: object) -> None:
        """Change what is installed in it; nothing is fetched."""
        into = ("--python", str(self.folder / "bin" / "python"))
        subprocess.run([*PIP, *into, *map(str, arguments)], check=True, capture_output=True)

    def given(self, cwd: Path) -> set[tuple[str, str]]:
        """Which things of the examples `ferbench list` shows."""
        listed = {kind: self.ferbench("list", kind, cwd=cwd)[kind] for kind in ("models", "datasets", "metrics")}
        return {(kind, item["name"]) for kind, items in listed.items() for item in items} & set(GIVEN)


@pytest.fixture(scope="module")
def wheels(tmp_path_factory):
    """One wheel for each example."""
    folder = tmp_path_factory.mktemp("wheels")
    projects = [str(EXAMPLES / name) for name in NAMES]
    build = [*PIP, "wheel", "--no-index", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), *projects]
    subprocess.run(build, check=True, cwd=folder)
    return sorted(folder.glob("*.whl"))


def installed(folder, wheels):
    """A new environment with the wheels in it.

    A path file names this checkout and the folder of the dependencies; path files that lie there are not read again.
    """
    venv.create(folder, with_pip=False)
    site = next(folder.glob("lib/python3*/site-packages"))
    paths = [sysconfig.get_paths()["purelib"], *(str(ROOT / name) for name in ("", "plugins", "leaderboards"))]
    (site / "ferbench.pth").write_text("\n".join(paths) + "\n", encoding="utf-8")
    environment = Environment(folder)
    environment.pip("install", "--no-index", "--no-deps", *wheels)
    return environment


@pytest.fixture(scope="module")
def environment(tmp_path_factory, wheels):
    """An environment with all examples; tests leave it as it is."""
    return installed(tmp_path_factory.mktemp("environment"), wheels)


def test_every_example_is_built(wheels):
    """What stands in the folder is what this file tests, and each gives one wheel."""
    folders = sorted(path.parent.name for path in EXAMPLES.glob("*/pyproject.toml"))

    assert folders == list(NAMES)
    assert [path.name.split("-")[0].replace("_", "-") for path in wheels] == folders


@pytest.mark.parametrize("name", NAMES)
def test_they_say_for_which_api_they_are_written(name):
    """As the page on publishing asks, in the module with the hook."""
    module = EXAMPLES / name / name.replace("-", "_") / "__init__.py"

    assert f"\nFERBENCH_API = {API_VERSION}\n" in module.read_text(encoding="utf-8")


def test_what_they_give_is_listed(environment, tmp_path):
    """Model, data set and metrics are found by their entry points, each from its own distribution."""
    assert environment.given(tmp_path) == set(GIVEN)

    plugins = environment.ferbench("list", "plugins", cwd=tmp_path)["plugins"]
    origin_of = {name: item["origin"]["distribution"] for item in plugins for name in item["provides"]}
    assert {name: origin_of[name] for _, name in GIVEN} == {name: owner for (_, name), owner in GIVEN.items()}


def test_they_work_together(environment, tmp_path):
    """The model answers the pictures of the data set, and the metrics score the answers."""
    data = ("--dataset", "study", "--data-root", MINIATURE)
    job = ("run", "--model", "dan", "--weights", "random", *data, "--no-timing", "--no-record")
    record = environment.ferbench(*job, cwd=tmp_path)
    scores = record["scores"]["strict"]

    assert record["n"] == 7
    assert "1 of 8 pictures have no majority" in record["layout"]
    assert record["plugin"]["distribution"] == "ferbench-dan"
    assert record["cost"]["params_total"] == 19_723_733
    assert scores["abaw_score"] == pytest.approx(0.67 * scores["f1_macro"] + 0.33 * scores["accuracy"])
    assert scores["recall_gmean"] <= scores["uar"]


@pytest.mark.parametrize("name", NAMES)
def test_their_own_tests_pass(environment, name):
    """`pytest` in the folder of the example, with the wheel installed: parity, formulas, layouts, and the whole kit."""
    command = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", LEFT_OUT)
    done = environment.python(*command, cwd=EXAMPLES / name)

    assert done.returncode == 0, done.stdout + done.stderr


def workflow_commands(name):
    """The words of each `ferbench` command in the workflow of an example."""
    text = (EXAMPLES / name / ".github" / "workflows" / "check.yml").read_text(encoding="utf-8")
    steps = [step for job in yaml.safe_load(text)["jobs"].values() for step in job["steps"]]
    lines = [line for step in steps for line in step.get("run", "").splitlines()]
    return [shlex.split(line)[1:] for line in lines if line.startswith("ferbench ")]


def options_of(words):
    """The options that the command has, with which a command line begins."""
    command = root()
    for word in words:
        if word not in getattr(command, "commands", {}):
            break
        command = command.commands[word]
    return {option for parameter in command.params for option in parameter.opts}


@pytest.mark.parametrize("name", NAMES)
def test_their_workflows_check_what_they_give(name):
    """Every command of the workflow is one of ferbench, with options that it has; what the example gives is checked."""
    commands = workflow_commands(name)
    for words in commands:
        assert {word for word in words if word.startswith("--")} <= options_of(words)

    checked = {words[2] for words in commands if words[:2] == ["plugin", "check"]}
    assert checked == {given for (_, given), owner in GIVEN.items() if owner == name}


def test_removing_one_leaves_the_others(tmp_path, wheels):
    """Without the model its name is gone, and the data set and the metrics do their work with another model."""
    environment = installed(tmp_path / "environment", wheels)
    environment.pip("uninstall", "--yes", "ferbench-dan")

    assert environment.given(tmp_path) == {key for key, owner in GIVEN.items() if owner != "ferbench-dan"}
    refused = environment.python("-m", "ferbench", "info", "dan", cwd=tmp_path)
    assert refused.returncode == 2
    assert "dan" in refused.stderr

    job = (
        "run",
        "--model",
        "tiny_cnn",
        "--weights",
        "tiny_cnn.synthetic",
        "--dataset",
        "study",
        "--no-timing",
        "--no-record",
    )
    record = environment.ferbench(*job, "--data-root", MINIATURE, "--metric", "recall_gmean", cwd=tmp_path)
    assert set(record["scores"]["strict"]) == {"recall_gmean"}
