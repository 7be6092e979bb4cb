"""`ferbench run --exclude-leaks`: images that training data hold, too, are scored apart, and nothing else changes."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing

import pytest
from PIL import Image

from ferbench.canonical import canonical_json, sha256_text
from ferbench.leaderboard.store import Leaderboard
from tests.cli.dropins import model
from tests.doctor.drawn_people import encoded, mirrored
from tests.doctor.small_rafdb import pictures, tree
from tests.drawing import folder_tree
from tests.drawing_sets import miniature

#: Answers "fear" to pictures that are dark on the left, "surprise" to the others, whatever the training.
LEFT_OR_RIGHT = """\
left = images[:, :, :, :4].mean((1, 2, 3)) - images[:, :, :, 4:].mean((1, 2, 3))
answers = torch.zeros(len(images), self.k)
answers[:, 0], answers[:, 1] = left, -left
return answers"""


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    """A clean RAF-DB of 104 training and 56 test pictures in class folders."""
    return tree(tmp_path_factory.mktemp("rafdb") / "DATASET")


@pytest.fixture(scope="module")
def leaky(clean, tmp_path_factory):
    """The same with 25 training pictures among the test pictures: copied, encoded anew, and one turned."""
    root = tmp_path_factory.mktemp("leaky") / "DATASET"
    shutil.copytree(clean, root)
    train, test = pictures(root, "train"), pictures(root, "test")
    for number in range(12):
        shutil.copy(train[number], test[number])
        encoded(Image.open(train[12 + number]), 60 + 3 * number).save(test[12 + number], quality=90)
    mirrored(Image.open(train[24])).save(test[24], quality=90)
    return root


@pytest.fixture
def mine(tmp_path):
    """A drop-in network that needs no training."""
    path = tmp_path / "mine.py"
    path.write_text(model(LEFT_OR_RIGHT), encoding="utf-8")
    return path


@pytest.fixture
def run(call, mine):
    """A run of the drop-in on RAF-DB."""

    def on(root, *options):
        asked = ("--model", "mine", "--plugin", mine, "--dataset", "rafdb", "--data-root", root, "--no-timing")
        return call("run", *asked, *options)

    return on


@pytest.fixture
def extra(tmp_path, monkeypatch):
    """Own pictures of two splits, whose folder the configuration names."""
    root = folder_tree(tmp_path / "extra", {"train/happy": 2, "test/sad": 1})
    (tmp_path / "ferbench.toml").write_text(f'[data]\nfolder = "{root}"\n', encoding="utf-8")
    monkeypatch.setenv("FERBENCH_CONFIG", str(tmp_path / "ferbench.toml"))
    return root


def names(first, last):
    """Ids of test pictures."""
    return [f"test_{number:04d}" for number in range(first, last + 1)]


def test_planted_leaks_are_scored_apart(run, leaky):
    """Copies, re-encoded ones and a mirror image: by name, by likeness, with the scores of both parts."""
    done = run(leaky, "--exclude-leaks", "--json")
    record = done.json

    assert done.status == 0, done.err
    assert record["leaks"] == {
        "compared": [{"name": "rafdb:train", "n": 104, "leaks": 25}],
        "n": 25,
        "ids": {"exact": names(1, 12), "near": names(13, 24), "mirrored": names(25, 25)},
        "notes": [],
    }
    assert {name: part["n"] for name, part in record["slices"].items()} == {"without leaks": 31, "leaks": 25}
    assert any("25 of 56 images are in rafdb:train, too" in warning for warning in record["warnings"])


def test_the_number_of_the_run_stays_what_it_was(run, leaky):
    """The whole split is scored as ever, under the same run_key, with the same reasons not to rank."""
    with_, without = run(leaky, "--exclude-leaks", "--json").json, run(leaky, "--json").json

    for name in ("n", "scores", "intervals", "matrices", "run_key", "items_sha256", "not_ranked_because"):
        assert with_[name] == without[name], name
    assert (without["leaks"], without["slices"]) == (None, {})


def test_the_parts_add_up_to_the_whole(run, leaky):
    """Right answers of both slices together are those of all images, in each label mode, and so are those a class."""
    record = run(leaky, "--exclude-leaks", "--json").json
    strict = [part["scores"]["strict"] for part in (record, *record["slices"].values())]
    n = [part["n"] for part in (record, *record["slices"].values())]

    right = [round(scores["accuracy"] * count) for scores, count in zip(strict, n, strict=True)]
    assert right[0] == right[1] + right[2]
    assert 0 < right[2] < n[2], "a part that is all right or all wrong would show nothing"
    for name in record["dataset_classes"]:
        assert strict[0][f"support/{name}"] == strict[1][f"support/{name}"] + strict[2][f"support/{name}"]


def test_slices_are_scores_of_the_leaderboard(run, leaky, tmp_path):
    """Every metric of the run is stored for each slice under its name, with its interval."""
    record = run(leaky, "--exclude-leaks", "--json").json
    stored = Leaderboard(tmp_path / "board.sqlite").scores("latest")

    of = {part: {score.metric for score in stored if score.slice == part} for part in ("all", *record["slices"])}
    assert of["all"] == of["without leaks"] == of["leaks"]
    accuracy = next(s for s in stored if (s.slice, s.metric, s.label_mode) == ("leaks", "accuracy", "strict"))
    assert accuracy.n == 25
    assert accuracy.value == record["slices"]["leaks"]["scores"]["strict"]["accuracy"]
    assert [accuracy.low, accuracy.high] == record["slices"]["leaks"]["intervals"]["strict"]["accuracy"]


def test_boards_rank_the_whole_set(run, leaky, call):
    """A board has one row with the accuracy over all images, however many slices the run has."""
    record = run(leaky, "--exclude-leaks", "--json").json
    (row,) = call("leaderboard", "--dataset", "rafdb", "--json").json["rows"]

    assert row["n"] == 56
    assert row["scores"]["accuracy"] == record["scores"]["strict"]["accuracy"]


def test_report_and_show_say_it(run, leaky, call):
    """The same lines after the run and when it is looked at again, with the ids and both parts beside the whole."""
    done, shown = run(leaky, "--exclude-leaks"), call("show", "latest")

    for text in (done.out, shown.out):
        assert "leaks: 25 of 56 images are in rafdb:train (104 images), too" in text
        assert (
            "leaks, equal pixel for pixel: 12: test_0001, test_0002, test_0003, test_0004, test_0005 and 7 more" in text
        )
        assert "leaks, mirrored: 1: test_0025" in text
        assert [line.replace("┃", " ").split() for line in text.splitlines() if "┃ without leaks" in line] == [
            ["all", "images", "without", "leaks", "leaks"]
        ]
        assert ["images", "56", "31", "25"] in [line.replace("│", " ").split() for line in text.splitlines()]
    assert call("show", "latest", "--json").json["leaks"]["n"] == 25


def test_verify_recomputes_the_slices(run, leaky, call, tmp_path):
    """Stored scores of slices are computed anew like all others; one that was changed is found."""
    run(leaky, "--exclude-leaks")
    assert call("verify", "latest").status == 0

    with closing(sqlite3.connect(tmp_path / "board.sqlite")) as board, board:
        board.execute("UPDATE score SET value = 0.99 WHERE slice = 'without leaks' AND metric = 'accuracy'")
    done = call("verify", "latest", "--json")

    assert done.status == 1
    assert {check["name"] for check in done.json["checks"] if not check["passed"]} >= {"core", "metrics"}


def test_scores_of_slices_follow_from_the_record(run, leaky, call, tmp_path):
    """Other ids under `leaks` are other slices: who moves an image between them, seal and all, is found out."""
    run(leaky, "--exclude-leaks")
    with closing(sqlite3.connect(tmp_path / "board.sqlite")) as board, board:
        record = json.loads(board.execute("SELECT record FROM run").fetchone()[0])
        record["leaks"]["ids"]["exact"].remove("test_0001")
        text = canonical_json(record)
        board.execute("UPDATE run SET record = ?, seal = ?", (text, sha256_text(text)))
    done = call("verify", "latest", "--json")

    assert done.status == 1
    assert "metrics" in {check["name"] for check in done.json["checks"] if not check["passed"]}


def test_a_set_without_leaks(run, clean, call):
    """Nothing leaks: that is said, the slice `leaks` is absent, and the other one is the whole."""
    record = run(clean, "--exclude-leaks", "--json").json
    assert record["leaks"]["n"] == 0
    assert record["leaks"]["compared"] == [{"name": "rafdb:train", "n": 104, "leaks": 0}]
    assert list(record["slices"]) == ["without leaks"]
    assert record["slices"]["without leaks"]["scores"] == record["scores"]
    assert not any("too:" in warning for warning in record["warnings"])
    assert "leaks: none of 56 images are in rafdb:train (104 images), too" in call("show", "latest").out


def test_only_images_that_are_evaluated_count(run, leaky):
    """With --limit the others are neither compared nor scored."""
    record = run(leaky, "--exclude-leaks", "--limit", "20", "--json").json

    assert record["n"] == 20
    assert 0 < record["leaks"]["n"] < 20
    assert sum(part["n"] for part in record["slices"].values()) == 20


def test_a_split_that_leaks_altogether(run, clean, tmp_path):
    """Where every image is in the other data the slice without leaks is absent; no metric stumbles."""
    root = tmp_path / "DATASET"
    shutil.copytree(clean, root)
    for number, path in enumerate(pictures(root, "test")):
        shutil.copy(pictures(root, "train")[number], path)
    record = run(root, "--exclude-leaks", "--json").json

    assert list(record["slices"]) == ["leaks"]
    assert record["leaks"]["n"] == record["n"] == 56


def test_other_sets_are_compared_too(run, leaky, extra):
    """What weights saw besides: several sets and splits, each with its own number; a broken picture is a note."""
    shutil.copy(pictures(leaky, "test")[40], extra / "train" / "happy" / "0007.jpg")
    (extra / "train" / "happy" / "0001.jpg").write_bytes(b"")

    both = run(leaky, "--exclude-leaks", "--leaks-from", "folder:train", "--leaks-from", "folder:test", "--json").json
    assert both["leaks"]["compared"] == [
        {"name": "rafdb:train", "n": 104, "leaks": 25},
        {"name": "folder:train", "n": 3, "leaks": 1},
        {"name": "folder:test", "n": 1, "leaks": 0},
    ]
    assert both["leaks"]["n"] == 26
    assert both["leaks"]["notes"] == ["Pictures of folder:train that cannot be read, and so were not compared: 1."]

    alone = run(leaky, "--leaks-from", "folder", "--json").json
    assert alone["leaks"]["compared"] == [{"name": "folder", "n": 4, "leaks": 1}]
    assert alone["leaks"]["ids"]["exact"] == names(41, 41)


def test_a_set_without_a_training_split(call, mine, extra, tmp_path):
    """JAFFE has none: exit 2, and what to do instead; another set may be named."""
    root = miniature("jaffe", tmp_path / "jaffe")
    asked = ("--model", "mine", "--plugin", mine, "--dataset", "jaffe", "--data-root", root, "--no-timing")
    done = call("run", *asked, "--exclude-leaks")

    assert done.status == 2
    assert "jaffe has only all" in done.err
    assert "--leaks-from SET or SET:SPLIT" in done.err
    record = call("run", *asked, "--leaks-from", "folder:train", "--json").json
    assert record["leaks"]["compared"] == [{"name": "folder:train", "n": 2, "leaks": 0}]


@pytest.mark.parametrize(
    ("options", "status", "words"),
    [
        (("--exclude-leaks", "--split", "train"), 2, "that is what is evaluated"),
        (("--leaks-from", "rafdb"), 2, "They are there by themselves"),
        (("--leaks-from", "rafdb:test"), 2, "They are there by themselves"),
        (("--leaks-from", "rafdb:valid"), 2, "'valid'"),
        (("--leaks-from", "rafbd"), 2, "'rafdb'"),
        (("--leaks-from", "caers:train"), 4, 'write into ferbench.toml: [data] caers = "DIR"'),
    ],
)
def test_comparisons_that_mean_nothing(run, clean, options, status, words):
    """Said before anything is evaluated; --data-root is the evaluated set's and not offered for another one."""
    done = run(clean, *options)

    assert done.status == status, done.err
    assert words in " ".join(done.err.split())
    assert ("pass --data-root" in done.err) is False


def test_a_training_split_that_is_not_here(run, clean, tmp_path):
    """Half a tree cannot be compared: exit 4, nothing is evaluated."""
    shutil.copytree(clean / "test", tmp_path / "DATASET" / "test")
    done = run(tmp_path / "DATASET", "--exclude-leaks")

    assert done.status == 4
    assert "train" in done.err


def test_cheap_refusals_come_first(run, leaky, tmp_path):
    """A checkpoint that is not there is known before any picture is decoded."""
    done = run(leaky, "--exclude-leaks", "--leaks-from", "nothing", "--weights", tmp_path / "nowhere.pth")

    assert done.status == 4
    assert "nowhere.pth" in done.err
