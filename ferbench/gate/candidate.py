"""The side under test: what to run, as the baseline was run, but for what is asked to differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ferbench.errors import NotComparable, UsageError
from ferbench.spec import RunSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

_TEXT, _MAPPING = (str, type(None)), (dict,)
#: What of a baseline's specification says which images were seen, as far as it holds for another model, too.
_IMAGES: dict[str, tuple[type, ...]] = {
    "dataset_options": _MAPPING,
    "split": _TEXT,
    "data_root": _TEXT,
    "limit": (int, type(None)),
    "classes": (str,),
}
#: What says how one model sees them.
_MODEL: dict[str, tuple[type, ...]] = {
    "model_options": _MAPPING,
    "weights": _TEXT,
    "class_order": _TEXT,
    "colour_order": _TEXT,
    "crop": _TEXT,
    "align": _TEXT,
    "margin": (float, int, type(None)),
    "detector": _TEXT,
    "detector_options": _MAPPING,
    "tta": (str,),
    "seed": (int,),
}


def spec_like(record: Mapping[str, Any], asked: Mapping[str, Any]) -> RunSpec:
    """The specification of the run in a record, with what is asked for (None: nothing) in its place.

    Another data set takes nothing of the images' part, another model nothing of the model's.

    Raises:
        NotComparable: the record has no specification that could be run.
    """
    wanted = {name: value for name, value in asked.items() if value is not None}
    try:
        kept = {"model": str(record["model"]), "dataset": str(record["dataset"])}
        spec = checked(record["spec"], _MAPPING)
        for name, part in (("dataset", _IMAGES), ("model", _MODEL)):
            if wanted.get(name, kept[name]) == kept[name]:
                kept |= {field: checked(spec[field], kinds) for field, kinds in part.items() if field in spec}
    except (KeyError, TypeError) as error:
        asked_for, found = (
            "The baseline was to be run again.",
            f"Its record says not how: {type(error).__name__}: {error}.",
        )
        raise NotComparable(asked_for, found, "Take a run of this version as the baseline.") from error
    return RunSpec(**{**kept, **wanted})


def checked(value: Any, kinds: tuple[type, ...]) -> Any:
    """A value of one of these types: records come from strangers, too."""
    if not isinstance(value, kinds):
        raise TypeError(f"{value!r} is not {' or '.join(kind.__name__ for kind in kinds)}")
    return value


def spec_from_scratch(asked: Mapping[str, Any]) -> RunSpec:
    """The specification of a first baseline.

    Raises:
        UsageError: it is not said what to run.
    """
    wanted = {name: value for name, value in asked.items() if value is not None}
    if {"model", "dataset"} <= wanted.keys():
        return RunSpec(**wanted)
    asked_for, found = "A first baseline was to be written.", "There is no baseline yet that says what to run."
    raise UsageError(asked_for, found, "Pass --model and --dataset.")
