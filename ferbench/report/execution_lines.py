"""How a run was carried out, in words: what its engine proved, recomputed, compiled, tried, resumed and reused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def execution_lines(record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Titles and texts, of what there is to say; records of older versions say nothing of it."""
    yield "engine", f"{record.get('engine', 'eager')}, {record.get('precision', 'fp32')}"
    execution = record.get("execution") or {}
    for title, field, text in (
        ("held against float32", "proof", proof_line),
        ("recomputed in float32", "guarding", guarding_line),
        ("made ready", "compilation", compilation_line),
        ("batch sizes tried", "batch_trials", trials_line),
    ):
        if execution.get(field):
            yield title, text(execution[field])
    if execution.get("images_resumed"):
        yield "resumed", f"{execution['images_resumed']:,} images were answered before an interruption"
    if execution.get("predictions_of"):
        yield "predictions of", f"run {execution['predictions_of']}: nothing was computed anew but scores and cost"


def proof_line(proof: Mapping[str, Any]) -> str:
    """How far the answers are from those of the plain engine."""
    images = f"{proof['n']:,} images by the plain engine"
    return f"{images}: largest difference {proof['largest_difference']:.1e}, {proof['flips']:,} with another class"


def guarding_line(guarding: Mapping[str, Any]) -> str:
    """How many images were computed again, and why these."""
    bound = f"two best classes at most {guarding['bound']:.3g} apart in {guarding['fast']}"
    return f"{guarding['recomputed']:,} images ({bound}, a bound from {guarding['sample']:,} images)"


def compilation_line(compilation: Mapping[str, Any]) -> str:
    """How long it took, apart from all latencies."""
    kept = {"made": "made and kept", "found": "kept from an earlier run"}[compilation["artifact"]]
    return f"in {compilation['seconds']:.1f} s ({kept}); no part of a latency"


def trials_line(trials: list[Mapping[str, Any]]) -> str:
    """Every size with its throughput."""
    return ", ".join(
        f"{trial['batch_size']}: "
        + ("out of memory" if trial["images_per_s"] is None else f"{trial['images_per_s']:.1f} images/s")
        for trial in trials
    )
