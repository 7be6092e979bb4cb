"""What the documentation tells people to put into their CI works: the action, the hooks, the snippets, the commands."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from ferbench.cli.app import status_of
from tests.cli.terminal import Terminal
from tests.docs_help import root
from tests.docs_pages import DOCS, ROOT, blocks

PAGE = DOCS / "how-to" / "use-in-ci.md"
SCRIPTS = str(Path(sys.executable).parent)
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def nowhere(monkeypatch):
    """No job of GitHub, whoever runs the tests."""
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A repository of somebody with a baseline where the documentation puts it."""
    terminal = Terminal(tmp_path_factory.mktemp("repository"))
    (terminal.folder / "baselines").mkdir()
    words = ("--model", "tiny_cnn", "--dataset", "synthetic", "--limit", 48, "--threads", 1)
    made = terminal.ferbench("gate", "--baseline", "baselines/tiny_cnn.ferbench", "--update-baseline", *words)
    assert made.status == 0, made.err
    return terminal


def in_shell(terminal, script, **variables):
    """A script in the shell of a runner, where `ferbench` is installed."""
    environment = terminal.environment(PATH=f"{SCRIPTS}:{os.environ['PATH']}", OMP_NUM_THREADS="1", **variables)
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    return subprocess.run(
        command, cwd=terminal.folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def of_language(language):
    """The blocks of the page in a language."""
    return [block.text for block in blocks(language) if block.page == PAGE]


def snippet(name):
    """The YAML documents of the page for a file."""
    found = [yaml.safe_load(text) for text in of_language("yaml") if text.startswith(f"# {name}\n")]
    assert found, name
    return found


ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"]}


def filled(env, inputs):
    """The variables of a step, with inputs in the place of the expressions."""
    values = {name: given.get("default", "") for name, given in ACTION["inputs"].items()} | inputs
    return {
        name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: values[found[1]], text)
        for name, text in env.items()
    }


def test_no_input_is_part_of_a_script():
    """Expressions stand in `env` and `with` alone; every script names its shell; every input is used."""
    scripts = [step["run"] for step in STEPS.values() if "run" in step]
    used = re.findall(r"\$\{\{ inputs\.([\w-]+) \}\}", (ROOT / "action.yml").read_text(encoding="utf-8"))

    assert ACTION["runs"]["using"] == "composite"
    assert len(scripts) == 2
    assert not any("${{" in script for script in scripts)
    assert all(step["shell"] == "bash" for step in STEPS.values() if "run" in step)
    assert set(used) == set(ACTION["inputs"])
    assert STEPS["Install ferbench"]["env"] == {"ACTION_PATH": "${{ github.action_path }}"}
    assert STEPS["Install ferbench"]["run"] == 'python -m pip install --quiet "$ACTION_PATH"'
    assert STEPS["Keep the report"]["if"] == "always()"


def test_the_variables_of_the_action_are_options_of_the_gate():
    """FERBENCH_GATE_MAX_DROP is --max-drop."""
    options = {option for parameter in root().commands["gate"].params for option in parameter.opts}
    named = [name.removeprefix("FERBENCH_GATE_") for name in STEPS["Gate"]["env"] if name.startswith("FERBENCH_GATE_")]

    assert {f"--{name.lower().replace('_', '-')}" for name in named} <= options
    assert len(named) == 7


def test_the_documented_workflow_runs(place):
    """The inputs of the page through the script of the action: it passes, and leaves comment and report."""
    (workflow,) = snippet(".github/workflows/gate.yml")
    (step,) = [step for step in workflow["jobs"]["gate"]["steps"] if "ferbench" in step["uses"]]
    done = in_shell(place, STEPS["Gate"]["run"], **filled(STEPS["Gate"]["env"], step["with"]))

    assert set(step["with"]) <= set(ACTION["inputs"])
    assert done.returncode == 0, done.stderr
    assert all(name in done.stdout for name in ("gate passed", "accuracy", "uar", "max_abs_logit", "flips"))
    assert (place.folder / "ferbench-gate" / "gate.md").read_text("utf-8").startswith("### gate passed")
    assert (place.folder / "ferbench-gate" / "gate.xml").is_file()


@pytest.mark.parametrize("name", ["baseline", "model", "weights", "max-drop", "args", "report"])
def test_inputs_of_strangers_are_not_run(place, name):
    """Text that a shell would run is a name that nobody knows, wherever it is put."""
    text = "x\"; touch pwned; $(touch pwned) `touch pwned` ' && touch pwned #"
    inputs = {"baseline": "baselines/none.ferbench", name: text}
    done = in_shell(place, STEPS["Gate"]["run"], **filled(STEPS["Gate"]["env"], inputs))

    assert done.returncode in {2, 4}
    assert not list(place.folder.rglob("pwned"))


def test_the_hook_is_one_that_pre_commit_takes():
    """`pre-commit validate-manifest` says so, and its command is one of ours."""
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")]
    subprocess.run(command, check=True, capture_output=True)

    assert [hook["entry"] for hook in HOOKS] == ["ferbench gate"]


def test_the_documented_hooks_name_what_there_is():
    """Ids of our hooks, and options of the gate."""
    options = {option for parameter in root().commands["gate"].params for option in parameter.opts}
    for config in snippet(".pre-commit-config.yaml"):
        (hook,) = config["repos"][0]["hooks"]
        words = [*hook.get("args", []), *shlex.split(hook.get("entry", "ferbench gate"))]

        assert hook["id"] in {known["id"] for known in HOOKS}
        assert {word for word in words if word.startswith("--")} <= options


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_the_documented_local_hook_runs(place):
    """In a repository with the baseline, as `git push` would run it."""
    local = next(text for text in of_language("yaml") if "repo: local" in text)
    (place.folder / ".pre-commit-config.yaml").write_text(local, encoding="utf-8")
    script = (
        "git init --quiet . && git add baselines .pre-commit-config.yaml && "
        "pre-commit run --hook-stage pre-push --all-files --verbose"
    )
    done = in_shell(place, script, PRE_COMMIT_HOME=str(place.folder / "cache"))

    assert done.returncode == 0, done.stdout + done.stderr
    assert "gate passed: tiny_cnn" in done.stdout


def test_the_documented_gitlab_job_runs(place, monkeypatch, capsys):
    """Its script passes here, and writes the files that it keeps."""
    (config,) = snippet(".gitlab-ci.yml")
    job, (line,) = config["gate"], config["gate"]["script"]
    monkeypatch.chdir(place.folder)

    assert status_of([*shlex.split(line)[1:], "--threads", "1"]) == 0, capsys.readouterr().err
    assert line.startswith("ferbench ")
    kept = [job["artifacts"]["reports"]["junit"], *job["artifacts"]["paths"]]
    assert all((place.folder / name).is_file() for name in kept)


def test_the_documented_commands_run(tmp_path, monkeypatch, capsys):
    """One after the other, as they stand on the page; with a small network for a large one, and without RAF-DB."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FERBENCH_DB", str(tmp_path / "board.sqlite"))
    monkeypatch.setattr("ferbench.gate.latency.PAIRS", 100)
    lines = [line for text in of_language("sh") for line in text.splitlines()]
    here = [
        line.replace("poster_v2", "tiny_cnn").replace("--limit 4", "--limit 40")
        for line in lines
        if "rafdb" not in line
    ]
    for line in here:
        words, _, file = line.partition(" > ")
        status = status_of([*shlex.split(words)[1:], "--threads", "1"])
        printed = capsys.readouterr()
        assert status == 0, f"{line}: {printed.err}"
        if file:
            (tmp_path / file).write_text(printed.out, encoding="utf-8")
    (script,) = of_language("python")

    assert len(here) == len(lines) - 1 == 7
    assert {"gate.xml", "gate.md", "gate.json", "run.json"} <= {path.name for path in tmp_path.iterdir()}
    subprocess.run([sys.executable, "-c", script], check=True, cwd=tmp_path)


def test_the_committed_baseline_is_small_and_passes(capsys):
    """The one that our own CI gates on: readable, of a set that is free to pass on, and what `make gate` names."""
    (path,) = (ROOT / "leaderboards" / "baselines").glob("*.ferbench")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    assert path.stat().st_size < 300_000
    assert f"--baseline {path.relative_to(ROOT)}" in makefile
    words = re.search(r"ferbench (gate .*)", makefile)[1].split()
    assert status_of([str(path) if word.endswith(".ferbench") else word for word in words]) == 0, (
        capsys.readouterr().err
    )
