"""`ferbench list` and `ferbench info`."""

from __future__ import annotations

import pytest

from tests.cli.dropins import MINE, dataset, metric, model


def test_lists_hold_what_comes_with_ferbench(call):
    """Models, data sets, metrics, weights and plugins, as documents."""
    found = {
        kind: call("list", kind, "--json").json for kind in ("models", "datasets", "metrics", "weights", "plugins")
    }
    names = {kind: {row["name"] for row in document[kind]} for kind, document in found.items()}

    assert all(document["schema_version"] == 1 for document in found.values())
    assert "poster_v2" in names["models"]
    assert {"rafdb", "folder", "table"} <= names["datasets"]
    assert {"accuracy", "uar", "f1_macro", "recall", "nll", "brier", "ece", "confusion_matrix"} <= names["metrics"]
    assert "poster_v2.rafdb" in names["weights"]
    assert {"datasets", "metrics", "poster_v2"} <= names["plugins"]


@pytest.mark.parametrize("kind", ["models", "datasets", "metrics", "weights", "plugins"])
def test_lists_for_people_have_the_same_names(call, kind):
    """Every name of the document stands in the table."""
    rows = call("list", kind, "--json").json[kind]
    out = call("list", kind).out

    assert [row["name"] for row in rows if row["name"] not in out] == []


@pytest.mark.parametrize(
    ("name", "kind", "fact"),
    [
        ("rafdb", "data set", ("splits", ["train", "test"])),
        ("accuracy", "metric", ("range", [0.0, 1.0])),
        ("nll", "metric", ("direction", "lower")),
        ("poster_v2", "model", ("paper", "https://arxiv.org/abs/2301.12149")),
        ("poster_v2.rafdb", "weights", ("file_name", "raf-db-model_best.pth")),
    ],
)
def test_info_gives_the_card(call, name, kind, fact):
    """All facts of a card, as a document and as a table."""
    card = call("info", name, "--json").json["cards"][kind]

    assert card[fact[0]] == fact[1]
    assert str(fact[0]) in call("info", name).out


def test_weights_are_listed_with_all_that_is_known(call):
    """Data set, claim and source, order and certainty, three licences, selection and address, one beside the other."""
    rows = {row["name"]: row for row in call("list", "weights", "--json").json["weights"]}
    rafdb, affectnet, backbone = rows["poster_v2.rafdb"], rows["poster_v2.affectnet7"], rows["poster_v2.ir50"]

    assert rafdb["dataset"] == "rafdb"
    assert rafdb["claim"] == {"accuracy_percent": 92.21, "source": "README of the official code"}
    assert rafdb["classes"][0] == "surprise"
    assert (rafdb["certainty"], affectnet["certainty"], backbone["certainty"]) == ("stated", "assumed", None)
    assert (rafdb["code_licence"], rafdb["licence"]) == ("MIT", None)
    assert rafdb["data_licence"] == call("info", "rafdb", "--json").json["cards"]["data set"]["licence"]
    assert rafdb["selection"] == "test-best"
    assert rafdb["mirrors"] == [{"url": "https://pan.baidu.com/s/1jYmrHpwoX9zAvWf3CrdIpQ", "code": "POST"}]
    assert (backbone["dataset"], backbone["data_licence"]) == (None, None)
    assert (rafdb["model"], rafdb["plugin"], rafdb["state"]) == ("poster_v2", "poster_v2", "not here")


@pytest.mark.parametrize("columns", ["80", "120"])
def test_the_list_of_weights_at_the_widths_of_terminals(call, monkeypatch, columns):
    """No line is wider than the terminal, and no address of Google Drive is broken."""
    monkeypatch.setenv("COLUMNS", columns)
    lines = call("list", "weights").out.splitlines()

    assert max(map(len, lines)) <= int(columns)
    assert "  https://drive.google.com/file/d/1aVm_hmJyZ5E_0p25XTbm3X9ophsKqCxv/view" in lines
    assert "  https://pan.baidu.com/s/1jYmrHpwoX9zAvWf3CrdIpQ (code POST)" in lines
    text = " ".join(" ".join(lines).split())
    for words in (
        "claimed 92.21 % (README of the official code)",
        "classes rafdb: surprise, fear, disgust, happiness, sadness, anger, neutral; stated: row sums",
        "selected by test-best licences code: MIT; weights: none stated; data: ",
        "here no; ferbench weights pull poster_v2.rafdb",
        "anger, contempt; assumed, stated nowhere",
    ):
        assert words in text


def test_a_model_names_its_weights(call):
    """The card of a model names its weights, which have cards of their own; the document has all of them."""
    assert "poster_v2.rafdb, poster_v2.affectnet7" in " ".join(call("info", "poster_v2").out.split())
    assert len(call("info", "poster_v2", "--json").json["cards"]["model"]["weights"]) == 6


def test_facts_that_nobody_knows_say_so(call, tmp_path):
    """None in a card is "not known" for people."""
    (tmp_path / "mine.py").write_text(MINE, encoding="utf-8")
    out = call("info", "mine", "--plugin", tmp_path / "mine.py").out

    assert [line for line in out.splitlines() if "licence" in line and "not known" in line]


def test_info_suggests_near_names(call):
    """Exit 2 and the name that was probably meant, whatever it is the name of."""
    done = call("info", "rafdbb")

    assert done.status == 2
    assert "Did you mean rafdb or " in done.err
    assert "Did you mean poster_v2.caers" in call("info", "poster_v2.caer").err


def test_one_name_may_be_a_model_and_a_data_set(call, tmp_path):
    """All cards of a name are shown; drop-ins of a folder are loaded with --plugins-dir."""
    for name, source in (("a.py", model(name="both")), ("b.py", dataset(name="both")), ("c.py", metric("return 1.0"))):
        (tmp_path / name).write_text(source, encoding="utf-8")
    done = call("info", "both", "--plugins-dir", tmp_path, "--json")

    assert set(done.json["cards"]) == {"model", "data set"}


def test_a_name_that_two_plugins_give_is_left_out_and_named(call, tmp_path):
    """The list warns of it and goes on; asking for it is an error that names both plugins."""
    (tmp_path / "one.py").write_text(MINE, encoding="utf-8")
    (tmp_path / "two.py").write_text(MINE, encoding="utf-8")
    listed = call("list", "models", "--plugins-dir", tmp_path, "--json")
    asked = call("info", "mine", "--plugins-dir", tmp_path)

    assert listed.status == 0
    assert "mine" not in {row["name"] for row in listed.json["models"]}
    assert "poster_v2" in {row["name"] for row in listed.json["models"]}
    assert "the model 'mine' is left out: several plugins give it (one, two)" in listed.err
    assert asked.status == 2
    assert "one (" in asked.err
    assert "two (" in asked.err


def test_a_broken_drop_in_of_a_folder_costs_a_line(call, tmp_path):
    """One warning where it is not asked for, and its traceback line by line in the list of plugins."""
    (tmp_path / "bad.py").write_text("x = 1\n1 / 0\n", encoding="utf-8")
    listed = call("list", "models", "--plugins-dir", tmp_path)
    plugins = call("list", "plugins", "--plugins-dir", tmp_path)

    assert listed.status == 0
    assert [line for line in listed.err.splitlines() if "bad" in line] == [
        "warning: plugin 'bad' is broken (ZeroDivisionError: division by zero); see: ferbench list plugins"
    ]
    assert "poster_v2" in listed.out
    assert "BROKEN" in plugins.out
    assert [line for line in plugins.out.splitlines() if "1 / 0" in line]
    assert "\\n" not in plugins.out
