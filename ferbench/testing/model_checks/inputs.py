"""What a model is shown: the preprocessing of its card and of its weights, and pictures of another size."""

from __future__ import annotations

import hashlib
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from ferbench.pipeline.preprocess import apply
from ferbench.testing.check import Check, require

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from numpy.typing import NDArray

    from ferbench.cards import ModelCard, Preprocess
    from ferbench.testing.subjects import ModelSubject


def preprocess_complete(model: ModelSubject) -> str:
    """Whether every fact of every Preprocess means something, and all weights that can be evaluated have one."""
    card = model.entry.card
    bare = [weights.name for weights in card.weights if weights.dataset and weights.preprocess is None]
    require(not bare, f"the weights {', '.join(bare)} have no preprocess")
    problems = [f"{name}: {problem}" for name, found in preprocesses(card) for problem in problems_of(found)]
    require(not problems, "; ".join(problems))
    count = len(list(preprocesses(card)))
    return f"{count} {'descriptions' if count > 1 else 'description'} of the input, each whole"


def problems_of(preprocess: Preprocess) -> Iterator[str]:
    """What means nothing in a Preprocess."""
    for name in ("mean", "std"):
        values = getattr(preprocess, name)
        if len(values) != preprocess.channels:
            yield f"{name} has {len(values)} numbers for {preprocess.channels} channels"
        if not all(isfinite(value) for value in values) or (name == "std" and not all(value > 0 for value in values)):
            yield f"{name} is {values}"
    if min(preprocess.size) < 1:
        yield f"the size is {preprocess.size}"
    if not 0 < preprocess.crop_pct <= 1:
        yield f"crop_pct is {preprocess.crop_pct}, and not above 0 and at most 1"
    if not 0 <= preprocess.margin <= 1:
        yield f"margin is {preprocess.margin}, and not from 0 to 1"
    if preprocess.align != "none" and preprocess.crop != "detect":
        yield f"it aligns with crop={preprocess.crop!r}; only a detected face has landmarks"


def preprocesses(card: ModelCard) -> Iterator[tuple[str, Preprocess]]:
    """The descriptions of the input on a card, by whose they are."""
    yield card.name, card.preprocess
    for weights in card.weights:
        if weights.preprocess is not None:
            yield weights.name, weights.preprocess


def preprocess_stable(model: ModelSubject) -> str:
    """One drawn picture becomes the same tensors here, here again, in a new process, and as its author wrote down."""
    here = goldens(model.entry.card)
    require(goldens(model.entry.card) == here, "one picture becomes another tensor the second time")
    strange = sorted(set(model.golden) - set(here))
    require(not strange, f"a golden tensor of {', '.join(strange)} is stated, and the card has {', '.join(here)}")
    changed = [name for name, stated in model.golden.items() if stated != here[name]]
    require(not changed, f"one picture becomes another tensor than the one stated: {shown(here, changed)}")
    if model.place is not None:
        # JSON keeps the order of neither; both are compared by name.
        there = model.elsewhere["golden"]
        require(there == here, f"one picture becomes another tensor in a new process: {shown(there, here)}")
    kept = f", {len(model.golden)} of them as stated" if model.golden else ""
    return f"one picture becomes the same tensors every time{kept}: {shown(here, here)}"


def shown(found: Mapping[str, str], names: Iterable[str]) -> str:
    """Hashes as they can be stated."""
    return ", ".join(f'"{name}": "{found[name]}"' for name in names)


def goldens(card: ModelCard) -> dict[str, str]:
    """Hexadecimal SHA-256 of the tensor that each description of a card makes of one drawn picture, by its name."""
    return {name: sha256_of(apply(preprocess, golden_picture())) for name, preprocess in preprocesses(card)}


def sha256_of(tensor: NDArray[np.float32]) -> str:
    """Hexadecimal SHA-256 of the shape and the values."""
    return hashlib.sha256(str(tensor.shape).encode() + tensor.tobytes()).hexdigest()


def golden_picture() -> NDArray[np.uint8]:
    """(113, 97, 3) uint8 RGB: blocks of colour, always the same ones."""
    blocks = np.random.default_rng(0).integers(0, 256, (5, 4, 3), dtype=np.uint8)
    return np.asarray(Image.fromarray(blocks).resize((97, 113), Image.Resampling.BICUBIC))


def input_size(model: ModelSubject) -> str:
    """Two pictures of twice the size: they are refused, or answered with one finite row each."""
    height, width = (2 * side for side in model.preprocess.size)
    images = np.repeat(np.repeat(model.images[:2], 2, axis=2), 2, axis=3)
    try:
        found = np.asarray(model.loaded.model.model.predict(images)["emotion"])
    except Exception as error:  # noqa: BLE001 - any refusal is one, as long as it is said
        return f"pictures of {height} x {width} are refused ({type(error).__name__})"
    expected = (2, model.num_classes)
    require(found.shape == expected, f"2 pictures of {height} x {width} get {found.shape} outputs, not {expected}")
    require(bool(np.isfinite(found).all()), f"pictures of {height} x {width} get answers that are not finite")
    return f"pictures of {height} x {width} are answered, too"


CHECKS = (
    Check(
        name="preprocess-complete",
        kinds=("model",),
        asks="The card, and all released weights, say completely how a picture becomes the input.",
        mend="Give mean and std one number a channel, and a size, crop_pct and margin that mean something.",
        run=preprocess_complete,
    ),
    Check(
        name="preprocess-stable",
        kinds=("model",),
        asks="One picture becomes the same input tensor every time, in every process, and as it is stated.",
        mend="Write the numbers of the Preprocess down; take none from the environment, the clock or random numbers. "
        "If you meant to change them, state the new tensor as golden.",
        run=preprocess_stable,
    ),
    Check(
        name="input-size",
        kinds=("model",),
        asks="Pictures of another size are refused, or answered with one row each.",
        mend="Use flatten(1) where view(-1, N) is used: that makes several rows of one larger picture.",
        run=input_size,
    ),
)
