"""Released weights for the terminal and as JSON data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.padding import Padding
from rich.table import Table

from ferbench.downloads.addresses import only_by_hand
from ferbench.emotions import named_order
from ferbench.report.formatting import ABSENT, safe
from ferbench.report.listings import plain_card

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from rich.console import RenderableType

    from ferbench.cards import Claim
    from ferbench.downloads.offers import Offer, State
    from ferbench.emotions import ClassOrder

Place = tuple["State", "Path | None"]


def plain_offer(offer: Offer, place: Place) -> dict[str, Any]:
    """Everything that is known of released weights as JSON data: card, model, three licences, where the file is."""
    state, path = place
    return {
        **plain_card(offer.card),
        "model": offer.model.name,
        "plugin": offer.plugin,
        "certainty": offer.certainty,
        "code_licence": offer.model.code_licence,
        "data_licence": offer.data_licence,
        "state": state,
        "file": None if path is None else str(path),
    }


def offers_list(offers: Sequence[tuple[Offer, Place]]) -> Group:
    """A paragraph for each; addresses stand alone, so that a narrow terminal keeps them whole."""
    return Group(*(part for offer, place in offers for part in paragraph(offer, place)))


def paragraph(offer: Offer, place: Place) -> Iterator[RenderableType]:
    """Name, facts and addresses of released weights."""
    card = offer.card
    facts = Table.grid(padding=(0, 1))
    facts.add_column(no_wrap=True, style="dim")
    for name, text in (
        ("for", card.dataset or f"{offer.model.name} (a backbone, to start its training from)"),
        ("claimed", claim_text(card.claim)),
        ("classes", order_text(card.classes, card.classes_source)),
        ("selected by", card.selection),
        ("licences", licences_text(offer)),
        ("here", here_text(offer, place)),
    ):
        facts.add_row(name, safe(text))
    yield safe(card.name, "bold")
    yield Padding(facts, (0, 0, 0, 2), expand=False)
    for address in addresses(offer):
        yield Padding(safe(address, "cyan"), (0, 0, 0, 2), expand=False)
    yield ""


def claim_text(claim: Claim | None) -> str:
    """A claim with its source."""
    return f"{claim.accuracy_percent:.2f} % ({claim.source})" if claim else "nothing"


def order_text(classes: ClassOrder | None, source: str | None) -> str:
    """A class order by its name, and how sure it is."""
    if classes is None:
        return ABSENT
    order = named_order(classes)
    listed = ", ".join(classes)
    return f"{f'{order}: ' if order else ''}{listed}; {f'stated: {source}' if source else 'assumed, stated nowhere'}"


def licences_text(offer: Offer) -> str:
    """The three licences, which are three different things; of the data's the first sentence, `info` has the others."""
    code, weights = offer.model.code_licence or "not known", offer.card.licence or "none stated"
    data = offer.data_licence.partition(". ")[0].rstrip(".") if offer.data_licence else "not known"
    return f"code: {code}; weights: {weights}; data: {data}"


def here_text(offer: Offer, place: Place) -> str:
    """Where the file is, or how to get it."""
    state, path = place
    if state != "not here":
        return f"{state}: {path}"
    if path:
        return f"no; ferbench.toml names {path}"
    first = "download it in a browser, then " if only_by_hand(offer.card.url) else ""
    return f"no; {first}ferbench weights pull {offer.card.name}"


def addresses(offer: Offer) -> list[str]:
    """Where the authors offer the file."""
    own = [offer.card.url] if offer.card.url else []
    mirrors = [f"{item.url} (code {item.code})" if item.code else item.url for item in offer.card.mirrors]
    return own + mirrors
