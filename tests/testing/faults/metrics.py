"""Faults of metrics: of their values, of the laws that they break, and of what they make of what is not there."""

from __future__ import annotations

import numpy as np

from tests.testing import sound
from tests.testing.planting import metric

NAN = float("nan")


def share(hits):
    """The mean of some hits; NaN without any."""
    return float(hits.mean()) if hits.size else NAN


def all_classes(answers):
    """A number for every class of the model, where only those of the data set count."""
    return np.bincount(answers.y_true, minlength=len(answers.classes)).astype(float)


def percent(answers):
    """A share as a percentage."""
    return 100 * share(answers.correct)


def mistakes(answers):
    """A share of mistakes, which the card calls better the higher it is."""
    return share(~answers.correct)


def half_reached(answers):
    """A share that never gets beyond one half."""
    return share(answers.correct) / 2


def spoiling(answers):
    """Writes into what it is given, where nobody prevents it."""
    value = share(answers.correct)
    if answers.y_pred.flags.writeable:
        answers.y_pred[:9] = answers.y_true[:9]
    return value


def drifting(answers):
    """A little more at every call."""
    drifting.calls = getattr(drifting, "calls", 0) + 1
    return share(answers.correct) - 1e-12 * drifting.calls


def confident(answers):
    """Looks at probabilities, and does not say so."""
    sure = np.nan_to_num(answers.probabilities).max(axis=1, initial=0)
    return float((answers.correct * sure).mean()) if sure.size else NAN


def first_images(answers):
    """Earlier images weigh more."""
    weights = 1 / np.arange(1, len(answers.y_true) + 1)
    return float((answers.correct * weights).sum() / weights.sum()) if weights.size else NAN


def second_class(answers):
    """The class at position 1 weighs more, whatever its name."""
    weights = np.where(answers.y_true == 1, 2.0, 1.0)
    return float((answers.correct * weights).sum() / weights.sum()) if weights.size else NAN


def fixed_places(answers):
    """Recall of each class, always in the same places."""
    images = np.bincount(answers.y_true, minlength=answers.n_labels)
    right = np.bincount(answers.y_true[answers.correct], minlength=answers.n_labels)
    with np.errstate(invalid="ignore"):
        return np.sort(right / images)


def among_answered(answers):
    """Leaves images without an answer out, which the card does not say."""
    return share(answers.correct[answers.answered])


def over_all(answers):
    """Counts images without an answer as wrong, and the card says that they are left out."""
    return share(answers.correct)


def plain_uar(answers):
    """The mean of all recalls, those of classes without images too."""
    images = np.bincount(answers.y_true, minlength=answers.n_labels)
    right = np.bincount(answers.y_true[answers.correct], minlength=answers.n_labels)
    with np.errstate(invalid="ignore"):
        return float((right / images).mean()) if answers.y_true.size else NAN


def zero_without_images(answers):
    """0 where nothing was measured."""
    return float(answers.correct.sum() / max(1, answers.y_true.size))


def warning_without_images(answers):
    """The mean of nothing, which numpy warns of."""
    return float(answers.correct.mean())


def a_little_more(answers):
    """A reference that says something else."""
    return 1.01 * sound.accuracy(answers)


FAULTS = (
    metric(
        "value-shape",
        r"array of shape \(7,\) where \(5,\)",
        all_classes,
        shape="per_class",
        direction="none",
        range=(0, 1000),
        also={"range", "needs", "image-order", "relabelling", "unanswered", "absent-class", "no-images"},
    ),
    metric(
        "value-shape",
        "nothing but NaN",
        lambda _answers: NAN,
        also={"range", "direction", "unanswered", "absent-class"},
    ),
    metric("range", "lies outside of 0 to 1", percent, also={"direction"}),
    metric("direction", "perfect answers get 0, ordinary ones", mistakes, also={"unanswered"}),
    metric("direction", "and not the best of the range, 1", half_reached),
    metric("pure", "computing it changes y_pred", spoiling),
    metric("pure", "another value the second time", drifting),
    metric("needs", "depends on the probabilities", confident),
    metric("image-order", "when the images stand in another order", first_images),
    metric("relabelling", "when the classes stand in another order", second_class),
    metric("relabelling", "when the classes stand in another order", fixed_places, shape="per_class"),
    metric("unanswered", "do not make it worse", among_answered),
    metric("unanswered", "change it by", over_all, over="answered"),
    metric("absent-class", "is NaN when one class has no images", plain_uar),
    metric("no-images", "it is 0.0 without images", zero_without_images),
    metric("no-images", "raised RuntimeWarning", warning_without_images),
    metric("reference", "differs from its reference", reference=a_little_more),
)
