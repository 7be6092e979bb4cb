"""Images of the verifier's choice run again, on his machine and from his files, against what a run says of them."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, get_args

from ferbench.audit.checks import Check
from ferbench.audit.outputs_again import few, outputs_check
from ferbench.cards import Preprocess
from ferbench.errors import FerbenchError, UsageError
from ferbench.execution import Precision
from ferbench.pipeline.engine.making import MAKERS as ENGINES
from ferbench.pipeline.engine.running import started
from ferbench.pipeline.load import load, plain_float32
from ferbench.pipeline.plugin_calls import find_model
from ferbench.pipeline.predict import predict
from ferbench.pipeline.resolve import resolve
from ferbench.pipeline.run import silent
from ferbench.spec import RANDOM_WEIGHTS, RunSpec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ferbench.catalog import Catalog
    from ferbench.config import Settings
    from ferbench.pipeline.predict import Pass
    from ferbench.pipeline.resolve import Plan
    from ferbench.results import RunResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """How many images are run again, which ones (by the seed), and from what.

    `tolerance` is what outputs may differ by, as a part of the largest recorded one.
    """

    n: int
    seed: int
    weights: str | None
    data_root: str | None
    dataset_options: Mapping[str, str]
    device: str
    tolerance: float

    def chosen(self, ids: Sequence[str]) -> frozenset[str]:
        """The ids that are run again: every set of n is as likely, and the same seed gives the same."""
        return frozenset(random.Random(self.seed).sample(sorted(ids), min(self.n, len(ids))))  # noqa: S311 - no secret


def recompute(result: RunResult, request: Request, catalog: Catalog, settings: Settings) -> tuple[Check, ...]:
    """Run images again with the settings of the record, and compare pictures and outputs.

    Raises:
        UsageError: a number or a setting that means nothing.
        MissingError: weights or data are not here.
        FerbenchError: as `ferbench.pipeline.run.evaluate` says.
    """
    require_numbers(request)
    plan = resolve(spec_of(result.record, request, catalog), catalog, settings)
    chosen = request.chosen(result.predictions.ids)
    rows = tuple(row for row in plan.scope.rows if row.id in chosen)
    missing = sorted(chosen - {row.id for row in rows})
    if missing:
        return (Check(name="images again", passed=False, finding=f"not in this copy: {few(missing)}"),)
    plan = replace(plan, rows=rows, preprocess=preprocess_of(result.record))
    expected = result.record["weights"]["sha256"]
    if plan.weights.sha256 and plan.weights.sha256 != expected:
        return (weights_check(plan.weights.sha256, expected),)
    with plain_float32(result.record["spec"].get("threads")):
        loaded = load(plan)
        same_weights = weights_check(loaded.weights_sha256, expected)
        if not same_weights.passed:
            return (same_weights,)
        try:
            running = started(as_recorded(plan, result.record), loaded, settings.engines_home)
        except FerbenchError as error:
            return (same_weights, engine_check(result.record, error))
        done = predict(running.plan, running.answering, silent)
    return (same_weights, pictures_check(result, plan, done), outputs_check(result, plan, done, request.tolerance))


def require_numbers(request: Request) -> None:
    """Refuse numbers that mean nothing."""
    if request.n >= 1 and request.tolerance >= 0:
        return
    raise UsageError(
        f"{request.n} images were to be run again, with a tolerance of {request.tolerance}.",
        "The first is a count of at least 1, the second a number of at least 0.",
        "Pass other numbers.",
    )


def spec_of(record: Mapping[str, Any], request: Request, catalog: Catalog) -> RunSpec:
    """The run of a record, with the files of this machine."""
    asked, preprocess = record["spec"], record["preprocess"]
    options = asked.get("model_options") or {}
    model, weights = model_of(record, request, catalog, options)
    if weights is None and str(record["weights"]["sha256"]).startswith(f"{RANDOM_WEIGHTS}:"):
        weights = RANDOM_WEIGHTS
    return RunSpec(
        model=model,
        dataset=record["dataset"],
        model_options=options,
        dataset_options={**(asked.get("dataset_options") or {}), **request.dataset_options},
        split=record["split"],
        data_root=request.data_root,
        weights=weights,
        class_order=",".join(record["classes"]),
        **{name: preprocess[name] for name in ("colour_order", "crop", "align", "margin")},
        detector=(record.get("detector") or {}).get("name"),
        detector_options=(record.get("detector") or {}).get("options", {}),
        tta=record["tta"],
        classes=asked.get("classes", "all"),
        batch_size=record["cost"]["batch_size"],
        device=request.device,
        seed=asked.get("seed", 0),
        timing=False,
    )


def model_of(
    record: Mapping[str, Any], request: Request, catalog: Catalog, options: Mapping[str, Any]
) -> tuple[str, str | None]:
    """Name and weights of the model; of a model that is a file, such as `onnx:FILE`, the file is named as weights."""
    name = str(record["spec"].get("model") or record["model"])
    scheme = str(record["model"]).partition(":")[0]
    if request.weights is None or scheme not in catalog.schemes:
        return name, request.weights
    own_file = f"{scheme}:{request.weights}"
    try:
        is_file = find_model(catalog, own_file, options).entry.file is not None
    except FerbenchError:
        is_file = False
    return (own_file, None) if is_file else (name, request.weights)


def preprocess_of(record: Mapping[str, Any]) -> Preprocess:
    """The preprocessing of a record."""
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in record["preprocess"].items()
    }
    return Preprocess(**values)


def as_recorded(plan: Plan, record: Mapping[str, Any]) -> Plan:
    """The plan by the engine and in the precision of a record.

    A guarded run says that its classes are those of float32, and they are asked for. That needs no bound, and holds on
    every machine.

    Raises:
        UsageError: this version knows no such engine or precision.
    """
    engine, precision = record["engine"], record["precision"]
    if engine not in ENGINES or precision not in get_args(Precision):
        raise UsageError(
            f"Images of a run by the engine {engine} in {precision} were to be run again.",
            "This version of ferbench does not know it.",
            "Verify it with the version in the record.",
        )
    if precision == "guarded":
        return plan
    asked = {"engine": engine, "precision": precision}
    return replace(plan, spec=replace(plan.spec, **asked), conduct=replace(plan.conduct, **asked))


def engine_check(record: Mapping[str, Any], error: FerbenchError) -> Check:
    """Why nothing could be run again the way it was run."""
    finding = f"{record['engine']} in {record['precision']} cannot be run here: {error.found}"
    return Check(name="engine again", passed=None, finding=finding)


def weights_check(found: str, expected: str) -> Check:
    """Whether these are the weights of the record."""
    finding = found if found == expected else f"these are {found}, the record says {expected}"
    return Check(name="weights again", passed=found == expected, finding=finding)


def pictures_check(result: RunResult, plan: Plan, done: Pass) -> Check:
    """Whether the pictures are those that were evaluated."""
    recorded = dict(zip(result.test_set.ids, result.test_set.digests, strict=True))
    other = [row.id for row, digest in zip(plan.rows, done.digests, strict=True) if digest != recorded[row.id]]
    finding = (
        f"{len(other)} of {len(plan.rows)} have another content: {few(other)}" if other else f"{len(plan.rows)} images"
    )
    return Check(name="pictures again", passed=not other, finding=finding)
