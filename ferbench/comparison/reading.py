"""A run as a comparison needs it, recorded or just finished; one that was withdrawn or changed is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ferbench.errors import NotComparable
from ferbench.leaderboard.conditions import conditions_of
from ferbench.leaderboard.documents import texts
from ferbench.leaderboard.network import network_of
from ferbench.results import seal_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ferbench.emotions import ClassOrder
    from ferbench.leaderboard.store import Leaderboard
    from ferbench.results import Predictions, RunResult, TestSet


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRun:
    """A run that holds. `classes` are the data set's; `network` says what its network is, less the weights.

    `seen` is that of `conditions.Conditions`: empty for whole pictures looked at once.
    """

    run_id: str
    model: str
    weights_name: str
    weights_sha256: str
    input: str
    seen: str
    not_ranked_because: tuple[str, ...]
    classes: ClassOrder
    network: Mapping[str, Any]
    predictions: Predictions
    test_set: TestSet

    @property
    def short(self) -> str:
        """The first eight characters of its id."""
        return self.run_id[:8]


def read_run(leaderboard: Leaderboard, run_id: str) -> ReadRun:
    """A run that holds: not withdrawn, its record as it was sealed, its predictions those of the record.

    Raises:
        NotComparable: it does not hold.
    """
    withdrawn = leaderboard.invalidation_of(run_id)
    if withdrawn is not None:
        raise does_not_hold(run_id, f"It was withdrawn on {withdrawn.at}: {withdrawn.reason}")
    if not leaderboard.seal_holds(run_id):
        raise broken_seal(run_id)
    return held(run_id, leaderboard.record_of(run_id), leaderboard.predictions(run_id), leaderboard.test_set(run_id))


def read_result(result: RunResult) -> ReadRun:
    """A run that is in no leaderboard: it was just finished, or came in a file.

    Raises:
        NotComparable: its record is not as it was sealed, or its predictions are not those of the record.
    """
    if seal_of(result.record) != result.record.get("seal"):
        raise broken_seal(result.run_id)
    return held(result.run_id, result.record, result.predictions, result.test_set)


def held(run_id: str, record: Mapping[str, Any], predictions: Predictions, test_set: TestSet) -> ReadRun:
    """The run of a record whose seal holds; NotComparable where the parts are not those that were sealed."""
    if predictions.sha256() != record.get("predictions_sha256"):
        raise does_not_hold(run_id, "Its predictions are not the ones that its record was sealed with.")
    try:
        return run_of(record, predictions, test_set)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        # Whoever can write a database can seal what he likes.
        raise does_not_hold(run_id, f"Its record is not the one of a run: {type(error).__name__}: {error}.") from error


def run_of(record: Mapping[str, Any], predictions: Predictions, test_set: TestSet) -> ReadRun:
    """The run of a record; AttributeError, KeyError, TypeError or ValueError where its parts do not fit each other."""
    classes = tuple(texts(record["dataset_classes"], "dataset_classes"))
    if not set(predictions.labels) <= set(classes) <= set(predictions.classes):
        raise ValueError("labels, classes of the data set and classes of the model do not fit each other")
    weights = record["weights"]
    return ReadRun(
        run_id=str(record["run_id"]),
        model=str(record["model"]),
        weights_name=str(weights["name"]),
        weights_sha256=str(weights["sha256"]),
        input=str(record["input"]),
        seen=conditions_of(record).seen,
        not_ranked_because=tuple(texts(record["not_ranked_because"], "not_ranked_because")),
        classes=classes,
        network=network_of(record),
        predictions=predictions,
        test_set=test_set,
    )


def broken_seal(run_id: str) -> NotComparable:
    """The refusal of a run whose record is not the one that was sealed."""
    return does_not_hold(run_id, "Its seal is broken: its record was changed after it was written.")


def does_not_hold(run_id: str, found: str) -> NotComparable:
    """The refusal of a run."""
    todo = "Compare a run that holds: ferbench runs lists them, ferbench verify RUN checks one."
    return NotComparable(f"The run {run_id} was to be compared.", found, todo)
