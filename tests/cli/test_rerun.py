"""`ferbench run --rerun`: a finished run is shown again; what it does not say is made from its predictions."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import torch
from PIL import Image

from ferbench.canonical import sha256_text
from ferbench.leaderboard.documents import record_text
from ferbench.leaderboard.store import Leaderboard
from tests.cli.dropins import metric, model
from tests.cli.terminal import Terminal
from tests.drawing import RAFDB_CLASSES, draw_jpeg, folder_tree, rafdb_official
from tests.drawing_sets import miniature

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.terminal import Done


@dataclass(frozen=True)
class Bench:
    """A trained drop-in, twelve pictures, and the command that evaluates the one on the other."""

    call: Callable[..., Done]
    folder: Path

    @property
    def tree(self) -> Path:
        """The pictures."""
        return self.folder / "tree"

    @property
    def weights(self) -> Path:
        """The checkpoint."""
        return self.folder / "weights.pth"

    @property
    def plugin(self) -> Path:
        """The drop-in."""
        return self.folder / "mine.py"

    @property
    def pair(self) -> tuple[object, ...]:
        """The arguments of a run."""
        asked = ("--model", "mine", "--dataset", "folder", "--data-root", self.tree, "--weights", self.weights)
        return ("--plugin", self.plugin, *asked)

    def run(self, *options: object) -> Done:
        """Evaluate without latency."""
        return self.call("run", *self.pair, "--no-timing", "--json", *options)

    def fresh(self, *options: object) -> dict[str, Any]:
        """The record of a run that is made anew."""
        return self.made(self.run(*options))

    def made(self, done: Done) -> dict[str, Any]:
        """The record of a run that was recorded just now."""
        assert done.status == 0, done.err
        assert f"recorded as {done.json['run_id'][:8]}" in done.err
        return done.json

    def runs(self) -> list[str]:
        """Ids of all runs."""
        return [row["run_id"] for row in self.call("runs", "--json").json["runs"]]


def save(path, seed=0):
    """A trained head for three classes."""
    torch.manual_seed(seed)
    torch.save({"head.weight": torch.randn(3, 3), "head.bias": torch.randn(3)}, path)


@pytest.fixture
def bench(call, tmp_path):
    """Weights, pictures and a drop-in of the test's own."""
    save(tmp_path / "weights.pth")
    folder_tree(tmp_path / "tree", {"happy": 4, "neutral": 4, "sad": 4})
    (tmp_path / "mine.py").write_text(model(self_contained=False), encoding="utf-8")
    return Bench(call, tmp_path)


def was_reused(done, record):
    """Whether a command showed a run that was there, and said so."""
    return done.json == record and f"reused: {record['run_id'][:8]} of {record['created_at'][:10]}" in done.err


def test_a_finished_run_is_shown_again(bench):
    """The document is the record as it was, seal and all, and no second run is recorded."""
    first = bench.fresh()

    again = bench.run()

    assert again.status == 0
    assert was_reused(again, first)
    assert bench.runs() == [first["run_id"]]


def test_nothing_heavy_is_imported_for_that(bench):
    """The process that shows a finished run again, checkpoint and pictures hashed, has not loaded torch."""
    terminal = Terminal(bench.folder)
    command = ["run", *map(str, bench.pair), "--no-timing", "--threads", "1"]
    bench.plugin.write_text(LAZY, encoding="utf-8")
    first = terminal.ferbench(*command)
    heavy = {"torch", "torchvision", "timm", "pandas", "alembic", "scipy", "sklearn", "cv2"}
    done = terminal.python(
        "import sys\nfrom ferbench.cli.app import status_of\n"
        f"status = status_of({command!r})\nprint(status, sorted({heavy} & set(sys.modules)))"
    )

    assert first.status == 0, first.err
    assert "reused: " in done.err
    assert done.out.splitlines()[-1] == "0 []", done.err


#: A drop-in that leaves torch alone until its network is built, as plugins should.
LAZY = """\
from ferbench.cards import ModelCard, Preprocess
from ferbench.hookspecs import hookimpl
from ferbench.interfaces import ModelEntry

CARD = ModelCard(name="mine", summary="A test's own", paper=None, code=None, code_licence=None,
                 preprocess=Preprocess(size=(8, 8), mean=(0, 0, 0), std=(1, 1, 1), expects="any"), classes=None)

def build(num_classes):
    from torch.nn import AdaptiveAvgPool2d, Flatten, Linear, Sequential
    from collections import OrderedDict
    parts = {"pool": AdaptiveAvgPool2d(1), "flat": Flatten(), "head": Linear(3, num_classes)}
    return Sequential(OrderedDict(parts))

@hookimpl
def ferbench_models():
    return [ModelEntry(card=CARD, build=build)]
"""


def test_always_computes_from_the_start(bench):
    """Two runs of one key, each with predictions of its own."""
    first, second = bench.fresh(), bench.fresh("--rerun", "always")

    assert len(bench.runs()) == 2
    assert first["run_key"] == second["run_key"]
    assert first["predictions_sha256"] == second["predictions_sha256"]
    assert second["execution"]["predictions_of"] is None
    assert second["cost"]["images_per_s"] > 0


def test_never_shows_or_names_what_is_not_there(bench):
    """Without a run there is exit code 4, no database, and the reason; with one, it is shown."""
    nothing = bench.run("--rerun", "never")
    made_a_database = (bench.folder / "board.sqlite").exists()
    first = bench.fresh()
    shown = bench.run("--rerun", "never")
    flipped = bench.run("--rerun", "never", "--tta", "flip")

    assert nothing.status == 4
    assert "no run of this model on these images is recorded" in nothing.err
    assert not made_a_database
    assert was_reused(shown, first)
    assert flipped.status == 4
    assert f"run {first['run_id'][:8]} has other tta" in flipped.err
    assert bench.runs() == [first["run_id"]]


@pytest.mark.parametrize("option", ["--isolate", "--no-record"])
def test_never_needs_a_leaderboard_to_look_into(bench, option):
    """Where nothing is looked up, nothing can be shown: that is wrong usage."""
    assert bench.run("--rerun", "never", option).status == 2


def test_without_a_record_the_leaderboard_is_left_alone(bench):
    """--no-record neither reads runs nor writes them: it computes."""
    first = bench.fresh()
    done = bench.run("--no-record")

    assert done.status == 0
    assert done.json["run_id"] != first["run_id"]
    assert bench.runs() == [first["run_id"]]


class TestAnotherRun:
    """What makes it another run is computed."""

    def test_changed_picture(self, bench):
        """One picture with other content is found, named, and evaluated with all others."""
        first = bench.fresh()
        draw_jpeg(bench.tree / "happy" / "0001.jpg", seed=99)
        done = bench.run()

        assert bench.made(done)["run_key"] != first["run_key"]
        assert f"not reused: run {first['run_id'][:8]} saw other pictures: happy/0001" in done.err
        assert done.json["execution"]["predictions_of"] is None

    def test_lossless_pictures_in_another_encoding_are_the_same(self, bench):
        """A PNG that was packed anew holds the same pixels: the run is shown again."""
        for path in bench.tree.rglob("*.jpg"):
            Image.open(path).save(path.with_suffix(".png"), compress_level=1)
            path.unlink()
        first = bench.fresh()
        for path in bench.tree.rglob("*.png"):
            Image.open(path).save(path, compress_level=9)

        assert was_reused(bench.run(), first)

    def test_changed_weights(self, bench):
        """The file is known by its content: its name says nothing."""
        first = bench.fresh()
        save(bench.weights, seed=1)
        named = bench.run("--rerun", "never")
        second = bench.fresh()

        assert f"run {first['run_id'][:8]} has other weights" in named.err
        assert second["predictions_sha256"] != first["predictions_sha256"]

    def test_changed_plugin(self, bench):
        """Another source of the network is another run, even where it computes the same."""
        first = bench.fresh()
        bench.plugin.write_text(f"{bench.plugin.read_text()}\n# mended", encoding="utf-8")
        second = bench.fresh()

        assert second["plugin"]["sha256"] != first["plugin"]["sha256"]
        assert second["execution"]["predictions_of"] is None

    def test_another_limit(self, bench):
        """A part of the images is reused as that part alone."""
        whole, part = bench.fresh(), bench.fresh("--limit", "6")

        assert (whole["n"], part["n"]) == (12, 6)
        assert was_reused(bench.run("--limit", "6"), part)
        assert was_reused(bench.run(), whole)

    def test_random_weights_of_another_seed(self, bench):
        """Random weights are known by their seed."""
        bench.weights.unlink()
        asked = ("--plugin", bench.plugin, "--model", "mine", "--dataset", "folder", "--data-root", bench.tree)
        options = ("--weights", "random", "--no-timing", "--json")
        first = bench.made(bench.call("run", *asked, *options))

        assert was_reused(bench.call("run", *asked, *options), first)
        assert bench.call("run", *asked, *options, "--seed", "1").json["run_id"] != first["run_id"]

    def test_networks_with_weights_of_their_own(self, bench):
        """They are built to know their weights; equal ones are not asked again, others are."""
        build = "network = Network(num_classes)\ntorch.nn.init.constant_(network.head.weight, {})\nreturn network"
        asked = ("--plugin", bench.plugin, "--model", "mine", "--dataset", "folder", "--data-root", bench.tree)
        bench.plugin.write_text(model(build=build.format("float(Path(__file__).with_name('w').read_text())")))
        (bench.folder / "w").write_text("0.5")
        first = bench.made(bench.call("run", *asked, "--no-timing", "--json"))
        again = bench.call("run", *asked, "--no-timing", "--json")
        (bench.folder / "w").write_text("0.25")
        other = bench.call("run", *asked, "--no-timing", "--json")

        assert was_reused(again, first)
        assert bench.made(other)["run_key"] != first["run_key"]


class TestUnusableRuns:
    """Runs that do not hold are not shown as if they did."""

    def test_withdrawn(self, bench):
        """A withdrawn run is made again."""
        first = bench.fresh()
        bench.call("invalidate", first["run_id"], "--reason", "wrong labels")

        assert bench.fresh()["execution"]["predictions_of"] is None

    def test_imported(self, bench):
        """A run that came in a bundle was not measured here."""
        first = bench.fresh()
        bundle, elsewhere = bench.folder / "run.ferbench", bench.folder / "elsewhere.sqlite"
        assert bench.call("bundle", first["run_id"], "--output", bundle).status == 0
        assert bench.call("import", bundle, "--data-root", bench.tree, "--db", elsewhere).status == 0
        done = bench.run("--db", elsewhere)

        assert bench.made(done)["run_id"] != first["run_id"]
        assert done.json["execution"]["predictions_of"] is None

    @pytest.mark.parametrize(
        "change",
        [
            "UPDATE run SET record = replace(record, '\"status\":', '\"state\":')",
            "UPDATE run SET seal = 'other'",
            "UPDATE prediction SET outputs = (SELECT outputs FROM prediction ORDER BY run_id != '{other}' LIMIT 1)",
            "UPDATE test_set SET manifest = x'00'",
            "UPDATE cost SET params_total = 1",
            "DELETE FROM score WHERE metric = 'accuracy'",
        ],
    )
    def test_changed_by_hand(self, bench, change):
        """A record, predictions, pictures, scores or costs that are not those that were sealed are not used."""
        first = bench.fresh()
        save(bench.weights, seed=1)
        other = bench.fresh()
        save(bench.weights)
        with closing(sqlite3.connect(bench.folder / "board.sqlite")) as connection, connection:
            connection.execute(change.format(other=other["run_id"]))
        done = bench.run()

        assert bench.made(done)["predictions_sha256"] == first["predictions_sha256"]
        assert f"not reused: run {first['run_id'][:8]} " in done.err
        assert done.json["execution"]["predictions_of"] is None

    @pytest.mark.parametrize(
        "odd",
        [
            *({part: None} for part in ("cost", "spec", "weights", "environment", "execution", "engine", "created_at")),
            {"warnings": None},
            {"environment": {"packages": None}},
            {"execution": {"guarding": {"bound": "wide"}}},
        ],
        ids=str,
    )
    def test_sealed_anew_with_an_odd_part(self, bench, odd):
        """Whoever changes a record can seal it again; one that is none of a run is named, and nothing breaks."""
        first = bench.fresh()
        text = record_text({**first, **odd})
        with closing(sqlite3.connect(bench.folder / "board.sqlite")) as connection, connection:
            connection.execute("UPDATE run SET record = ?, seal = ?", (text, sha256_text(text)))
        done = bench.run()

        assert bench.made(done)["execution"]["predictions_of"] is None
        assert f"not reused: run {first['run_id'][:8]} cannot be read" in done.err

    def test_sealed_anew_without_packages(self, bench):
        """A record need not say which packages there were: then none is named."""
        first = bench.fresh()
        text = record_text({**first, "environment": {}})
        with closing(sqlite3.connect(bench.folder / "board.sqlite")) as connection, connection:
            connection.execute("UPDATE run SET record = ?, seal = ?", (text, sha256_text(text)))
        done = bench.run()

        assert done.json["run_id"] == first["run_id"]
        assert "made with" not in done.err

    def test_hashes_that_are_no_text(self, bench):
        """SQLite keeps whatever is written to a column: such a run is none of those that are looked at."""
        first = bench.fresh()
        with closing(sqlite3.connect(bench.folder / "board.sqlite")) as connection, connection:
            connection.execute("UPDATE test_set SET pixels_sha256 = x'ff'")

        assert bench.fresh()["run_id"] != first["run_id"]

    def test_a_last_digit_is_no_other_number(self, bench):
        """A score that another version of its metric has rounded otherwise does not make a second run."""
        plugin = bench.folder / "new.py"
        plugin.write_text(metric("return 0.3", name="sum"))
        first = bench.fresh("--plugin", plugin)
        plugin.write_text(metric("return 0.1 + 0.2", name="sum"))

        assert was_reused(bench.run("--plugin", plugin), first)


class TestPredictionsAlone:
    """What a finished run does not say is made from its predictions, without asking the network again."""

    def of(self, done: Done, first: dict[str, Any], bench: Bench) -> dict[str, Any]:
        """The new record, once it stands on the predictions of the first run."""
        record = bench.made(done)
        assert record["execution"]["predictions_of"] == first["run_id"]
        assert f"the predictions of run {first['run_id'][:8]} are used again" in done.err
        assert (record["run_key"], record["predictions_sha256"]) == (first["run_key"], first["predictions_sha256"])
        assert "predict" not in record["seconds"]
        return record

    def test_other_threads(self, bench):
        """Another cost key: the cost is measured anew, and the throughput that was not measured is none."""
        first = bench.fresh("--threads", "1")
        done = bench.run("--threads", "2")
        second = self.of(done, first, bench)

        assert "threads 1, here 2" in done.err
        assert (first["cost"]["threads"], second["cost"]["threads"]) == (1, 2)
        assert second["cost"]["images_per_s"] is None
        assert second["core_sha256"] == first["core_sha256"]
        assert was_reused(bench.run("--threads", "1"), first)
        assert was_reused(bench.run("--threads", "2"), second)
        assert bench.call("verify", second["run_id"]).status == 0

    def test_latency_that_was_not_measured(self, bench):
        """Asking for latency later measures the cost anew; afterwards it is there."""
        first = bench.fresh()
        second = self.of(bench.call("run", *bench.pair, "--json"), first, bench)

        assert first["cost"]["latency_model_ms_p50"] is None
        assert second["cost"]["latency_model_ms_p50"] > 0
        assert was_reused(bench.run(), second)

    def test_a_new_metric(self, bench):
        """It is computed with all others; the cost, which did not change, is that of the first run."""
        first = bench.fresh()
        (bench.folder / "new.py").write_text(metric("return float(answers.correct.mean()) / 2", name="half"))
        second = self.of(bench.run("--plugin", bench.folder / "new.py"), first, bench)

        assert second["scores"]["strict"]["half"] == first["scores"]["strict"]["accuracy"] / 2
        assert second["cost"] == first["cost"]

    def test_a_metric_that_says_something_else_now(self, bench):
        """Its old value is not shown; that of fewer metrics than there are is."""
        plugin = bench.folder / "new.py"
        plugin.write_text(metric("return 0.25", name="half"))
        first = bench.fresh("--plugin", plugin)
        fewer = bench.run("--plugin", plugin, "--metric", "half")
        plugin.write_text(metric("return 0.75", name="half"))
        second = self.of(bench.run("--plugin", plugin), first, bench)

        assert was_reused(fewer, first)
        assert second["scores"]["strict"]["half"] == 0.75

    def test_leaks(self, bench):
        """Images that training data hold, too, are looked for and scored apart without a second inference."""
        counts = dict.fromkeys(RAFDB_CLASSES, 2)
        root = rafdb_official(bench.folder / "rafdb", {"train": counts, "test": counts})
        shutil.copy(*(root / "Image" / "aligned" / f"{name}_aligned.jpg" for name in ("train_00001", "test_0001")))
        asked = ("--model", "tiny_cnn", "--weights", "tiny_cnn.synthetic", "--dataset", "rafdb", "--data-root", root)
        first = bench.made(bench.call("run", *asked, "--no-timing", "--json"))
        searched = ("run", *asked, "--no-timing", "--json", "--exclude-leaks")
        second = self.of(bench.call(*searched), first, bench)

        assert (first["leaks"], second["leaks"]["n"]) == (None, 1)
        assert second["slices"]["without leaks"]["n"] == 13
        assert was_reused(bench.call(*searched), second)

    def test_attributes_that_came_later(self, bench):
        """The same pictures and labels with attributes beside them are recorded with these."""
        counts = {"test": dict.fromkeys(RAFDB_CLASSES, 2)}
        root = rafdb_official(bench.folder / "rafdb", counts)
        asked = ("run", "--model", "tiny_cnn", "--weights", "tiny_cnn.synthetic", "--dataset", "rafdb")
        first = bench.made(bench.call(*asked, "--data-root", root, "--no-timing", "--json"))
        rafdb_official(root, counts, attributes=True)
        second = self.of(bench.call(*asked, "--data-root", root, "--no-timing", "--json"), first, bench)

        assert bench.call("score", second["run_id"], "--by", "gender").status == 0

    def test_an_accepted_class_order(self, bench):
        """What follows from accepting it follows from the guards, which are asked anew."""
        first = bench.fresh()

        assert self.of(bench.run("--accept-class-order"), first, bench)["spec"]["accept_class_order"]

    def test_a_stated_class_order(self, bench):
        """The order was assumed and is stated now: one more record, the same predictions."""
        first = bench.fresh()
        second = self.of(bench.run("--class-order", ",".join(first["classes"])), first, bench)

        assert (first["class_order_source"], second["class_order_source"]) == ("assumed", "--class-order")
        assert len(second["warnings"]) < len(first["warnings"])


class TestIncompleteRuns:
    """Runs in which an image got no answer."""

    @pytest.fixture
    def broken(self, bench):
        """A picture that is none."""
        path = bench.tree / "sad" / "0002.jpg"
        path.write_bytes(path.read_bytes()[:100])
        return path

    def test_they_are_reused_unless_asked(self, bench, broken):
        """`missing` shows the run, with its exit code 3; `failed` makes it again."""
        first, again, failed = bench.run(), bench.run(), bench.run("--rerun", "failed")

        assert (first.status, again.status, failed.status) == (3, 3, 3)
        assert was_reused(again, first.json)
        assert f"not reused: run {first.json['run_id'][:8]} is incomplete" in failed.err
        assert failed.json["execution"]["predictions_of"] is None
        assert len(bench.runs()) == 2

    def test_a_mended_picture_is_another_run(self, bench, broken):
        """A file that can be read by now is noticed, although nobody could read it before."""
        bench.run()
        draw_jpeg(broken, seed=5)

        assert bench.fresh()["status"] == "complete"

    def test_complete_runs_are_no_failures(self, bench):
        """`failed` shows a complete run."""
        first = bench.fresh()

        assert was_reused(bench.run("--rerun", "failed"), first)


def test_several_data_sets_are_reused_each_on_its_own(call, tmp_path, monkeypatch):
    """The finished one is shown, the other is evaluated, and the document says which was which."""
    rafdb_official(tmp_path / "rafdb", {"test": dict.fromkeys(RAFDB_CLASSES, 2)})
    miniature("jaffe", tmp_path / "jaffe")
    (tmp_path / "ferbench.toml").write_text('[data]\nrafdb = "rafdb"\njaffe = "jaffe"\n')
    monkeypatch.setenv("FERBENCH_CONFIG", str(tmp_path / "ferbench.toml"))
    asked = ("run", "--model", "tiny_cnn", "--weights", "tiny_cnn.synthetic", "--no-timing", "--json")
    first = call(*asked, "--dataset", "rafdb").json
    both = call(*asked, "--dataset", "jaffe", "--dataset", "rafdb")
    nothing = call(*asked, "--dataset", "jaffe", "--dataset", "rafdb", "--rerun", "never", "--tta", "flip")

    assert both.status == 0
    assert [record["dataset"] for record in both.json["runs"]] == ["jaffe", "rafdb"]
    assert both.json["runs"][1] == first
    assert both.json["reused"] == [first["run_id"]]
    assert nothing.status == 4


def test_auto_takes_the_engine_that_is_there(bench):
    """What is left to ferbench is left to a finished run, too."""
    first = bench.fresh()

    assert was_reused(bench.run("--engine", "auto", "--batch-size", "auto", "--workers", "auto"), first)


def test_the_newest_of_several_is_shown(bench):
    """Of equal runs the last one counts."""
    bench.fresh()
    second = bench.fresh("--rerun", "always")

    assert was_reused(bench.run(), second)
    assert Leaderboard(bench.folder / "board.sqlite").record_of("latest") == second


def test_packages_of_another_version_are_named(bench):
    """The key holds none of them; whoever is shown the run again reads which ones were other ones, and no others."""
    first = bench.fresh()
    environment = {**first["environment"], "packages": {**first["environment"]["packages"], "pillow": "1.0"}}
    text = record_text({**first, "environment": environment})
    with closing(sqlite3.connect(bench.folder / "board.sqlite")) as connection, connection:
        connection.execute("UPDATE run SET record = ?, seal = ?", (text, sha256_text(text)))
    done = bench.run()

    assert done.json["run_id"] == first["run_id"]
    assert done.err.splitlines()[0].endswith("UTC, made with pillow 1.0")
