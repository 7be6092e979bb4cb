"""What the POSTER V2 plugin tells the harness."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ferbench.emotions import NAMED_ORDERS
from ferbench_poster_v2 import ferbench_models


def test_hook_gives_one_model_that_builds() -> None:
    """The entry builds the network for the classes asked for and says how its checkpoints are read."""
    (entry,) = ferbench_models()

    assert entry.card.name == "poster_v2"
    assert entry.build is not None
    assert entry.build(num_classes=6).state_dict()["VIT.head.linear.bias"].shape == (6,)
    assert (entry.rules.key, entry.rules.strip_prefixes) == (("state_dict",), ("module.",))
    assert (entry.rules.renames, entry.rules.ignore) == ((), ())


def test_released_weights_know_their_class_orders_and_where_these_are_written() -> None:
    """RAF-DB and CAER-S have a documented order; the AffectNet orders are assumptions and carry no source."""
    (entry,) = ferbench_models()

    orders = {card.dataset: (card.classes, card.classes_source is not None) for card in entry.card.weights}
    assert orders == {
        "rafdb": (NAMED_ORDERS["rafdb"], True),
        "affectnet7": (NAMED_ORDERS["affectnet7"], False),
        "affectnet8": (NAMED_ORDERS["affectnet8"], False),
        "caers": (NAMED_ORDERS["alphabetical7"], True),
    }


@pytest.mark.parametrize("module", ["ferbench_poster_v2", "ferbench_poster_v2.card"])
def test_importing_the_plugin_does_not_import_torch(module: str) -> None:
    """Listing models stays cheap."""
    program = f"import sys, {module}; sys.exit('torch' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
