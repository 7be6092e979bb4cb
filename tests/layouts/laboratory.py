"""JAFFE, KDEF and FERG in every layout."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tests.drawing_sets import JAFFE_CODES, ferg, jaffe, kdef
from tests.layouts.layout import ALPHABETICAL, Layout

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

JAFFE = {"KA": [*JAFFE_CODES], "KL": ["fear", "fear"], "YM": ["surprise"]}
JAFFE_COUNTS = Counter(label for labels in JAFFE.values() for label in labels)


def laboratory() -> Iterator[Layout]:
    """JAFFE, KDEF and FERG: names of files say everything, in whatever folders."""
    for name, draw_ in (("release", lambda root: jaffe(root, JAFFE)), ("class folders", jaffe_sorted)):
        yield Layout(
            dataset="jaffe",
            name=name,
            draw=draw_,
            words="names of files",
            classes=ALPHABETICAL,
            counts=JAFFE_COUNTS,
            labels={"KA.AN1.1": "anger", "KL.FE1.8": "fear", "YM.SU1.10": "surprise"},
        )
    for name, above in (("release", "KDEF_and_AKDEF/KDEF"), ("folders of people", ".")):
        yield Layout(
            dataset="kdef",
            name=name,
            draw=lambda root, above=above: kdef(root / above, ["AF01", "BM02"], JAFFE_CODES, ["S", "HL"]),
            words="names of files, angle all",
            classes=ALPHABETICAL,
            counts=dict.fromkeys(ALPHABETICAL, 4),
            labels={"AF01AFS": "fear", "AF01ANS": "anger", "BM02DIHL": "disgust"},
            attributes={"BM02DIHL": {"angle": "half left profile", "sex": "male", "session": "B"}},
        )
    for name, draw_ in (("release", lambda root: ferg(root / "FERG_DB_256", FERG)), ("without folders", ferg_flat)):
        yield Layout(
            dataset="ferg",
            name=name,
            draw=draw_,
            words="names of files",
            classes=ALPHABETICAL,
            counts=dict.fromkeys(ALPHABETICAL, 2) | {"happiness": 4},
            labels={"aia_anger_1": "anger", "ray_joy_2": "happiness"},
            attributes={"aia_anger_1": {"character": "aia"}, "ray_joy_2": {"character": "ray"}},
        )


FERG = {"aia": [*ALPHABETICAL], "ray": ["happiness"]}


def jaffe_sorted(root: Path) -> None:
    """A copy in folders of classes."""
    for path in jaffe(root / "drawn", JAFFE).iterdir():
        (root / path.name[3:5]).mkdir(exist_ok=True)
        path.rename(root / path.name[3:5] / path.name)
    (root / "drawn").rmdir()


def ferg_flat(root: Path) -> None:
    """All pictures in one folder."""
    for path in list(ferg(root / "drawn", FERG).rglob("*.png")):
        path.rename(root / path.name)
