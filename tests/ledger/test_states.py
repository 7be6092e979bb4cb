"""What measured runs say about claims: rows of real boards, and rows that differ from them in one thing."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from ferbench.leaderboard.ranking import boards
from ferbench.leaderboard.store import Leaderboard
from ferbench.ledger.states import judged_claims, state_of
from tests.leaderboard.building import build_result
from tests.ledger.building import RELEASED, claim

KNOWN = {50: "official", 60: "variant"}
WEIGHTS = {"name": "model_1.rafdb", "sha256": "0" * 64, "selection": "test-best", "extra_data": None}


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """A leaderboard without runs, made once."""
    path = tmp_path_factory.mktemp("empty") / "board.sqlite"
    Leaderboard(path).prepare()
    return path


@pytest.fixture
def board(tmp_path, empty):
    """A leaderboard on a real file."""
    return Leaderboard(shutil.copy(empty, tmp_path / "board.sqlite"))


@pytest.fixture(scope="module")
def row(tmp_path_factory, empty):
    """The row of a ranked run of model_1 with the released weights: 46 of 50 images, 92 %."""
    path = shutil.copy(empty, tmp_path_factory.mktemp("row") / "board.sqlite")
    leaderboard = Leaderboard(path)
    leaderboard.record(build_result(1, accuracy=0.92, weights=WEIGHTS))
    (found,) = boards(leaderboard)
    return found.ranked[0]


def released(stated, *rows):
    """The state of a claim whose weights are released."""
    return state_of(stated, rows, known=KNOWN, released=RELEASED)


def trained(row, **changes):
    """The row of a run with other weights."""
    return replace(row, weights_name="mine.pth", selection="unknown", **changes)


def test_nobody_ran_it():
    """Without a run a claim was not attempted."""
    state = released(claim())

    assert (state.kind, state.text, state.run_id) == ("not_attempted", "not attempted", None)


def test_the_same_count(row):
    """The released weights give as many right answers as the claim states."""
    state = released(claim("92"), row)

    assert (state.kind, state.text, state.difference) == ("same_count", "same count (46)", 0)
    assert (state.run_id, state.measured, state.count) == (row.run_id, 0.92, 46)
    assert "46 of 50 with the released weights" in state.why


def test_the_same_count_to_the_stated_rounding(row):
    """A coarser claim is the same when some count that it can mean is; a truncated one is read as truncated."""
    row = replace(row, n=3068, scores={"accuracy": 2870 / 3068})
    known = {3068: "official"}

    assert state_of(claim("93.5", n=3068), [row], known=known, released=RELEASED).text == "same count (2870)"
    assert state_of(claim("93.54", n=3068), [row], known=known, released=RELEASED).text == "same count (2870)"
    assert state_of(claim("93.55", n=3068), [row], known=known, released=RELEASED).text == "same count (2870)"


@pytest.mark.parametrize(
    ("text", "shown", "difference"),
    [("98", "3 fewer images (46)", -3), ("94", "1 fewer image (46)", -1), ("86", "3 more images (46)", 3)],
)
def test_another_count(row, text, shown, difference):
    """The released weights differ by so many images: code, input or images differ."""
    state = released(claim(text), row)

    assert (state.kind, state.text, state.difference) == ("differs", shown, difference)
    assert state.why.startswith("code, input or images differ")


def test_a_claim_that_is_no_count(row):
    """Nothing can be the same as a number that is no k/n; the nearest count says how far away it is."""
    assert released(claim("92.7"), row).text == "nearest count (46); the claim is no k/50"
    assert released(claim("95.3"), row).text == "2 fewer images (46); the claim is no k/50"
    assert {released(claim(text), row).kind for text in ("92.7", "95.3")} == {"differs"}


def test_unknown_pixels_are_said(row):
    """What nobody knows about the pixels stands in the sentence, and not where they are official."""
    assert "official ones is not known" in released(claim(), replace(row, pixels="unknown")).why
    assert released(claim(), replace(row, pixels="official")).why == "46 of 50 with the released weights"


def test_a_metric_that_is_no_count(row):
    """The UAR of the released weights is compared at its rounding."""
    row = replace(row, scores={"uar": 0.86174})

    assert released(claim("86.17", metric="uar"), row).text == "same value (86.17)"
    assert released(claim("86.3", metric="uar"), row).text == "0.1 lower (86.2)"
    assert released(claim("86.05", metric="uar"), row).text == "0.12 higher (86.17)"
    assert released(claim("86.05", metric="uar"), row).kind == "differs"


def test_inside_and_outside_the_interval(row):
    """For a model that was trained again the yardstick is the 95 % interval of what was measured."""
    mine = trained(row, intervals={"accuracy": (0.912, 0.931)})

    inside, outside = released(claim("92"), mine), released(claim("94"), mine)

    assert (inside.kind, inside.text) == ("inside_interval", "inside 91.2-93.1")
    assert (outside.kind, outside.text) == ("outside_interval", "outside 91.2-93.1")
    assert inside.difference is None


@pytest.mark.parametrize(
    "changes", [{"weights_name": "raf-db.pth"}, {"selection": "unknown"}, {"weights_sha256": "1" * 64}]
)
def test_weights_that_only_look_released(row, changes):
    """A name, a selection or a SHA-256 that is not the card's makes them other weights."""
    card = replace(RELEASED, sha256="0" * 64)

    assert state_of(claim(), [row], known=KNOWN, released=card).kind == "same_count"
    assert state_of(claim(), [replace(row, **changes)], known=KNOWN, released=card).kind == "inside_interval"
    assert state_of(claim(), [row], known=KNOWN).kind == "inside_interval"


def test_a_metric_without_an_interval(row):
    """Nothing honest can be said of the UAR of other weights."""
    state = released(claim("86.2", metric="uar"), trained(row))

    assert (state.kind, state.why) == ("not_comparable", "uar has no interval")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"source_kind": "third-party"}, "third-party"),
        ({"source_kind": "user"}, "third-party"),
        ({"reported_by": "ARBEx"}, "third-party"),
        ({"unit": "other"}, "unit"),
        ({"metric": "other"}, "metric"),
        ({"flags": ("other-images",)}, "other images"),
    ],
)
def test_claims_that_no_run_can_stand_beside(row, changes, why):
    """What stands in the way is in the claim itself, with and without runs."""
    for rows in ((), (row,)):
        state = released(claim(**changes), *rows)
        assert (state.kind, state.why, state.text) == ("not_comparable", why, f"not comparable: {why}")


@pytest.mark.parametrize(
    ("claimed", "measured", "why"),
    [
        ({}, {"split": "train"}, "split (test, measured on train)"),
        ({}, {"left_out": ("contempt",)}, "label rule (measured without contempt)"),
        (
            {"label_rule": "majority"},
            {"labels": "variant: label_rule=argmax8"},
            "label rule (label_rule majority, measured with argmax8)",
        ),
        (
            {"num_classes": 8},
            {"labels": "variant: label_rule=majority, num_classes=7"},
            "label rule (num_classes 8, measured with 7)",
        ),
        ({"n": 60}, {}, "n (60, measured on 50)"),
        ({"n": None, "text": "91.67", "decimals": 2}, {}, "n (60, measured on 50)"),
        ({}, {"pixels": "variant: re-aligned"}, "pixels (another variant)"),
        ({}, {"seen": "TTA flip"}, "pictures seen (TTA flip)"),
        ({}, {"seen": "crop detect by mtcnn"}, "pictures seen (crop detect by mtcnn)"),
        ({}, {"scores": {"accuracy": None}}, "metric (the run has no accuracy)"),
        ({"metric": "mcc"}, {}, "metric (the run has no mcc)"),
        ({}, {"reasons": ("invalidated: wrong",)}, "not ranked (invalidated: wrong)"),
    ],
)
def test_runs_that_cannot_stand_beside_a_claim(row, claimed, measured, why):
    """The reason is named: split, label rule, number, pixels and cut of images, metric, or why it is not ranked."""
    state = released(claim(**claimed), replace(row, **measured))

    assert (state.kind, state.why) == ("not_comparable", why)
    assert state.measured is None


def test_a_set_of_unknown_size(row):
    """Without any known number of images nothing says that both stand on the same ones."""
    state = state_of(claim(n=None), [row], known={}, released=RELEASED)

    assert state.why == "n (not stated, measured on 50)"


def test_a_claim_without_n_that_fits(row):
    """Where the digits allow the number of images of the run, both are compared."""
    assert released(claim(n=None), row).kind == "same_count"


def test_of_several_runs_the_newest_with_released_weights_counts(row):
    """Released weights go before newer others, the newest before older, ranked before unranked."""
    older = replace(row, run_id="older", created_at="2024-01-01", scores={"accuracy": 0.9})
    mine = trained(row, run_id="mine", created_at="2026-01-01")
    broken = replace(row, run_id="broken", created_at="2027-01-01", reasons=("broken seal",))

    assert released(claim(), older, mine, row, broken).run_id == row.run_id
    assert released(claim(), older, mine, broken).run_id == "older"
    assert released(claim(), mine, broken).run_id == "mine"
    assert released(claim(), broken).why == "not ranked (broken seal)"


def test_imported_runs_come_last(row):
    """What was measured here says more than a file of somebody else, however new that is; else the file is named."""
    imported = replace(row, run_id="imported", created_at="2027-01-01", origin="imported")
    mine = trained(imported, intervals={"accuracy": (0.9, 0.95)})

    assert released(claim(), imported, row).run_id == row.run_id
    assert released(claim(), trained(row), imported).run_id == "imported"
    for alone in (imported, mine):
        assert released(claim(), alone).why.endswith("; the run was imported, not measured here")


def test_an_obstacle_of_one_run_does_not_hide_another(row):
    """A newer run on other images is passed over."""
    other = replace(row, run_id="other", created_at="2027-01-01", n=60)

    assert released(claim(), other, row).run_id == row.run_id


def test_claims_beside_the_boards_of_a_store(board, catalog):
    """Every claim gets the runs of its model on its data set, and what its digits say; claims reach no board."""
    board.record(build_result(1, accuracy=0.92, weights=WEIGHTS))
    board.record(build_result(2, accuracy=0.9))
    found = boards(board)
    claims = [claim("92"), claim("90", model="model_2"), claim("90", model="model_3"), claim(dataset="ferplus")]

    judged = judged_claims(claims, found, catalog)

    kinds = [item.state.kind for item in judged]
    assert kinds == ["inside_interval", "inside_interval", "not_attempted", "not_attempted"]
    assert judged[0].consistency.text == "46/50"
    assert [row.model for item in boards(board) for row in item.rows] == ["model_1", "model_2"]


def test_released_weights_of_a_real_card(board, catalog):
    """POSTER V2 with the weights of its card on 3,068 images: the count is the yardstick; on fewer it is not."""
    weights = {"name": "poster_v2.rafdb", "sha256": "a" * 64, "selection": "test-best", "extra_data": None}
    stated = claim("92.21", model="poster_v2", n=3068)
    board.record(build_result(1, n=3068, accuracy=2826 / 3068, model="poster_v2", weights=weights))

    (judged,) = judged_claims([stated], boards(board), catalog)

    assert (judged.state.kind, judged.state.text) == ("differs", "3 fewer images (2826)")
