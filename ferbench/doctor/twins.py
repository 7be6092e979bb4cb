"""Pictures that are one picture: equal pixels, the same picture encoded anew or resized, its mirror image.

Candidates are found by their perceptual hashes and confirmed by their thumbnails: nowhere may two thumbnails differ by
more than MOST_APART standard deviations. Both limits were measured on drawn faces; docs/how-to/check-a-data-set.md has
the figures. Likeness is passed on: what is like a picture that is like a third one belongs to all of them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ferbench.doctor.bands import crowded, near_codes
from ferbench.doctor.findings import Twins
from ferbench.doctor.looks import THUMBNAIL_SIDE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from ferbench.doctor.findings import Member
    from ferbench.doctor.looks import Look
    from ferbench.pipeline.leaks import Likeness

    Positions = NDArray[np.int64]

#: Standard deviations of grey by which two thumbnails of one picture may differ anywhere.
MOST_APART = 0.3


class Comparison(NamedTuple):
    """All twins among some pictures, and how many of these look too much alike for all pairs to be compared."""

    twins: tuple[Twins, ...]
    crowded: int


@dataclass(frozen=True, slots=True)
class Faces:
    """What pictures look like, one row a picture: codes (n,), mirrored codes (n,), thumbnails (n, 12, 12)."""

    codes: NDArray[np.uint64]
    mirrored: NDArray[np.uint64]
    thumbnails: NDArray[np.float16]

    def pairs(self) -> Positions:
        """(k, 2) positions of pictures that look alike."""
        return confirmed(self.codes, self.codes, self.thumbnails, self.thumbnails)

    def mirrored_pairs(self) -> Positions:
        """(k, 2) positions of pictures of which one looks like the mirror image of the other."""
        return confirmed(self.mirrored, self.codes, self.thumbnails[:, :, ::-1], self.thumbnails)


def find_twins(members: Sequence[Member], looks: Sequence[Look]) -> Comparison:
    """The twins among pictures; those that cannot be read have none, flat ones have none but exact ones."""
    copies: dict[bytes, list[int]] = defaultdict(list)
    for position, look in enumerate(looks):
        if not look.problem:
            copies[look.pixels].append(position)
    exact = [positions for positions in copies.values() if len(positions) > 1]
    shown = [positions for positions in copies.values() if looks[positions[0]].thumbnail is not None]
    faces = faces_of([looks[positions[0]] for positions in shown])
    near = faces.pairs()
    turned = unlike(faces.mirrored_pairs(), near, len(shown))
    return Comparison(
        twins=(
            *twins_of("exact", members, exact),
            *twins_of("near", members, merged(shown, near)),
            *twins_of("mirrored", members, with_mirrored(shown, near, turned)),
        ),
        crowded=crowded(faces.codes),
    )


def faces_of(looks: Sequence[Look]) -> Faces:
    """The looks of pictures that show something, as arrays."""
    n = len(looks)
    return Faces(
        codes=np.array([look.code for look in looks], np.uint64),
        mirrored=np.array([look.mirrored for look in looks], np.uint64),
        thumbnails=np.array([look.thumbnail for look in looks], np.float16).reshape(n, THUMBNAIL_SIDE, THUMBNAIL_SIDE),
    )


def confirmed(
    queries: NDArray[np.uint64],
    codes: NDArray[np.uint64],
    query_thumbnails: NDArray[np.float16],
    thumbnails: NDArray[np.float16],
) -> Positions:
    """(k, 2) positions of queries and codes that are near, and whose thumbnails agree; each pair once."""
    found = [
        np.stack([i, j], axis=1)[agree(query_thumbnails[i], thumbnails[j])]
        for i, j in forward(near_codes(queries, codes))
    ]
    pairs = np.concatenate(found) if found else np.empty((0, 2), np.int64)
    return np.unique(pairs, axis=0)


def forward(pairs: Iterator[tuple[Positions, Positions]]) -> Iterator[tuple[Positions, Positions]]:
    """The pairs in which the second picture stands behind the first."""
    for i, j in pairs:
        yield i[i < j], j[i < j]


def agree(a: NDArray[np.float16], b: NDArray[np.float16]) -> NDArray[np.bool_]:
    """(n,) whether thumbnails (n, 12, 12) differ nowhere by more than MOST_APART."""
    apart = np.abs(a.astype(np.float32) - b.astype(np.float32))
    close: NDArray[np.bool_] = apart.max(axis=(1, 2), initial=0.0) <= MOST_APART
    return close


def merged(groups: Sequence[list[int]], pairs: Positions) -> list[list[int]]:
    """The groups that pairs of them connect, each with all positions of its parts; single groups are left out."""
    parts: dict[int, list[list[int]]] = defaultdict(list)
    for group, component in zip(groups, components(pairs, len(groups)), strict=True):
        parts[int(component)].append(group)
    return [sorted(position for group in found for position in group) for found in parts.values() if len(found) > 1]


def with_mirrored(groups: Sequence[list[int]], near: Positions, turned: Positions) -> list[list[int]]:
    """The groups that some mirrored pair connects."""
    component = components(np.concatenate([near, turned]), len(groups))
    chosen = set(component[turned[:, 0]].tolist())
    kept = [group if int(number) in chosen else [] for group, number in zip(groups, component, strict=True)]
    parts: dict[int, list[int]] = defaultdict(list)
    for group, number in zip(kept, component, strict=True):
        parts[int(number)] += group
    return [sorted(positions) for positions in parts.values() if positions]


def unlike(turned: Positions, near: Positions, n: int) -> Positions:
    """Mirrored pairs that do not look alike as they stand: a symmetric picture is like its own mirror image."""
    component = components(near, n)
    apart: Positions = turned[component[turned[:, 0]] != component[turned[:, 1]]]
    return apart


def components(pairs: Positions, n: int) -> NDArray[np.int32]:
    """(n,) number of the component that each of n things belongs to."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph = coo_array((np.ones(len(pairs), np.int8), (pairs[:, 0], pairs[:, 1])), shape=(n, n))
    numbers: NDArray[np.int32] = connected_components(graph, directed=False)[1]
    return numbers


def twins_of(likeness: Likeness, members: Sequence[Member], groups: Sequence[list[int]]) -> list[Twins]:
    """Groups of positions as twins, in manifest order."""
    return [Twins(likeness, tuple(members[position] for position in group)) for group in sorted(groups)]
