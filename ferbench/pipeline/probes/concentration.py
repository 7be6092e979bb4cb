"""Concentration: a model that says hardly anything but two classes is often a good one with the wrong pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ferbench.pipeline.probes.verdict import Verdict
from ferbench.pipeline.score import answers_of

if TYPE_CHECKING:
    from ferbench.emotions import ClassOrder
    from ferbench.results import Predictions

#: Two classes may have so large a part of the answers.
LIMIT = 0.90
#: Fewer answers than these may fall into two classes by chance.
FEWEST = 20


def probe_concentration(predictions: Predictions, data_classes: ClassOrder) -> Verdict:
    """Whether two classes have more than 90 % of the answers, on images of which they have no such part."""
    if len(data_classes) <= 2:
        finding = f"the data set has {len(data_classes)} classes"
        return Verdict(probe="concentration", outcome="not applicable", finding=finding)
    answers = answers_of(predictions, data_classes, "strict")
    said, meant = answers.y_pred[answers.answered], answers.y_true[answers.answered]
    if len(said) < FEWEST:
        finding = f"under {FEWEST} images with an answer"
        return Verdict(probe="concentration", outcome="inconclusive", finding=finding)
    two = np.argsort(-np.bincount(said, minlength=len(answers.classes)), kind="stable")[:2]
    answered, labelled = float(np.isin(said, two).mean()), float(np.isin(meant, two).mean())
    names = " and ".join(answers.classes[index] for index in two)
    finding = f"{names} are {answered:.1%} of the answers and {labelled:.1%} of the labels"
    if answered <= LIMIT or labelled > LIMIT:
        return Verdict(probe="concentration", outcome="ok", finding=finding)
    warning = f"hardly any answer but two: {finding}; suspect the crop, the alignment and the normalisation"
    return Verdict(probe="concentration", outcome="warning", finding=finding, warning=warning)
