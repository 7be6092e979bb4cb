"""Names from strangers are shown, not obeyed: escape sequences, markup of rich, line ends, formulas."""

from __future__ import annotations

import csv
import io
import json
import unicodedata

import pytest
from PIL import Image

from tests.cli.dropins import dataset, metric, model

#: An escape sequence, markup that would fail or colour, a line end, and text that runs from right to left.
HOSTILE = "\x1b[31m[/bold][red]x[/red]\n\u202ey"
SHOWN = r"\x1b[31m[/bold][red]x[/red]\n\u202ey"


def is_plain(text):
    """Whether a text has no control character but line ends."""
    return all(char == "\n" or unicodedata.category(char) not in {"Cc", "Cf"} for char in text)


@pytest.fixture
def plugins(tmp_path):
    """A model, a data set and a metric with hostile names, classes and ids."""
    rows = f"[Row(id={HOSTILE!r} + str(n), label=CLASSES[n % 2], source=n) for n in range(6)]"
    pictures = dataset(rows=rows, name=HOSTILE, read="if row.source == 5:\n    raise OSError('gone')\nreturn PIXELS")
    pictures = pictures.replace('("neutral", "fear")', f"({HOSTILE!r}, 'fear')")
    pictures += "\nCLASSES, PIXELS = CARD.classes, np.zeros((8, 8, 3), np.uint8)\n"
    sources = {
        "model.py": model(name=HOSTILE, summary=HOSTILE),
        "pictures.py": pictures,
        "metric.py": metric(
            "return answers.y_true[:1] * [1.0, 1.0] + 0.5", name=HOSTILE.replace("/", ""), shape="per_class"
        ),
    }
    for name, source in sources.items():
        (tmp_path / name).write_text(source, encoding="utf-8")
    return ("--plugins-dir", tmp_path)


def test_cards_are_shown_and_not_obeyed(call, plugins):
    """Lists and cards show what a name holds, spelt out."""
    for kind in ("models", "datasets", "metrics", "plugins"):
        done = call("list", kind, *plugins)

        assert done.status == 0
        assert (SHOWN.replace("/", "") if kind == "metrics" else SHOWN) in done.out
        assert is_plain(done.out)
    shown = call("info", HOSTILE, *plugins)
    assert shown.status == 0
    assert is_plain(shown.out)


def test_a_run_is_shown_and_not_obeyed(call, plugins):
    """Model, data set, classes, ids and metrics with hostile names go through run, show, board, score and verify."""
    done = call("run", *plugins, "--model", HOSTILE, "--dataset", HOSTILE, "--no-timing")

    assert done.status == 3, done.err
    assert SHOWN in done.out
    assert is_plain(done.out)
    for command in (["show"], ["leaderboard"], ["runs"], ["score", *plugins], ["verify", *plugins]):
        later = call(*command)

        assert later.status == 0, later.err
        assert SHOWN in later.out or command[0] == "verify"
        assert is_plain(later.out + later.err)
    assert call("show", "--json").json["model"] == HOSTILE


def test_an_exported_table_holds_the_names_as_they_are(call, plugins):
    """A program that reads CSV gets the ids back, line ends included."""
    call("run", *plugins, "--model", HOSTILE, "--dataset", HOSTILE, "--no-timing", "--metric", "accuracy")
    rows = list(csv.DictReader(io.StringIO(call("predictions").out, newline="")))

    assert [row["id"] for row in rows] == [f"{HOSTILE}{n}" for n in range(6)]
    assert f"logit_{HOSTILE}" in rows[0]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_ids_that_a_spreadsheet_would_run_are_defused(call, tmp_path, start):
    """An apostrophe stands before what looks like a formula."""
    (tmp_path / "model.py").write_text(model(), encoding="utf-8")
    rows = f"[Row(id={start!r} + 'cmd|' + str(n), label='fear', source=n) for n in range(2)]"
    (tmp_path / "pictures.py").write_text(dataset(rows=rows), encoding="utf-8")
    done = call(
        *("run", "--plugins-dir", tmp_path, "--model", "mine", "--dataset", "pictures", "--no-timing"),
        *("--metric", "accuracy"),
    )
    out = call("predictions").out

    assert done.status == 0, done.err
    assert [row["id"] for row in csv.DictReader(io.StringIO(out, newline=""))] == [f"'{start}cmd|0", f"'{start}cmd|1"]


def test_errors_show_what_was_typed_and_do_not_obey_it(call, tmp_path):
    """Names in messages, files with hostile names, wrong values of options."""
    path = tmp_path / "\x1b[31m[red]悲.png"
    (tmp_path / "data" / "happy").mkdir(parents=True)
    Image.new("RGB", (8, 8)).save(tmp_path / "data" / path.name)
    for arguments in (
        ("info", HOSTILE),
        ("show", HOSTILE),
        ("leaderboard", "--label-mode", HOSTILE),
        ("list", HOSTILE),
        ("list", "models", "--plugin", path),
        ("run", "--model", "poster_v2", "--dataset", "folder", "--data-root", tmp_path / "data", "--weights", "random"),
    ):
        done = call(*arguments)

        assert done.status == 2
        assert r"\x1b[31m[" in done.err
        assert is_plain(done.err)


def test_a_plugin_that_fails_with_escape_sequences_is_quoted(call, tmp_path):
    """The warning line and the traceback spell out what the exception holds."""
    (tmp_path / "bad.py").write_text(f"raise ValueError({json.dumps(HOSTILE)})", encoding="utf-8")
    done = call("list", "plugins", "--plugins-dir", tmp_path)

    assert done.status == 0
    assert is_plain(done.out + done.err)
    assert r"\x1b[31m[/bold]" in done.err
