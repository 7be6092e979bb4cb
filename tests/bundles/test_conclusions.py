"""What a record concludes must follow from its run: no forged verdict, interval or count is taken over."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from ferbench.audit.bundled_run import examine
from ferbench.audit.conclusions import labels_seen, misstated
from ferbench.audit.copies import Shelf
from ferbench.config import Settings
from ferbench.leaderboard.store import Leaderboard
from tests.bundles.remaking import remade

OFFICIAL = {"kind": "official", "name": "", "text": "official", "finding": "believe me"}


def conclusions(path, catalog, tmp_path, root):
    """The check of the record."""
    leaderboard = Leaderboard(tmp_path / "verifier.sqlite")
    shelf = Shelf(
        catalog=catalog, settings=Settings.load(tmp_path), leaderboard=leaderboard, data_root=root, options={}
    )
    return next(check for check in examine(path, shelf).checks if check.name == "record")


def test_what_follows_is_found_to_follow(catalog, restricted, raf, tmp_path):
    """Verdicts, intervals and counts of an honest run."""
    assert conclusions(restricted.path, catalog, tmp_path, raf).passed


FORGERIES = {
    "intervals": lambda record: record["intervals"]["strict"].update(accuracy=[0.99, 1.0]),
    "input": lambda record: record.update(input="official-aligned"),
    "pixels": lambda record: record.update(pixels=OFFICIAL),
    "labels": lambda record: record.update(labels=OFFICIAL),
    "labels, by another text": lambda record: record["labels"].update(text="official"),
    "status": lambda record: record.update(status="complete"),
    "without_face": lambda record: record.update(without_face=1),
    "foreign_answers": lambda record: record["foreign_answers"].update(contempt=1000),
    "slices": lambda record: record.update(slices={"best": {"n": 1, "scores": {}, "intervals": {}}}),
    "views": lambda record: record.update(tta="flip"),
    "cost_key": lambda record: record.update(cost_key="0" * 64),
    "private": lambda record: record.update(private=True),
}


@pytest.mark.parametrize(("name", "forge"), FORGERIES.items(), ids=FORGERIES)
def test_what_does_not_follow_is_named(catalog, restricted, raf, tmp_path, name, forge):
    """Every hash is right, and the field says what its run does not."""
    path = remade(restricted.path, tmp_path / "x.ferbench", lambda documents: forge(documents["record.json"]))
    found = conclusions(path, catalog, tmp_path, raf)

    assert found.passed is False
    assert found.finding == f"does not follow from the run: {name.partition(',')[0]}"


def test_what_was_not_known_yet_is_no_lie(catalog, restricted, raf, tmp_path):
    """A card may have learnt a name since."""
    unknown = {"kind": "unknown", "name": "", "text": "unknown", "finding": "no number is known"}
    path = remade(
        restricted.path, tmp_path / "x.ferbench", lambda documents: documents["record.json"].update(labels=unknown)
    )

    assert conclusions(path, catalog, tmp_path, raf).passed


def test_released_weights_are_as_their_card_says(catalog):
    """Who selected them and what they saw is not for a stranger to say; nothing said is nothing wrong."""
    released = catalog.models.get("tiny_cnn").entry.card.weights[0]
    honest = {
        "sha256": released.sha256,
        "selection": released.selection,
        "extra_data": None if released.extra_data is None else list(released.extra_data),
        "licence": released.licence,
    }

    def lies(**changes):
        return misstated({"model": "tiny_cnn", "weights": {**honest, **changes}}, catalog)

    assert not lies()
    assert not lies(selection="unknown", extra_data=None, licence=None)
    assert lies(selection="val-best" if released.selection != "val-best" else "last")
    assert lies(licence="public domain")
    assert not lies(licence="public domain", sha256="0" * 64)


@pytest.mark.parametrize(("count", "kind"), [(74, "official"), (70, "unknown")])
def test_labels_without_a_class_are_judged_on_the_others(catalog, restricted, count, kind):
    """A model that does not know fear: official when as many images were left out as there are."""
    card = replace(catalog.datasets.get("rafdb").entry.card, id_pattern={})
    official = Counter(card.counts["test"])
    labels = tuple(label for label, n in official.items() if label != "fear" for _ in range(n))
    images = replace(restricted.result.test_set, ids=tuple(map(str, range(len(labels)))), labels=labels)

    assert labels_seen({"split": "test", "left_out": {"fear": count}}, images, card).kind == kind
