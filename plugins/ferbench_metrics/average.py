"""The one mean that all metrics use, so that all of them treat "nothing to average" alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray


def mean_of_known(values: NDArray[Any]) -> float:
    """Mean of the values that are not NaN; NaN, without a warning, where there are none.

    >>> import numpy as np
    >>> mean_of_known(np.array([1.0, np.nan, 0.0]))
    0.5
    >>> mean_of_known(np.array([np.nan]))
    nan
    """
    import numpy as np

    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else float("nan")
