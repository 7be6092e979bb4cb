"""`ferbench run --crop --align --detector --tta`: what is cut out, who finds it, what is counted and refused."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest

from ferbench.errors import UsageError
from ferbench.pipeline.run import evaluate
from ferbench.spec import RunSpec
from tests.cli.dropins import MINE
from tests.frames import FRAMES, SQUARES, colour_model, detector, frames

DETECT = ("--crop", "detect", "--detector", "bright")


@pytest.fixture
def run(call, tmp_path):
    """A run of the model `mine` on whole frames, beside the detector `bright`; its parts may be other sources."""

    def run(*arguments, pictures=None, finder=None, network=None):
        sources = {"pictures": pictures or frames(), "finder": finder or detector(), "mine": network or colour_model()}
        for name, source in sources.items():
            (tmp_path / f"{name}.py").write_text(source, encoding="utf-8")
        plugins = [part for name in sources for part in ("--plugin", tmp_path / f"{name}.py")]
        data = ("--model", "mine", "--dataset", "pictures", "--batch-size", "4", "--threads", "1")
        return call("run", *plugins, *data, *(() if "--timing" in arguments else ("--no-timing",)), *arguments)

    return run


def accuracy(document):
    """Share of right answers."""
    return document["scores"]["strict"]["accuracy"]


def test_whole_frames_are_a_warning_for_weights_of_aligned_faces(run):
    """Nothing is cut out unless it is asked for: every answer is about the background, and the mend is named."""
    done = run("--json")

    assert done.status == 0, done.err
    assert accuracy(done.json) == 0
    assert done.json["preprocess"]["crop"] == "none"
    assert done.json["detector"] is None
    assert any(
        "aligned_face, the data set holds whole_frame: pass --crop detect --align five_point" in warning
        for warning in done.json["warnings"]
    )


@pytest.mark.parametrize(
    ("arguments", "reason", "said"),
    [
        (("--crop", "box"), "no box", "and the crop 'box' gives face_crop"),
        (DETECT, "no face found", "and the crop 'detect' gives face_crop"),
        ((*DETECT, "--align", "five_point"), "no face found", None),
    ],
    ids=["box", "detect", "aligned"],
)
def test_faces_are_cut_out(run, arguments, reason, said):
    """All faces are recognised; the frame without one is wrong, is listed, and takes no rank away."""
    done = run(*arguments, "--json")

    assert done.status == 0, done.err
    assert accuracy(done.json) == pytest.approx(5 / 6)
    assert done.json["failures"] == {"i4": reason}
    assert done.json["without_face"] == 1
    assert done.json["status"] == "complete"
    assert done.json["ranked"]
    content = [warning for warning in done.json["warnings"] if "the weights expect" in warning]
    assert [said in warning for warning in content] == ([True] if said else [])


def test_missing_faces_are_left_out_of_metrics_of_probabilities(run, call):
    """Accuracy stands on six frames; NLL, Brier score and ECE on the five with a face, and say so."""
    run(*DETECT)
    names = ("accuracy", "uar", "nll", "brier", "ece")
    found = call("score", "latest", *[part for name in names for part in ("--metric", name)], "--json").json["scores"]

    assert {row["metric"]: row["n"] for row in found} == {"accuracy": 6, "uar": 6, "nll": 5, "brier": 5, "ece": 5}
    assert call("verify", "latest").status == 0


def test_the_report_shows_crop_detector_and_views(run, call):
    """What was cut out by whom, how many views, and which frames show no face: in the report of run and show."""
    for out in (run(*DETECT, "--margin", "0.25", "--tta", "flip").out, call("show").out):
        assert "crop detect by bright (finder drop-in), align none, margin 0.25" in out
        assert "2 (TTA flip)" in out
        assert "6, 1 without a face (wrong)" in out
        assert "without an answer: i4: no face found" in out


def test_an_unreadable_frame_is_another_matter(run):
    """It makes the run incomplete and unranked, with a reason that counts it alone."""
    done = run(*DETECT, "--json", pictures=frames(read="if row.source == 1:\n    raise OSError('gone')"))

    assert done.status == 3, done.err
    assert done.json["status"] == "incomplete"
    assert done.json["not_ranked_because"] == ["1 of 6 images without an answer"]
    assert done.json["without_face"] == 1
    assert set(done.json["failures"]) == {"i1", "i4"}


def test_no_face_in_any_frame_is_nothing_measured(run):
    """Exit 5, with the first reason."""
    done = run(*DETECT, "--detector-option", "level=255")

    assert done.status == 5
    assert "Not one got an answer; i0: no face found" in done.err


def test_the_largest_face_is_the_one(run, tmp_path, call):
    """Frame 5 has two faces of different classes; the larger one is right."""
    run(*DETECT)
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(call("predictions").out, newline=""))}

    assert [square[3] for square in SQUARES[5]] == [1, 0]
    assert rows["i5"]["prediction"] == rows["i5"]["label"] == "fear"
    assert rows["i4"]["prediction"] == ""


def test_workers_and_timing_change_no_prediction(run):
    """Faces are found in reading threads; however many there are, the run is the same."""
    one, many = (run(*DETECT, "--tta", "tencrop", *more, "--json").json for more in (("--timing",), ("--workers", "4")))

    assert one["core_sha256"] == many["core_sha256"]
    assert one["cost"]["latency_e2e_ms_p50"] > one["cost"]["latency_model_ms_p50"] > 0
    assert one["cost"]["macs"] == many["cost"]["macs"]


KEYS = [
    ("--crop", "box"),
    ("--crop", "box", "--margin", "0.2"),
    DETECT,
    (*DETECT, "--margin", "0.2"),
    (*DETECT, "--align", "five_point"),
    (*DETECT, "--detector-option", "level=150"),
    ("--tta", "flip"),
    ("--tta", "tencrop"),
]


def test_whatever_changes_what_the_model_sees_changes_the_run_key(run):
    """Crop, margin, alignment, options of the detector and augmentation; what is passed for nothing changes none."""
    plain = run("--json").json
    keys = {run(*arguments, "--json").json["run_key"] for arguments in KEYS}

    assert len(keys | {plain["run_key"]}) == len(KEYS) + 1
    assert (
        run("--crop", "none", "--align", "none", "--margin", "0", "--tta", "none", "--json").json["run_key"]
        == (plain["run_key"])
    )


def test_the_source_of_the_detector_is_part_of_the_run_key(run):
    """Another version of its code is another system, and a run without a detector does not care."""
    edited = detector() + "# edited\n"
    first, second = (run(*DETECT, "--json", finder=source).json for source in (detector(), edited))
    plain = [run("--json", finder=source).json["run_key"] for source in (detector(), edited)]

    assert first["predictions_sha256"] == second["predictions_sha256"]
    assert first["run_key"] != second["run_key"]
    assert first["detector"]["plugin_sha256"] != second["detector"]["plugin_sha256"]
    assert {**first["detector"], "plugin_sha256": ""} == {
        "name": "bright", "plugin": "finder", "plugin_version": "drop-in", "plugin_sha256": "", "options": {},
    }  # fmt: skip
    assert plain[0] == plain[1]


#: A network that sees where things are: the mean of the left half for the one class, of the right half for the other.
HALVES = "return torch.stack([images[..., :4].mean((1, 2, 3)), images[..., 4:].mean((1, 2, 3))], 1)"


@pytest.mark.parametrize(("tta", "views"), [("none", 1), ("flip", 2), ("tencrop", 10)])
def test_views_are_averaged(run, call, tta, views):
    """With the mirror image both halves weigh the same; the record says how many views there were."""
    done = run(*DETECT, "--margin", "0.5", "--tta", tta, "--json", network=colour_model(HALVES))
    rows = csv.DictReader(io.StringIO(call("predictions").out, newline=""))
    logits = np.array([[float(row["logit_neutral"]), float(row["logit_fear"])] for row in rows])
    answered = logits[np.isfinite(logits).all(axis=1)]

    assert done.json["tta"] == tta
    assert done.json["views"] == views
    assert len(answered) == FRAMES - 1
    assert (np.abs(answered[:, 0] - answered[:, 1]) < 1e-6).all() == (tta != "none")


def test_the_guards_see_the_same_views(run):
    """The numerics guard asks again about faces and views as the run saw them, and finds the same answers."""
    for tta in ("none", "flip", "tencrop"):
        done = run(*DETECT, "--tta", tta, "--json", network=colour_model(HALVES)).json

        assert done["guards"]["numerics"]["outcome"] == "ok"
        assert "of 5 answers" in done["guards"]["colour order"]["finding"]


def test_means_of_probabilities_are_probabilities(run):
    """A model of probabilities is averaged in probabilities: no guard objects to their sums."""
    network = colour_model(HALVES.replace("return ", "return 5 * ").replace(", 1)", ", 1).softmax(1)"))
    network = network.replace("classes=None", 'classes=None, output="probabilities"').replace("5 * torch", "torch")
    done = run(*DETECT, "--tta", "tencrop", "--json", network=network)

    assert done.json["output_kind"] == "probabilities"
    assert done.json["guards"]["output kind"]["outcome"] == "ok"


REFUSED = [
    (("--align", "five_point"), "Only a detector finds the five landmarks"),
    (("--crop", "box", "--align", "five_point"), "Only a detector finds the five landmarks"),
    (("--margin", "0.2"), "Nothing is cut out."),
    ((*DETECT, "--margin", "-0.1"), "The margin is -0.1"),
    ((*DETECT, "--margin", "1.1"), "The margin is 1.1"),
    ((*DETECT, "--margin", "nan"), "The margin is nan"),
    (("--detector", "bright"), "It has nothing to do."),
    (("--crop", "box", "--detector-option", "level=3"), "It has nothing to do."),
    (("--crop", "detect", "--detector", "brihgt"), "Did you mean 'bright'?"),
]


@pytest.mark.parametrize(("arguments", "said"), REFUSED)
def test_what_cannot_be_cut_out_is_refused(run, arguments, said):
    """Exit 2 before anything is computed, with what to pass instead."""
    done = run(*arguments)

    assert done.status == 2
    assert said in done.err


@pytest.mark.parametrize("words", [{"crop": "face"}, {"crop": "detect", "align": "eyes"}, {"tta": "five"}])
def test_words_that_mean_nothing_are_refused(words):
    """From Python there is no choice to pick from: the error says what there is."""
    with pytest.raises(UsageError, match="There are none, "):
        evaluate(RunSpec(model="tiny_cnn", dataset="synthetic", **words))


def test_a_crop_by_box_needs_a_set_with_boxes(run):
    """Not one row has a box: exit 2, not a run with a hundred failures."""
    rows = "[Row(id=f'i{n}', label=('neutral', 'fear')[n % 2], source=n) for n in range(6)]"
    done = run("--crop", "box", pictures=frames(rows=rows))

    assert done.status == 2
    assert "No row of pictures has a box." in done.err


def test_aligning_needs_landmarks(run):
    """A detector that gives boxes alone is refused for aligned faces, and serves for others."""
    finder = detector(landmarks=False)
    refused, served = run(*DETECT, "--align", "five_point", finder=finder), run(*DETECT, "--json", finder=finder)

    assert refused.status == 2
    assert "This detector gives boxes alone." in refused.err
    assert accuracy(served.json) == pytest.approx(5 / 6)


def test_the_only_detector_needs_no_name(run, monkeypatch):
    """Without --detector the only one is taken; with several, or none, the error says what to do."""
    monkeypatch.setenv("FERBENCH_LOAD_PLUGINS", "metrics")
    other = 'DetectorEntry(card=dataclasses.replace(CARD, name="other"), open=open_bright)'
    two = "import dataclasses\n" + detector().replace("open=open_bright)]", f"open=open_bright), {other}]")

    assert run("--crop", "detect", "--json").json["detector"]["name"] == "bright"
    several = run("--crop", "detect", finder=two)
    none = run("--crop", "detect", finder=MINE.replace('"mine"', '"unused"'))
    assert (several.status, none.status) == (2, 2)
    assert "There are several detectors: bright, other." in several.err
    assert "No plugin provides a detector." in none.err


@pytest.mark.parametrize(
    ("detect", "said"),
    [
        ("raise ValueError('blind')", "raised ValueError in line"),
        ("return None", "raised TypeError"),
        ("return ['a face']", "gave 'a face'."),
        ("return [Face(box=(0, 0, 1, float('nan')), score=1.0, landmarks=POINTS)]", "gave Face("),
        ("return [Face(box=(0, 0, 1), score=1.0, landmarks=POINTS)]", "gave Face("),
        ("return [Face(box=None, score=1.0, landmarks=POINTS)]", "raised TypeError"),
        ("return [Face(box=(0, 0, 9, 9), score=1.0)]", "landmarks are (5, 2), not all in one place"),
        ("return [Face(box=(0, 0, 9, 9), score=1.0, landmarks=POINTS[:4])]", "landmarks are (5, 2)"),
        ("return [Face(box=(0, 0, 9, 9), score=1.0, landmarks=0 * POINTS)]", "not all in one place"),
    ],
)
def test_a_broken_detector_is_named(run, detect, said):
    """What it raises, or gives instead of faces, is an error of its plugin: exit 2, and no run is recorded."""
    done = run(*DETECT, finder=detector(detect=detect))

    assert done.status == 2
    assert "Plugin 'finder'" in done.err
    assert said in done.err


def test_landmarks_that_the_card_denies_are_refused(run):
    """A card that says there are none would forbid aligning: one of both is wrong."""
    finder = detector("return [Face(box=(0, 0, 9, 9), score=1.0, landmarks=POINTS)]", landmarks=False)
    done = run(*DETECT, finder=finder)

    assert done.status == 2
    assert "landmarks are None" in done.err


def test_an_option_that_the_detector_does_not_have(run):
    """Its own code refuses it, and is named."""
    done = run(*DETECT, "--detector-option", "colour=red")

    assert done.status == 2
    assert "The detector 'bright' was to be opened." in done.err


def test_a_detector_that_lacks_its_library(run):
    """Exit 4, with its own words."""
    opening = (
        "from ferbench.errors import ExtraNotInstalled\nraise ExtraNotInstalled('It needs eyes.', 'None.', 'Buy.')"
    )
    done = run(*DETECT, finder=detector(opening=opening))

    assert done.status == 4
    assert "It needs eyes." in done.err


def test_detectors_are_listed_with_their_cards(call, tmp_path):
    """`ferbench list detectors` and `ferbench info NAME`, for people and as JSON."""
    (tmp_path / "finder.py").write_text(detector(), encoding="utf-8")
    listed = call("list", "detectors", "--plugin", tmp_path / "finder.py", "--json")
    card = call("info", "bright", "--plugin", tmp_path / "finder.py", "--json")

    assert {"name": "bright", "landmarks": True, "plugin": "finder"}.items() <= {
        row["name"]: row for row in listed.json["detectors"]
    }["bright"].items()
    assert card.json["cards"]["detector"]["summary"] == "Finds bright squares"
    assert "bright" in call("list", "detectors", "--plugin", tmp_path / "finder.py").out
