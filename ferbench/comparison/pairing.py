"""Which images of several runs may be paired: all where they are equal, the shared ones where that is asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from ferbench.errors import NotComparable
from ferbench.pipeline.score import answers_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ferbench.comparison.reading import ReadRun
    from ferbench.emotions import ClassOrder, LabelMode
    from ferbench.results import Answers

On = Literal["equal", "shared"]

#: So many ids are named where images differ.
_NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """The images that a comparison stands on, sorted by id, and how each run has them."""

    dataset: str
    splits: tuple[str, ...]
    on: On
    classes: ClassOrder
    ids: tuple[str, ...]
    labels: tuple[str, ...]
    #: Images of each run, before anything was left out.
    images: tuple[int, ...]
    #: Images that not all runs have with the same pixels.
    other_pixels: int
    #: Images that all runs have, and not with the same label.
    relabelled: int

    @property
    def n(self) -> int:
        """Number of paired images."""
        return len(self.ids)


def paired(runs: Sequence[ReadRun], on: On) -> Pairing:
    """The images of runs, paired by canonical id.

    `shared` takes the images that all runs have with the same label. Ids are canonical within a data set, so other data
    sets are refused even then.

    Raises:
        NotComparable: data set, split, classes, ids or labels differ; or no image is shared.
    """
    labels = [labels_of(run) for run in runs]
    common = sorted(set.intersection(*(set(found) for found in labels)))
    ids = tuple(name for name in common if len({found[name] for found in labels}) == 1)
    differing = differing_sets(runs)
    if on == "equal":
        differing += differing_images(labels)
    if differing or not ids:
        raise refusal(runs, differing or ["no image in common"], len(ids))
    return Pairing(
        dataset=runs[0].test_set.dataset,
        splits=tuple(dict.fromkeys(run.test_set.split for run in runs)),
        on=on,
        classes=runs[0].classes,
        ids=ids,
        labels=tuple(labels[0][name] for name in ids),
        images=tuple(len(found) for found in labels),
        other_pixels=other_pixels(runs, ids),
        relabelled=len(common) - len(ids),
    )


def labels_of(run: ReadRun) -> dict[str, str]:
    """Label by id; NotComparable where an id stands for two images."""
    found = dict(zip(run.predictions.ids, run.predictions.labels, strict=True))
    if len(found) < len(run.predictions.ids):
        raise NotComparable(
            f"The images of the run {run.run_id} were to be paired by their ids.",
            f"{len(run.predictions.ids)} images have {len(found)} ids: some ids stand for several images.",
            "Evaluate it again with a data set plugin that gives every image its own id.",
        )
    return found


def differing_sets(runs: Sequence[ReadRun]) -> list[str]:
    """What keeps runs apart even where they share images: data sets, or sets of classes."""
    named = {
        "data set": [run.test_set.dataset for run in runs],
        "classes": [", ".join(sorted(run.classes)) for run in runs],
    }
    return [f"{what} {' / '.join(dict.fromkeys(found))}" for what, found in named.items() if len(set(found)) > 1]


def differing_images(labels: Sequence[Mapping[str, str]]) -> list[str]:
    """How the images of each other run differ from those of the first."""
    first, said = labels[0], []
    for position, other in enumerate(labels[1:], start=2):
        changed = [name for name in first if other.get(name, first[name]) != first[name]]
        parts = {
            "ids only in run 1": sorted(set(first) - set(other)),
            f"ids only in run {position}": sorted(set(other) - set(first)),
            f"labels differ between run 1 and run {position}": sorted(changed),
        }
        said += [f"{len(names)} {what} ({few(names)})" for what, names in parts.items() if names]
    return said


def few(names: Sequence[str]) -> str:
    """The first names of many."""
    return ", ".join(names[:_NAMED]) + (", ..." if len(names) > _NAMED else "")


def refusal(runs: Sequence[ReadRun], differing: Sequence[str], shared: int) -> NotComparable:
    """The refusal to pair runs, with everything that differs and what could still be compared."""
    splits = list(dict.fromkeys(run.test_set.split for run in runs))
    found = [f"split {' / '.join(splits)}", *differing] if len(splits) > 1 else differing
    instead = f" Or pass --on shared: {shared:,} images have the same id and label in all." if shared else ""
    one_set = len({run.test_set.dataset for run in runs}) == 1
    return NotComparable(
        f"The runs {', '.join(run.run_id for run in runs)} were to be compared image by image.",
        f"They differ: {'; '.join(found)}.",
        "Compare runs of one board, see ferbench leaderboard." + (instead if one_set else ""),
    )


def other_pixels(runs: Sequence[ReadRun], ids: Sequence[str]) -> int:
    """Number of images whose content digests are not equal in all runs."""
    found = [dict(zip(run.test_set.ids, run.test_set.digests, strict=True)) for run in runs]
    return sum(len({digests[name] for digests in found}) > 1 for name in ids)


def aligned_answers(run: ReadRun, pairing: Pairing, mode: LabelMode) -> Answers:
    """The answers of a run to the paired images, in the order of their ids."""
    position = {name: row for row, name in enumerate(run.predictions.ids)}
    rows = [position[name] for name in pairing.ids]
    part = replace(
        run.predictions,
        ids=pairing.ids,
        labels=pairing.labels,
        outputs={"emotion": run.predictions.emotion[rows]},
        failures={},
        attributes=(),
    )
    return answers_of(part, pairing.classes, mode)


def said(answers: Answers) -> list[str]:
    """The class that was answered for each image; empty where there was no answer."""
    # -1, the index of no answer, is the last one.
    names = [*answers.classes, ""]
    return [names[index] for index in answers.y_pred.tolist()]
