"""What a split is, judged by itself: one verdict on its labels and one on its pixels.

Right counts prove labels only: re-aligned, up-scaled and re-encoded copies have them, too. So pixels are official by
their SHA-256 alone, and everything weaker is called what it is.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ferbench.pipeline.count_differences import count_differences

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ferbench.cards import DatasetCard, Variant
    from ferbench.interfaces import Row

#: So many names stand in a sentence.
_FEW = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class DataVerdict:
    """`name` is the known variant, or what an unknown split only looks like; `finding` is the evidence."""

    kind: Literal["official", "variant", "unknown"]
    name: str = ""
    finding: str

    @property
    def text(self) -> str:
        """The verdict in a few words: `official`, `variant: NAME`, `unknown`, `unknown, looks like NAME`."""
        if self.kind == "unknown":
            return f"unknown, looks like {self.name}" if self.name else "unknown"
        return f"variant: {self.name}" if self.kind == "variant" else "official"

    def as_json(self) -> dict[str, str]:
        """The verdict as a record holds it."""
        return {"kind": self.kind, "name": self.name, "text": self.text, "finding": self.finding}


def label_verdict(card: DatasetCard, split: str, rows: Sequence[Row]) -> DataVerdict:
    """What the labels of a split are, by its counts by class and, where the card knows them, by its ids.

    Equal counts with two pictures exchanged between classes are not noticed: only a hash over all items shows that.
    """
    found = Counter(row.label for row in rows)
    official = (card.counts or {}).get(split)
    if official is not None and not count_differences(official, found):
        return verdict_on_ids(card, split, rows)
    variants = [variant for variant in card.variants if variant.split == split and fits(variant, found)]
    known = [variant for variant in variants if variant.sure]
    if known:
        return DataVerdict(kind="variant", name=names_of(known), finding=sources_of(known, len(rows)))
    if variants:
        return DataVerdict(kind="unknown", name=names_of(variants), finding=sources_of(variants, len(rows)))
    if official is None:
        return DataVerdict(kind="unknown", finding=f"no official number of {split} images by class is known")
    return DataVerdict(kind="unknown", finding="; ".join(count_differences(official, found)))


def verdict_on_ids(card: DatasetCard, split: str, rows: Sequence[Row]) -> DataVerdict:
    """The verdict on a split whose counts are the official ones."""
    outside = outside_ids(card, split, rows)
    if not outside:
        how = "and by id" if split in card.id_pattern else "(what its ids are is not known)"
        return DataVerdict(kind="official", finding=f"{len(rows):,} images, official by class {how}")
    few = ", ".join(outside[:_FEW])
    return DataVerdict(
        kind="unknown",
        finding=f"the counts are official, {len(outside):,} of {len(rows):,} ids are not, such as {few}",
    )


def outside_ids(card: DatasetCard, split: str, rows: Sequence[Row]) -> list[str]:
    """Ids that no official picture of the split has; [] where the card knows no official ids."""
    if split not in card.id_pattern:
        return []
    pattern = re.compile(card.id_pattern[split])
    return [row.id for row in rows if not pattern.fullmatch(row.id)]


def fits(variant: Variant, found: Mapping[str, int]) -> bool:
    """Whether counts by class are those of a variant, or add up to its total where nothing finer is known."""
    if variant.counts is not None:
        return not count_differences(variant.counts, found)
    return variant.total == sum(found.values())


def names_of(variants: Sequence[Variant]) -> str:
    """The names of variants that cannot be told apart."""
    return " or ".join(dict.fromkeys(variant.name for variant in variants))


def sources_of(variants: Sequence[Variant], n: int) -> str:
    """How many images there are, and who says that a variant has so many."""
    sources = "; ".join(dict.fromkeys(variant.source for variant in variants))
    how = "by class" if all(variant.counts for variant in variants) else "in all"
    sure = "" if all(variant.sure for variant in variants) else ", which nobody has counted"
    return f"{n:,} images, {how} as many as it has ({sources}{sure})"


def pixel_verdict(
    card: DatasetCard, pixels_sha256: str, sizes: Mapping[tuple[int, int], int] | None = None
) -> DataVerdict:
    """What the pixels of a split are, by their SHA-256; `sizes`, pictures by (height, width), are a hint at most."""
    name = card.known_inputs.get(pixels_sha256)
    if name is not None:
        kind: Literal["official", "variant"] = "official" if name.startswith("official") else "variant"
        return DataVerdict(kind=kind, name=name, finding=f"SHA-256 {pixels_sha256[:16]} is that of {name}")
    nobody = f"nobody has put their SHA-256 {pixels_sha256[:16]} on the card"
    if not sizes:
        return DataVerdict(kind="unknown", finding=nobody)
    (height, width), most = max(sizes.items(), key=lambda item: item[1])
    alike = [known for known, size in card.picture_sizes.items() if size == (height, width)]
    share = "all" if len(sizes) == 1 else f"{most:,} of {sum(sizes.values()):,}"
    return DataVerdict(
        kind="unknown",
        name=" or ".join(alike) if len(sizes) == 1 else "",
        finding=f"{nobody}; {share} have {height} x {width} pixels",
    )
