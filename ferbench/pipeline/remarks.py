"""What stands beside the number of a run: why it may not be ranked, and what its reader should know."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ferbench.pipeline.data_identity import label_verdict
from ferbench.pipeline.score import foreign_answers
from ferbench.pipeline.weights import ASSUMED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ferbench.cards import Content, Preprocess
    from ferbench.pipeline.data_identity import DataVerdict
    from ferbench.pipeline.probes.verdict import Verdict
    from ferbench.pipeline.resolve import Plan
    from ferbench.results import Predictions


def reasons_not_to_rank(plan: Plan, predictions: Predictions, verdicts: Iterable[Verdict]) -> list[str]:
    """Every reason for which this run may be stored and not ranked; none is a good run."""
    n, whole, broken = len(plan.rows), len(plan.scope.rows), predictions.broken
    reasons = [
        f"only {n} of {whole} images (--limit)" if n < whole else "",
        unofficial_labels(plan),
        f"{broken} of {n} images without an answer" if broken else "",
        *(verdict.not_ranked_because for verdict in verdicts),
    ]
    return [reason for reason in reasons if reason]


def labels_of(plan: Plan) -> DataVerdict:
    """What the labels of the evaluated split are: official, a known variant, or unknown."""
    verdict = label_verdict(plan.dataset.entry.card, plan.split, plan.opened.rows)
    if not plan.scope.left_out:
        return verdict
    return replace(verdict, finding=f"{verdict.finding}; evaluated without {', '.join(plan.scope.left_out)}")


def unofficial_labels(plan: Plan) -> str:
    """Why a split does not bear its name by right; empty where it does, or where nobody knows what is official."""
    verdict = labels_of(plan)
    if verdict.kind != "unknown" or plan.split not in (plan.dataset.entry.card.counts or {}):
        return ""
    return f"not the official {plan.split} split of {plan.spec.dataset}: {verdict.finding}"


def warnings_of(plan: Plan, predictions: Predictions, verdicts: Iterable[Verdict]) -> list[str]:
    """What a reader of the number should know, and what does not forbid a rank."""
    without_face = predictions.without_face
    left_out = ", ".join(f"{count} of {name}" for name, count in plan.scope.left_out.items())
    warnings = [
        f"{without_face} images without a face count as wrong, and are left out of metrics of probabilities"
        if without_face
        else "",
        f"left out, because the model does not know their class: {left_out}" if left_out else "",
        foreign(foreign_answers(predictions, plan.scope.classes), plan.spec.dataset),
        plan.leaks.warning(len(plan.rows)) if plan.leaks else "",
        other_content(plan.preprocess, plan.dataset.entry.card.content),
        "the class order is assumed: nothing states it for these weights" if plan.class_order_source == ASSUMED else "",
        *(verdict.warning for verdict in verdicts),
    ]
    return [warning for warning in warnings if warning]


def foreign(answers: Mapping[str, int], dataset: str) -> str:
    """What to think of answers that can never be right; empty where there are none."""
    given = ", ".join(f"{count:,} {name}" for name, count in answers.items() if count)
    wrong = f"which are no classes of {dataset}: wrong in mode strict, not looked at in mode mask"
    return f"answers with other classes, {wrong}: {given}" if given else ""


def other_content(preprocess: Preprocess, holds: Content) -> str:
    """What to think of pictures that are not of the kind that the weights expect; empty where they are."""
    expects, seen = preprocess.expects, seen_content(preprocess, holds)
    if expects == seen or "any" in {expects, seen}:
        return ""
    gives = f", and the crop {preprocess.crop!r} gives {seen}" if seen != holds else ""
    warning = f"the weights expect pictures of kind {expects}, the data set holds {holds}{gives}"
    if seen != "whole_frame":
        return warning
    aligned = " --align five_point" if expects == "aligned_face" else ""
    return f"{warning}: pass --crop detect{aligned} (see: ferbench list detectors)"


def seen_content(preprocess: Preprocess, holds: Content) -> Content:
    """What the model is shown of a data set that holds pictures of some kind."""
    if preprocess.align != "none":
        return "aligned_face"
    return holds if preprocess.crop == "none" else "face_crop"
