"""Which class is taken for which."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from ferbench.cards import MetricCard
from ferbench.interfaces import MetricEntry

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ferbench.results import Answers


def confusion_matrix(answers: Answers) -> NDArray[np.float64]:
    """(n_labels, K) number of images of class r (row, the label) that are answered c (column, the prediction).

        M_rc = sum_i [y_i = r] * [p_i = c]

    with labels y_i and predictions p_i. Images without an answer stand in no column: a row sums to the answered images
    of its class, and accuracy = trace(M) / N over all N images. Columns from n_labels on are classes that only the
    model knows. Counts, 0 or more; no direction.

    >>> from ferbench_metrics.example import hard_answers
    >>> confusion_matrix(hard_answers(true=[0, 0, 1, 1], predicted=[0, 2, 1, -1]))
    array([[1., 0., 1.],
           [0., 1., 0.]])
    """
    import numpy as np

    answered = answers.answered
    matrix = np.zeros((answers.n_labels, len(answers.classes)))
    # Not scikit-learn's: that one is square, warns for one class and refuses to count no images.
    np.add.at(matrix, (answers.y_true[answered], answers.y_pred[answered]), 1)
    return matrix


ENTRIES = (
    MetricEntry(
        card=MetricCard(
            name="confusion_matrix",
            title="Confusion matrix",
            direction="none",
            range=(0.0, inf),
            shape="matrix",
        ),
        compute=confusion_matrix,
    ),
)
