"""Every data set in every layout, drawn in the official format and evaluated end to end with tiny_cnn."""

from __future__ import annotations

from collections import Counter

import pytest

from ferbench.config import Settings
from ferbench.pipeline.run import Evaluator
from ferbench.plugin_manager import build_catalog
from ferbench.spec import RANDOM_WEIGHTS, RunSpec
from tests.layouts.every import layouts

LAYOUTS = {f"{layout.dataset}: {layout.name}": layout for layout in layouts()}


@pytest.fixture(scope="module")
def evaluator():
    """One evaluator, so that the weights are read once."""
    return Evaluator(build_catalog(), Settings())


@pytest.fixture
def run(evaluator, tmp_path):
    """A run of tiny_cnn on a layout, with the shipped weights where these know all classes."""

    def on(layout):
        layout.draw(tmp_path)
        options = dict(layout.options)
        spec = RunSpec(
            model="tiny_cnn",
            dataset=layout.dataset,
            data_root=str(tmp_path),
            split=options.pop("split", None),
            dataset_options=options,
            weights=RANDOM_WEIGHTS if layout.class_order else "tiny_cnn.synthetic",
            class_order=layout.class_order,
            timing=False,
        )
        return evaluator.evaluate(spec)

    return on


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_layout_is_evaluated(run, layout):
    """Counts, class order, labels, attributes, and what the scores stand on, are as drawn, each by class name."""
    result = run(layout)
    record, predictions = result.record, result.predictions
    label_of = dict(zip(predictions.ids, predictions.labels, strict=True))
    attributes_of = dict(zip(predictions.ids, predictions.attributes, strict=True))
    counts = {name: layout.counts.get(name, 0) for name in layout.classes}

    assert record["layout"].startswith(layout.words)
    assert {name: Counter(predictions.labels)[name] for name in (*counts, *predictions.labels)} == counts
    assert {name: label_of.get(name) for name in layout.labels} == layout.labels
    assert record["dataset_classes"] == list(layout.classes)
    for name, values in layout.attributes.items():
        assert values.items() <= attributes_of[name].items()
    assert (record["status"], predictions.failures) == ("complete", {})
    for mode, scores in record["scores"].items():
        assert {name: scores[f"support/{name}"] for name in layout.classes} == counts
        matrix = next(item for item in result.matrices if item.label_mode == mode)
        assert {name: sum(row) for name, row in zip(matrix.rows, matrix.values, strict=True)} == counts


def test_every_set_of_the_field_is_here():
    """A set that is added without a layout in this table is noticed."""
    registered = {item.entry.card.name for item in build_catalog().datasets if item.origin.plugin == "datasets"}

    assert {layout.dataset for layout in LAYOUTS.values()} == registered


def test_expected_attributes_are_those_of_the_cards():
    """Where a card lists the values of an attribute, the table above expects one of them."""
    cards = {item.entry.card.name: item.entry.card for item in build_catalog().datasets}
    expected = {
        (layout.dataset, name, value)
        for layout in LAYOUTS.values()
        for values in layout.attributes.values()
        for name, value in values.items()
    }

    known = [(cards[dataset].attributes.get(name), value) for dataset, name, value in expected]
    assert [value for values, value in known if values and value not in values] == []
    assert {name for dataset, name, _ in expected if dataset == "rafdb"} >= {"gender", "race", "age", "occlusion"}
