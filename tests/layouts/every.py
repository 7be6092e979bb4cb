"""Every data set in every layout in which it circulates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.layouts.affectnet import affectnet
from tests.layouts.fer2013 import fer2013, ferplus
from tests.layouts.laboratory import laboratory
from tests.layouts.own import own
from tests.layouts.rafdb import compound, raf
from tests.layouts.sequences import sequences
from tests.layouts.wild import frames_and_faces

if TYPE_CHECKING:
    from tests.layouts.layout import Layout


def layouts() -> list[Layout]:
    """All of them, set by set."""
    sets = (raf, compound, affectnet, ferplus, fer2013, frames_and_faces, laboratory, sequences, own)
    return [layout for of_set in sets for layout in of_set()]
