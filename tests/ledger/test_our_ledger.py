"""The ledger that comes with ferbench: what it has to hold, and what its arithmetic says."""

from __future__ import annotations

import numpy as np
import pytest

from ferbench.ledger.consistency import check
from ferbench.ledger.known_counts import counts_for
from ferbench.ledger.states import state_of_matrix
from ferbench.results import Answers


def text_of(ours, model, dataset, **asked):
    """The values that the authors of a model state for a data set."""
    return [
        claim.text
        for claim in ours.claims_about(model, dataset)
        if not claim.third_party and all(getattr(claim, key) == value for key, value in asked.items())
    ]


def test_it_can_be_read(ours):
    """No row is refused, every one has a source and a mark."""
    assert ours.broken == ()
    assert len(ours.claims) > 100
    assert all(claim.source and claim.mark in "VPIS" for claim in ours.claims)


@pytest.mark.parametrize(
    ("model", "dataset", "text"),
    [
        ("poster_v2", "rafdb", "92.21"),
        ("poster_v2", "affectnet7", "67.49"),
        ("poster_v2", "affectnet8", "63.77"),
        ("poster_v2", "caers", "93.00"),
        ("poster", "rafdb", "92.05"),
        ("poster", "ferplus", "91.62"),
        ("poster_affectnet", "affectnet7", "67.31"),
        ("poster_affectnet", "affectnet8", "63.34"),
        ("apvit", "rafdb", "91.98"),
    ],
)
def test_the_reference_papers(ours, catalog, model, dataset, text):
    """What the authors of the reference models state, under names that ferbench knows."""
    assert text_of(ours, model, dataset) == [text]
    assert model in catalog.models
    assert dataset in catalog.datasets


def test_the_cost_of_poster_v2(ours):
    """8.4 G are MACs, and 43.7 M parameters."""
    (claim,) = [claim for claim in ours.claims_about("poster_v2", "rafdb") if not claim.third_party]

    assert (claim.params_millions, claim.giga_operations, claim.cost_unit) == (43.7, 8.4, "MACs")


@pytest.mark.parametrize(("dataset", "text"), [("jaffe", "96.67"), ("affwild2", "67.74"), ("ferg", "96.87")])
def test_what_others_say_of_poster(ours, dataset, text):
    """Three numbers come from another paper's table, and say so."""
    (claim,) = ours.claims_about("poster", dataset)

    assert (claim.text, claim.reported_by, claim.source_kind) == (text, "ARBEx", "third-party")


@pytest.mark.parametrize(
    ("model", "dataset", "texts"),
    [
        ("poster_v2", "rafdb", {"91", "81"}),
        ("scn", "rafdb", {"84", "86.54"}),
        ("resemotenet", "fer2013", {"60"}),
        ("apvit", "rafdb", {"81.42", "86", "90.8"}),
    ],
)
def test_what_users_report(ours, model, dataset, texts):
    """Numbers in issue threads, each with its thread, and never as if the authors said them."""
    found = [claim for claim in ours.claims_about(model, dataset) if claim.source_kind == "user"]

    assert {claim.text for claim in found} == texts
    assert all("issue" in claim.source and claim.third_party and claim.mark == "I" for claim in found)


def test_doubts_are_flagged(ours):
    """The numbers that nobody came near are in quarantine; one that depends on its batch is called so."""
    assert all("quarantine" in claim.flags for claim in ours.claims_about("resemotenet") if not claim.third_party)
    assert {"leaked-data", "not-reproduced"} < set(ours.claims_about("resemotenet", "rafdb")[0].flags)
    assert all("batch-dependent" in claim.flags for claim in ours.claims_about("arm"))
    assert ["ensemble" in claim.flags for claim in ours.claims_about("rmn")] == [False, True]


def test_numbers_that_are_no_counts(ours, catalog):
    """Three claims are no k/n of any known test set, and some only when their digits were cut off."""
    found = {}
    for claim in ours.claims:
        verdict = check(claim, counts_for(catalog, claim)).verdict
        found.setdefault(verdict, set()).add((claim.model, claim.dataset, claim.text))

    assert found["inconsistent"] == {
        ("ddamfn", "rafdb", "91.35"),
        ("resemotenet", "rafdb", "94.76"),
        ("eac", "affectnet7", "65.32"),
    }
    assert {("fmae_iat", "rafdb", "93.54"), ("ddamfn_plus", "rafdb", "92.04")} < found["truncated?"]
    assert ("poster_v2", "rafdb", "92.21") in found["consistent"]


def test_the_matrix_of_poster_v2(ours):
    """Accuracy 92.21 % (2,829 of 3,068), UAR 86.49 %, and imported."""
    (matrix,) = ours.matrices
    state = state_of_matrix(matrix)

    assert (matrix.correct, matrix.n) == (2829, 3068)
    assert f"{100 * matrix.accuracy:.2f} {100 * matrix.uar:.2f}" == "92.21 86.49"
    assert (state.kind, state.measured, state.run_id) == ("imported", None, None)
    assert "never measured, never ranked" in state.why


def test_a_matrix_gives_what_the_metrics_give(ours, catalog):
    """Accuracy and UAR of a matrix are those of answers with the same counts, by ferbench's own metrics."""
    (matrix,) = ours.matrices
    size = len(matrix.classes)
    labels = np.repeat(np.arange(size), matrix.rows)
    answers = np.concatenate(
        [
            [place] * right + [-1] * (images - right)
            for place, (right, images) in enumerate(zip(matrix.diagonal, matrix.rows, strict=True))
        ]
    )
    given = Answers(
        label_mode="strict",
        classes=matrix.classes,
        n_labels=size,
        y_true=labels,
        y_pred=answers,
        probabilities=np.full((len(labels), size), np.nan),
    )

    for name in ("accuracy", "uar"):
        metric = catalog.metrics.get(name).entry.compute
        assert getattr(matrix, name) == pytest.approx(metric(given), abs=1e-12)
