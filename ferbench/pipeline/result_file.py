"""A finished run in a folder, for another process: JSON, and the outputs as raw float32. Nothing is ever unpickled.

Whoever wrote the folder ran strangers' code, so what does not fit is a ValueError.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from ferbench.canonical import finite
from ferbench.plugin_manager.strange_file import read_strange
from ferbench.results import Cost, Matrix, Predictions, RunResult, Score, TestSet, core_sha256, seal_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

DOCUMENT, ARRAYS = "result.json", "outputs.f32"


def write_result(result: RunResult, folder: Path) -> None:
    """Write a run; its document comes last, so that a folder with one is whole."""
    outputs = result.predictions.outputs
    with (folder / ARRAYS).open("wb") as file:
        for array in outputs.values():
            file.write(array.astype("<f4", order="C").tobytes())
    document = {
        "record": dict(result.record),
        "shapes": {name: list(array.shape) for name, array in outputs.items()},
        "predictions": {**own_fields(result.predictions, Predictions), "outputs": {}},
        "test_set": asdict(result.test_set),
        "scores": [asdict(score) for score in result.scores],
        "matrices": [asdict(matrix) for matrix in result.matrices],
        "cost": asdict(result.cost),
    }
    (folder / DOCUMENT).write_text(json.dumps(finite(document)), encoding="ascii")


def own_fields(value: Any, kind: type[Any]) -> dict[str, Any]:
    """The fields of a dataclass, not copied all the way down."""
    return {name: getattr(value, name) for name in kind.__dataclass_fields__ if name != "outputs"}


def read_result(folder: Path) -> RunResult:
    """The run in a folder.

    Raises:
        ValueError: it is none, or its hashes are not those of what is there.
    """
    try:
        document = json.loads(read_strange(folder / DOCUMENT).decode("ascii"))
        result = result_of(document, read_strange(folder / ARRAYS))
        require_own_hashes(result)
    except (TypeError, AttributeError, LookupError, RecursionError, OSError) as error:
        raise ValueError(f"the result cannot be read: {type(error).__name__}: {error}") from error
    return result


def result_of(document: Mapping[str, Any], content: bytes) -> RunResult:
    """The run of a document and its arrays."""
    predictions, test_set = document["predictions"], document["test_set"]
    images = {"ids": tuple(test_set["ids"]), "labels": tuple(test_set["labels"])}
    attributes = tuple(test_set["attributes"])
    facts = {"classes": tuple(predictions["classes"]), "outputs": arrays_of(document["shapes"], content)}
    return RunResult(
        record=document["record"],
        predictions=Predictions(**{**predictions, **images, **facts, "attributes": attributes}),
        test_set=TestSet(**{**test_set, **images, "digests": tuple(test_set["digests"]), "attributes": attributes}),
        scores=tuple(Score(**{**score, "value": number(score["value"])}) for score in document["scores"]),
        matrices=tuple(matrix_of(matrix) for matrix in document["matrices"]),
        cost=Cost(**document["cost"]),
    )


def arrays_of(shapes: Mapping[str, list[int]], content: bytes) -> dict[str, NDArray[np.float32]]:
    """The arrays that lie one behind the other in some bytes."""
    sizes = {name: math.prod(shape) for name, shape in shapes.items()}
    if any(min(shape, default=0) < 0 for shape in shapes.values()) or 4 * sum(sizes.values()) != len(content):
        raise ValueError(f"the outputs have {len(content)} bytes, which are not those of {dict(shapes)}")
    values, arrays, start = np.frombuffer(content, "<f4").astype(np.float32), {}, 0
    for name, shape in shapes.items():
        arrays[name] = values[start : start + sizes[name]].reshape(shape)
        start += sizes[name]
    return arrays


def number(value: float | None) -> float:
    """A number, or NaN, for which JSON has no spelling."""
    return math.nan if value is None else value


def matrix_of(values: Mapping[str, Any]) -> Matrix:
    """A confusion matrix."""
    rows = tuple(tuple(number(item) for item in row) for row in values["values"])
    return Matrix(
        metric=values["metric"],
        label_mode=values["label_mode"],
        rows=tuple(values["rows"]),
        columns=tuple(values["columns"]),
        values=rows,
    )


def require_own_hashes(result: RunResult) -> None:
    """ValueError where a record is not that of its predictions and scores."""
    record = result.record
    predictions_sha256 = result.predictions.sha256()
    core = core_sha256(record["run_key"], predictions_sha256, result.scores)
    found = {"predictions_sha256": predictions_sha256, "core_sha256": core, "seal": seal_of(record)}
    wrong = [name for name, value in found.items() if record[name] != value]
    if wrong:
        raise ValueError(f"the result does not fit together: {', '.join(wrong)}")
