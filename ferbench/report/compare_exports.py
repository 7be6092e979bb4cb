"""The images that compared runs disagree on, as a file for other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from ferbench.report.exports import harmless, line_writer

if TYPE_CHECKING:
    from ferbench.comparison.findings import Comparison


def write_discordant(found: Comparison, file: TextIO) -> None:
    """id, label, and what each run said, for every image that some of the runs answer right and others wrong.

    Columns of runs are named by entry and run id, such as `A_3f2a9c41`. An answer is empty where there was none.
    """
    write = line_writer(file)
    write(["id", "label", *[f"{column.entry}_{column.run_id[:8]}" for column in found.answers]])
    answers = zip(*[column.said for column in found.answers], strict=True)
    for name, label, said in zip(found.pairing.ids, found.pairing.labels, answers, strict=True):
        if len({answer == label for answer in said}) > 1:
            write([harmless(text) for text in (name, label, *said)])
