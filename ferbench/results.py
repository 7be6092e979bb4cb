"""What came out of a run: predictions, answers in one label mode, scores, cost, environment, the result."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from ferbench.canonical import canonical_json, finite, sha256_json, sha256_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from ferbench.emotions import ClassOrder, LabelMode

SCHEMA_VERSION = 1
#: The slice that is all images.
WHOLE = "all"

#: In the metadata of a field: documents of earlier versions lack it.
LATER = "later"

#: Failures of the evaluated system itself: what it cuts faces out by shows none in a readable picture.
NO_FACE = "no face found"
NO_BOX = "no box"
#: The failure of a network: its answer holds something that is no finite number.
NOT_FINITE = "the model's output is not finite"


@dataclass(frozen=True, slots=True, kw_only=True)
class Predictions:
    """Raw outputs of a model for n images, in manifest order; nothing downstream needs the model.

    `labels` are canonical class names. `outputs` holds one float32 array a name; `emotion` is (n, K) in the model's
    own class order `classes`, logits or probabilities as `kind` says. A row of NaN is an image without an
    answer; `failures` says why, by id: NO_FACE, NO_BOX, or what is broken in its file or its output.
    """

    ids: tuple[str, ...]
    labels: tuple[str, ...]
    classes: ClassOrder
    kind: Literal["logits", "probabilities"]
    outputs: Mapping[str, NDArray[np.float32]]
    failures: Mapping[str, str] = field(default_factory=dict)
    attributes: tuple[Mapping[str, str], ...] = ()

    @property
    def emotion(self) -> NDArray[np.float32]:
        """(n, K) float32: the output that every model has."""
        return self.outputs["emotion"]

    @property
    def without_face(self) -> int:
        """How many images show no face to the evaluated system, which is its answer: it is wrong in them."""
        return sum(reason in {NO_FACE, NO_BOX} for reason in self.failures.values())

    @property
    def broken(self) -> int:
        """How many images have no answer although the system should have given one."""
        return len(self.failures) - self.without_face

    def sha256(self) -> str:
        """Hexadecimal SHA-256 over ids, labels, classes, kind, failures and the exact bits of all outputs."""
        digest = hashlib.sha256(
            canonical_json(
                [self.ids, self.labels, self.classes, self.kind, dict(self.failures)],
            ).encode("utf-8", "surrogateescape"),
        )
        for name in sorted(self.outputs):
            array = self.outputs[name].astype("<f4", order="C")
            digest.update(f"{name}{array.shape}".encode())
            digest.update(array.tobytes())
        return digest.hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Predictions in one label mode: the only thing that a metric sees.

    `classes` are the classes of the data set in its order, followed in strict mode by what else the model can say, so
    K = len(classes) and the first `n_labels` of them occur as labels. Images without an answer have y_pred -1: they
    count as wrong, and their rows of `probabilities` are NaN (see `answered`).
    """

    label_mode: LabelMode
    classes: ClassOrder
    n_labels: int
    y_true: NDArray[np.int64]  # (n,)  indices into classes[:n_labels]
    y_pred: NDArray[np.int64]  # (n,)  indices into classes, or -1
    probabilities: NDArray[np.float64]  # (n, K) rows sum to 1; rows of NaN without an answer

    @property
    def answered(self) -> NDArray[np.bool_]:
        """(n,) True where the model gave an answer."""
        mask: NDArray[np.bool_] = self.y_pred >= 0
        return mask

    @property
    def correct(self) -> NDArray[np.bool_]:
        """(n,) True where the answer is the label."""
        hits: NDArray[np.bool_] = self.y_pred == self.y_true
        return hits

    def top_k_hits(self, k: int) -> NDArray[np.bool_]:
        """(n,) True where the label is among the k most probable classes; ties go to the lower index."""
        import numpy as np

        order = np.argsort(-self.probabilities, axis=1, kind="stable")[:, :k]
        hits: NDArray[np.bool_] = (order == self.y_true[:, None]).any(axis=1) & self.answered
        return hits


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One number: `metric` (`recall/fear` for a class), in one label mode, over one slice of n images."""

    metric: str
    value: float
    n: int
    label_mode: LabelMode
    output: str = "emotion"
    slice: str = WHOLE
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """A confusion matrix as a metric gives it: rows are true classes, columns predicted ones."""

    metric: str
    label_mode: LabelMode
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]


def later() -> Any:
    """A field that came after records had been written: where it is absent it is None, and no fault of the record."""
    return field(default=None, metadata={LATER: True})


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one network costs on one device; None is "not measured", never zero.

    `macs` are multiply-accumulates of convolutions, linear layers and matrix products for one image, attention
    included; `flops` = 2 * macs. `norm_macs` are those of normalisations, which `macs` leaves out. A noise is half the
    95 % interval of the median beside it, in percent of that, and stands on so many repeats. `images_per_s` is that of
    the pass over the images, `images_per_s_best` the largest of all batch sizes that were tried.
    """

    cost_key: str
    device: str
    device_name: str
    threads: int
    batch_size: int
    engine: str
    precision: str
    params_total: int | None = None
    params_trainable: int | None = None
    params_used: int | None = None
    macs: int | None = None
    norm_macs: int | None = None
    flops: int | None = None
    counter: str | None = None
    macs_by_module: Mapping[str, int] = field(default_factory=dict)
    uncounted_ops: Mapping[str, int] = field(default_factory=dict)
    #: Why `macs` is None although there is a network; empty where it was counted.
    not_counted_because: str = ""
    latency_model_ms_p50: float | None = None
    latency_model_ms_p95: float | None = None
    latency_e2e_ms_p50: float | None = None
    latency_e2e_ms_p95: float | None = None
    images_per_s: float | None = None
    peak_mem_mib: float | None = None
    # Costs of earlier versions lack what follows.
    latency_model_ms_noise_percent: float | None = later()
    latency_model_repeats: int | None = later()
    latency_e2e_ms_noise_percent: float | None = later()
    latency_e2e_repeats: int | None = later()
    images_per_s_best: float | None = later()
    batch_size_best: int | None = later()


@dataclass(frozen=True, slots=True, kw_only=True)
class TestSet:
    """The images that a number stands on; `digests` are content hashes in the order of `ids`."""

    __test__ = False  # not a test class, whatever its name starts with

    dataset: str
    split: str
    items_sha256: str
    pixels_sha256: str
    ids: tuple[str, ...]
    labels: tuple[str, ...]
    digests: tuple[str, ...]
    attributes: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """A finished run: the record (plain JSON data, as `ferbench run --json` prints it) and the arrays behind it."""

    record: Mapping[str, Any]
    predictions: Predictions
    test_set: TestSet
    scores: tuple[Score, ...]
    matrices: tuple[Matrix, ...]
    cost: Cost

    @property
    def run_id(self) -> str:
        """UUID of the run."""
        return str(self.record["run_id"])

    @property
    def ranked(self) -> bool:
        """Whether the run may stand among the ranked rows of its board."""
        return bool(self.record["ranked"])


def score_record(scores: tuple[Score, ...], part: str = WHOLE) -> dict[str, dict[str, float | None]]:
    """{label mode: {metric: value}} of the scores over the whole set, or over a slice of it; NaN becomes None."""
    record: dict[str, dict[str, float | None]] = {}
    for score in scores:
        if score.slice == part:
            record.setdefault(score.label_mode, {})[score.metric] = finite(score.value)
    return record


def interval_record(scores: tuple[Score, ...], part: str = WHOLE) -> dict[str, dict[str, list[float]]]:
    """{label mode: {metric: [low, high]}} of the scores that have a 95 % interval, as in score_record."""
    record: dict[str, dict[str, list[float]]] = {}
    for score in scores:
        if score.slice == part and score.low is not None and score.high is not None:
            record.setdefault(score.label_mode, {})[score.metric] = [score.low, score.high]
    return record


def slice_record(scores: tuple[Score, ...], n: Mapping[str, int]) -> dict[str, dict[str, Any]]:
    """{slice: its number of images, scores and intervals}; `n` has the number of images of each slice."""
    return {
        part: {"n": count, "scores": score_record(scores, part), "intervals": interval_record(scores, part)}
        for part, count in n.items()
    }


def core_sha256(run_key: str, predictions_sha256: str, scores: tuple[Score, ...]) -> str:
    """SHA-256 of run_key, predictions and scores: equal for two honest runs on one machine."""
    rows = sorted(([asdict(score) for score in scores]), key=canonical_json)
    return sha256_json({"run_key": run_key, "predictions": predictions_sha256, "scores": rows})


def seal_of(record: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON of a record without its seal: shows that nothing was changed since."""
    return sha256_text(canonical_json({key: value for key, value in record.items() if key != "seal"}))
