"""Results that differ from others in one known way, sealed again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ferbench.canonical import finite
from ferbench.results import seal_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferbench.results import RunResult


def in_order(result: RunResult, places: Sequence[int]) -> RunResult:
    """The run on the images at these places, in this order: all of them, or a part."""
    predictions, test_set = result.predictions, result.test_set

    def taken(values: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(values[place] for place in places)

    ids = set(taken(test_set.ids))
    return resealed(
        result,
        predictions=replace(
            predictions,
            **{name: taken(getattr(predictions, name)) for name in ("ids", "labels", "attributes")},
            outputs={name: array[list(places)] for name, array in predictions.outputs.items()},
            failures={name: reason for name, reason in predictions.failures.items() if name in ids},
        ),
        test_set=replace(
            test_set, **{name: taken(getattr(test_set, name)) for name in ("ids", "labels", "digests", "attributes")}
        ),
    )


def relabelled(result: RunResult, labels: dict[str, str]) -> RunResult:
    """The run with other labels for some images."""
    changed = tuple(
        labels.get(name, label) for name, label in zip(result.test_set.ids, result.test_set.labels, strict=True)
    )
    return resealed(
        result,
        predictions=replace(result.predictions, labels=changed),
        test_set=replace(result.test_set, labels=changed),
    )


def with_pixels(result: RunResult, changed: int) -> RunResult:
    """The run on other pixels of the first so many images."""
    digests = tuple(f"other {place}" if place < changed else d for place, d in enumerate(result.test_set.digests))
    return resealed(result, test_set=replace(result.test_set, digests=digests))


def weights(name: str) -> dict[str, Any]:
    """The weights of a record, of another file for another name."""
    return {"name": f"{name}.pth", "sha256": name, "selection": "last", "extra_data": None}


def resealed(result: RunResult, record: dict[str, Any] | None = None, **parts: Any) -> RunResult:
    """The run with other parts, and a record and a seal that fit them."""
    changed = replace(result, **parts)
    predictions = changed.predictions
    fitting = {
        "predictions_sha256": predictions.sha256(),
        "failures": dict(predictions.failures),
        "n": len(predictions.ids),
    }
    content = finite({**changed.record, **fitting, **(record or {})})
    return replace(changed, record={**content, "seal": seal_of(content)})
