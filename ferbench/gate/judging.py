"""judge(): a run against a baseline, on the same images."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ferbench.comparison.compare import small_classes
from ferbench.comparison.pairing import aligned_answers, paired
from ferbench.errors import NotComparable, UsageError
from ferbench.gate.drift import drift_checks
from ferbench.gate.findings import GateResult, Party
from ferbench.gate.metric_checks import gated, metric_checks
from ferbench.gate.significance import images_behind
from ferbench.leaderboard.statistics.paired import paired_counts
from ferbench.leaderboard.statistics.power import detectable
from ferbench.results import NO_BOX, NO_FACE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ferbench.catalog import Catalog
    from ferbench.comparison.pairing import Pairing
    from ferbench.comparison.reading import ReadRun
    from ferbench.gate.findings import Check
    from ferbench.gate.limits import Limits, Rule
    from ferbench.results import Answers

#: So many images without an answer are named.
_NAMED = 5


def judge(
    baseline: ReadRun, new: ReadRun, catalog: Catalog, limits: Limits, latencies: tuple[Check, ...] = ()
) -> GateResult:
    """The verdict on a run that is complete.

    Raises:
        UsageError: it is the baseline itself, or a metric cannot be gated on.
        UnknownName: no such metric or class.
        NotComparable: other images, labels or classes; other pixels, unless these are accepted; nothing to compare.
    """
    pairing = paired_sides(baseline, new, limits)
    first, second = (aligned_answers(run, pairing, "strict") for run in (baseline, new))
    metrics = [gated(limit, catalog, pairing.classes) for limit in limits.drops]
    counts = paired_counts(first.correct, second.correct)
    return GateResult(
        baseline=party(baseline),
        new=party(new),
        dataset=pairing.dataset,
        split=", ".join(pairing.splits),
        n=pairing.n,
        other_pixels=pairing.other_pixels,
        alpha=limits.rule.alpha,
        fail_on=limits.rule.fail_on,
        counts=counts,
        # The formula is for two sides, each of half the level; of several metrics one may be left with a part of it.
        detectable=detectable(counts.n, counts.discordant, alpha=2 * limits.rule.alpha / max(len(metrics), 1)),
        checks=(
            *metric_checks(first, second, metrics, limits.rule),
            *drift_checks(baseline, new, pairing.ids, limits.drift),
            *latencies,
        ),
        notes=tuple(notes_on(baseline, new, pairing, limits, first)),
    )


def undecided(baseline: Mapping[str, Any], new: ReadRun, rule: Rule) -> GateResult:
    """The verdict on a run of which images have no answer, against the baseline with a record: none."""
    failures = new.predictions.failures
    # A line that began with an id could be a command for the runner of a CI.
    named = [f"no answer for {name}: {reason}" for name, reason in failures.items() if reason not in {NO_BOX, NO_FACE}]
    weights = baseline["weights"]
    return GateResult(
        baseline=Party(
            run_id=str(baseline["run_id"]),
            model=str(baseline["model"]),
            weights=str(weights["name"]),
            weights_sha256=str(weights["sha256"]),
            input=str(baseline["input"]),
        ),
        new=party(new),
        dataset=new.test_set.dataset,
        split=new.test_set.split,
        n=len(new.predictions.ids),
        alpha=rule.alpha,
        fail_on=rule.fail_on,
        unanswered=new.predictions.broken,
        notes=(*named[:_NAMED], *(["..."] if len(named) > _NAMED else [])),
    )


def paired_sides(baseline: ReadRun, new: ReadRun, limits: Limits) -> Pairing:
    """The images of both sides, which must be the same."""
    asked = f"The run {new.run_id} was to be gated against the baseline {baseline.run_id}, image by image."
    if baseline.run_id == new.run_id:
        raise UsageError(asked, "That is the same run.", "Name another run, or leave --run out to evaluate anew.")
    try:
        pairing = paired([baseline, new], "equal")
    except NotComparable as error:
        todo = "Gate on the images of the baseline, all of them and no others, or take another baseline."
        raise NotComparable(asked, f"{error.found} Run 1 is the baseline.", todo) from error
    if pairing.other_pixels and not limits.other_pixels:
        found = f"{pairing.other_pixels:,} of {pairing.n:,} images have other pixels ({baseline.input} / {new.input})."
        todo = "Give both the same pictures. To gate systems, preprocessing included: --allow-other-pixels"
        raise NotComparable(asked, found, todo)
    return pairing


def party(run: ReadRun) -> Party:
    """Who stands on one side."""
    return Party(
        run_id=run.run_id,
        model=run.model,
        weights=run.weights_name,
        weights_sha256=run.weights_sha256,
        input=run.input,
    )


def notes_on(baseline: ReadRun, new: ReadRun, pairing: Pairing, limits: Limits, answers: Answers) -> Iterator[str]:
    """What a reader must know beside the verdict."""
    differing = [name for name, fact in baseline.network.items() if new.network.get(name) != fact]
    if differing:
        yield f"The new run differs from the baseline in {', '.join(differing)}."
    for title, run in (("baseline", baseline), ("new run", new)):
        if run.not_ranked_because:
            yield f"The {title} is not ranked: {'; '.join(run.not_ranked_because)}."
    if pairing.other_pixels:
        yield f"{pairing.other_pixels:,} images have other pixels: this compares systems, not models."
    if any(images_behind(limit.name, answers) is None for limit in limits.drops):
        yield from small_classes(pairing.labels)
