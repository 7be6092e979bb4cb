"""What a run is held against: a recorded run, or a bundle that lies beside the code."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ferbench.bundles.reading import read_bundle
from ferbench.comparison.reading import read_result, read_run
from ferbench.errors import MissingError, NotComparable, UnknownName, VerificationFailed
from ferbench.results import NO_BOX, NO_FACE

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
    #: Gives the run beside images: ids and labels that a bundle withholds are those of the images. NotComparable where
    #: these are other images.
    beside: Callable[[TestSet], ReadRun]


def find_baseline(text: str, leaderboard: Leaderboard) -> Baseline:
    """The baseline that a text names: the path of a bundle, else a recorded run.

    Raises:
        MissingError: there is no such file, and no such run.
        NotComparable: it was withdrawn or changed, or images of it have no answer.
        DataError: the file is no bundle.
    """
    path = Path(text)
    if path.is_file():
        return require_complete(of_bundle(path))
    if is_path(text):
        todo = "Check the path, or write a baseline there: --update-baseline with --model and --dataset."
        raise MissingError(f"The baseline {text} is needed.", "There is no such file.", todo)
    return require_complete(of_run(text, leaderboard))


def require_complete(baseline: Baseline) -> Baseline:
    """The baseline, when all of its images that can have an answer have one."""
    failures = baseline.record["failures"]
    broken = sum(reason not in {NO_BOX, NO_FACE} for reason in failures.values())
    if not broken:
        return baseline
    found = f"{broken} of its {baseline.record['n']} images have no answer: it would be too easy to beat."
    asked = f"The run {baseline.record['run_id']} was to be a baseline."
    raise NotComparable(asked, found, "Take a complete run as the baseline.")


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
    return Baseline(record=bundle.record, beside=lambda test_set: read_result(labelled(bundle, test_set)))


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
    return Baseline(record=leaderboard.record_of(run_id), beside=lambda _: run)
