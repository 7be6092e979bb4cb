"""The formulas. For each class c of the data set, an image counts as:

TP_c, a label c that is answered c; FN_c, a label c that is answered otherwise, or not at all; FP_c, another label that
is answered c. Every metric is a pure function of the answers: no state, no random numbers, no files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from ferbench.results import Answers
    from numpy.typing import NDArray


def abaw_score(answers: Answers) -> float:
    """The score of the expression track of ABAW 2020 (Kollias et al., arXiv:2001.11409).

        S = 0.67 * F1 + 0.33 * accuracy
        F1 = (1/C) * sum_c 2 TP_c / (2 TP_c + FP_c + FN_c)

    over the C classes that have at least one image. In [0, 1], higher is better; NaN without images. POSTER prints it
    while it trains. Later ABAW challenges rank by F1 alone, which ferbench has as `f1_macro`.
    """
    import numpy as np

    hits, images, said = counts(answers)
    present = images > 0
    if not present.any():
        return float("nan")
    f1 = 2 * hits[present] / (images + said)[present]
    return float(0.67 * f1.mean() + 0.33 * np.mean(answers.correct))


def recall_gmean(answers: Answers) -> float:
    """The geometric mean of the recalls (Kubat and Matwin, ICML 1997, for two classes).

        G = (prod_c TP_c / (TP_c + FN_c)) ** (1/C)

    over the C classes that have at least one image. In [0, 1], higher is better; NaN without images. One class that is
    never recognised makes it 0, which no arithmetic mean shows.
    """
    hits, images, _ = counts(answers)
    present = images > 0
    if not present.any():
        return float("nan")
    return float((hits[present] / images[present]).prod() ** (1 / present.sum()))


def counts(answers: Answers) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """(n_labels,) each: TP_c, TP_c + FN_c, and TP_c + FP_c of the classes of the data set.

    Answers that name a class which only the model knows, and images without an answer (-1), are nobody's TP or FP.
    """
    import numpy as np

    n = answers.n_labels
    known = answers.y_pred[(answers.y_pred >= 0) & (answers.y_pred < n)]
    hits = np.bincount(answers.y_true[answers.correct], minlength=n)
    return hits, np.bincount(answers.y_true, minlength=n), np.bincount(known, minlength=n)
