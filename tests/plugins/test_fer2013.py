"""FER2013 as the official table of pixels, and what is refused."""

from __future__ import annotations

import sys
import tracemalloc
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import ferbench_synthetic
from ferbench.config import Settings
from ferbench.errors import DataError, DataNotFound, UsageError
from ferbench.pipeline.run import evaluate
from ferbench.plugin_manager import build_catalog
from ferbench.spec import RunSpec
from ferbench_datasets.fer2013.card import CARD, COUNTS_OF_USAGE
from ferbench_datasets.fer2013.opening import open_fer2013
from tests.drawing_fer import FER2013_CLASSES, fer2013_table, grey, pixel_text

TINY_CNN = Path(ferbench_synthetic.__file__).parent / "weights" / "tiny_cnn.safetensors"
#: Two rows a class and usage, the usages mixed, so that the number of a row says nothing of its split.
ROWS = [(i // 3 % 7, ("Training", "PublicTest", "PrivateTest")[i % 3]) for i in range(42)]
USAGE = {
    "train": {"Training"},
    "valid": {"PublicTest"},
    "test": {"PrivateTest"},
    "merged": {"PublicTest", "PrivateTest"},
}


def listing(root: Path, split: str = "test") -> list[tuple[str, str]]:
    """Ids and labels of a split in the order of its rows."""
    return [(row.id, row.label) for row in open_fer2013(root, split).rows]


def expected(split: str) -> list[tuple[str, str]]:
    """Ids and labels of a split of ROWS."""
    return [(f"row_{i:05d}", FER2013_CLASSES[label]) for i, (label, usage) in enumerate(ROWS) if usage in USAGE[split]]


def refuse(root: Path, error: type[Exception], message: str, split: str = "test") -> None:
    """Opening the split ends in this error."""
    with pytest.raises(error, match=message):
        open_fer2013(root, split)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A folder with a table of ROWS."""
    return fer2013_table(tmp_path / "fer2013", ROWS)


def change(root: Path, old: str, new: str) -> None:
    """Replace the first place of a text in the table."""
    text = (root / "fer2013.csv").read_text()
    assert old in text
    (root / "fer2013.csv").write_text(text.replace(old, new, 1))


def test_card_has_the_counts_of_the_competition() -> None:
    """28,709, 3,589 and 3,589 pictures; the classes together are those of the report on the competition."""
    assert {split: sum(counts.values()) for split, counts in CARD.counts.items()} == {
        "train": 28709,
        "valid": 3589,
        "test": 3589,
        "merged": 7178,
    }
    total = Counter()
    for counts in COUNTS_OF_USAGE.values():
        total.update(counts)
    assert total == dict(zip(FER2013_CLASSES, (4953, 547, 5121, 8989, 6077, 4002, 6198), strict=True))


@pytest.mark.parametrize("split", USAGE)
def test_table_gives_rows_and_pixels(table: Path, split: str) -> None:
    """Ids are numbers of rows, labels and splits are the columns, three equal channels are the picture."""
    opened = open_fer2013(table, split)

    assert listing(table, split) == expected(split)
    assert opened.classes == FER2013_CLASSES
    assert opened.layout == f"fer2013.csv, rows of the Usage {' and '.join(sorted(USAGE[split], reverse=True))}"
    for row in opened.rows:
        pixels = opened.read(row)
        assert pixels.dtype == np.uint8
        assert np.array_equal(pixels, np.repeat(grey(int(row.id[4:]))[:, :, None], 3, axis=2))


def test_the_other_table_is_the_same_set(tmp_path: Path, table: Path) -> None:
    """icml_face_data.csv has its columns in another order, with blanks before their names."""
    other = fer2013_table(tmp_path / "icml", ROWS, "icml_face_data.csv")

    assert listing(other) == listing(table)
    opened, first = open_fer2013(other, "test"), open_fer2013(table, "test")
    assert np.array_equal(opened.read(opened.rows[3]), first.read(first.rows[3]))


def test_mark_line_ends_quotes_and_blank_lines_change_nothing(table: Path) -> None:
    """A table that a spreadsheet saved: the same rows, and the same pixels."""
    lines = (table / "fer2013.csv").read_text().splitlines()
    quoted = ["emotion,pixels,Usage", ""] + [",".join(f'"{cell}"' for cell in line.split(",")) for line in lines[1:]]
    (table / "fer2013.csv").write_bytes(b"\xef\xbb\xbf" + "\r\n".join(quoted).encode())

    opened = open_fer2013(table, "test")
    assert listing(table) == expected("test")
    assert np.array_equal(opened.read(opened.rows[0])[:, :, 1], grey(2))


def test_opening_holds_no_pixels(tmp_path: Path) -> None:
    """A table of 12 MB is opened within one: only the places of the pixels are kept."""
    line = f"3,{' '.join(['200'] * 2304)},PrivateTest\n"
    (tmp_path / "fer2013.csv").write_text("emotion,pixels,Usage\n" + line * 1300)

    tracemalloc.start()
    opened = open_fer2013(tmp_path, "test")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(opened.rows) == 1300
    assert (tmp_path / "fer2013.csv").stat().st_size > 11_000_000
    assert peak < 1_500_000


@pytest.mark.parametrize(
    ("pixels", "message"),
    [("1 2 3", "holds 3 values where 2304"), (" ".join(["256"] * 2304), "grey value 256"), ("-1 " * 2304, "0 to 255")],
)
def test_broken_pixels_are_an_error_of_reading(tmp_path: Path, pixels: str, message: str) -> None:
    """An OSError, so that the picture is listed as unreadable and the others are scored."""
    (tmp_path / "fer2013.csv").write_text(f"emotion,pixels,Usage\n0,{pixels},PrivateTest\n")
    opened = open_fer2013(tmp_path, "test")

    with pytest.raises(OSError, match=f"line 2 .*{message}"):
        opened.read(opened.rows[0])


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "emotion,pixels,Usage",
            "emotion,pixels",
            r"columns emotion, pixels, usage must be there(?s:.)*emotion, pixels\.",
        ),
        ("Usage", "emotion", "must be there, each once"),
        (",PublicTest", ",Public", "Line 3 has the Usage 'Public'"),
        (",PublicTest", "", "Line 3 has 2 cells"),
        (",PublicTest", ",Public\xe4", "Line 3 has the Usage"),
        ("\n0,", "\n7,", "Line 2 has the emotion '7'; there are 0 anger"),
    ],
)
def test_broken_tables_are_refused(table: Path, old: str, new: str, message: str) -> None:
    """The message names file, line and value."""
    change(table, old, new)
    refuse(table, DataError, f"(?s)fer2013.csv.*{message}", "train")


def test_empty_and_unreadable_tables_are_refused(tmp_path: Path) -> None:
    """Without rows, without rows of the split, and when the system cannot read."""
    (tmp_path / "fer2013.csv").write_text("emotion,pixels,Usage\n\n")
    refuse(tmp_path, DataError, "no rows")
    fer2013_table(tmp_path, [(0, "Training")])
    refuse(tmp_path, DataError, "No row has the Usage PrivateTest")
    if sys.platform == "linux":
        (tmp_path / "fer2013.csv").unlink()
        (tmp_path / "fer2013.csv").symlink_to("/proc/self/mem")
        refuse(tmp_path, DataError, "The system says: Input/output error")


def test_set_is_found_below_the_data_root(tmp_path: Path, table: Path) -> None:
    """Under its usual names, up to two levels below, where only one is there."""
    assert listing(tmp_path) == listing(table)
    (tmp_path / "archive").mkdir()
    fer2013_table(tmp_path / "archive", ROWS)
    refuse(tmp_path, DataError, "Several folders")

    (tmp_path / "empty").mkdir()
    refuse(tmp_path / "empty", DataNotFound, "holds: nothing")


def test_what_is_not_there(tmp_path: Path, table: Path) -> None:
    """No root, a file as root, a missing split, an unknown split, an option."""
    for root in (None, tmp_path / "nowhere", table / "fer2013.csv"):
        with pytest.raises(DataNotFound, match=r"Expected: fer2013.csv(?s:.)*kaggle.com"):
            open_fer2013(root, "test")
    refuse(table, UsageError, "the splits train, valid, test, merged", "private")
    with pytest.raises(UsageError, match="no options"):
        open_fer2013(table, "test", crop="ten")


def test_run_end_to_end(table: Path) -> None:
    """tiny_cnn answers all 14 pictures, its classes and those of the set by name; other counts are not ranked."""
    spec = RunSpec(model="tiny_cnn", dataset="fer2013", data_root=str(table), weights=str(TINY_CNN), timing=False)
    run = evaluate(spec, build_catalog(), Settings())

    assert run.record["n"] == 14
    assert run.record["split"] == "test"
    assert tuple(run.record["dataset_classes"]) == FER2013_CLASSES
    assert set(run.record["classes"]) > set(FER2013_CLASSES), "the network knows contempt, in an order of its own"
    assert list(zip(run.predictions.ids, run.predictions.labels, strict=True)) == expected("test")
    assert any("anger 2 instead of 491" in reason for reason in run.record["not_ranked_because"])


def test_run_lists_what_cannot_be_read(table: Path) -> None:
    """A broken picture is no answer; the others are scored."""
    change(table, pixel_text(2), "1 2 3")
    spec = RunSpec(model="tiny_cnn", dataset="fer2013", data_root=str(table), weights=str(TINY_CNN), timing=False)
    record = evaluate(spec, build_catalog(), Settings()).record

    assert list(record["failures"]) == ["row_00002"]
    assert "line 4 holds 3 values" in record["failures"]["row_00002"]
    assert "1 of 14 images without an answer" in record["not_ranked_because"]
