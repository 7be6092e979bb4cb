"""A bundle out of a file, which comes from a stranger: everything is looked at before anything is believed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ferbench.bundles.contents import Bundle
from ferbench.bundles.fields import strict_json
from ferbench.bundles.kinds import require_kind
from ferbench.bundles.opening import open_file, unusable
from ferbench.bundles.schema import ABOUT, RECORD, SCORES, TEST_SET, About, Origin
from ferbench.bundles.validation import require_about, require_images, require_outputs, require_record, require_scores
from ferbench.errors import VerificationFailed
from ferbench.results import Score

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from ferbench.bundles.opening import OpenedFile


def read_bundle(path: Path) -> Bundle:
    """The bundle in a file.

    Raises:
        MissingError: the file cannot be read.
        VerificationFailed: a part of it was changed; the message names the field.
        DataError: it is no bundle, or one of a newer format, or it holds what no run can give.
    """
    opened = open_file(path)
    if not opened.intact:
        raise VerificationFailed(
            f"The bundle {path} was to be read.",
            f"It was changed after it was written: {faults_in_words(opened)}.",
            "Ask whoever sent it for the file again.",
        )
    return contents_of(opened)


def faults_in_words(opened: OpenedFile) -> str:
    """The changed fields, as `record.json: n, model; scores.json: ...`."""
    return "; ".join(f"{member}: {', '.join(names)}" for member, names in opened.faults.items())


def contents_of(opened: OpenedFile) -> Bundle:
    """What an intact file holds.

    Raises:
        DataError: it does not fit together, or is of a newer version.
    """
    try:
        documents = {name: document(opened.members[name], name) for name in (ABOUT, RECORD, SCORES, TEST_SET)}
        return bundle_of(opened, documents)
    except ValueError as error:
        raise unusable(opened.path, str(error)) from error


def document(content: bytes, name: str) -> dict[str, Any]:
    """A member that is a JSON object."""
    try:
        value = strict_json(content)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error
    if not isinstance(value, dict):
        raise ValueError(f"{name} is no object")  # noqa: TRY004 - no caller passed a wrong type
    return value


def bundle_of(opened: OpenedFile, documents: Mapping[str, dict[str, Any]]) -> Bundle:
    """The bundle of four documents and the outputs; ValueError that names the field where something does not fit."""
    about, record, images = about_of(documents[ABOUT]), documents[RECORD], documents[TEST_SET]
    require_record(record)
    require_about(about, record)
    require_images(images, about, record)
    scores = scores_of(documents[SCORES], record)
    outputs = outputs_of(opened, about)
    require_outputs(outputs, images["ids"], record)
    return Bundle(
        sha256=opened.sha256,
        about=about,
        record=record,
        scores=scores,
        outputs=outputs,
        ids=tuple(images["ids"]),
        digests=tuple(images["digests"]),
        labels=tuple(images["labels"]) if "labels" in images else None,
        attributes=tuple(images.get("attributes") or [{}] * len(images["ids"])),
    )


def about_of(values: dict[str, Any]) -> About:
    """What a bundle carries, out of JSON."""
    require_kind(values, About, ABOUT)
    return About(
        **{
            **values,
            "origin": Origin(**values["origin"]),
            "left_out": tuple(values["left_out"]),
            "outputs": {name: tuple(shape) for name, shape in values["outputs"].items()},
        }
    )


def scores_of(values: dict[str, Any], record: Mapping[str, Any]) -> tuple[Score, ...]:
    """The scores, each under its name."""
    scores = []
    for name, value in values.items():
        # JSON has no NaN: a value that does not exist is null.
        filled = {**value, "value": math.nan} if isinstance(value, dict) and value.get("value", 0) is None else value
        require_kind(filled, Score, f"{SCORES}: {name}")
        scores.append(Score(**filled))
    require_scores(dict(zip(values, scores, strict=True)), record)
    return tuple(scores)


def outputs_of(opened: OpenedFile, about: About) -> dict[str, NDArray[np.float32]]:
    """The arrays by name, as `about.json` states their shapes."""
    import numpy as np

    members = {name for name in opened.members if name.startswith("outputs/")}
    if members != {output_member(name) for name in about.outputs}:
        raise ValueError(f"{ABOUT}: outputs names others than there are")
    outputs: dict[str, NDArray[np.float32]] = {}
    for name, shape in about.outputs.items():
        content = opened.members[output_member(name)]
        if min(shape, default=0) < 1 or 4 * math.prod(shape) != len(content):
            raise ValueError(f"{ABOUT}: outputs.{name} states the shape {list(shape)} for {len(content):,} bytes")
        outputs[name] = np.frombuffer(content, "<f4").reshape(shape).astype(np.float32)
    return outputs


def output_member(name: str) -> str:
    """The member of an output."""
    return f"outputs/{name}.f32"
