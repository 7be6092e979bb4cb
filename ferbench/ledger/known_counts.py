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


def known_counts(catalog: Catalog, dataset: str, split: str) -> Mapping[int, str]:
    """{number of images: whose it is}: the official number, and those of variants that somebody has counted."""
    card = next((item.entry.card for item in catalog.datasets if item.entry.card.name == dataset), None)
    if card is None or split == WHOLE_SET:
        return {}
    official = {sum(counts.values()): OFFICIAL for name, counts in (card.counts or {}).items() if name == split}
    variants = {variant.total: variant.name for variant in card.variants if variant.sure and variant.split == split}
    return variants | official


def counts_for(catalog: Catalog, claim: ReportedClaim) -> Mapping[int, str]:
    """The known numbers of images of a claim's split, and the one that it states itself."""
    known = known_counts(catalog, claim.dataset, claim.split)
    return known if claim.n is None else {claim.n: "stated in the claim", **known}
