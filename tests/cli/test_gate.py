"""`ferbench gate`: what it catches, what it lets pass, what it refuses, what it writes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from safetensors.numpy import load_file, save_file

from ferbench.bundles.reading import read_bundle
from ferbench.cli.app import status_of
from ferbench.leaderboard.store import Leaderboard
from ferbench.plugin_manager import build_catalog
from tests.cli.dropins import MINE, dataset, model
from tests.cli.test_hostile_names import is_plain
from tests.drawing import RAFDB_CLASSES, rafdb_official
from tests.gate.answering import run
from tests.leaderboard.changing import in_order, with_pixels

ONE_THREAD = ("--threads", 1)
WEIGHTS = build_catalog().models.get("tiny_cnn").entry.card.weights[0].path


@pytest.fixture(autouse=True)
def nowhere(monkeypatch):
    """No job of GitHub, whoever runs the tests."""
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder with a baseline of tiny_cnn on 120 drawn faces."""
    folder = tmp_path_factory.mktemp("gate")
    words = ("--model", "tiny_cnn", "--dataset", "synthetic", "--limit", "120", "--threads", "1")
    patch = pytest.MonkeyPatch()
    patch.setenv("FERBENCH_CONFIG", str(folder / "ferbench.toml"))
    (folder / "ferbench.toml").write_text("", encoding="utf-8")
    assert status_of(["gate", "--baseline", str(folder / "base.ferbench"), "--update-baseline", *words]) == 0
    patch.undo()
    return folder


@pytest.fixture
def baseline(made, tmp_path):
    """A copy of it, which the test may change."""
    return Path(shutil.copy(made / "base.ferbench", tmp_path / "base.ferbench"))


def changed(path, change):
    """A checkpoint of tiny_cnn with other numbers in its last layer."""
    tensors = load_file(WEIGHTS)
    change(tensors)
    save_file(tensors, path)
    return path


def confuse(tensors):
    """Make the last layer say anger too easily."""
    tensors["head.bias"] = tensors["head.bias"].copy()
    tensors["head.bias"][6] += 6


def nudge(tensors):
    """Move every output by a thousandth."""
    tensors["head.bias"] = tensors["head.bias"] + 0.001


@pytest.fixture
def board(tmp_path):
    """The leaderboard that `call` looks at."""
    return Leaderboard(tmp_path / "board.sqlite")


def test_a_worse_model_is_caught_and_an_equal_one_passes(call, baseline, board, tmp_path):
    """The same weights pass; one number changed in the last layer fails; neither is recorded."""
    equal = call("gate", "--baseline", baseline, *ONE_THREAD)
    worse = changed(tmp_path / "worse.safetensors", confuse)
    caught = call("gate", "--baseline", baseline, "--weights", worse, "--json", *ONE_THREAD)
    (check,) = caught.json["checks"]

    assert (equal.status, caught.status) == (0, 1), equal.err + caught.err
    assert "gate passed: tiny_cnn on synthetic (test), 120 images" in equal.out
    assert (caught.json["verdict"], caught.json["n"], check["outcome"]) == ("failed", 120, "failed")
    assert check["worse_by"] > 5
    assert check["p"] < 0.01
    assert caught.json["counts"]["first"] - caught.json["counts"]["second"] == round(check["worse_by"] * 1.2)
    assert board.runs() == []


def test_the_side_under_test_is_evaluated_every_time(call, baseline, board, tmp_path):
    """The checkpoint changes between two gates that are typed alike, with a run of the old one recorded."""
    path = Path(shutil.copy(WEIGHTS, tmp_path / "under_test.safetensors"))
    words = ("--model", "tiny_cnn", "--dataset", "synthetic", "--limit", 120, "--weights", path, "--no-timing")
    assert call("run", *words, *ONE_THREAD).status == 0
    gate = ("gate", "--baseline", baseline, "--weights", path, "--json", *ONE_THREAD)
    first, again = call(*gate), call(*gate)
    changed(path, confuse)
    after = call(*gate)

    assert (first.status, again.status, after.status) == (0, 0, 1), after.err
    runs = {board.runs()[0].run_id, *(done.json["new"]["run_id"] for done in (first, again, after))}
    assert len(runs) == 4


def test_drift_is_caught_where_no_answer_changes(call, baseline, tmp_path):
    """Outputs that moved by a thousandth pass 1e-2 and not 1e-4; unchanged ones pass at nothing allowed."""
    nudged = changed(tmp_path / "nudged.safetensors", nudge)
    gate = ("gate", "--baseline", baseline, "--json", *ONE_THREAD)
    found = {
        (weights, allowed): call(*gate, "--weights", weights, "--drift", f"max_abs_logit={allowed},flips=0")
        for weights, allowed in ((nudged, "1e-4"), (nudged, "1e-2"), (WEIGHTS, "0"))
    }
    checks = {check["name"]: check for check in found[nudged, "1e-4"].json["checks"]}

    assert [done.status for done in found.values()] == [1, 0, 0]
    assert checks["max_abs_logit"]["worse_by"] == pytest.approx(0.001, rel=0.05)
    assert checks["flips"]["outcome"] == "passed"
    assert set(checks) == {"max_abs_logit", "flips"}


def test_random_weights_drift_nowhere(call, tmp_path):
    """A seed gives the same outputs again; another seed is caught, whatever its accuracy."""
    path = tmp_path / "random.ferbench"
    words = ("--model", "tiny_cnn", "--dataset", "synthetic", "--weights", "random", "--limit", 64)
    made = call("gate", "--baseline", path, "--update-baseline", *words, *ONE_THREAD)
    same = call("gate", "--baseline", path, "--drift", "max_abs_logit=1e-6,flips=0", *ONE_THREAD)
    trained = ("--weights", WEIGHTS, "--drift", "max_abs_logit=1e-3,flips=0")
    other = call("gate", "--baseline", path, *trained, *ONE_THREAD)

    assert (made.status, same.status, other.status) == (0, 0, 1), made.err + same.err + other.err
    assert "not ranked: random weights" in " ".join(same.out.split()) or "random" in same.out


@pytest.fixture
def stored(board):
    """Runs on 210 images: 0 is right everywhere, 1 is wrong in two images, 2 in 20, 3 is 0 in another order."""
    right = run(set())
    results = [right, run({3, 4}, 2), run(set(range(20)), 3), in_order(run(set(), 4), list(range(210))[::-1])]
    for result in results:
        board.record(result)
    return [result.run_id for result in results]


def test_recorded_runs_are_gated(call, stored):
    """By id: two images of 210 are chance, twenty are not, and the order of images is nothing."""
    found = [call("gate", "--baseline", stored[0], "--run", other, "--json") for other in stored[1:]]

    assert [done.status for done in found] == [0, 1, 0], found[0].err
    assert [done.json["checks"][0]["worse_by"] for done in found] == pytest.approx([100 * 2 / 210, 100 * 20 / 210, 0])
    assert found[0].json["checks"][0]["p"] == pytest.approx(1 / 4)


def test_the_rule_can_be_chosen(call, stored):
    """Two images of 210 are 0.95 points: more than half a point, less than one, and never significant."""
    gate = ("gate", "--baseline", stored[0], "--run", stored[1])
    rules = [
        (),
        ("--fail-on", "drop"),
        ("--fail-on", "drop", "--max-drop", "accuracy=1"),
        ("--fail-on", "significant"),
        ("--fail-on", "significant", "--alpha", 0.3),
        ("--max-drop", "accuracy=0.5", "--max-drop", "uar=0.5", "--max-drop", "recall/anger=0"),
    ]

    assert [call(*gate, *rule).status for rule in rules] == [0, 1, 0, 0, 1, 0]


def test_other_images_are_not_compared(call, board, stored):
    """A run on some of the images, and one on other pixels of them, end with 5 and say what differs."""
    part, pixels = in_order(run(set(), 5), range(200)), with_pixels(run(set(), 6), 9)
    for result in (part, pixels):
        board.record(result)
    fewer, repainted, accepted = (
        call("gate", "--baseline", stored[0], "--run", result.run_id, *more)
        for result, more in ((part, ()), (pixels, ()), (pixels, ("--allow-other-pixels",)))
    )

    assert (fewer.status, repainted.status, accepted.status) == (5, 5, 0)
    assert "10 ids only in run 1" in fewer.err
    assert "9 of 210 images have other pixels" in repainted.err


def test_a_withdrawn_run_is_no_side(call, board, stored):
    """Neither as the baseline nor under test."""
    board.invalidate(stored[0], "wrong labels")

    for sides in (("--baseline", stored[0], "--run", stored[1]), ("--baseline", stored[1], "--run", stored[0])):
        done = call("gate", *sides)
        assert (done.status, "wrong labels" in done.err) == (5, True)


@pytest.mark.parametrize("name", ["no/such.ferbench", "such.ferbench", "0123abcd", "latest"])
def test_a_missing_baseline_ends_with_4(call, name):
    """No file, no run; nothing is evaluated first."""
    done = call("gate", "--baseline", name, "--model", "tiny_cnn", "--dataset", "synthetic")

    assert done.status == 4
    assert name in done.err


def test_missing_data_and_weights_end_with_4(call, baseline, tmp_path):
    """A data set that is not here, a checkpoint that is not there."""
    data = call("gate", "--baseline", baseline, "--dataset", "rafdb")
    weights = call("gate", "--baseline", baseline, "--weights", tmp_path / "none.pth")

    assert (data.status, weights.status) == (4, 4)


def test_a_baseline_that_was_changed_is_no_baseline(call, baseline):
    """One byte of an output: exit code 5, for no regression was looked for."""
    content = bytearray(baseline.read_bytes())
    content[content.index(b"outputs/emotion.f32") + 60] ^= 1
    baseline.write_bytes(bytes(content))
    done = call("gate", "--baseline", baseline)

    assert done.status == 5
    assert "outputs/emotion.f32" in done.err


def test_a_file_that_is_no_baseline_is_refused(call, tmp_path):
    """A text file."""
    path = tmp_path / "base.txt"
    path.write_text("accuracy = 0.9", encoding="utf-8")

    assert call("gate", "--baseline", path).status == 2


def test_an_incomplete_evaluation_ends_with_3(call, tmp_path):
    """A picture that cannot be read any more; the baseline stays as it is."""
    (tmp_path / "mine.py").write_text(MINE, encoding="utf-8")
    pictures, path = tmp_path / "pictures.py", tmp_path / "base.ferbench"
    pictures.write_text(dataset(), encoding="utf-8")
    plugins = ("--plugin", tmp_path / "mine.py", "--plugin", pictures)
    made = call("gate", "--baseline", path, "--update-baseline", "--model", "mine", "--dataset", "pictures", *plugins)
    before = path.read_bytes()
    read = "if row.source == 5:\n    raise OSError('gone')\nreturn np.full((8, 8, 3), 40 * row.source, np.uint8)"
    pictures.write_text(dataset(read=read), encoding="utf-8")
    words = ("--update-baseline", "--json")
    done = call("gate", "--baseline", path, *plugins, *words, "--junit", tmp_path / "gate.xml")

    assert made.status == 0, made.err
    assert (done.status, done.json["verdict"], done.json["unanswered"]) == (3, "incomplete", 1), done.err
    assert ET.parse(tmp_path / "gate.xml").getroot().get("errors") == "1"
    assert path.read_bytes() == before


def test_an_incomplete_run_is_no_baseline(call, board, stored):
    """Images without an answer count as wrong: it would be too easy to beat."""
    broken = run(set(), 7, failures={"test_0000": "unreadable: OSError: gone"})
    board.record(broken)
    done = call("gate", "--baseline", broken.run_id, "--run", stored[0])

    assert (done.status, "too easy to beat" in done.err) == (5, True)


def test_an_incomplete_run_is_never_the_first_baseline(call, tmp_path):
    """It is not written, and the command ends with 3."""
    (tmp_path / "mine.py").write_text(MINE, encoding="utf-8")
    read = "if row.source == 5:\n    raise OSError('gone')\nreturn np.full((8, 8, 3), 40 * row.source, np.uint8)"
    (tmp_path / "pictures.py").write_text(dataset(read=read), encoding="utf-8")
    plugins = ("--plugin", tmp_path / "mine.py", "--plugin", tmp_path / "pictures.py")
    path = tmp_path / "base.ferbench"
    words = ("--model", "mine", "--dataset", "pictures", "--json")
    done = call("gate", "--baseline", path, "--update-baseline", *words, *plugins)

    assert (done.status, done.json["verdict"], path.exists()) == (3, "incomplete", False)


def test_a_baseline_is_updated_where_the_gate_passes(call, baseline, tmp_path):
    """The file is the new run, from whichever weights; a run that fails leaves it alone and says how to insist."""
    nudged, worse = (changed(tmp_path / f"{change.__name__}.safetensors", change) for change in (nudge, confuse))
    update = ("gate", "--baseline", baseline, "--update-baseline", "--json", *ONE_THREAD)
    passed = call(*update, "--weights", nudged)
    content = baseline.read_bytes()
    failed = call(*update, "--weights", worse)

    assert (passed.status, failed.status) == (0, 1), passed.err + failed.err
    assert passed.json["updated_baseline"] == str(baseline)
    assert read_bundle(baseline).run_id == passed.json["new"]["run_id"]
    assert "is now run" in passed.err
    assert (failed.json["updated_baseline"], baseline.read_bytes() == content) == (None, True)
    assert "delete the file" in failed.err
    assert sorted(path.name for path in tmp_path.iterdir() if "base" in path.name) == ["base.ferbench"]


def test_a_restricted_set_keeps_its_labels(call, board, tmp_path):
    """A baseline on RAF-DB has none; the gate takes those of the copy, and a recorded run may be the next baseline."""
    plugin, path = tmp_path / "mine.py", tmp_path / "base.ferbench"
    plugin.write_text(MINE, encoding="utf-8")
    root = rafdb_official(tmp_path / "rafdb", {"test": dict.fromkeys(RAFDB_CLASSES, 2)})
    words = ("--plugin", plugin, "--model", "mine", "--dataset", "rafdb", "--data-root", root)
    made = call("gate", "--baseline", path, "--update-baseline", *words)
    gate = ("gate", "--baseline", path, "--json", "--plugin", plugin)
    evaluated = call(*gate, "--data-root", root, "--drift", "max_abs_logit=0,flips=0")
    assert call("run", *words, "--no-timing").status == 0
    recorded = call(*gate, "--run", "latest", "--update-baseline")

    assert [made.status, evaluated.status, recorded.status] == [0, 0, 0], made.err + evaluated.err + recorded.err
    assert evaluated.json["n"] == sum(evaluated.json["counts"].values()) == 14
    assert read_bundle(path).labels_withheld
    assert read_bundle(path).run_id == recorded.json["new"]["run_id"] == board.runs()[0].run_id


def test_an_impossible_baseline_is_an_error(call, tmp_path):
    """A folder that is not there ends with 4, before anything is evaluated."""
    words = ("--model", "tiny_cnn", "--dataset", "synthetic", "--limit", 8, *ONE_THREAD)
    done = call("gate", "--baseline", tmp_path / "no" / "base.ferbench", "--update-baseline", *words)

    assert done.status == 4
    assert "There is no folder" in done.err


@pytest.mark.parametrize(
    "words",
    [
        ("--baseline", "{run}", "--run", "{run}", "--weights", "x.pth"),
        ("--baseline", "{run}", "--run", "{run}", "--max-slowdown", "latency_ms_p50=2", "--baseline-weights", "x.pth"),
        ("--baseline", "{run}", "--baseline-weights", "x.pth"),
        ("--baseline", "{run}", "--update-baseline"),
        ("--baseline", "{run}", "--run", "{run}"),
        ("--baseline", "{run}", "--run", "{other}", "--max-drop", "acuracy=1"),
        ("--baseline", "{run}", "--max-drop", "accuracy"),
        ("--baseline", "new.ferbench", "--update-baseline"),
    ],
)
def test_contradictions_are_refused(call, stored, words):
    """Options of an evaluation for a recorded run, weights to time without a latency, a run as a file, a run twice."""
    done = call("gate", *[word.format(run=stored[0], other=stored[1]) for word in words])

    assert done.status == 2, done.err
    assert "to do:" in done.err


def test_latencies_are_judged_side_by_side_alone(call, baseline, monkeypatch):
    """Without the baseline's weights a ratio of 0.001 is reported; with them it fails."""
    monkeypatch.setattr("ferbench.gate.latency.PAIRS", 9)
    slow = ("gate", "--baseline", baseline, "--max-slowdown", "latency_ms_p50=0.001", "--json", *ONE_THREAD)
    reported, failed = call(*slow), call(*slow, "--baseline-weights", "tiny_cnn.synthetic")
    check = failed.json["checks"][1]

    assert (reported.status, failed.status) == (0, 1), reported.err + failed.err
    assert reported.json["checks"][1]["outcome"] == "reported"
    assert reported.json["checks"][1]["new"] > 0
    assert (check["name"], check["outcome"]) == ("latency_model_ms_p50", "failed")
    assert check["worse_by"] > 0.01


def test_a_job_of_github_is_told(call, stored, tmp_path, monkeypatch):
    """Annotations on stderr, the summary behind what is in its file already, the comment and the report in theirs."""
    summary = tmp_path / "summary.md"
    summary.write_text("before\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    files = ("--comment", tmp_path / "gate.md", "--junit", tmp_path / "gate.xml")
    done = call("gate", "--baseline", stored[0], "--run", stored[2], "--json", *files)
    lines = done.err.splitlines()

    assert done.status == 1
    assert lines[0].startswith("::error title=accuracy::accuracy: worse by +9.52 points")
    assert lines[1].startswith("::notice title=ferbench gate::gate FAILED")
    assert summary.read_text("utf-8") == "before\n" + (tmp_path / "gate.md").read_text("utf-8")
    assert ET.parse(tmp_path / "gate.xml").getroot().get("failures") == "1"


def test_an_error_is_an_annotation_too(call, monkeypatch):
    """Where the gate cannot be held at all, the job says why; elsewhere nothing is annotated."""
    assert "::error" not in call("gate", "--baseline", "none.ferbench").err
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    done = call("gate", "--baseline", "none.ferbench")

    assert done.status == 4
    assert done.err.splitlines()[0].startswith("::error title=ferbench gate::The baseline none.ferbench is needed.%0A")


def test_a_place_that_cannot_be_written_is_an_error(call, stored, tmp_path):
    """A report in a folder that is not there ends with 4."""
    done = call("gate", "--baseline", stored[0], "--run", stored[1], "--junit", tmp_path / "no" / "gate.xml")

    assert done.status == 4


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("--junit", "."), 4, "The gate was to write ."),
        (("--comment", "no/gate.md"), 4, "There is no folder"),
        (("--max-drop", "acuracy=1"), 2, "acuracy"),
        (("--max-drop", "recall/joy=1"), 2, "joy"),
        (("--alpha", "0.001", "--max-drop", "uar=1"), 2, "could never fail"),
    ],
)
def test_what_would_end_it_is_found_before_an_evaluation(call, baseline, tmp_path, monkeypatch, words, status, said):
    """The checkpoint that would end an evaluation is never looked for."""
    monkeypatch.chdir(tmp_path)
    done = call("gate", "--baseline", baseline, "--weights", tmp_path / "none.pth", *words)

    assert (done.status, said in done.err) == (status, True), done.err


def test_a_recorded_run_is_no_first_baseline(call, stored, tmp_path):
    """There is nothing to hold it against; how to make it the first one is said."""
    path = tmp_path / "new.ferbench"
    done = call("gate", "--baseline", path, "--run", stored[0], "--update-baseline")

    assert done.status == 2
    assert f"ferbench bundle {stored[0]} -o {path}" in done.err
    assert not path.exists()


HOSTILE = "\x1b[31m[/bold]a|b`<script>\n::error::\u202ey"


def test_hostile_names_go_through_all_outputs(call, tmp_path, monkeypatch):
    """Model and data set with control characters, markup and a workflow command: shown everywhere, obeyed nowhere."""
    sources = {"model.py": model(name=HOSTILE, summary=HOSTILE), "pictures.py": dataset(name=HOSTILE)}
    for name, source in sources.items():
        (tmp_path / name).write_text(source, encoding="utf-8")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    plugins = ("--plugin", tmp_path / "model.py", "--plugin", tmp_path / "pictures.py")
    run_words = ("--model", HOSTILE, "--dataset", HOSTILE, "--no-timing")
    assert call("run", *run_words, *plugins).status == 0
    files = ("--comment", tmp_path / "gate.md", "--junit", tmp_path / "gate.xml")
    done = call("gate", "--baseline", "latest", *plugins, *files, "--drift", "flips=0")
    document = json.dumps(call("gate", "--baseline", "latest", *plugins, "--json").json)
    commands = [line for line in done.err.splitlines() if "::" in line]

    assert done.status == 0, done.err
    assert is_plain(done.out)
    assert is_plain(done.err)
    assert [line.split(" ")[0] for line in commands] == ["::notice"]
    assert "<script>" not in (tmp_path / "gate.md").read_text("utf-8")
    assert "<script>" in ET.parse(tmp_path / "gate.xml").getroot()[0][0].get("classname")
    assert json.dumps(HOSTILE) in document
