"""Cards: the facts of models, weights, data sets and metrics, cheap to import and to list.

Facts that matter have no default: what is not known is written None, so that nobody forgets to ask.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ferbench.emotions import ClassOrder

Selection = Literal["test-best", "val-best", "last", "unknown"]
Content = Literal["aligned_face", "face_crop", "whole_frame", "any"]
Need = Literal["logits", "probabilities"]


#: Statistics of ImageNet in RGB, for pixels in [0, 1]: what networks pretrained on it expect.
IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preprocess:
    """From decoded RGB pixels to the tensor of a network; it belongs to the weights.

    Decoded uint8 RGB is resized to `size` (height, width), reordered to `colour_order`, divided by 255,
    then (x - mean) / std per channel in float32, and becomes (3, height, width).
    """

    size: tuple[int, int]
    interpolation: Literal["nearest", "bilinear", "bicubic"] = "bilinear"
    #: Who decodes and resizes: Pillow filters with antialiasing when it shrinks and ignores EXIF orientation.
    backend: Literal["pil"] = "pil"
    colour_order: Literal["rgb", "bgr"] = "rgb"
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    #: What the weights were trained on; another content of the data set is a warning in the record.
    expects: Content
    crop: Literal["none"] = "none"
    align: Literal["none"] = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightsRules:
    """How the harness reads the checkpoints of one network: declared rules, never guesses.

    `key` names alternative top-level keys of the file, tried in this order; a file without any of them is a
    plain state dict. `strip_prefixes` are removed from the start of tensor names, `renames` are (regular
    expression, replacement) pairs, applied in order; tensors whose renamed name fully matches a regular expression of
    `ignore` may be dropped. Everything else must fit exactly.
    """

    key: tuple[str, ...] = ()
    strip_prefixes: tuple[str, ...] = ()
    renames: tuple[tuple[str, str], ...] = ()
    ignore: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightsCard:
    """One released checkpoint of a model, trained for one data set."""

    name: str
    dataset: str
    file_name: str
    #: Packaged beside the plugin, when the weights come with it.
    path: Path | None = None
    url: str | None
    sha256: str | None
    classes: ClassOrder | None
    #: Where the class order is written down; None: nowhere, so that a run records it as `assumed`.
    classes_source: str | None
    selection: Selection
    extra_data: tuple[str, ...] | None
    licence: str | None
    #: What is different for these weights, when it is not the model's own preprocessing.
    preprocess: Preprocess | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """Facts of a model. `output` says what `emotion` holds: logits, or probabilities that sum to 1."""

    name: str
    summary: str
    paper: str | None
    code: str | None
    code_licence: str | None
    output: Literal["logits", "probabilities"] = "logits"
    preprocess: Preprocess
    #: Order of the outputs when neither the weights nor the user say more; None: the data set's own order.
    classes: ClassOrder | None
    weights: tuple[WeightsCard, ...] = ()
    #: build() gives the finished network, so that no checkpoint is needed; its weights are hashed after building.
    self_contained: bool = False

    def released_for(self, dataset: str) -> WeightsCard | None:
        """The released weights for a data set, or None."""
        return next((card for card in self.weights if card.dataset == dataset), None)

    def released_file(self, file_name: str) -> WeightsCard | None:
        """The released weights whose file has this name, or None."""
        return next((card for card in self.weights if card.file_name == file_name), None)

    def released_as(self, sha256: str) -> WeightsCard | None:
        """The released weights with this SHA-256, or None."""
        return next((card for card in self.weights if card.sha256 == sha256), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetCard:
    """Facts of a data set. `classes` is its class set in its own index order; None: read from the data."""

    name: str
    title: str
    classes: ClassOrder | None
    splits: tuple[str, ...]
    default_split: str
    content: Content
    #: Official number of images by split and class; None: no official number is known.
    counts: Mapping[str, Mapping[str, int]] | None
    licence: str
    #: Where the set is asked for, in one sentence.
    obtain: str
    #: The folder layouts that are recognised, for the message when nothing fits.
    layout: str
    citation: str | None
    #: Values by attribute name; () for free values.
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: Names of known pixels by their SHA-256, such as `official-aligned`.
    known_inputs: Mapping[str, str] = field(default_factory=dict)
    #: The user's own images: every set of items ranks on a board of its own.
    private: bool = False
    needs_root: bool = True
    notes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricCard:
    """Facts of a metric. The formula stands in the docstring of its function."""

    name: str
    title: str
    direction: Literal["higher", "lower", "none"]
    #: Smallest and largest possible value; infinities allowed.
    range: tuple[float, float]
    shape: Literal["scalar", "per_class", "matrix"] = "scalar"
    needs: frozenset[Need] = frozenset()
    #: The images that the value stands on: all of them, or those that got an answer.
    over: Literal["all", "answered"] = "all"
    #: How the 95 % interval is computed from the value and n; "none" where no closed form is honest.
    interval: Literal["wilson", "none"] = "none"
