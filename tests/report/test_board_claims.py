"""What is reported stands beside what was measured, in few words, and ranks nothing."""

from __future__ import annotations

import csv
import io

import pytest

from ferbench.leaderboard.store import Leaderboard
from ferbench.ledger.claims import Ledger
from ferbench.plugin_manager import build_catalog
from ferbench.report.board_columns import all_columns
from ferbench.report.board_csv import csv_text
from ferbench.report.board_documents import row_documents
from ferbench.report.board_markdown import markdown
from ferbench.report.board_sheets import REPORTED
from tests.leaderboard.building import build_result
from tests.ledger.building import claim
from tests.report.board_sheets_of import sheets_of


@pytest.fixture(scope="module")
def leaderboard(tmp_path_factory):
    """One ranked run of model_1 with 46 of 50 right, one without a rank, and a run of another model."""
    leaderboard = Leaderboard(tmp_path_factory.mktemp("claims") / "board.sqlite")
    leaderboard.record(build_result(1, accuracy=0.92))
    leaderboard.record(build_result(2, accuracy=0.5, model="model_1", ranked=False, not_ranked_because=["random"]))
    leaderboard.record(build_result(3, accuracy=0.8))
    return leaderboard


def reported_cells(sheets):
    """The column of claims, where there is one."""
    (sheet,) = sheets
    headings = sheet.ranked.headings
    return [cells[headings.index("reported")] for cells in sheet.ranked.cells] if "reported" in headings else None


@pytest.mark.parametrize(
    ("claims", "cell"),
    [
        ([claim("92.21", n=None)], "92.21: not comparable: n"),
        ([claim("90")], "90: inside 87.0-97.0"),
        ([claim("80")], "80: outside 87.0-97.0"),
        ([claim("90"), claim("80", source="elsewhere")], "90: inside 87.0-97.0; 80: outside 87.0-97.0"),
        ([claim("90", split="valid")], "90: not comparable: split"),
        ([claim("90", flags=("not-reproduced",))], "90 (not-reproduced): inside 87.0-97.0"),
    ],
)
def test_a_claim_stands_beside_the_measured_value(leaderboard, claims, cell):
    """As printed, with what the measurement says about it; a model without claims has a dash."""
    sheets = sheets_of(leaderboard, Ledger(claims=tuple(claims)))
    beside, other = reported_cells(sheets)

    assert beside.startswith(cell)
    assert other == "-"
    assert REPORTED in sheets[0].notes


def test_the_released_weights_are_held_against_the_count(tmp_path):
    """With the weights that the claim is about, the number of right answers is the yardstick."""
    catalog = build_catalog()
    card = catalog.models.get("poster_v2").entry.card.released_for("rafdb")
    released = {
        "name": card.name,
        "sha256": card.sha256 or "0" * 64,
        "selection": card.selection,
        "extra_data": None,
    }
    leaderboard = Leaderboard(tmp_path / "board.sqlite")
    for seed, correct in ((1, 2829), (2, 2826)):
        leaderboard.record(build_result(seed, n=3068, accuracy=correct / 3068, model="poster_v2", weights=released))
    ledger = Ledger(claims=(claim("92.21", model="poster_v2", n=3068),))

    assert reported_cells(sheets_of(leaderboard, ledger, catalog)) == [
        "92.21: same count (2829)",
        "92.21: 3 fewer images (2826)",
    ]


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        ({"model": "model_9"}, {}),
        ({"dataset": "ferplus"}, {}),
        ({"metric": "uar"}, {}),
        ({}, {"metric": "uar"}),
        ({}, {"label_mode": "mask"}),
        ({"source_kind": "third-party", "reported_by": "somebody"}, {}),
    ],
)
def test_what_is_about_something_else_is_not_shown(leaderboard, changes, asked):
    """Another model, data set, metric or label mode, and what third parties say: no column, and no note."""
    sheets = sheets_of(leaderboard, Ledger(claims=(claim(**changes),)), **asked)

    assert reported_cells(sheets) is None
    assert REPORTED not in sheets[0].notes


def test_claims_rank_nothing_and_measure_nothing(leaderboard):
    """The same rows in the same order with the same values, whatever is claimed; rows without a rank have no claims."""
    without = row_documents(sheets_of(leaderboard))
    beside = row_documents(sheets_of(leaderboard, Ledger(claims=(claim("99.99"),))))

    assert [row["reported"] for row in beside[1:]] == [[], []]
    assert [row["ranked"] for row in beside] == [True, True, False]
    assert [{**row, "reported": []} for row in beside] == without


def test_json_has_the_state_and_the_source_of_every_claim(leaderboard):
    """Third-party claims are there, too, and the reason why one cannot be compared."""
    third = claim("90", source_kind="third-party", reported_by="somebody", source="a blog")
    (row, *_) = row_documents(sheets_of(leaderboard, Ledger(claims=(claim("90"), third))))
    inside, other = row["reported"]

    assert (inside["text"], inside["value"], inside["state"]["kind"]) == ("90", 0.9, "inside_interval")
    assert (other["reported_by"], other["source"]) == ("somebody", "a blog")
    assert (other["state"]["kind"], other["state"]["why"]) == ("not_comparable", "third-party")


def test_csv_has_the_claims_in_one_cell(leaderboard):
    """The texts of the table, and an empty cell where nothing is reported."""
    text = csv_text(sheets_of(leaderboard, Ledger(claims=(claim("90"),))), all_columns("accuracy"))

    assert [row["reported"] for row in csv.DictReader(io.StringIO(text))] == ["90: inside 87.0-97.0", "", ""]


def test_a_hostile_claim_is_a_text(leaderboard):
    """A ledger of a stranger cannot break a table either."""
    hostile = claim("90", flags=("|<b>`\x1b[31m",))
    text = markdown(sheets_of(leaderboard, Ledger(claims=(hostile,))))

    assert r"90 (\|&lt;b&gt;\`\\x1b\[31m)\: inside 87.0-97.0" in text


def test_nothing_is_looked_up_for_rows_that_are_not_shown(leaderboard):
    """Only the rows that are left by `top` are held against claims."""
    (sheet,) = sheets_of(leaderboard, Ledger(claims=(claim("90"),)), top=1)

    assert [bool(line.beside) for line in sheet.ranked.lines] == [True]
