"""All that comes with ferbench beside the large networks passes the checks of the kit, and nothing is left out."""

from __future__ import annotations

import pytest

from ferbench.config import Settings
from ferbench.pipeline.export.export import export
from ferbench.spec import RunSpec
from ferbench.testing import check_plugin, parametrize_with_checks, subject_of
from ferbench.testing.model_checks.inputs import goldens
from tests.own_plugins.miniatures import MINIATURE, TREES
from tests.own_plugins.own import CATALOG, DETECTORS, LARGE, METRICS, MODELS, OWN, SIZES

#: First digits of the SHA-256 of the tensor that one drawn picture becomes: for 224 x 224 with the statistics of
#: ImageNet, and for the networks that expect something else.
OF_THE_FIELD = "30d0090353f05829"
GOLDEN = {
    "apvit": "9492da1304538da9",
    "tiny_cnn": "7442d72cbb78f483",
    **dict.fromkeys(("poster", "poster_base", "poster_small"), "e9a8b1c815e825fa"),
}


def problems(results, may_be_skipped=()):
    """What failed, or could not be asked, with the findings."""
    wrong = {"fail", "skipped"}
    found = [(result.check.name, result.outcome, result.finding) for result in results if result.outcome in wrong]
    return [problem for problem in found if problem[1] == "fail" or problem[0] not in may_be_skipped]


@parametrize_with_checks([*METRICS, "tiny_cnn", "synthetic"])
def test_the_embedded_pair_and_the_metrics(check):
    """Every metric, the embedded network and the drawn faces pass every check."""
    check()


@pytest.mark.parametrize("name", sorted(MODELS))
def test_pictures_are_prepared_as_they_always_were(name):
    """One picture becomes the tensor whose SHA-256 begins as it is written here, for a model and for its weights."""
    found = goldens(CATALOG.models.get(name).entry.card)

    assert {sha256[:16] for sha256 in found.values()} == {GOLDEN.get(name, OF_THE_FIELD)}


@parametrize_with_checks(["timm:resnet10t"])
def test_a_network_of_timm(check):
    """A model that a scheme gives passes every check."""
    check()


@parametrize_with_checks(DETECTORS)
def test_the_face_detectors(check):
    """Every face detector passes every check; without its library it is skipped, and says which one."""
    check()


@pytest.mark.parametrize("form", ["torchscript", "onnx"])
def test_an_exported_file(form, tmp_path):
    """A model that is a file passes what can be asked of one."""
    file = tmp_path / f"tiny.{'pt' if form == 'torchscript' else 'onnx'}"
    export(RunSpec(model="tiny_cnn", dataset="synthetic"), form, file, CATALOG, Settings(), images=4)
    results = check_plugin(subject_of(f"{form}:{file}", CATALOG))

    assert problems(results) == []
    assert {result.check.name for result in results if result.outcome == "pass"} >= {
        *("light-discovery", "no-side-effects", "public-modules", "builds", "outputs", "output-kind", "deterministic"),
        *("batch-size", "batch-order", "batch-neighbours", "preprocess-complete", "preprocess-stable", "class-order"),
    }


@pytest.mark.parametrize("name", sorted(TREES))
def test_data_sets_on_miniature_trees(name, tmp_path):
    """Every data set of the field passes every check on a small tree in an official layout."""
    results = check_plugin(subject_of(name, CATALOG, data_root=TREES[name](tmp_path)), MINIATURE)

    # Some trees hold one split.
    assert problems(results, may_be_skipped={"disjoint-splits"}) == []


def test_everything_of_our_own_is_checked():
    """No model, data set, metric or detector is left out."""
    datasets = {item.entry.card.name for item in CATALOG.datasets if item.origin.distribution in OWN}

    assert {*TREES, "synthetic"} == datasets
    assert {*LARGE, *SIZES, "tiny_cnn"} == MODELS
    assert len(METRICS) == len(list(CATALOG.metrics))
    assert len(DETECTORS) == len(list(CATALOG.detectors))
