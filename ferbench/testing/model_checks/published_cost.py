"""Whether the published cost on a card is that of the network, by one of the usual ways of counting."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from ferbench.testing.check import Check, Failed, NotApplicable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ferbench.testing.subjects import ModelSubject

#: Shares by which a published figure may be off beside its rounding. Counters leave out parameters that hang directly
#: on a module, or the products of attention.
PARAMS, MACS = 0.01, 0.02


def card_cost(model: ModelSubject) -> str:
    """The published figures of the card, in their unit, beside what is counted in the ways that papers count."""
    reported = model.entry.card.reported_cost
    if reported is None:
        raise NotApplicable("the card states no published cost")
    counts = model.counts
    held = {"all": counts.params_total, "trainable": counts.params_trainable, "used": counts.params_used}
    said = [meant("M parameters", reported.params_millions, 1, in_units(held, 1e6), PARAMS)]
    if counts.macs is not None:
        products = {"products": counts.macs, "products and normalisations": counts.macs + (counts.norm_macs or 0)}
        each = 1 if reported.unit == "MACs" else 2
        said.append(meant(f"G {reported.unit}", reported.giga_operations, each, in_units(products, 1e9), MACS))
    return "; ".join(said)


def in_units(counts: Mapping[str, int | None], unit: float) -> dict[str, float]:
    """Counts in millions or thousand millions, without those that are not known."""
    return {way: value / unit for way, value in counts.items() if value is not None}


def meant(what: str, stated: float, each: int, found: Mapping[str, float], share: float) -> str:
    """Which of the counts a figure states; one operation that is counted is `each` of the stated ones.

    Raises:
        Failed: none of them.
    """
    near = sorted(found, key=lambda way: abs(each * found[way] - stated))
    listed = ", ".join(f"{each * found[way]:.4g} ({way})" for way in near)
    if not fits(stated, each * found[near[0]], share):
        raise Failed(f"the card states {stated:g} {what}, and the network has {listed}")
    return f"stated {stated:g} {what}, counted {listed}"


def fits(stated: float, found: float, share: float) -> bool:
    """Whether a figure, rounded or cut off at its last digit, states a count that may be off by a share."""
    last = 10.0 ** min(0, int(Decimal(repr(float(stated))).normalize().as_tuple().exponent))
    return stated - last / 2 <= found * (1 + share) and found * (1 - share) < stated + last


CHECKS = (
    Check(
        name="card-cost",
        kinds=("model",),
        asks="The published cost on the card is that of this network, in the unit that it states.",
        mend="State parameters in millions, operations in thousand millions, and whether those are MACs or 2 x MACs.",
        run=card_cost,
    ),
)
