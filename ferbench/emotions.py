"""Canonical expression classes, their synonyms, named class orders, and projection between class sets.

A *class order* is a tuple of canonical names; position i is what output i of a network means. The names follow
the labels that raters chose ("happiness"), not a claim about what anybody felt.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from ferbench.errors import ClassMismatch, UnknownName, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ClassOrder = tuple[str, ...]
LabelMode = Literal["strict", "mask"]

CANONICAL: ClassOrder = (
    "neutral",
    "happiness",
    "sadness",
    "surprise",
    "fear",
    "disgust",
    "anger",
    "contempt",
)

#: Labels of single data sets that are no basic expression.
OTHER: ClassOrder = ("other",)
#: The eleven compound expressions that RAF-DB uses, in alphabetical order.
COMPOUND: ClassOrder = (
    "angrily_disgusted",
    "angrily_surprised",
    "disgustedly_surprised",
    "fearfully_angry",
    "fearfully_surprised",
    "happily_disgusted",
    "happily_surprised",
    "sadly_angry",
    "sadly_disgusted",
    "sadly_fearful",
    "sadly_surprised",
)
KNOWN: ClassOrder = (*CANONICAL, *OTHER, *COMPOUND)

_SYNONYMS = {
    "neutral": {"ne", "neu", "neutrality", "natural", "normal"},
    "happiness": {"ha", "hap", "happy", "joy", "smile"},
    "sadness": {"sa", "sad"},
    "surprise": {"su", "sur", "surprised"},
    "fear": {"fe", "fea", "afraid", "fearful", "scared"},
    "disgust": {"di", "dis", "disgusted"},
    "anger": {"an", "ang", "angry"},
    "contempt": {"co", "con", "contemptuous"},
}
_CANONICAL_OF = {name: name for name in KNOWN} | {
    synonym: name for name, synonyms in _SYNONYMS.items() for synonym in synonyms
}

_ALPHABETICAL_8 = tuple(sorted(CANONICAL))

#: Orders in which published label files, folders and checkpoints count their classes.
NAMED_ORDERS: dict[str, ClassOrder] = {
    "rafdb": ("surprise", "fear", "disgust", "happiness", "sadness", "anger", "neutral"),
    "affectnet8": CANONICAL,
    "affectnet7": CANONICAL[:7],
    "ferplus8": ("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt"),
    "ferplus7": ("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear"),
    "fer2013": ("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral"),
    "ckplus": ("anger", "contempt", "disgust", "fear", "happiness", "sadness", "surprise"),
    "affwild2": ("neutral", "anger", "disgust", "fear", "happiness", "sadness", "surprise", "other"),
    "apvit": ("anger", "disgust", "fear", "sadness", "happiness", "surprise", "neutral"),
    "alphabetical8": _ALPHABETICAL_8,
    "alphabetical7": tuple(name for name in _ALPHABETICAL_8 if name != "contempt"),
}


def canonical_class(text: str) -> str | None:
    """Canonical name of a class spelt in any known way (`"3_Happy"` -> `"happiness"`), or None.

    Case, a leading or trailing number and the separators `_`, `-`, `.` and space do not matter.
    """
    words = [word for word in re.split(r"[\s_.\-]+|\d+", text.strip().lower()) if word]
    return _CANONICAL_OF.get("_".join(words))


def parse_class_order(text: str) -> ClassOrder:
    """Class order from a name of NAMED_ORDERS or from a comma-separated list in any spelling.

    Raises:
        UnknownName: the text is neither a known order nor a list of known classes.
        UsageError: a class stands twice in the list.
    """
    if text in NAMED_ORDERS:
        return NAMED_ORDERS[text]
    names = [part.strip() for part in text.split(",")]
    order = [canonical_class(name) for name in names]
    if None in order:
        wrong = names[order.index(None)]
        raise UnknownName(
            f"A class order {text!r} was asked for.",
            f"{wrong!r} is neither a class ({', '.join(CANONICAL)}) nor a known order.",
            f"Name one of {', '.join(NAMED_ORDERS)}, or list the classes in the order of the outputs.",
        )
    return unique_order([name for name in order if name])


def unique_order(names: Iterable[str]) -> ClassOrder:
    """The names as a class order; UsageError when one stands twice."""
    order = tuple(names)
    twice = sorted({name for name in order if order.count(name) > 1})
    if twice:
        raise UsageError(
            f"A class order of {len(order)} classes was given: {', '.join(order)}.",
            f"{', '.join(twice)} stands there more than once.",
            "Name each class once, in the order of the network's outputs.",
        )
    return order


def named_order(classes: Sequence[str]) -> str | None:
    """Name of a class order, or None where it has none."""
    return next((name for name, order in NAMED_ORDERS.items() if order == tuple(classes)), None)


def label_modes(model: Sequence[str], data: Sequence[str]) -> tuple[LabelMode, ...]:
    """The label modes in which a run is scored: `mask` differs from `strict` only where the class sets differ."""
    return ("strict",) if set(model) == set(data) else ("strict", "mask")


def require_projection(model: Sequence[str], data: Sequence[str]) -> None:
    """Refuse a model that has no output for a class of the data set.

    Raises:
        ClassMismatch: some images could never be answered right, and no label mode is honest about that.
    """
    absent = [name for name in data if name not in model]
    if absent:
        raise ClassMismatch(
            f"A model with {len(model)} classes ({', '.join(model)}) was to be scored on {len(data)} classes.",
            f"It has no output for {', '.join(absent)}: every image of these classes would be counted as wrong.",
            "Use a data set without them, or weights that know them; --classes shared leaves their images out, for a "
            "number on a board of its own; if the order is wrong, pass --class-order.",
        )
