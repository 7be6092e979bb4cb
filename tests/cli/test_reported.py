"""`ferbench reported`: claims beside what a real store holds, and their arithmetic."""

from __future__ import annotations

import pytest

from ferbench.leaderboard.store import Leaderboard
from tests.leaderboard.building import build_result
from tests.ledger.building import ledger_file
from tests.ledger.test_plugins import PLUGIN


@pytest.fixture
def wide(monkeypatch):
    """A terminal on which all columns fit."""
    monkeypatch.setenv("COLUMNS", "240")


@pytest.fixture
def store(tmp_path):
    """A store with POSTER V2 on RAF-DB: 2,826 of 3,068 right with the weights of its card."""
    weights = {"name": "poster_v2.rafdb", "sha256": "a" * 64, "selection": "test-best", "extra_data": None}
    leaderboard = Leaderboard(tmp_path / "board.sqlite")
    leaderboard.record(build_result(1, n=3068, accuracy=2826 / 3068, model="poster_v2", weights=weights))
    return leaderboard


def test_claims_stand_beside_what_was_measured(call, wide, store):
    """A claim of 92.21 % is three images more than the same weights give here; what others say is not compared."""
    done = call("reported", "list", "--dataset", "RAF-DB", "--model", "POSTER++")

    assert done.status == 0, done.err
    line = next(line for line in done.out.splitlines() if "92.21 %" in line)
    assert "92.11" in line
    assert "3 fewer images (2826)" in line
    assert "README of Talented-Q/POSTER_V2" in line
    assert "not comparable: third-party" in done.out
    assert "never measured, and never ranked" in done.out


def test_the_document_has_everything(call, store):
    """--json gives claims with state and arithmetic, and matrices with what follows from them."""
    done = call("reported", "list", "--model", "poster_v2", "--dataset", "rafdb", "--json")

    first, matrix = done.json["claims"][0], done.json["matrices"][0]
    assert done.json["schema_version"] == 1
    assert (first["text"], first["value"], first["decimals"], first["mark"]) == ("92.21", 0.9221, 2, "V")
    assert first["state"]["kind"] == "differs"
    assert (first["state"]["count"], first["state"]["difference"]) == (2826, -3)
    assert first["consistency"]["fits"][0]["rounded"] == [2829, 2829]
    assert (matrix["state"]["kind"], matrix["n"], matrix["correct"]) == ("imported", 3068, 2829)
    assert round(matrix["uar"], 4) == 0.8649


def test_an_empty_store_is_no_obstacle(call):
    """Without a database every claim that could be measured was not attempted, and none is made."""
    done = call("reported", "list", "--dataset", "caers")

    assert done.status == 0
    assert "not attempted" in done.out


def test_claims_never_reach_a_board(call, store):
    """The board shows one measured run, whatever the ledger says about its model."""
    rows = call("leaderboard", "--dataset", "rafdb", "--json").json["rows"]

    assert [(row["model"], round(row["scores"]["accuracy"], 4)) for row in rows] == [("poster_v2", 0.9211)]


def test_a_narrow_terminal_has_the_essentials(call, monkeypatch):
    """Below the width of all columns it says that some are left out."""
    monkeypatch.setenv("COLUMNS", "80")
    done = call("reported", "list", "--model", "apvit")

    assert "--json has all" in done.out
    assert "source" not in done.out
    assert max(map(len, done.out.splitlines())) <= 80


def test_ones_own_ledger(call, wide, store, tmp_path):
    """--ledger adds a file, several times; its rows are set beside the same runs."""
    mine = ledger_file(tmp_path / "mine.toml", {"model": "poster_v2", "value": "0.9211", "unit": "fraction"})
    other = ledger_file(tmp_path / "other.toml", {"model": "other", "dataset": "CK+"})

    done = call("reported", "list", "--ledger", mine, "--ledger", other)

    line = next(line for line in done.out.splitlines() if "92.11 %" in line)
    assert "same count (2826)" in line
    assert "ckplus (all)" in done.out


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"mark": "M"}, 2, ["claim 1", "mark = 'M'", "V, P, I, S"]),
        ({"wrong": 1}, 2, ["wrong is no key"]),
        (None, 4, ["It is no file"]),
    ],
)
def test_a_wrong_ledger_is_refused(call, tmp_path, changes, status, said):
    """As other bad files: code 2 with row and key, code 4 when it is not there."""
    path = tmp_path / "mine.toml"
    if changes is not None:
        ledger_file(path, changes)

    for command in ("list", "check"):
        done = call("reported", command, "--ledger", path)
        assert done.status == status
        assert all(text in done.err for text in [*said, str(path)])
        assert "Traceback" not in done.err


def test_hostile_texts_are_shown_and_not_obeyed(call, wide, tmp_path):
    """Markup, control characters and scripts of a stranger's ledger come out as text."""
    hostile = "[bold red]<script>\x1b[31m\n=1+1"
    texts = dict.fromkeys(("title", "source", "reported_by", "label_rule", "notes"), hostile)
    path = ledger_file(tmp_path / "mine.toml", {**texts, "model": "mine", "extra_data": [hostile]})

    done = call("reported", "list", "--ledger", path, "--model", "mine")

    assert done.status == 0
    assert "\x1b" not in done.out
    assert "[bold red]<script>" in done.out
    assert call("reported", "check", "--ledger", path, "--model", "mine").status == 0


def test_a_broken_ledger_of_a_plugin_is_a_warning(call, tmp_path):
    """One line on stderr names it; the ledger of ferbench is shown."""
    path = ledger_file(tmp_path / "theirs.toml", {"mark": "M"})
    plugin = tmp_path / "theirs.py"
    plugin.write_text(PLUGIN.format(name="theirs", path=str(path)), encoding="utf-8")

    done = call("reported", "list", "--plugin", plugin, "--model", "poster_v2")

    assert done.status == 0
    assert "warning: the ledger 'theirs' is left out: claim 1" in done.err
    assert "92.21 %" in done.out


def test_two_ledgers_of_one_name_are_a_warning(call, tmp_path):
    """Neither is shown, and both plugins are named."""
    path = ledger_file(tmp_path / "theirs.toml", {"model": "theirs"})
    plugins = [tmp_path / "one.py", tmp_path / "two.py"]
    for plugin in plugins:
        plugin.write_text(PLUGIN.format(name="theirs", path=str(path)), encoding="utf-8")

    done = call("reported", "list", "--plugin", plugins[0], "--plugin", plugins[1], "--model", "theirs")

    assert "the ledger 'theirs' is left out: several plugins give it (one, two)" in done.err
    assert "No claim about that" in done.err


def test_check_says_what_fits(call, wide):
    """A count, two numbers that are none, one whose digits were cut off; and that this proves nothing."""
    done = call("reported", "check", "--dataset", "rafdb")

    shown = {line.split("│")[3].strip(): line for line in done.out.splitlines() if line.startswith("│")}
    assert done.status == 0
    assert "consistent" in shown["92.21 %"]
    assert "2829/3068" in shown["92.21 %"]
    assert "no k/3068, rounded or truncated" in shown["91.35 %"]
    assert "no k/3068, rounded or truncated" in shown["94.76 %"]
    assert "truncated?" in shown["93.54 %"]
    assert "not a count" in shown["86.17 % uar"]
    assert "2 inconsistent" in done.out
    assert "Consistency, never proof" in done.out


def test_check_as_a_document(call):
    """The same as data, without states, since nothing was measured for it."""
    document = call("reported", "check", "--model", "fmae_iat", "--json").json

    (claim,) = document["claims"]
    assert claim["consistency"]["verdict"] == "truncated?"
    assert claim["consistency"]["fits"] == [
        {"n": 3068, "rounded": None, "truncated": [2870, 2870], "verdict": "truncated?"}
    ]
    assert "state" not in claim
    assert document["note"].startswith("Consistency, never proof")


@pytest.mark.parametrize(
    ("arguments", "status", "verdict"),
    [
        (("--value", "92.21", "--n", "3068"), 0, "consistent"),
        (("--value", "92.21", "--dataset", "rafdb"), 0, "consistent"),
        (("--value", "93.54", "--dataset", "RAF-DB"), 0, "truncated?"),
        (("--value", "91.35", "--n", "3068"), 1, "inconsistent"),
        (("--value", "63.34", "--n", "4000", "--n", "3999"), 0, "consistent"),
    ],
)
def test_one_value(call, arguments, status, verdict):
    """A percentage is checked by itself; one that fits no n ends with 1."""
    done = call("reported", "check", *arguments)
    document = call("reported", "check", *arguments, "--json")

    assert (done.status, document.status) == (status, status)
    assert verdict in done.out
    assert document.json["verdict"] == verdict


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--value", "92,21", "--n", "3068"), "no percentage"),
        (("--value", "101", "--n", "3068"), "no percentage"),
        (("--value", "92.21"), "Neither --n nor --dataset"),
        (("--value", "96.67", "--dataset", "jaffe"), "is not known"),
        (("--value", "96.67", "--dataset", "rafbd"), "rafdb"),
        (("--n", "3068"), "without --value"),
        (("--value", "92.21", "--n", "0"), "--n"),
    ],
)
def test_a_question_that_means_nothing(call, arguments, said):
    """Wrong usage ends with 2 and says what is missing."""
    done = call("reported", "check", *arguments)

    assert done.status == 2
    assert said in done.err


def test_nothing_fits(call):
    """A model that nobody reports on is no error."""
    done = call("reported", "list", "--model", "nobody")

    assert (done.status, done.out) == (0, "")
    assert "No claim about that" in done.err


def test_looking_at_claims_imports_nothing_heavy(terminal):
    """Both commands start without torch, pandas, scipy or scikit-learn."""
    done = terminal.python(
        "import sys\n"
        "from ferbench.cli.app import status_of\n"
        "assert status_of(['reported', 'list']) == status_of(['reported', 'check']) == 0\n"
        "heavy = {'torch', 'torchvision', 'timm', 'pandas', 'alembic', 'scipy', 'sklearn', 'plotly', 'jinja2'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )

    assert done.status == 0, done.err
    assert done.err.strip() == "[]"
