"""compare(): paired statistics of recorded runs, from their stored predictions; needs neither torch nor images."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import combinations
from statistics import fmean, stdev
from typing import TYPE_CHECKING

from ferbench.comparison.entries import read_entries
from ferbench.comparison.findings import AnswerColumn, Comparison, EntryFinding, SeedScore
from ferbench.comparison.measures import measure_of
from ferbench.comparison.pairing import aligned_answers, paired, said
from ferbench.comparison.pairs import Side, pair_findings
from ferbench.errors import UsageError
from ferbench.leaderboard.statistics.bootstrap import resampled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferbench.catalog import Catalog
    from ferbench.comparison.entries import Entry
    from ferbench.comparison.pairing import On
    from ferbench.emotions import LabelMode
    from ferbench.leaderboard.statistics.bootstrap import Resampled
    from ferbench.leaderboard.store import Leaderboard
    from ferbench.results import Answers

DEFAULT_METRICS = ("accuracy", "uar", "f1_macro")
RESAMPLES = 2000
#: With fewer images of a class its share in UAR and macro F1 makes their intervals too narrow; measured, see the docs.
SMALL_CLASS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to compare: metrics by name (`recall/fear` for a class), label mode, images, and the bootstrap."""

    metrics: tuple[str, ...] = DEFAULT_METRICS
    label_mode: LabelMode = "strict"
    on: On = "equal"
    resamples: int = RESAMPLES
    seed: int = 0


def compare(
    leaderboard: Leaderboard, entries: Sequence[str], catalog: Catalog, options: Options | None = None
) -> Comparison:
    """Compare entries, each the name of a run, or of several runs of one model with commas between them.

    Raises:
        UsageError: fewer than two entries, a run twice, a metric without one value, no resamples.
        UnknownName: no such run, metric or class.
        NotComparable: the runs have different images, or one of them does not hold.
    """
    chosen = options or Options()
    if chosen.resamples < 1:
        asked = f"A bootstrap of {chosen.resamples} resamples was asked for."
        raise UsageError(asked, "An interval needs some.", "Pass --resamples 2000, or leave it out.")
    read = read_entries(leaderboard, entries)
    runs = [run for entry in read for run in entry.runs]
    pairing = paired(runs, chosen.on)
    measures = [measure_of(name, catalog, pairing.classes) for name in dict.fromkeys(chosen.metrics)]
    answers = [aligned_answers(run, pairing, chosen.label_mode) for run in runs]
    drawn = resampled(answers, measures, chosen.resamples, chosen.seed)
    sides = sides_of(read, answers)
    findings = tuple(entry_finding(entry, side, drawn) for entry, side in zip(read, sides, strict=True))
    return Comparison(
        pairing=pairing,
        label_mode=chosen.label_mode,
        metrics=tuple(measure.name for measure in measures),
        seed=chosen.seed,
        entries=findings,
        pairs=pair_findings(list(combinations(sides, 2)), pairing, drawn),
        answers=tuple(
            AnswerColumn(entry=side.name, run_id=run.run_id, said=tuple(said(own)))
            for entry, side in zip(read, sides, strict=True)
            for run, own in zip(entry.runs, side.answers, strict=True)
        ),
        notes=(*notes_on(read, findings), *small_classes(pairing.labels)),
    )


def sides_of(entries: Sequence[Entry], answers: Sequence[Answers]) -> list[Side]:
    """Entries with the answers of their runs, and where these runs stand among all."""
    sides, start = [], 0
    for entry in entries:
        rows = tuple(range(start, start + len(entry.runs)))
        sides.append(Side(name=entry.name, answers=tuple(answers[row] for row in rows), rows=rows))
        start += len(entry.runs)
    return sides


def entry_finding(entry: Entry, side: Side, drawn: Resampled) -> EntryFinding:
    """An entry with its scores on the paired images."""
    return EntryFinding(
        name=entry.name,
        model=entry.runs[0].model,
        weights=tuple(run.weights_name for run in entry.runs),
        run_ids=tuple(run.run_id for run in entry.runs),
        inputs=tuple(run.input for run in entry.runs),
        unanswered=tuple(int((~answers.answered).sum()) for answers in side.answers),
        scores={name: seed_score([values[row] for row in side.rows]) for name, values in drawn.observed.items()},
    )


def seed_score(values: Sequence[float]) -> SeedScore:
    """Mean and standard deviation over runs."""
    return SeedScore(mean=fmean(values), sd=stdev(values) if len(values) > 1 else None, n=len(values))


def notes_on(entries: Sequence[Entry], findings: Sequence[EntryFinding]) -> tuple[str, ...]:
    """What a reader must know about the runs."""
    notes = seen_otherwise(entries)
    for entry, finding in zip(entries, findings, strict=True):
        for run, unanswered in zip(entry.runs, finding.unanswered, strict=True):
            if run.not_ranked_because:
                notes.append(f"{entry.name}: run {run.short} is not ranked: {'; '.join(run.not_ranked_because)}")
            if unanswered:
                notes.append(
                    f"{entry.name}: run {run.short} has no answer for {unanswered:,} images, which count as wrong"
                )
    if any(len(entry.runs) > 1 for entry in entries):
        notes.append("Entries of several runs are in no count or test; their intervals do not cover other seeds.")
    return tuple(notes)


def seen_otherwise(entries: Sequence[Entry]) -> list[str]:
    """A note where runs cut the pictures otherwise, or looked at them more often, than others; else nothing.

    The runs of one entry do that alike, see `entries.require_one_model`.
    """
    seen = {entry.name: entry.runs[0].seen or "as they are" for entry in entries}
    if len(set(seen.values())) < 2:
        return []
    how = "; ".join(f"{name}: {text}" for name, text in seen.items())
    return [f"The runs saw the pictures otherwise ({how}): this compares systems, not models."]


def small_classes(labels: Sequence[str]) -> tuple[str, ...]:
    """A note on the classes that have too few images for the bootstrap, if there are any."""
    few = [f"{name} ({count})" for name, count in sorted(Counter(labels).items()) if count < SMALL_CLASS]
    if not few:
        return ()
    return (f"Few images of {', '.join(few)}: intervals of class averages are too narrow below {SMALL_CLASS} a class.",)
