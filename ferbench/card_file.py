"""The small TOML card beside an exported network: how pictures become its input, and what its output is.

`poster_v2.onnx` has the card `poster_v2.onnx.toml`. Its keys are the fields of a Preprocess, `output` and `classes`;
the same keys are options of the models that run exported files, and what is asked for goes before what is written.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import MISSING, asdict, dataclass, field, fields
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin, get_type_hints

from ferbench.card_values import chosen, classes_of, facts, numbers, share, size_of
from ferbench.cards import Preprocess
from ferbench.errors import UsageError, WeightsError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ferbench.emotions import ClassOrder

#: What a network gives: scores of any size, probabilities, or one independent probability a class.
Output = Literal["logits", "softmax", "sigmoid"]

EXAMPLE = """\
size = [224, 224]                  # height, width
colour_order = "rgb"               # or bgr, grey
pixel_max = 1                      # value of white before mean and std: 1 or 255
mean = [0.485, 0.456, 0.406]
std = [0.229, 0.224, 0.225]
interpolation = "bilinear"         # or nearest, bicubic
output = "logits"                  # or softmax, sigmoid
classes = ["neutral", "happiness", "sadness", "surprise", "fear", "disgust", "anger"]"""

_NUMBERS = ("mean", "std")
#: Facts that are shares, with the least that they may be; the most is 1.
_SHARES = {"crop_pct": 0.01, "margin": 0.0}
#: A card may leave out what has a default; the kind of picture is then anything.
_DEFAULTS = {"expects": "any"}
_FACTS = ("output", "classes", "made_from")


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFile:
    """What a card says. `made_from` is where the file came from, in plain facts; empty for cards of other hands."""

    preprocess: Preprocess
    output: Output
    #: None: nothing states it.
    classes: ClassOrder | None
    made_from: Mapping[str, Any] = field(default_factory=dict)


def card_path(file: Path) -> Path:
    """Where the card of a file lies."""
    return file.with_name(f"{file.name}.toml")


def read_values(path: Path) -> dict[str, Any]:
    """What a card file holds, as it stands there; nothing where there is none.

    Raises:
        WeightsError: it is no TOML, or cannot be read.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WeightsError(
            f"The card {path} was to be read.",
            f"It is no TOML: {error}.",
            f"Correct it. A card looks like this:\n{EXAMPLE}",
        ) from error


def card_of(values: Mapping[str, Any], model: str) -> CardFile:
    """The card that values from a file and from options make; `model` is the name for messages.

    Raises:
        UsageError: a fact without a default is missing, a value means nothing, or a key is not known.
    """
    check_keys(values, model)
    try:
        return CardFile(
            preprocess=preprocess_of(values),
            output=chosen("output", values["output"], get_args(Output)),
            classes=classes_of(values.get("classes")),
            made_from=facts("made_from", values.get("made_from", {})),
        )
    except ValueError as error:
        raise UsageError(
            f"The model {model} was asked for.",
            f"Its card, or an option, says {error}.",
            f"Correct it. A card looks like this:\n{EXAMPLE}",
        ) from error


def toml_text(card: CardFile) -> str:
    """A card as TOML, in UTF-8 without lone surrogates."""
    values = {**asdict(card.preprocess), "output": card.output, "classes": card.classes}
    lines = [f"{key} = {literal(value)}" for key, value in values.items() if value is not None]
    origin = [f"{key} = {literal(value)}" for key, value in card.made_from.items() if value is not None]
    return "\n".join([*lines, *(["", "[made_from]", *origin] if origin else []), ""])


def literal(value: Any) -> str:
    """A text, a number, a truth value or a list of them in TOML."""
    if isinstance(value, str):
        text = value.encode("utf-8", "backslashreplace").decode("utf-8")
        return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, list | tuple):
        return f"[{', '.join(literal(item) for item in value)}]"
    return json.dumps(value)


@cache
def choices() -> dict[str, tuple[Any, ...]]:
    """The possible values of those fields of a Preprocess that have a few, by name."""
    return {name: get_args(hint) for name, hint in get_type_hints(Preprocess).items() if get_origin(hint) is Literal}


def check_keys(values: Mapping[str, Any], model: str) -> None:
    """Refuse keys that are not known and facts that are missing."""
    known = [item.name for item in fields(Preprocess)] + list(_FACTS)
    strange = [key for key in values if key not in known]
    if strange:
        near = get_close_matches(strange[0], known, n=1)
        raise UsageError(
            f"The model {model} was asked for with {', '.join(strange)}.",
            f"A card, and the options of such a model, have {', '.join(known[:-1])}.",
            f"Did you mean {near[0]}?" if near else "Leave it out.",
        )
    needed = [item.name for item in fields(Preprocess) if item.default is MISSING and item.name not in _DEFAULTS]
    missing = [key for key in (*needed, "output") if key not in values]
    if missing:
        raise UsageError(
            f"The model {model} was asked for.",
            f"Nothing says its {', '.join(missing)}: no card beside the file does, and no option.",
            f"Pass --model-option {missing[0]}=..., or write a card beside the file, named as it and .toml:\n{EXAMPLE}",
        )


def preprocess_of(values: Mapping[str, Any]) -> Preprocess:
    """The preprocessing that values state; ValueError names the one that means nothing."""
    given = {**_DEFAULTS, **values}
    read = {name: chosen(name, given[name], possible) for name, possible in choices().items() if name in given}
    channels = 1 if read.get("colour_order") == "grey" else 3
    read |= {name: numbers(name, given[name], channels) for name in _NUMBERS}
    if min(read["std"]) <= 0:
        raise ValueError(f"std = {given['std']!r}, and it divides by it")
    read |= {name: share(name, given[name], least) for name, least in _SHARES.items() if name in given}
    return Preprocess(**read, size=size_of(given["size"]))
