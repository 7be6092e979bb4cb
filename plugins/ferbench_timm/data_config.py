"""What timm states about the input of its models, as a Preprocess."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Literal

from ferbench.cards import Preprocess
from ferbench.errors import UnknownName, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_INTERPOLATIONS: dict[str, Literal["bilinear", "bicubic"]] = {"bilinear": "bilinear", "bicubic": "bicubic"}
_FITS: dict[str, Literal["stretch", "shorter_side"]] = {"center": "shorter_side", "squash": "stretch"}


def preprocess_of(name: str, options: Mapping[str, Any]) -> Preprocess:
    """The preprocessing of timm's evaluation transform for a model; the option `img_size` changes its size.

    Raises:
        UnknownName: timm has no model, or no released weights, of this name.
        UsageError: the transform is none that a Preprocess can say.
    """
    from timm.data import resolve_data_config

    config = resolve_data_config({"img_size": options.get("img_size")}, pretrained_cfg=released_config(name))
    interpolation, fit = _INTERPOLATIONS.get(config["interpolation"]), _FITS.get(config["crop_mode"])
    channels, *size = config["input_size"]
    # Of a side that is not square, timm's transform keeps another part than torchvision's.
    if interpolation is None or fit is None or channels != 3 or (fit == "shorter_side" and size[0] != size[1]):
        raise UsageError(
            f"The model timm:{name} was asked for.",
            f"timm evaluates it with {config}, which ferbench cannot do to the last pixel.",
            "Export it with a card that says how its pictures are to be prepared, and run torchscript:FILE.",
        )
    return Preprocess(
        size=(size[0], size[1]),
        interpolation=interpolation,
        fit=fit,
        crop_pct=config["crop_pct"],
        mean=tuple(config["mean"]),
        std=tuple(config["std"]),
        expects="any",
    )


def released_config(name: str) -> dict[str, Any]:
    """The config that timm has for a model, or for one of its released weights."""
    import timm

    architecture, _, tag = name.partition(".")
    if not timm.is_model(architecture):
        raise unknown(name, timm.list_models(), f"timm {timm.__version__} has no such model")
    tags = [known for known in timm.list_pretrained(architecture) if known.partition(".")[0] == architecture]
    if tag and name not in tags:
        raise unknown(name, tags, f"timm {timm.__version__} has {architecture} without this tag")
    return dict(timm.get_pretrained_cfg(name).to_dict())


def unknown(name: str, known: Iterable[str], found: str) -> UnknownName:
    """The error for a name that timm does not have."""
    near = " or ".join(f"timm:{item}" for item in get_close_matches(name, list(known), n=3, cutoff=0.5))
    return UnknownName(
        f"The model timm:{name} was asked for.",
        f"{found}.",
        f"{f'Did you mean {near}? ' if near else ''}See timm.list_models() for the names.",
    )
