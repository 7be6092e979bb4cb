"""What comes with ferbench passes the checks that it asks of everybody's plugins."""

from __future__ import annotations

from functools import partial

import pytest

from ferbench.config import Settings
from ferbench.emotions import COMPOUND
from ferbench.pipeline.export.export import export
from ferbench.plugin_manager import build_catalog
from ferbench.spec import RunSpec
from ferbench.testing import check_plugin, parametrize_with_checks, subject_of
from ferbench.testing.model_checks.inputs import goldens
from tests.drawing import RAFDB_CLASSES, folder_tree, rafdb_official
from tests.drawing_affectnet import SMALL, affectnet_csv, affectnet_numbered
from tests.drawing_fer import FER2013_CLASSES, fer2013_table, ferplus_tables
from tests.drawing_sets import draw, miniature, write

CATALOG = build_catalog()
OWN = {"ferbench"}
METRICS = [item.entry.card.name for item in CATALOG.metrics if item.origin.distribution in OWN]
MODELS = {item.entry.card.name for item in CATALOG.models if item.origin.distribution in OWN}
DETECTORS = [item.entry.card.name for item in CATALOG.detectors if item.origin.distribution in OWN]
#: Networks of which each is built otherwise; the others of the catalog are `poster` in other sizes and forms.
LARGE = ("poster_v2", "poster", "apvit")
SIZES = sorted(MODELS - {*LARGE, "tiny_cnn"})
#: What is asked of the plugin, and so of all its networks when `poster` is asked: each a new process.
OF_THE_PLUGIN = ("light-discovery", "no-side-effects", "public-modules", "preprocess-stable")
#: Of the same operations as those of `poster` and `poster_affectnet_small`, at half a minute and more for each size.
EXPORTS = ("exports-torchscript", "exports-onnx")
#: The one network of the other form, without its mixing of tokens, that is exported; ONNX would take another minute.
OTHER_FORM = "poster_affectnet_small"
#: First digits of the SHA-256 of the tensor that one drawn picture becomes: for 224 x 224 with the statistics of
#: ImageNet, and for the networks that expect something else.
OF_THE_FIELD = "30d0090353f05829"
GOLDEN = {
    "apvit": "9492da1304538da9",
    "tiny_cnn": "7442d72cbb78f483",
    **dict.fromkeys(("poster", "poster_base", "poster_small"), "e9a8b1c815e825fa"),
}
#: A miniature tree has other numbers of pictures than the official set.
MINIATURE = ("counts",)
A_SPLIT = dict.fromkeys(RAFDB_CLASSES, 2)


def compound(root):
    """Two pictures of every compound expression, in folders with their names."""
    for number, label in enumerate((*COMPOUND, *COMPOUND), start=1):
        draw(root / "test" / label.replace("_", " ").title() / f"test_{number:04d}_aligned.jpg", number)
    return root


def fer2013(root):
    """Two rows of every class and usage."""
    usages = ("Training", "PublicTest", "PrivateTest")
    return fer2013_table(root, [(i // 3 % 7, usages[i % 3]) for i in range(6 * len(FER2013_CLASSES))])


def ferplus(root):
    """Rows that all raters agree on."""
    votes = [",".join("10" if place == label else "0" for place in range(10)) for label in range(8)]
    usages = ("Training", "PublicTest", "PrivateTest")
    lines = [(usages[i % 3], f"fer{i:07d}.png", votes[i // 3 % 8]) for i in range(24)]
    return ferplus_tables(root, lines)


def table(root):
    """A table of two pictures."""
    for number, name in enumerate(("a", "b")):
        draw(root / f"{name}.png", number)
    write(root / "table.csv", "path,label,light\na.png,fear,dim\nb.png,anger,bright\n")
    return root


TREES = {
    **{
        name: partial(miniature, name)
        for name in ("affwild2", "caers", "ckplus", "expw", "ferg", "jaffe", "kdef", "oulu", "sfew")
    },
    "rafdb": lambda root: rafdb_official(root, {"train": A_SPLIT, "test": A_SPLIT}, attributes=True),
    "rafdb_compound": compound,
    "affectnet7": lambda root: affectnet_csv(root, SMALL),
    "affectnet8": lambda root: affectnet_numbered(root, {"val": SMALL["val"]}),
    "ferplus": ferplus,
    "fer2013": fer2013,
    "folder": lambda root: folder_tree(root, {"happy": 2, "fear": 2}),
    "table": table,
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


@pytest.mark.slow
@parametrize_with_checks(LARGE)
def test_the_reference_models(check):
    """The reference models pass every check."""
    check()


@pytest.mark.slow
@parametrize_with_checks([name for name in SIZES if name != OTHER_FORM], without=[*OF_THE_PLUGIN, *EXPORTS])
def test_other_sizes_of_the_reference_models(check):
    """Networks of the same parts in other sizes pass every check that looks at the network or at its card."""
    check()


@pytest.mark.slow
@parametrize_with_checks([OTHER_FORM], without=[*OF_THE_PLUGIN, "exports-onnx"])
def test_the_other_form_of_poster(check):
    """It is exported, too."""
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
