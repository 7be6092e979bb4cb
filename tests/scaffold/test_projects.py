"""What `ferbench plugin new` writes works as it is: installed, linted, typed, tested, checked, gated."""

from __future__ import annotations

import re
import tomllib

import pytest
import yaml

from tests.environments import Environment

pytestmark = pytest.mark.slow

KINDS = ("model", "dataset", "metric")
#: Rules that the formatter sees to or that contradict others, and what the template's own rules do not ask: licence
#: headers, packages of tests, assertions there, imports at the top, messages in variables.
BESIDES = ("COM812", "CPY001", "D203", "D213", "EM", "INP001", "PLC0415", "S101", "TRY003")

#: What a file is held to besides ruff's defaults: it has no settings of its own.
RULES = "ANN,B,C4,E,F,I,N,PTH,RUF,SIM,TC,UP,W --ignore ANN401"


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """One environment for all plugins of this file; mypy reads torch once."""
    return Environment.new(tmp_path_factory.mktemp("environment") / "env")


@pytest.fixture(scope="module")
def workplace(tmp_path_factory):
    """The folder in which plugins are written."""
    return tmp_path_factory.mktemp("workplace")


@pytest.fixture(scope="module", params=KINDS)
def project(request, environment, workplace):
    """The folder of an installed project of each kind, unchanged."""
    kind = request.param
    succeeds(environment, f"ferbench plugin new new-{kind} --kind {kind} --out projects", workplace)
    folder = workplace / "projects" / f"ferbench-new-{kind}"
    succeeds(environment, "python -m pip install --quiet --editable '.[test]'", folder)
    return folder


def succeeds(environment, script, folder):
    """What some lines of bash print, which must end with 0."""
    done = environment.shell(f'export MYPY_CACHE_DIR="{environment.folder}/mypy"\n{script}', folder)
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_it_is_linted_and_typed(environment, project):
    """Its own rules of ruff, nearly all others, the formatter, and mypy --strict find nothing."""
    settings = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    ignored = ",".join([*settings["ruff"]["lint"]["ignore"], *BESIDES])

    succeeds(environment, "ruff check .\nruff format --check .", project)
    succeeds(environment, f"ruff check --select ALL --ignore {ignored} .", project)
    assert settings["mypy"]["strict"] is True
    succeeds(environment, "mypy", project)


def test_its_own_tests_pass(environment, project):
    """With pytest in its folder: every check of the kit, and what is its own; nothing fails and no warning is left."""
    printed = succeeds(environment, "pytest -q", project)

    assert re.search(r"\b1\d passed|\b2\d passed", printed)
    assert "warning" not in printed


def test_the_steps_of_its_workflow_succeed(environment, project, tmp_path):
    """Every ferbench command of check.yml, word for word and in order: the checks, then the gate before and after."""
    workflow = yaml.safe_load((project / ".github" / "workflows" / "check.yml").read_text(encoding="utf-8"))
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    commands = [line for step in steps for line in step.get("run", "").splitlines() if line.startswith("ferbench ")]
    printed = succeeds(environment, "export FERBENCH_STRICT_PLUGINS=1\n" + "\n".join(commands), project)

    kind = project.name.removeprefix("ferbench-new-")
    assert commands[0].startswith(f"ferbench plugin check new_{kind}")
    assert sum(" gate " in f" {command} " for command in commands) == (0 if kind == "metric" else 2)
    assert f"{kind} new_{kind}: " in printed
    assert " 0 fail" in printed


@pytest.mark.parametrize("project", ["dataset"], indirect=True)
def test_a_data_set_is_checked_in_its_folder_without_options(environment, project):
    """`ferbench plugin check NAME` finds the miniature by the ferbench.toml beside it."""
    assert " 0 fail" in succeeds(environment, "ferbench plugin check new_dataset", project)


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_works_as_it_is(environment, workplace, kind):
    """--drop-in: ruff, mypy --strict and all checks, without installing anything."""
    succeeds(environment, f"ferbench plugin new file_{kind} --kind {kind} --drop-in", workplace)
    file = f"file_{kind}.py"

    assert (workplace / file).is_file()
    succeeds(environment, f"ruff check {file}\nruff check --line-length 120 --select {RULES} {file}", workplace)
    succeeds(environment, f"mypy --strict {file}", workplace)
    assert " 0 fail" in succeeds(environment, f"ferbench plugin check file_{kind} --plugin {file}", workplace)
