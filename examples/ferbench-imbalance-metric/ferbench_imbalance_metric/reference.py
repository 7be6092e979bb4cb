"""The same numbers from scikit-learn and SciPy, which know nothing of the formulas here."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ferbench.results import Answers


def abaw_score_by_scikit_learn(answers: Answers) -> float:
    """0.67 macro F1 + 0.33 accuracy, over the classes that have images."""
    from sklearn.metrics import accuracy_score, f1_score

    labels = sorted(set(answers.y_true.tolist()))
    f1 = f1_score(answers.y_true, answers.y_pred, labels=labels, average="macro", zero_division=0)
    return float(0.67 * f1 + 0.33 * accuracy_score(answers.y_true, answers.y_pred))


def recall_gmean_by_scikit_learn(answers: Answers) -> float:
    """The geometric mean of the recalls of the classes that have images."""
    from scipy.stats import gmean
    from sklearn.metrics import recall_score

    labels = sorted(set(answers.y_true.tolist()))
    recalls = recall_score(answers.y_true, answers.y_pred, labels=labels, average=None, zero_division=0)
    return float(gmean(recalls)) if recalls.all() else 0.0
