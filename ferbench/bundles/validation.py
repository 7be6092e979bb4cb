"""Whether the parts of a bundle can be those of a run, and fit each other. Everything here raises ValueError."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from ferbench.bundles.kinds import require_fields, require_kind
from ferbench.bundles.record_kinds import ENVIRONMENT_KINDS, RECORD_KINDS, REQUIRED, SPEC_KINDS, WEIGHTS_KINDS
from ferbench.bundles.schema import ABOUT, RECORD, SCORES, TEST_SET
from ferbench.emotions import label_modes
from ferbench.leaderboard.blobs import require_within_limits
from ferbench.results import SCHEMA_VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from ferbench.bundles.schema import About
    from ferbench.results import Score

_HASH = re.compile(r"[0-9a-f]{64}")
_HASHES = ("run_key", "cost_key", "core_sha256", "predictions_sha256", "items_sha256", "pixels_sha256")
#: Counts of a cost that are kept by name.
_COST_BY_NAME = ("macs_by_module", "uncounted_ops")
#: The digest of a picture that could not be read.
UNREADABLE = "unreadable"


def require_record(record: Mapping[str, Any]) -> None:
    """A record of a version that is known, with the fields that one has."""
    version = record.get("schema_version")
    if type(version) is int and not 1 <= version <= SCHEMA_VERSION:
        raise ValueError(f"{RECORD}: its schema_version is {version}, and this ferbench reads 1 to {SCHEMA_VERSION}")
    require_fields(record, RECORD_KINDS, RECORD, set(REQUIRED))
    require_fields(
        record["weights"], WEIGHTS_KINDS, f"{RECORD}: weights", {"name", "sha256", "selection", "extra_data"}
    )
    require_fields(record["spec"], SPEC_KINDS, f"{RECORD}: spec", {"model", "dataset"})
    require_fields(record["environment"], ENVIRONMENT_KINDS, f"{RECORD}: environment", set())
    require_measured(record)
    for name in _HASHES:
        require_hash(record[name], f"{RECORD}: {name}")
    require_run_id(record["run_id"], f"{RECORD}: run_id")
    require_time(record["created_at"])
    require_classes(record)
    if record["n"] < 1:
        raise ValueError(f"{RECORD}: n is {record['n']}")
    if record["ranked"] is bool(record["not_ranked_because"]):
        raise ValueError(f"{RECORD}: ranked contradicts not_ranked_because")


def require_kinds(record: Mapping[str, Any]) -> None:
    """The fields of a record that others read, whatever else it has, are there and of their kinds."""
    known = {name: record[name] for name in RECORD_KINDS if name in record}
    require_fields(known, RECORD_KINDS, RECORD, set(REQUIRED))
    require_fields(record["environment"], ENVIRONMENT_KINDS, f"{RECORD}: environment", set())


def require_measured(record: Mapping[str, Any]) -> None:
    """Nothing that is counted or measured is below zero; a batch has an image."""
    places = {"cost": record["cost"], **{f"cost.{name}": record["cost"][name] for name in _COST_BY_NAME}}
    places |= {name: record.get(name) or {} for name in ("seconds", "left_out", "foreign_answers")}
    for place, values in places.items():
        below = [name for name, value in values.items() if isinstance(value, int | float) and value < 0]
        if below:
            raise ValueError(f"{RECORD}: {place}.{below[0]} is {values[below[0]]}")
    for name in ("batch_size", "batch_size_best"):
        if record["cost"].get(name) == 0:
            raise ValueError(f"{RECORD}: cost.{name} is 0")


def require_classes(record: Mapping[str, Any]) -> None:
    """Classes that stand once each; the model knows those of the data set."""
    for name in ("classes", "dataset_classes"):
        if not record[name] or len(set(record[name])) < len(record[name]):
            raise ValueError(f"{RECORD}: {name} names none, or one twice")
    if not set(record["dataset_classes"]) <= set(record["classes"]):
        raise ValueError(f"{RECORD}: dataset_classes has one that classes lacks")
    evaluated = set(record["dataset_classes"]) & set(record.get("left_out", ()))
    if evaluated:
        raise ValueError(f"{RECORD}: left_out has {min(evaluated)}, whose images were evaluated")
    for position, matrix in enumerate(record["matrices"]):
        shape = {len(row) for row in matrix["values"]} | {len(matrix["columns"])}
        if len(matrix["values"]) != len(matrix["rows"]) or len(shape) != 1:
            raise ValueError(f"{RECORD}: matrices[{position}] has other sides than names")


def require_about(about: About, record: Mapping[str, Any]) -> None:
    """What the file says of itself fits its record."""
    require_hash(about.origin.seal, f"{ABOUT}: origin.seal")
    if about.origin.run_id != record["run_id"]:
        raise ValueError(f"{ABOUT}: origin.run_id is not the run_id of the record")
    if about.ids == "withheld" and about.labels == "included":
        raise ValueError(f"{ABOUT}: ids are withheld and labels are not")
    if "emotion" not in about.outputs:
        raise ValueError(f"{ABOUT}: outputs has no output `emotion`")


def require_images(images: Mapping[str, Any], about: About, record: Mapping[str, Any]) -> None:
    """As many images as the record says, each once, with labels where the bundle says so."""
    kinds: dict[str, Any] = {"ids": list[str], "digests": list[str]}
    if about.labels == "included":
        kinds |= {"labels": list[str], "attributes": list[dict[str, str]]}
    require_fields(images, kinds, TEST_SET, set(kinds))
    for name in kinds:
        if len(images[name]) != record["n"]:
            raise ValueError(f"{TEST_SET}: {name} are {len(images[name])}, and the run has {record['n']} images")
    ids = set(images["ids"])
    if len(ids) < len(images["ids"]):
        raise ValueError(f"{TEST_SET}: ids has one twice")
    for digest in images["digests"]:
        if digest != UNREADABLE:
            require_hash(digest, f"{TEST_SET}: digests")
    strange = set(images.get("labels", ())) - set(record["dataset_classes"])
    if strange:
        raise ValueError(f"{TEST_SET}: labels has {min(strange)}, which is no class of the data set")
    leaking = {name for names in (record.get("leaks") or {"ids": {}})["ids"].values() for name in names}
    if not leaking <= ids:
        raise ValueError(f"{RECORD}: leaks names an image that is not in {TEST_SET}")


def require_scores(scores: Mapping[str, Score], record: Mapping[str, Any]) -> None:
    """Scores under their own names, in label modes that the classes allow, over no more images than there are."""
    modes = label_modes(record["classes"], record["dataset_classes"])
    for name, score in scores.items():
        if name != score_name(score):
            raise ValueError(f"{SCORES}: {name} is called {score_name(score)}")
        if score.label_mode not in modes or not 0 <= score.n <= record["n"]:
            raise ValueError(f"{SCORES}: {name} stands on {score.n} images in the mode {score.label_mode}")


def score_name(score: Score) -> str:
    """The name of a score among those of its run."""
    return f"{score.output}|{score.label_mode}|{score.slice}|{score.metric}"


def require_outputs(outputs: Mapping[str, NDArray[np.float32]], ids: Sequence[str], record: Mapping[str, Any]) -> None:
    """A row an image and a column a class; a row is finite, or it is NaN and the image is among the failures."""
    import numpy as np

    n, k = record["n"], len(record["classes"])
    require_within_limits([array.nbytes for array in outputs.values()], n)
    for name, array in outputs.items():
        if len(array) != n:
            raise ValueError(f"{ABOUT}: outputs.{name} has {len(array)} rows for {n} images")
    emotion = outputs["emotion"]
    if emotion.shape != (n, k):
        raise ValueError(f"{ABOUT}: outputs.emotion has the shape {list(emotion.shape)} for {n} images and {k} classes")
    answered: NDArray[np.bool_] = np.logical_and.reduce(np.isfinite(emotion), axis=1)
    if not (answered | np.isnan(emotion).all(axis=1)).all():
        raise ValueError("outputs/emotion.f32: a row is neither finite nor NaN")
    silent = {name for name, found in zip(ids, answered.tolist(), strict=True) if not found}
    if silent != set(record["failures"]):
        raise ValueError(f"{RECORD}: failures are not the images without an answer in outputs/emotion.f32")


def require_hash(value: str, name: str) -> None:
    """A SHA-256 in hexadecimal digits."""
    require_kind(value, str, name)
    if not _HASH.fullmatch(value):
        raise ValueError(f"{name} is no SHA-256")


def require_run_id(value: str, name: str) -> None:
    """A UUID in its usual spelling."""
    try:
        usual = str(UUID(value)) == value
    except ValueError:
        usual = False
    if not usual:
        raise ValueError(f"{name} is no UUID")


def require_time(value: str) -> None:
    """A time in UTC, as runs state it: lists sort them as texts."""
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        found = None
    if found is None or found.utcoffset() != timedelta(0) or found.isoformat(timespec="microseconds") != value:
        raise ValueError(f"{RECORD}: created_at is no time in UTC, as in 2025-01-31T12:00:00.000000+00:00")
