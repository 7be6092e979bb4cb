"""What is wrong with the splits of a set together: twins, people in several splits, pictures that no split names."""

from __future__ import annotations

import os
from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING

from ferbench.doctor.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ferbench.doctor.findings import Severity, Twins
    from ferbench.doctor.looks import Look
    from ferbench.doctor.opening import OpenSplit
    from ferbench.pipeline.leaks import Likeness

#: What twins are called, and whether a conflict of their labels is an error: two moments of one video may differ.
_WORDS: dict[Likeness, tuple[str, Severity]] = {
    "exact": ("equal pixel for pixel", "error"),
    "near": ("one picture encoded or resized anew, or nearly so", "warning"),
    "mirrored": ("one picture and its mirror image", "warning"),
}


def twin_findings(twins: Sequence[Twins]) -> Iterator[Finding]:
    """Leaks between splits, duplicates within them, and labels that contradict each other, by likeness."""
    for likeness, (words, severity) in _WORDS.items():
        alike = [item for item in twins if item.likeness == likeness]
        yield from grouped(f"{likeness}-leak", "error", [item for item in alike if len(item.splits) > 1], words)
        for split in dict.fromkeys(item.splits[0] for item in alike if len(item.splits) == 1):
            within = [item for item in alike if item.splits == (split,)]
            yield from grouped(f"{likeness}-duplicates", "warning", within, words)
        yield from conflicts(f"{likeness}-conflict", severity, [item for item in alike if len(item.labels) > 1], words)


def grouped(kind: str, severity: Severity, twins: Sequence[Twins], words: str) -> Iterator[Finding]:
    """One finding for groups of twins."""
    if not twins:
        return
    splits = splits_of(twins)
    pictures = sum(len(item.members) for item in twins)
    place = f"across {' and '.join(splits)}" if len(splits) > 1 else f"within {splits[0]}"
    text = f"Groups of pictures {place} that are {words}: {len(twins):,}, with {pictures:,} pictures in all."
    yield Finding(kind=kind, severity=severity, splits=splits, text=text, items=tuple(map(str, twins)))


def conflicts(kind: str, severity: Severity, twins: Sequence[Twins], words: str) -> Iterator[Finding]:
    """One finding for groups of twins with different labels."""
    if twins:
        text = f"Groups of pictures that are {words}, and have different labels: {len(twins):,}."
        items = tuple(map(str, twins))
        yield Finding(kind=kind, severity=severity, splits=splits_of(twins), text=text, items=items)


def splits_of(twins: Iterable[Twins]) -> tuple[str, ...]:
    """The splits that occur in any of the groups."""
    return tuple(dict.fromkeys(name for item in twins for name in item.splits))


def crowd_notes(crowded: int) -> list[Finding]:
    """The note that not all near pictures were compared, where that is so."""
    if not crowded:
        return []
    text = (
        f"Pictures that look like more than a thousand others, so that not all of these were compared: {crowded:,}. "
        "Some near and mirrored twins may not be named. Equal pixels are all found."
    )
    return [Finding(kind="crowded", severity="note", splits=(), text=text)]


def unread_notes(looks: Mapping[str, Sequence[Look]]) -> Iterator[Finding]:
    """The note that some pictures could not be compared, since they cannot be read."""
    for split, found in looks.items():
        broken = sum(bool(look.problem) for look in found)
        if broken:
            text = f"Pictures of {split} that cannot be read, and so were not compared: {broken:,}."
            yield Finding(kind="not-compared", severity="note", splits=(split,), text=text)


def shared_groups(splits: Sequence[OpenSplit]) -> Iterator[Finding]:
    """People or videos that stand in two splits, where the set says who is who."""
    groups = {split.name: {row.group for row in split.rows if row.group is not None} for split in splits}
    for one, other in combinations(groups, 2):
        both = sorted(groups[one] & groups[other])
        if both:
            text = f"People or videos that stand in {one} and in {other}: {len(both):,}."
            yield Finding(kind="shared-groups", severity="warning", splits=(one, other), text=text, items=tuple(both))


def unlisted_pictures(splits: Sequence[OpenSplit]) -> Iterator[Finding]:
    """Pictures that lie beside those of the set, in the same folders and with the same endings, and in no split."""
    named: dict[str, set[str]] = defaultdict(set)
    for path in (path for split in splits for path in split.paths() if path):
        folder, name = os.path.split(path)
        named[folder].add(name)
    suffixes = {suffix_of(name) for names in named.values() for name in names}
    unlisted = [
        os.path.join(folder, name)  # noqa: PTH118 - as everywhere here: a Path for each of 300,000 pictures is slow
        for folder, names in named.items()
        for name in sorted(set(file_names(folder)) - names)
        if suffix_of(name) in suffixes
    ]
    if unlisted:
        text = f"Pictures in the folders of the set that belong to none of its splits: {len(unlisted):,}."
        together = tuple(split.name for split in splits)
        yield Finding(kind="unlisted", severity="note", splits=together, text=text, items=tuple(unlisted))


def suffix_of(name: str) -> str:
    """The ending of a file name in lower case."""
    return os.path.splitext(name)[1].lower()  # noqa: PTH122


def file_names(folder: str) -> list[str]:
    """Names of the files in a folder that are not hidden; [] where it cannot be listed any more."""
    try:
        with os.scandir(folder) as entries:
            return [entry.name for entry in entries if not entry.name.startswith(".") and not entry.is_dir()]
    except OSError:
        return []
