"""Names that papers, READMEs and benchmark pages use, and the names that ferbench has for the same things."""

from __future__ import annotations

import re
from types import MappingProxyType

#: Data set -> the split that papers report, where they say no more.
REPORTED_SPLIT = MappingProxyType(
    {
        "rafdb": "test",
        "rafdb_compound": "test",
        "affectnet7": "val",
        "affectnet8": "val",
        "ferplus": "test",
        "fer2013": "test",
        "caers": "test",
        "sfew": "val",
        "affwild2": "val",
        "expw": "all",
        "jaffe": "all",
        "ckplus": "all",
        "ferg": "all",
        "kdef": "all",
        "oulu": "all",
        "fedro": "all",
    }
)

#: Words of a name, joined -> data set. The words in _FILLER and those of splits are left out before.
_DATASETS = {
    "raf": "rafdb",
    "rafdbcompound": "rafdb_compound",
    "affectnet": "affectnet",
    "fer+": "ferplus",
    "caer": "caers",
    "sfew20": "sfew",
    "sfew2": "sfew",
    "affwild": "affwild2",
    "expressioninthewild": "expw",
    "ck+": "ckplus",
    "ck": "ckplus",
    "oulucasia": "oulu",
    "fergdb": "ferg",
} | {name.replace("_", ""): name for name in REPORTED_SPLIT}
_FILLER = {"basic", "class", "classes", "cls", "dataset", "emotion", "emotions", "nir", "set", "single", "split", "vis"}

#: What a split is called elsewhere. Both names of the only held-out images of a set mean these images.
_HELD_OUT = ("test", "testing", "val", "valid", "validation")
_SPLITS = {
    **{name: dict.fromkeys(_HELD_OUT, REPORTED_SPLIT[name]) for name in ("rafdb", "rafdb_compound", "caers")},
    **{name: dict.fromkeys(_HELD_OUT, "val") for name in ("affectnet7", "affectnet8")},
    **{name: {"valid": "val", "validation": "val"} for name in ("sfew", "affwild2")},
    **{
        name: {"val": "valid", "validation": "valid", "publictest": "valid", "privatetest": "test", "testing": "test"}
        for name in ("ferplus", "fer2013")
    },
}
#: Splits that a claim may be about, besides those of a data set's own card.
SPLITS = ("train", "val", "valid", "test", "merged", "all")
_SPLIT_WORDS = {*SPLITS, *_HELD_OUT, "privatetest", "publictest"}

#: Metric that no data of ferbench has: it is kept, and compared with nothing.
OTHER = "other"
_METRICS = {
    "accuracy": ("acc", "overall accuracy", "top-1", "top-1 accuracy", "war", "weighted average recall"),
    "uar": ("balanced accuracy", "macro recall", "mean accuracy", "mean class accuracy", "unweighted average recall"),
    "top2_accuracy": ("top-2", "top-2 accuracy"),
    "f1_macro": ("macro f1", "macro-f1", "f1 macro"),
    "f1_weighted": ("weighted f1", "f1 weighted"),
    OTHER: (),
}
#: Metrics that claims may be about, besides those of the loaded plugins.
METRICS = tuple(_METRICS)
#: Metrics that are a number of images divided by the number of all images.
COUNTS = frozenset({"accuracy", "top2_accuracy"})


def plain(text: str) -> str:
    """A name without case, spaces and signs other than a plus."""
    return "".join(re.findall(r"[a-z0-9+]+", text.lower()))


_METRIC_OF = {plain(spelling): name for name, spellings in _METRICS.items() for spelling in (name, *spellings)}


def metric_of(text: str) -> str | None:
    """The name that ferbench has for a metric which is spelt in a known way, or None."""
    return _METRIC_OF.get(plain(text))


def dataset_of(text: str, num_classes: int | None = None) -> tuple[str | None, str | None]:
    """The name that ferbench has for a data set, and the word for a split in what was written; None where unknown.

    AffectNet is two data sets: without a 7 or an 8 in its name `num_classes` says which.

    >>> dataset_of("AffectNet-7"), dataset_of("AffectNet (test)", 8), dataset_of("CK+")
    (('affectnet7', None), ('affectnet8', 'test'), ('ckplus', None))
    """
    words = re.findall(r"[a-z]+\+?|\d+", text.lower())
    split = next((word for word in words if word in _SPLIT_WORDS), None)
    name = _DATASETS.get("".join(word for word in words if word not in _FILLER | _SPLIT_WORDS))
    if name == "affectnet":
        name = f"affectnet{num_classes}" if num_classes in {7, 8} else None
    return name, split


def split_of(dataset: str, text: str) -> str:
    """The name that ferbench has for a split of a data set; the text itself where nothing else is known."""
    return _SPLITS.get(dataset, {}).get(plain(text), text)
