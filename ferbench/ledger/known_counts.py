"""How many images the split of a data set is known to have, by the cards of the loaded plugins."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ferbench.catalog import Catalog
    from ferbench.ledger.claims import ReportedClaim

#: The split of sets without an official one: papers cut them up as they like, so that its size bounds no number.
WHOLE_SET = "all"
OFFICIAL = "official"


def known_counts(catalog: Catalog, dataset: str, split: str, num_classes: int | None = None) -> Mapping[int, str]:
    """{number of images: whose it is}: the official number, and those of variants that somebody has counted.

    With `num_classes` only those of so many classes: FERPlus has other images with contempt than without it.
    """
    card = next((item.entry.card for item in catalog.datasets if item.entry.card.name == dataset), None)
    if card is None or split == WHOLE_SET:
        return {}
    classes = len(card.classes or ())
    variants = [variant for variant in card.variants if variant.sure and variant.split == split]
    found = [(variant.total, variant.name, len(variant.counts or ()) or classes) for variant in variants]
    if card.counts and split in card.counts:
        found.append((sum(card.counts[split].values()), OFFICIAL, classes))
    return {n: name for n, name, size in found if num_classes in {None, size}}


def counts_for(catalog: Catalog, claim: ReportedClaim) -> Mapping[int, str]:
    """The known numbers of images of a claim's split, and the one that it states itself."""
    known = known_counts(catalog, claim.dataset, claim.split, claim.num_classes)
    return known if claim.n is None else {claim.n: "stated in the claim", **known}
