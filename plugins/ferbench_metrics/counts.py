"""How many images have which label, which answer, and both: all that the metrics of hard answers need."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ferbench.results import Answers


class Counts(NamedTuple):
    """Images by class, (n_labels,) each: those with the label, those answered so, and those where that is right."""

    labelled: NDArray[np.float64]
    answered: NDArray[np.float64]
    right: NDArray[np.float64]


def counts(answers: Answers) -> Counts:
    """Images of each class of the data set; answers with other classes, and none at all, are answers of no class here.

    >>> from ferbench_metrics.example import hard_answers
    >>> counts(hard_answers(true=[0, 0, 1, 2], predicted=[0, 1, 1, -1]))
    Counts(labelled=array([2., 1., 1.]), answered=array([1., 2., 0.]), right=array([1., 1., 0.]))
    """
    given = answers.y_pred[answers.answered]
    hits = answers.y_true[answers.correct]
    return Counts(*(by_class(positions, answers.n_labels) for positions in (answers.y_true, given, hits)))


def by_class(positions: NDArray[np.int64], size: int) -> NDArray[np.float64]:
    """(size,) how often each of the first `size` positions occurs."""
    import numpy as np

    return np.bincount(positions, minlength=size)[:size].astype(np.float64)


def ratio(part: NDArray[np.float64], whole: NDArray[np.float64], nothing: float) -> NDArray[np.float64]:
    """(n,) the quotients, and `nothing` where the whole is 0.

    >>> import numpy as np
    >>> ratio(np.array([1.0, 0.0]), np.array([2.0, 0.0]), nothing=0.0)
    array([0.5, 0. ])
    """
    import numpy as np

    return np.divide(part, whole, out=np.full_like(part, nothing), where=whole > 0)
