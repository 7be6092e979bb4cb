"""What the POSTER V2 plugin tells the harness."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from ferbench.emotions import NAMED_ORDERS
from ferbench_poster_v2 import ferbench_models

if TYPE_CHECKING:
    from ferbench.cards import WeightsCard


def test_hook_gives_one_model_that_builds() -> None:
    """The entry builds the network for the classes asked for and says how its checkpoints are read."""
    (entry,) = ferbench_models()

    assert entry.card.name == "poster_v2"
    assert entry.build is not None
    assert entry.build(num_classes=6).state_dict()["VIT.head.linear.bias"].shape == (6,)
    assert (entry.rules.keys, entry.rules.strip_prefixes) == (("state_dict",), ("module.",))
    assert (entry.rules.renames, entry.rules.ignore) == ((), ())
    assert "`...-model.pth`" in entry.rules.optimizer_only


def test_released_weights_know_their_class_orders_and_where_these_are_written() -> None:
    """RAF-DB and CAER-S have a documented order; the AffectNet orders are assumptions and carry no source."""
    orders = {card.dataset: (card.classes, card.classes_source is not None) for card in released().values()}

    assert orders == {
        "rafdb": (NAMED_ORDERS["rafdb"], True),
        "affectnet7": (NAMED_ORDERS["affectnet7"], False),
        "affectnet8": (NAMED_ORDERS["affectnet8"], False),
        "caers": (NAMED_ORDERS["alphabetical7"], True),
    }


def test_released_weights_know_what_they_were_trained_on() -> None:
    """Colour order, crop and alignment are facts of each of them: RAF-DB's faces are aligned, the others are crops."""
    inputs = {
        name: (card.preprocess.colour_order, card.preprocess.crop, card.preprocess.align, card.preprocess.expects)
        for name, card in released().items()
        if card.preprocess
    }

    assert inputs == {
        "poster_v2.rafdb": ("rgb", "none", "none", "aligned_face"),
        "poster_v2.affectnet7": ("rgb", "none", "none", "face_crop"),
        "poster_v2.affectnet8": ("rgb", "none", "none", "face_crop"),
        "poster_v2.caers": ("rgb", "none", "none", "face_crop"),
    }


def test_claims_are_those_of_the_authors() -> None:
    """Accuracies of the README, and who selected the files by what."""
    claims = {name: card.claim.accuracy_percent for name, card in released().items() if card.claim}

    assert claims == {
        "poster_v2.rafdb": 92.21,
        "poster_v2.affectnet7": 67.49,
        "poster_v2.affectnet8": 63.77,
        "poster_v2.caers": 93.00,
    }
    assert {card.selection for card in released().values()} == {"test-best"}


def test_backbones_are_offered_and_cannot_be_evaluated() -> None:
    """The two files that training starts from are there, for no data set, without classes and preprocessing."""
    (entry,) = ferbench_models()
    backbones = {card.name: card for card in entry.card.weights if card.dataset is None}

    assert list(backbones) == ["poster_v2.ir50", "poster_v2.mobilefacenet"]
    assert {(card.classes, card.preprocess, card.claim) for card in backbones.values()} == {(None, None, None)}


def test_every_file_has_an_address_on_drive_and_one_with_a_code() -> None:
    """A program can fetch each; people in China have Baidu, whose pages ask for a code."""
    (entry,) = ferbench_models()

    for card in entry.card.weights:
        assert card.url
        assert card.url.startswith("https://drive.google.com/file/d/")
        assert [mirror.code for mirror in card.mirrors] == ["POST"]
    assert len({card.file_name for card in entry.card.weights}) == len(entry.card.weights)


def released() -> dict[str, WeightsCard]:
    """The cards of weights for a data set, by name."""
    (entry,) = ferbench_models()
    return {card.name: card for card in entry.card.weights if card.dataset}


@pytest.mark.parametrize("module", ["ferbench_poster_v2", "ferbench_poster_v2.card"])
def test_importing_the_plugin_does_not_import_torch(module: str) -> None:
    """Listing models stays cheap."""
    program = f"import sys, {module}; sys.exit('torch' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
