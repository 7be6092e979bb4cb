"""Whether the card says what is true of the network."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ferbench.emotions import KNOWN
from ferbench.testing.check import Check, NotApplicable, require

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ferbench.cards import ModelCard
    from ferbench.emotions import ClassOrder
    from ferbench.testing.subjects import ModelSubject

#: Operators that multiply and add, by their names.
_PRODUCTS = re.compile(r"attention|attn|encoder_layer|matmul|_dot|\bdot|[ab_:]mm|conv|linear|einsum|gemm")


def class_order(model: ModelSubject) -> str:
    """Whether somebody says what the outputs mean, in names that ferbench knows."""
    card = model.entry.card
    orders = list(class_orders(card))
    for owner, order in orders:
        unknown = [name for name in order if name not in KNOWN]
        require(not unknown, f"{owner}: {', '.join(map(repr, unknown))} is no class that ferbench knows")
        require(len(set(order)) == len(order), f"{owner}: a class stands in the order twice")
    silent = [weights.name for weights in card.weights if weights.dataset and not (weights.classes or card.classes)]
    require(not silent, f"nothing says what the outputs of {', '.join(silent)} mean")
    finished = card.self_contained and model.entry.build is not None
    require(bool(card.classes) or not finished, "the network is finished, and nothing says what its outputs mean")
    if not orders:
        raise NotApplicable("no weights are released, so no output has a meaning yet")
    return f"{len(orders)} class {'orders are' if len(orders) > 1 else 'order is'} declared"


def class_orders(card: ModelCard) -> Iterator[tuple[str, ClassOrder]]:
    """The class orders on a card, by whose they are."""
    if card.classes:
        yield "the model", card.classes
    for weights in card.weights:
        if weights.classes:
            yield weights.name, weights.classes


def counted(model: ModelSubject) -> str:
    """Count the operations of the network, and look for products that the counter does not see."""
    counts = model.counts
    require(counts.macs is not None, f"its operations cannot be counted: {counts.not_counted_because}")
    require(bool(counts.macs) or not counts.params_used, "no multiplication is seen, though parameters are read")
    unseen = [name for name in counts.uncounted_ops if _PRODUCTS.search(name)]
    require(not unseen, f"the counter does not see what {', '.join(unseen)} multiplies")
    return f"{counts.macs:,} multiply-accumulates an image; of no product it is unknown what it costs"


CHECKS = (
    Check(
        name="class-order",
        kinds=("model",),
        asks="Card or weights say what each output means.",
        mend="Write the class order on the WeightsCard (or ModelCard.classes), in the names of ferbench.emotions.",
        run=class_order,
    ),
    Check(
        name="counted",
        kinds=("model",),
        asks="The counter of operations sees everything that multiplies, attention included.",
        mend="Multiply with matmul, linear, einsum or scaled_dot_product_attention, and keep NumPy out of forward.",
        run=counted,
    ),
)
