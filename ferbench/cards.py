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
ColourOrder = Literal["rgb", "bgr", "grey"]
#: What is cut out of a picture: nothing, the box of the data set, or the largest face that a detector finds.
Crop = Literal["none", "box", "detect"]
#: How a found face is turned: not at all, or by its five landmarks onto a template.
Align = Literal["none", "five_point"]
#: What a published number of operations counts: multiply-accumulates, or two operations for each.
CostUnit = Literal["MACs", "FLOPs = 2 x MACs"]

#: Under which keys trainings usually put the state dict of a network, in the order in which they are tried.
STANDARD_KEYS = ("state_dict", "model_state_dict", "model", "net", "network")

#: Statistics of ImageNet in RGB, for pixels in [0, 1]: what networks pretrained on it expect.
IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preprocess:
    """From decoded RGB pixels to the tensor of a network; it belongs to the weights.

    Of decoded uint8 RGB the face is cut out as `crop`, `align` and `margin` say. That is resized to `size` (height,
    width), reordered to `colour_order`, scaled to [0, `pixel_max`], then (x - mean) / std per channel, and becomes
    (channels, height, width) float32.
    """

    size: tuple[int, int]
    interpolation: Literal["nearest", "bilinear", "bicubic"] = "bilinear"
    #: `stretch` gives exactly `size`; `shorter_side` keeps the shape of the picture, and its middle is cut out.
    fit: Literal["stretch", "shorter_side"] = "stretch"
    #: The part of the resized picture's side that is kept, from its middle: resizing goes to size / crop_pct.
    crop_pct: float = 1.0
    #: Who resizes: Pillow filters with antialiasing when it shrinks, OpenCV (`cv2`) interpolates single pixels.
    backend: Literal["pil", "cv2"] = "pil"
    #: `grey` is one channel, the ITU-R 601 luma of the picture.
    colour_order: ColourOrder = "rgb"
    #: The value of white before `mean` and `std` are applied.
    pixel_max: Literal[1, 255] = 1
    #: One number a channel, and so is `std`.
    mean: tuple[float, ...]
    std: tuple[float, ...]
    #: What the weights were trained on; another content of the data set is a warning in the record.
    expects: Content
    crop: Crop = "none"
    align: Align = "none"
    #: What is seen around the face: the side of what is cut out is (1 + margin) times as long. From 0 to 1.
    margin: float = 0.0

    @property
    def channels(self) -> int:
        """Channels of the tensor."""
        return 1 if self.colour_order == "grey" else 3


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightsRules:
    """How the harness reads the checkpoints of one network: declared rules, never guesses.

    `key` is the top-level key under which the tensors stand, or alternatives, of which the first that holds tensors
    counts; `a.b` is `b` inside `a`. Where no tensors but exactly one of STANDARD_KEYS stands in what was found, that
    is opened in turn. A file without any of the keys is a plain state dict, and with `()` it must be one.
    `strip_prefixes` are removed from the start of tensor names, each once and in this order; `renames` are (regular
    expression, replacement) pairs, applied in order; tensors whose renamed name fully matches a regular expression of
    `ignore` may be dropped. Everything else must fit exactly.
    """

    key: str | tuple[str, ...] = STANDARD_KEYS
    strip_prefixes: tuple[str, ...] = ()
    renames: tuple[tuple[str, str], ...] = ()
    ignore: tuple[str, ...] = ()
    #: Top-level keys of what the network's own training writes, by which such files are recognised.
    training_keys: tuple[str, ...] = ()
    #: What to do with a file of the training that holds only the state of an optimizer, where it writes such files.
    optimizer_only: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        """The alternatives of `key`, in order."""
        return (self.key,) if isinstance(self.key, str) else self.key


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirror:
    """Another place of a released file, where a person has to download it: `code` is what the page asks for."""

    url: str
    code: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """An accuracy in percent that somebody states for a file, and where; never a measurement of ours."""

    accuracy_percent: float
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightsCard:
    """One released checkpoint: of a model trained for one data set, or of a backbone that training starts from."""

    name: str
    #: None: a backbone, which cannot be evaluated.
    dataset: str | None
    file_name: str
    #: Packaged beside the plugin, when the weights come with it.
    path: Path | None = None
    #: Where a program can download the file; None where only a person can.
    url: str | None
    mirrors: tuple[Mirror, ...] = ()
    sha256: str | None
    claim: Claim | None
    classes: ClassOrder | None
    #: Where the class order is written down; None: nowhere, so that a run records it as `assumed`.
    classes_source: str | None
    selection: Selection
    extra_data: tuple[str, ...] | None
    #: Of the weights, which is neither that of the code nor that of the pictures.
    licence: str | None
    #: What these weights were trained with; None for a backbone.
    preprocess: Preprocess | None
    notes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedCost:
    """What a paper says that its network costs, and what that number turned out to count."""

    params_millions: float
    giga_operations: float
    unit: CostUnit
    #: Where the figures stand, and what they leave out.
    source: str


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
    reported_cost: ReportedCost | None = None
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
class SchemeCard:
    """Facts of a scheme: its name stands before the colon of `NAME:REST`."""

    name: str
    summary: str
    #: What stands after the colon, for people.
    rest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A release or a copy of a split that circulates, as one can tell it: by its number of images, by class if known.

    `sure` says whether the numbers were counted in the files or stated by their authors; others come from hearsay and
    prove nothing.
    """

    name: str
    split: str
    total: int
    counts: Mapping[str, int] | None
    source: str
    sure: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """A file of the official release, and the folder of the tree that it belongs in.

    `name` is the name of the file, or a pattern such as `list_*.txt`, in any case. A `.zip` is unpacked into `folder`,
    a path below the data root; anything else is copied there.
    """

    name: str
    folder: str
    #: Without it nothing can be evaluated.
    required: bool


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
    #: Other releases under the same name, and official numbers of which nobody is sure.
    variants: tuple[Variant, ...] = ()
    #: Regular expression by split that every official id, and no other, matches from end to end.
    id_pattern: Mapping[str, str] = field(default_factory=dict)
    #: One paragraph; None: nobody has looked it up.
    licence: str | None
    #: Where the set is asked for, in one sentence.
    obtain: str
    #: The folder layouts that are recognised, for the message when nothing fits.
    layout: str
    citation: str | None
    #: How numbers on this set are usually made, and what differs between papers.
    protocol: str = ""
    #: What is known to be wrong with the set or with copies of it.
    defects: tuple[str, ...] = ()
    #: Values by attribute name; () for free values.
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: Names of known pixels by their SHA-256, such as `official-aligned`; official ones start with `official`.
    known_inputs: Mapping[str, str] = field(default_factory=dict)
    #: (height, width) that all pictures of a known release have, by its name: a hint, and no proof.
    picture_sizes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    #: What the official release is made of, for `ferbench data prepare`; () where nobody has looked it up.
    archives: tuple[Archive, ...] = ()
    #: The user's own images: every set of items ranks on a board of its own.
    private: bool = False
    #: Whether its licence lets anybody pass on labels and attributes: without that a bundle carries neither.
    redistributable: bool = False
    needs_root: bool = True
    notes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorCard:
    """Facts of a face detector."""

    name: str
    summary: str
    paper: str | None
    code: str | None
    #: Of the code, of the weights, and of what they were trained on, as far as it is known.
    licence: str | None
    #: Whether every face has five landmarks, without which nothing can be aligned.
    landmarks: bool


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
