"""Pictures as strangers make them: every mode is read as Pillow reads it, and what cannot be read is never skipped."""

from __future__ import annotations

import csv
import io
import shutil

import numpy as np
import pytest
from PIL import Image

from tests.cli.dropins import MEANS, MINE, model

BROKEN = {
    "happy/empty.jpg": b"",
    "happy/text.png": b"this is no picture",
    "sad/truncated.jpg": None,
    "sad/\x1b[31m[red]悲.png": b"GIF89a",
}


def picture(seed=0):
    """Eight by eight random pixels, so that no network resizes them."""
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, (8, 8, 3), dtype=np.uint8))


def sixteen_bit():
    """Grey of 16 bits: ferbench keeps the upper byte."""
    return Image.fromarray(np.random.default_rng(1).integers(0, 65536, (8, 8), dtype=np.uint16))


def rotated():
    """An EXIF block that says: shown turned by a quarter."""
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif


def draw(root):
    """A tree with readable pictures of every mode in `neutral`, and with broken ones among the others."""
    for folder in ("neutral", "happy", "sad"):
        (root / folder).mkdir(parents=True)
    modes = {f"{mode}.png": picture().convert(mode) for mode in ("L", "LA", "RGB", "RGBA", "1")}
    palette = picture().convert("P", palette=Image.Palette.ADAPTIVE)
    for name, image in {**modes, "CMYK.jpg": picture().convert("CMYK"), "16bit.png": sixteen_bit()}.items():
        image.save(root / "neutral" / name)
    palette.save(root / "neutral" / "palette.png", transparency=bytes([0, 128, 255]))
    picture().save(root / "neutral" / "rotated.jpg", exif=rotated())
    for seed, folder in enumerate(("happy", "sad"), start=10):
        picture(seed).save(root / folder / "good.png")
    whole = io.BytesIO()
    Image.effect_noise((64, 64), 90).save(whole, "JPEG")
    for name, content in BROKEN.items():
        (root / name).write_bytes(whole.getvalue()[:-900] if content is None else content)


def as_pillow_reads(path):
    """(3,) mean of red, green and blue of a file, read by Pillow alone."""
    with Image.open(path) as image:
        if image.mode.startswith("I"):
            return np.repeat((np.asarray(image) // 256).mean(), 3)
        return np.asarray(image.convert("RGBA" if image.mode == "P" else "RGB"))[..., :3].mean(axis=(0, 1))


@pytest.fixture(scope="module")
def done(terminal):
    """A run over all of them, with a network that answers with the mean colour."""
    draw(terminal.folder / "tree")
    plugin = terminal.write("mine.py", model(MEANS))
    return terminal.ferbench(
        *("run", "--plugin", plugin, "--model", "mine", "--dataset", "folder", "--data-root", "tree"),
        *("--json", "--no-timing", "--batch-size", "4"),
    )


def test_the_run_is_incomplete_and_unranked(done):
    """Exit 3, a status that says so, and every broken file by name with its reason."""
    assert done.status == 3, done.err
    assert done.json["status"] == "incomplete"
    assert done.json["not_ranked_because"] == ["4 of 15 images without an answer"]
    assert set(done.json["failures"]) == set(BROKEN)
    assert all(reason.startswith("unreadable: ") for reason in done.json["failures"].values())


def test_broken_pictures_are_listed_for_people_too(done):
    """The report names each of them, and what their names hold is shown, not obeyed."""
    assert "without an answer: happy/empty.jpg: unreadable" in done.err
    assert "sad/\\x1b[31m[red]悲.png" in done.err
    assert "\x1b" not in done.err


@pytest.fixture(scope="module")
def rows(terminal, done):
    """The exported predictions by id."""
    exported = terminal.ferbench("predictions")
    return {row["id"]: row for row in csv.DictReader(io.StringIO(exported.out, newline=""))}


def test_pictures_in_every_mode_are_those_of_pillow(terminal, rows):
    """Grey, alpha, palette with transparency, CMYK, 16 bits, EXIF rotation: the pixels that Pillow gives, no others."""
    readable = sorted((terminal.folder / "tree" / "neutral").iterdir())
    logits = [
        [float(rows[f"neutral/{path.name}"][f"logit_{name}"]) for name in ("neutral", "happiness", "sadness")]
        for path in readable
    ]

    assert len(readable) == 9
    assert np.allclose(logits, [as_pillow_reads(path) for path in readable], atol=1e-3)


def test_broken_pictures_have_no_prediction(rows):
    """Their rows are there, empty: they were not skipped."""
    for name in BROKEN:
        assert rows[name]["prediction"] == ""
        assert rows[name]["logit_neutral"] == "nan"


def test_broken_pictures_count_as_wrong_or_are_left_out_with_n(terminal, rows):
    """All 15 stand below accuracy; the 11 that got an answer stand below nll, brier and ece, which say so."""
    metrics = [part for name in ("accuracy", "uar", "nll", "brier", "ece") for part in ("--metric", name)]
    scores = {row["metric"]: row for row in terminal.ferbench("score", *metrics, "--json").json["scores"]}
    right = sum(row["prediction"] == row["label"] for row in rows.values())

    assert scores["accuracy"]["value"] == pytest.approx(right / 15)
    assert {name: row["n"] for name, row in scores.items()} == {
        "accuracy": 15, "uar": 15, "nll": 11, "brier": 11, "ece": 11,
    }  # fmt: skip
    assert all(np.isfinite(row["value"]) for row in scores.values())


def test_an_incomplete_run_verifies(terminal, done):
    """What is recorded is consistent, images without an answer included."""
    assert terminal.ferbench("verify").status == 0


def test_nothing_but_broken_pictures_is_nothing_measured(call, terminal, done, tmp_path):
    """Exit 5, the first reason, and nothing recorded."""
    for folder in ("happy", "sad"):
        (tmp_path / "tree" / folder).mkdir(parents=True)
        shutil.copy(terminal.folder / "tree" / "happy" / "empty.jpg", tmp_path / "tree" / folder)
    plugin = terminal.write("other.py", MINE)
    found = call(
        *("run", "--plugin", plugin, "--model", "mine", "--dataset", "folder", "--data-root", tmp_path / "tree")
    )

    assert found.status == 5
    assert "Not one got an answer; happy/empty.jpg: unreadable" in found.err
    assert call("runs", "--json").json["runs"] == []


def run_folder(call, tmp_path, dataset="folder"):
    """A run of the quick network on what lies in `data`."""
    (tmp_path / "mine.py").write_text(MINE, encoding="utf-8")
    plugin = tmp_path / "mine.py"
    return call(*("run", "--plugin", plugin, "--model", "mine", "--dataset", dataset, "--data-root", tmp_path / "data"))


def test_an_empty_class_folder_is_refused(call, tmp_path):
    """Exit 2: an empty class is usually half a copy."""
    (tmp_path / "data" / "happy").mkdir(parents=True)
    (tmp_path / "data" / "sad").mkdir()
    picture().save(tmp_path / "data" / "sad" / "0.png")
    done = run_folder(call, tmp_path)

    assert done.status == 2
    assert "No picture lies in happy" in done.err


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ("a.png,1,bored", "Line 2 has the label 'bored'"),
        ("a.png,1,happy\nb.png,1,sad", "The id 1 stands there twice"),
        ("a.png,1,happy\nc.png,3,sad", "c.png"),
    ],
)
def test_tables_that_would_make_a_number_wrong_are_refused(call, tmp_path, lines, found):
    """Exit 2 for a label outside the classes, for an id that stands twice and for a picture that is not there."""
    (tmp_path / "data").mkdir()
    for name in ("a.png", "b.png"):
        picture().save(tmp_path / "data" / name)
    (tmp_path / "data" / "table.csv").write_text(f"path,id,label\n{lines}\n", encoding="utf-8")
    done = run_folder(call, tmp_path, dataset="table")

    assert done.status == 2
    assert found in done.err
