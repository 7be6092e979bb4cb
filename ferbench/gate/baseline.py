"""What a run is held against: a recorded run, or a bundle that lies beside the code."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ferbench.bundles.reading import read_bundle
from ferbench.comparison.reading import read_result, read_run
from ferbench.errors import MissingError, NotComparable, UnknownName, VerificationFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ferbench.bundles.contents import Bundle
    from ferbench.comparison.reading import ReadRun
    from ferbench.leaderboard.store import Leaderboard
    from ferbench.results import RunResult, TestSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """A baseline that holds: its record, and how to read the run for the images that it is compared on."""

    record: Mapping[str, Any]
    read: Callable[[TestSet], ReadRun]

    @property
    def cost(self) -> Mapping[str, Any]:
        """What the run cost where it was made; nothing where the record does not say."""
        cost = self.record.get("cost")
        return cost if isinstance(cost, dict) else {}

    def beside(self, test_set: TestSet) -> ReadRun:
        """The run; ids and labels that a bundle withholds are those of the images.

        Raises:
            NotComparable: these are other images, or images of the baseline have no answer.
        """
        run = self.read(test_set)
        if run.predictions.broken:
            asked, broken = f"The run {run.run_id} was to be a baseline.", run.predictions.broken
            found = f"{broken} of its {len(run.predictions.ids)} images have no answer: it would be too easy to beat."
            raise NotComparable(asked, found, "Take a complete run as the baseline.")
        return run


def find_baseline(text: str, leaderboard: Leaderboard) -> Baseline:
    """The baseline that a text names: the path of a bundle, else a recorded run.

    Raises:
        MissingError: there is no such file, and no such run.
        NotComparable: it was withdrawn or changed.
        DataError: the file is no bundle.
    """
    path = Path(text)
    if path.is_file():
        return of_bundle(path)
    if is_path(text):
        todo = "Check the path, or write a baseline there: --update-baseline with --model and --dataset."
        raise MissingError(f"The baseline {text} is needed.", "There is no such file.", todo)
    return of_run(text, leaderboard)


def is_path(text: str) -> bool:
    """Whether a text is meant as the path of a file: it has a folder or an extension, or is one."""
    path = Path(text)
    return path.exists() or bool(path.suffix) or any(mark in text for mark in (os.sep, "/"))


def of_bundle(path: Path) -> Baseline:
    """The baseline in a file; one that was changed can be compared with nothing."""
    try:
        bundle = read_bundle(path)
    except VerificationFailed as error:
        # Its exit code is that of a regression, which nobody has looked for yet.
        raise NotComparable(error.asked, error.found, error.todo) from error
    return Baseline(record=bundle.record, read=lambda test_set: read_result(labelled(bundle, test_set)))


def labelled(bundle: Bundle, test_set: TestSet) -> RunResult:
    """The run of a bundle, with its own labels where it carries them."""
    withheld = bundle.labels_withheld or bundle.ids_withheld
    return bundle.result_for(test_set) if withheld else bundle.result()


def of_run(text: str, leaderboard: Leaderboard) -> Baseline:
    """The baseline that is a recorded run."""
    try:
        run_id = leaderboard.run_id(text)
    except UnknownName as error:
        raise MissingError(f"The baseline {text!r} is needed.", error.found, error.todo) from error
    run = read_run(leaderboard, run_id)
    return Baseline(record=leaderboard.record_of(run_id), read=lambda _: run)
