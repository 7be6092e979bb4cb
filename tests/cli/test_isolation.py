"""What plugins do to a process, seen from outside: what is printed, how it ends, what a child leaves."""

from __future__ import annotations

import json
import os
import signal
import time
from dataclasses import replace
from pathlib import Path

import pytest

from ferbench.cli.in_child import asked_for
from ferbench.pipeline.run import evaluate
from ferbench.spec import RunSpec
from tests.cli.dropins import MINE, dataset, model
from tests.cli.terminal import Terminal

#: Only what is dropped in.
NONE = {"FERBENCH_LOAD_PLUGINS": ""}

#: Ways of writing to stdout that `print` is only one of.
LOUD = {
    "print": "print('LOUD')",
    "the system": "import os\nos.write(1, b'LOUD\\n')",
    "another process": "import subprocess\nsubprocess.run(['echo', 'LOUD'])",
    "at the end": "import atexit\natexit.register(print, 'LOUD')",
    "sys.__stdout__": "import sys\nsys.__stdout__.write('LOUD\\n')\nsys.__stdout__.flush()",
    "a thread": (
        "import threading, time\n"
        "def shout():\n    while True:\n        print('LOUD', flush=True)\n        time.sleep(0.001)\n"
        "threading.Thread(target=shout, daemon=True).start()\ntime.sleep(0.05)"
    ),
    "bytes of a thread": (
        "import sys, threading, time\n"
        "def shout():\n    while True:\n        sys.stdout.buffer.write(b'LOUD\\n')\n"
        "        sys.stdout.buffer.flush()\n"
        "        time.sleep(0.001)\n"
        "threading.Thread(target=shout, daemon=True).start()\ntime.sleep(0.05)"
    ),
}
#: The files that a child leaves.
NAMES = ("'result.json'", "'outputs.f32'", "'error.json'", "'witness'")
#: A thread that would keep the process alive for ever.
ENDLESS = "import threading, time\nthreading.Thread(target=lambda: time.sleep(3600)).start()\n"


@pytest.fixture
def site(tmp_path):
    """A terminal in a folder with a good model and six pictures."""
    terminal = Terminal(tmp_path)
    terminal.write("mine.py", MINE)
    terminal.write("pictures.py", dataset())
    return terminal


def run(terminal, *arguments, plugin="mine.py"):
    """Evaluate the model `mine` of a plugin."""
    plugins = ("--plugin", plugin, "--plugin", "pictures.py")
    return terminal.ferbench(
        *("run", *plugins, "--model", "mine", "--dataset", "pictures", "--no-timing", "--json", *arguments),
        variables={"FERBENCH_LOAD_PLUGINS": "metrics"},
    )


@pytest.mark.parametrize("source", LOUD.values(), ids=LOUD)
def test_stdout_holds_the_document_and_nothing_else(site, source):
    """Whatever a plugin writes to stdout, by whichever way, goes to stderr."""
    site.write("loud.py", source)
    done = site.ferbench("list", "plugins", "--json", "--plugin", "loud.py", variables=NONE)

    assert done.status == 0, done.err
    assert [row["name"] for row in done.json["plugins"]] == ["loud"]
    assert "LOUD" in done.err


def test_help_and_tables_are_still_on_stdout(site):
    """Keeping plugins away from stdout keeps nobody else away."""
    assert "Usage" in site.ferbench("--help").out
    assert "accuracy" in site.ferbench("list", "metrics").out


def test_a_thread_that_never_ends_is_not_waited_for(site):
    """The command ends with its exit code at once."""
    site.write("endless.py", ENDLESS)
    started = time.monotonic()
    done = site.ferbench("list", "models", "--plugin", "endless.py", variables=NONE)

    assert done.status == 0, done.err
    assert time.monotonic() - started < 60


def test_ctrl_c_is_still_ctrl_c_while_a_plugin_runs(site):
    """A KeyboardInterrupt of the user's own ends the command with 130, as everywhere."""
    site.write("slow.py", "import sys, time\nsys.stderr.write('here\\n')\nsys.stderr.flush()\ntime.sleep(60)\n")
    with site.start("list", "models", "--plugin", "slow.py", variables=NONE) as process:
        assert process.stderr.readline() == b"here\n"
        process.send_signal(signal.SIGINT)

        assert process.wait(timeout=60) == 130


def test_an_isolated_run_is_the_same_run(site):
    """Equal core_sha256, recorded as usual, and one document on stdout."""
    here, child = run(site), run(site, "--isolate", "--time-limit", "300", "--memory-limit", "8000")

    assert here.status == child.status == 0, child.err
    assert child.json["core_sha256"] == here.json["core_sha256"]
    assert child.json["run_id"] != here.json["run_id"]
    recorded = site.ferbench("runs", "--json").json["runs"]
    assert {row["run_id"] for row in recorded} == {here.json["run_id"], child.json["run_id"]}
    assert site.ferbench("verify", child.json["run_id"], "--plugin", "mine.py").status == 0


def test_a_run_that_hangs_is_ended_with_what_it_started(site):
    """Exit 2 with the plugin, its file and what it was doing; its own child is gone; nothing is recorded."""
    child = "import subprocess, sys\np = subprocess.Popen(['sleep', '3600'])\nopen('pid', 'w').write(str(p.pid))\n"
    site.write("hangs.py", f"{child}import time\ntime.sleep(3600)\n")
    done = run(site, "--isolate", "--time-limit", "5", plugin="hangs.py")

    assert done.status == 2
    assert "it took longer than 5 s" in done.err
    assert "plugin 'hangs' (hangs.py drop-in)" in done.err
    assert_ended(int((site.folder / "pid").read_text(encoding="utf-8")))
    assert site.ferbench("runs", "--json").json["runs"] == []


def assert_ended(pid):
    """A process is gone, or waits for nobody but its parent's look."""
    for _ in range(100):
        status = Path(f"/proc/{pid}/status")
        if not status.exists() or "State:\tZ" in status.read_text(encoding="utf-8"):
            return
        time.sleep(0.05)
    os.kill(pid, signal.SIGKILL)
    pytest.fail("a process of the plugin is still there")


def test_an_error_of_a_child_is_the_error_of_the_run(site):
    """The three parts and the exit code are those of a run without --isolate."""
    site.write("breaks.py", model("raise ValueError('theirs')"))
    here, child = run(site, plugin="breaks.py"), run(site, "--isolate", plugin="breaks.py")

    assert here.status == child.status == 2
    assert child.err == here.err
    missing = run(site, "--isolate", "--metric", "none_such")
    assert missing.status == 2
    assert "'none_such'" in missing.err


def test_what_a_child_leaves_is_checked(site):
    """A plugin that writes a result of its own and exits gets no run recorded."""
    site.write(
        "forges.py",
        "import os, sys\nfrom pathlib import Path\nfolder = Path(sys.argv[1])\n"
        "(folder / 'result.json').write_text('{\"record\": {}}')\n(folder / 'outputs.f32').write_bytes(b'')\n"
        "os._exit(0)\n",
    )
    done = run(site, "--isolate", plugin="forges.py")

    assert done.status == 2
    assert "left no result" in done.err
    assert site.ferbench("runs", "--json").json["runs"] == []


def test_the_record_of_a_child_is_that_of_the_run_that_was_asked_for():
    """A result that a plugin kept from another run does not pass as this one."""
    spec = RunSpec(model="tiny_cnn", dataset="synthetic", limit=3, timing=False, metrics=("accuracy",))
    result = evaluate(spec)

    assert asked_for(result, spec) is result
    with pytest.raises(ValueError, match="its record says limit = 3, asked for was 4"):
        asked_for(result, replace(spec, limit=4))


@pytest.mark.parametrize("make", ["os.mkfifo({})", "os.symlink('/dev/zero', {})"], ids=["pipe", "device"])
def test_a_file_without_an_end_is_not_waited_for(site, make):
    """A child that leaves a pipe or a device for its result, its error and its witness gave no result."""
    lines = [f"os.path.exists({name}) and os.remove({name})\n{make.format(name)}\n" for name in NAMES]
    site.write("endless.py", f"import os, sys\nos.chdir(sys.argv[1])\n{''.join(lines)}os._exit(0)\n")
    done = run(site, "--isolate", plugin="endless.py")

    assert done.status == 2, done.err
    assert "left no result" in done.err


@pytest.mark.parametrize(
    ("name", "content"),
    [("METADATA", b"Name: x\xff\nVersion: 1\n"), ("entry_points.txt", b"[ferbench]\nnothing\n")],
)
def test_a_distribution_that_cannot_be_read_hides_no_other(site, name, content):
    """Bytes that are no text, or a line that is no entry point, cost nobody else a plugin."""
    folder = site.folder / "theirs-1.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_bytes(b"Name: theirs\nVersion: 1\n")
    (folder / "entry_points.txt").write_bytes(b"[ferbench]\ntheirs = nowhere\n")
    (folder / name).write_bytes(content)
    done = site.ferbench("list", "metrics", "--json", variables={"PYTHONPATH": str(site.folder)})

    assert done.status == 0, done.err
    assert "accuracy" in {row["name"] for row in done.json["metrics"]}


@pytest.mark.parametrize(
    "source",
    [
        "import sys, types\nsys.modules['torch'] = types.ModuleType('torch')",
        "import sys, torch\ntorch.set_default_dtype(torch.float64)\ndel sys.modules['torch']",
    ],
    ids=["feigned", "removed"],
)
def test_torch_is_torch_for_the_plugins_after(site, source):
    """A neighbour that puts something else into torch's place, or takes it away, changes no result."""
    alone = run(site)
    folder = site.folder / "folder"
    folder.mkdir()
    (folder / "neighbour.py").write_text(source, encoding="utf-8")
    beside = run(site, "--plugins-dir", "folder")

    assert beside.status == 0, beside.err
    assert beside.json["core_sha256"] == alone.json["core_sha256"]


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (("--time-limit", "5"), "Only a process of its own can be limited"),
        (("--isolate", "--memory-limit", "0"), "That is no limit"),
        (("--isolate", "--time-limit", "-1"), "That is no limit"),
    ],
)
def test_limits_that_limit_nothing_are_refused(site, arguments, found):
    """Exit 2 before anything is loaded."""
    done = run(site, *arguments)

    assert done.status == 2
    assert found in done.err


def test_all_data_sets_need_their_plugins(site):
    """`all` with --isolate is refused: to know them, their plugins would have to be loaded."""
    done = site.ferbench("run", "--model", "mine", "--dataset", "all", "--isolate")

    assert done.status == 2
    assert "Name them" in done.err


def test_tracing_says_what_happens(site):
    """Each plugin: where it was found, how long its import took, hooks with their entries, errors; all on stderr."""
    site.write("broken.py", "raise RuntimeError('theirs')")
    folder = site.folder / "folder"
    folder.mkdir()
    for name in ("mine.py", "broken.py"):
        (site.folder / name).rename(folder / name)
    done = site.ferbench(
        "list", "models", "--json", "--plugins-dir", "folder", variables={**NONE, "FERBENCH_TRACE_PLUGINS": "1"}
    )

    assert done.status == 0, done.err
    assert len(json.loads(done.out)["models"]) == 1
    assert "plugin 'mine': found in folder/mine.py drop-in" in done.err
    assert "plugin 'mine': called ferbench_models in " in done.err
    assert "(1 entries)" in done.err
    assert "plugin 'broken': broken: RuntimeError: theirs" in done.err
