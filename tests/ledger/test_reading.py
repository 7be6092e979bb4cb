"""Ledgers come from strangers: what they may say, in whose units and names, and what is refused."""

from __future__ import annotations

import os

import pytest

from ferbench.errors import DataError, MissingError
from ferbench.ledger.reading import LARGEST, load_ledger, read_ledger
from ferbench.ledger.rows import Names
from tests.ledger.building import CLAIM, MATRIX, ledger_file, row_text


@pytest.fixture
def path(tmp_path):
    """Where the ledger of a test lies."""
    return tmp_path / "mine.toml"


@pytest.fixture
def read(catalog, path):
    """The rows of a file."""
    names = Names.of(catalog)

    def reading(*claims, matrices=()):
        return read_ledger(ledger_file(path, *claims, matrices=matrices), str(path), names)

    return reading


def refused(read, *claims, matrices=()):
    """The complaint about a file."""
    with pytest.raises(DataError) as caught:
        read(*claims, matrices=matrices)
    assert caught.value.exit_code == 2
    return caught.value


def test_a_row_may_say_little(read):
    """What is left out is not stated: n, runs, cost, year; the split is the one that papers report."""
    (claim,) = read({})

    assert (claim.title, claim.split, claim.metric, claim.reported_by) == ("model_1", "test", "accuracy", "authors")
    assert (claim.n, claim.runs, claim.extra_data, claim.giga_operations, claim.year) == (None,) * 5
    assert (claim.value, claim.text, claim.decimals) == (0.9221, "92.21", 2)


def test_a_row_may_say_much(read):
    """Every key is kept as it stands there."""
    stated = {
        "title": "A Title",
        "n": 3068,
        "num_classes": 7,
        "label_rule": "majority",
        "selection": "val-best",
        "runs": "mean of 5",
        "extra_data": ["AffectNet"],
        "params_millions": 43.7,
        "giga_operations": 8.4,
        "cost_unit": "MACs",
        "reported_by": "ARBEx",
        "year": 2023,
        "notes": "a note",
    }

    (claim,) = read({**stated, "flags": ["ensemble", "quarantine"]})

    assert {key: getattr(claim, key) for key in stated} == {**stated, "extra_data": ("AffectNet",)}
    assert claim.flags == ("quarantine", "ensemble")
    assert (claim.place.kind, claim.place.number) == ("claim", 1)


@pytest.mark.parametrize(
    ("unit", "value", "text", "decimals", "share"),
    [
        ("percent", "93.00", "93.00", 2, 0.93),
        ("percent", "100", "100", 0, 1.0),
        ("percent", "63.125", "63.125", 3, 0.63125),
        ("fraction", "0.9162", "91.62", 2, 0.9162),
        ("fraction", "0.92", "92", 0, 0.92),
        ("fraction", "0.0520", "5.20", 2, 0.052),
        ("fraction", "1.0000", "100.00", 2, 1.0),
        ("other", "412.5", "412.5", 1, 412.5),
    ],
)
def test_units_are_normalised(read, unit, value, text, decimals, share):
    """A fraction becomes a percentage with all of its zeros; what is no share stays as it is."""
    (claim,) = read({"unit": unit, "value": value, "metric": "other" if unit == "other" else "accuracy"})

    assert (claim.text, claim.decimals, claim.value) == (text, decimals, share)
    assert claim.unit == ("other" if unit == "other" else "percent")


@pytest.mark.parametrize(
    ("written", "classes", "split", "found"),
    [
        ("RAF-DB", None, None, ("rafdb", "test")),
        ("RAF-DB (basic), valid", None, None, ("rafdb", "test")),
        ("AffectNet (test)", 7, None, ("affectnet7", "val")),
        ("AffectNet (test)", 8, None, ("affectnet8", "val")),
        ("AffectNet-8 validation", None, None, ("affectnet8", "val")),
        ("AffectNet (7 emotions)", None, None, ("affectnet7", "val")),
        ("FER+", None, None, ("ferplus", "test")),
        ("FERPlus", None, "validation", ("ferplus", "valid")),
        ("FER2013", None, "PublicTest", ("fer2013", "valid")),
        ("FER-2013 PrivateTest", None, None, ("fer2013", "test")),
        ("CAER-S", None, None, ("caers", "test")),
        ("SFEW 2.0", None, None, ("sfew", "val")),
        ("Aff-Wild2", None, None, ("affwild2", "val")),
        ("CK+", None, None, ("ckplus", "all")),
        ("JAFFE", None, None, ("jaffe", "all")),
        ("synthetic", None, None, ("synthetic", "test")),
        ("rafdb", None, "train", ("rafdb", "train")),
    ],
)
def test_data_sets_have_many_names(read, written, classes, split, found):
    """Usual spellings become ferbench's names; the only held-out images have one name, whatever a page calls them."""
    (claim,) = read({"dataset": written, "num_classes": classes, "split": split})

    assert (claim.dataset, claim.split) == found


@pytest.mark.parametrize(
    ("written", "metric"),
    [("WAR", "accuracy"), ("Mean class accuracy", "uar"), ("Macro-F1", "f1_macro"), ("mcc", "mcc"), ("other", "other")],
)
def test_metrics_have_many_names(read, written, metric):
    """Usual spellings become ferbench's names, and those of all plugins are known."""
    assert read({"metric": written})[0].metric == metric


@pytest.mark.parametrize(
    ("changes", "key", "allowed"),
    [
        ({"epoch": 3}, "epoch is no key", "Its keys are model, title"),
        ({"selction": "last"}, "selction is no key", "Did you mean selection?"),
        ({"source": None}, "source is missing", "Every such row has dataset, mark"),
        ({"mark": None}, "mark is missing", "Every such row"),
        ({"selection": None}, "selection is missing", "Every such row"),
        ({"model": "POSTER V2"}, "model = 'POSTER V2'", "lower case"),
        ({"model": 3}, "model = 3", "a text"),
        ({"title": " "}, "title = ' '", "not empty"),
        ({"dataset": "RAFT"}, "dataset = 'RAFT'", "rafdb"),
        ({"dataset": "AffectNet"}, "dataset = 'AffectNet'", "num_classes = 7 or 8"),
        ({"dataset": ["rafdb"]}, "dataset = ['rafdb']", "a text"),
        ({"split": "dev"}, "split = 'dev'", "train, test"),
        ({"value": 92.21}, "value = 92.21", "in quotes"),
        ({"value": 92}, "value = 92", "in quotes"),
        ({"value": "92,21"}, "value = '92,21'", "from 0 to 100"),
        ({"value": "192.21"}, "value = '192.21'", "from 0 to 100"),
        ({"value": "-1"}, "value = '-1'", "from 0 to 100"),
        ({"value": "1e1"}, "value = '1e1'", "from 0 to 100"),
        ({"value": "٩٢"}, "value = '٩٢'", "from 0 to 100"),
        ({"value": "nan"}, "value = 'nan'", "from 0 to 100"),
        ({"value": "0.9", "unit": "fraction"}, "value = '0.9'", "two digits or more"),
        ({"value": "1.01", "unit": "fraction"}, "value = '1.01'", "from 0.00 to 1.00"),
        ({"unit": "permille"}, "unit = 'permille'", "percent, fraction, other"),
        ({"n": 0}, "n = 0", "from 1 to"),
        ({"n": True}, "n = True", "whole number"),
        ({"n": 3068.0}, "n = 3068.0", "whole number"),
        ({"n": 10**12}, "n = 1000000000000", "from 1 to 1,000,000,000"),
        ({"num_classes": 1}, "num_classes = 1", "from 2 to 100"),
        ({"label_rule": 8}, "label_rule = 8", "a text"),
        ({"metric": "goodness"}, "metric = 'goodness'", "accuracy"),
        ({"selection": "best"}, "selection = 'best'", "test-best, val-best, last, unknown"),
        ({"runs": "five"}, "runs = 'five'", "max of K"),
        ({"runs": 5}, "runs = 5", "a text"),
        ({"extra_data": "AffectNet"}, "extra_data = 'AffectNet'", "a list"),
        ({"extra_data": ["a", "a"]}, "extra_data = ['a', 'a']", "different texts"),
        ({"params_millions": -1}, "params_millions = -1", "above 0"),
        ({"params_millions": "43.7"}, "params_millions = '43.7'", "a number"),
        ({"giga_operations": 8.4}, "cost_unit is missing", "MACs, FLOPs = 2 x MACs"),
        ({"cost_unit": "MACs"}, "giga_operations is missing", "goes with"),
        ({"giga_operations": 8.4, "cost_unit": "FLOPs"}, "cost_unit = 'FLOPs'", "MACs"),
        ({"source_kind": "blog"}, "source_kind = 'blog'", "third-party, user"),
        ({"year": 1066}, "year = 1066", "from 1,990"),
        ({"mark": "M"}, "mark = 'M'", "V, P, I, S"),
        ({"flags": ["wrong"]}, "flags = ['wrong']", "quarantine"),
        ({"flags": "quarantine"}, "flags = 'quarantine'", "a list"),
    ],
)
def test_a_wrong_cell_is_named(read, path, changes, key, allowed):
    """The message has the file, the number of the row, the key, what stands there and what may stand there."""
    error = refused(read, {"source": "a right row"}, changes)

    assert str(path) in error.asked
    assert error.found.startswith("claim 2")
    assert key in error.found
    assert allowed in error.todo


@pytest.mark.parametrize(
    ("changes", "key", "allowed"),
    [
        ({"value": "92.21"}, "value is no key", "diagonal"),
        ({"classes": None}, "classes is missing", "Every such row"),
        ({"classes": ["happy", "joy"]}, "classes = ['happy', 'joy']", "different expressions"),
        ({"classes": ["happy", "bored"]}, "classes = ['happy', 'bored']", "different expressions"),
        ({"diagonal": None}, "diagonal is missing", "diagonal and rows, or counts"),
        ({"rows": [1, 2]}, "rows = [1, 2]", "7 whole numbers"),
        ({"rows": [1, 2, 3, 4, 5, 6, 7.0]}, "rows = ", "7 whole numbers"),
        ({"rows": [1, 2, 3, 4, 5, 6, -7]}, "rows = ", "from 0"),
        ({"rows": [300, 74, 160, 1185, 478, 162, 1]}, "diagonal = ", "more right answers than images"),
        ({"rows": [0] * 7, "diagonal": [0] * 7}, "diagonal = ", "some class has images"),
        ({"counts": [[1]]}, "counts = [[1]]", "7 rows"),
        ({"counts": [[1] * 7] * 7}, "counts = ", "diagonal and rows are left out"),
        ({"counts": [[1] * 6] * 7, "diagonal": None, "rows": None}, "counts = ", "7 whole numbers"),
        ({"counts": [1] * 7, "diagonal": None, "rows": None}, "counts = 1", "7 whole numbers"),
    ],
)
def test_a_wrong_matrix_is_named(read, changes, key, allowed):
    """A matrix is read as strictly as a claim."""
    error = refused(read, matrices=({**changes, "title": "Mine"},))

    assert error.found.startswith("matrix 1 (Mine on rafdb)")
    assert key in error.found
    assert allowed in error.todo


def test_a_row_stands_once(read, path):
    """The same claim again is refused with both places, even with another value; another source is another claim."""
    assert len(read({}, {"source": "elsewhere"})) == 2

    error = refused(read, {}, {"source": "elsewhere"}, {"value": "92.3"})

    assert "claim 3 (model_1 on rafdb) stands there twice: it is claim 1 of" in error.found
    assert str(path) in error.found


def test_a_row_of_another_ledger_is_not_repeated(catalog, ours, path):
    """What the ledger of ferbench says already is refused in one's own, with its place."""
    first = next(claim for claim in ours.claims if claim.model == "dacl")
    keys = ("model", "title", "dataset", "selection", "source_kind", "source", "mark")
    ledger_file(path, {**{key: getattr(first, key) for key in keys}, "value": first.text})

    with pytest.raises(DataError, match=f"claim {first.place.number} of reported"):
        load_ledger(catalog, [path])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[[claim", "It is no TOML"),
        (b"\xff\xfe[[claim]]", "It is no TOML"),
        (b"claim = 3", "claim is no list of tables"),
        (b"[claim]\nmodel = 'a'", "claim is no list of tables"),
        (b"claim = [1]", "claim is no list of tables"),
        (b"[[claims]]\nmodel = 'a'", "It has the key 'claims'"),
        (b"a = " + b"[" * 100_000, "It is no TOML"),
        (b"#" * (LARGEST + 1), "It is larger than 1,048,576 bytes"),
    ],
)
def test_a_file_that_is_no_ledger(catalog, path, content, said):
    """No TOML, other tables, nested too deeply, too large: each is said, and none is a traceback."""
    path.write_bytes(content)

    with pytest.raises(DataError) as caught:
        load_ledger(catalog, [path])

    assert said in caught.value.found


def test_a_number_of_very_many_digits_is_refused(catalog, path):
    """A hexadecimal number that Python would not write down is no crash of the message."""
    text = row_text("claim", CLAIM) + "n = 0x" + "f" * 9_000 + "\n"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(DataError, match="a number of very many digits"):
        load_ledger(catalog, [path])


def test_a_byte_order_mark_is_no_mistake(catalog, path):
    """Editors write one in front of UTF-8."""
    path.write_text("\ufeff" + row_text("claim", CLAIM), encoding="utf-8")

    assert len(load_ledger(catalog, [path]).claims_about("model_1")) == 1


def test_a_file_that_is_not_there(catalog, tmp_path):
    """A missing file, a folder and a pipe are missing (exit code 4); a pipe is not waited for."""
    os.mkfifo(tmp_path / "pipe")
    for name in ("nothing.toml", ".", "pipe"):
        with pytest.raises(MissingError) as caught:
            load_ledger(catalog, [tmp_path / name])
        assert caught.value.exit_code == 4


def test_an_empty_ledger_is_right(catalog, ours, path):
    """A file without rows adds nothing."""
    path.write_text("", encoding="utf-8")

    assert load_ledger(catalog, [path]) == ours


def test_claims_can_be_asked_for(ours):
    """By model, data set and metric, in any combination."""
    assert [claim.text for claim in ours.claims_about("poster_v2", "caers")] == ["93.00"]
    assert {claim.metric for claim in ours.claims_about(metric="uar")} == {"uar"}
    assert ours.claims_about() == ours.claims


def test_a_matrix_may_be_whole(read):
    """From all counts follow diagonal and rows; classes get their canonical names."""
    counts = [[5, 1], [2, 4]]

    (matrix,) = read(
        matrices=({"classes": ["Happy", "sad"], "counts": counts, "diagonal": None, "rows": None, "title": "Mine"},)
    )

    assert matrix.classes == ("happiness", "sadness")
    assert (matrix.diagonal, matrix.rows, matrix.counts) == ((5, 4), (6, 6), ((5, 1), (2, 4)))
    assert MATRIX["classes"][0] == "surprise"
