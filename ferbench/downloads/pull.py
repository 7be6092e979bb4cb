"""`ferbench weights pull`: a released checkpoint into the cache, complete, verified and pinned, or not at all."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ferbench.downloads import drive_file, http_file
from ferbench.downloads.addresses import is_drive, only_by_hand
from ferbench.downloads.cache_place import by_hand, configured_and_gone, target_of
from ferbench.downloads.offers import place_of
from ferbench.downloads.order import Order
from ferbench.downloads.work_folder import work_folder
from ferbench.errors import MissingError, WeightsError, WeightsNotFound
from ferbench.weight_pins import Pin, file_sha256, pin_path, read_pin, require_expected, write_pin

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ferbench.cards import WeightsCard
    from ferbench.config import Settings

Outcome = Literal["downloaded", "cached", "configured", "packaged"]
#: What the SHA-256 was compared with: the card, an earlier pin, nothing yet, nothing at all.
Check = Literal["card", "pin", "first use", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """A file that is here, how it came, and what its SHA-256 was checked with."""

    name: str
    path: Path
    outcome: Outcome
    sha256: str
    checked: Check


def pull(
    card: WeightsCard, settings: Settings, *, offline: bool, progress: Callable[[int, int | None], None]
) -> Pulled:
    """Get released weights, unless they are here.

    Raises:
        WeightsNotFound: only a person can download them, `offline` is set, or the download failed.
        WeightsError: what came, or what is here, is not the file that was expected.
        MissingError: the cache cannot be written to.
        ExtraNotInstalled: gdown is needed.
        PluginError: the file name of the card is no plain name.
    """
    state, path = place_of(card, settings)
    if path and state == "not here":
        raise configured_and_gone(card, path)
    if path and state in {"configured", "packaged"}:
        return in_place(card, path, "configured" if state == "configured" else "packaged")
    target = target_of(card, settings)
    if target.is_file():
        return cached(card, target)
    if offline:
        raise WeightsNotFound(
            f"The weights {card.name} were asked for with --offline.",
            f"{target} is not there.",
            f"Leave --offline out. {by_hand(card, target)}",
        )
    return downloaded(card, target, progress)


def in_place(card: WeightsCard, path: Path, outcome: Outcome) -> Pulled:
    """The file that ferbench.toml names, or that came with the plugin, compared with the card where it states a sum."""
    sha256 = file_sha256(path)
    if card.sha256:
        require_expected(path, sha256, card.sha256)
    checked: Check = "card" if card.sha256 else "none"
    return Pulled(name=card.name, path=path, outcome=outcome, sha256=sha256, checked=checked)


def cached(card: WeightsCard, target: Path) -> Pulled:
    """The file that is in the cache, once it is known to be the expected one; pinned where it is not yet."""
    pin, sha256 = read_pin(target), file_sha256(target)
    if pin and pin.weights != card.name and (pin.source is None or pin.source != card.url):
        raise WeightsError(
            f"The weights {card.name} were to be put at {target}.",
            f"The weights {pin.weights} of another origin have that place.",
            f'Move them away with {pin_path(target).name}, and name them in ferbench.toml: [weights] "{pin.weights}"',
        )
    require_expected(target, sha256, card.sha256)
    if pin is None:
        write_pin(target, Pin(sha256=sha256, weights=card.name, source=None))
    return Pulled(name=card.name, path=target, outcome="cached", sha256=sha256, checked=check_of(card, pin))


def downloaded(card: WeightsCard, target: Path, progress: Callable[[int, int | None], None]) -> Pulled:
    """Fetch a file, verify it, pin it, and put it in its place in one step."""
    if card.url is None or only_by_hand(card.url):
        nowhere = card.url is None and not card.mirrors
        found = "No address is known." if nowhere else "Only a person can: their authors offer a folder or a page."
        raise WeightsNotFound(f"The weights {card.name} were to be downloaded.", found, by_hand(card, target))
    with work_folder(target) as folder:
        if target.is_file():
            # Another process was quicker.
            return cached(card, target)
        order = Order(url=card.url, body=folder / "body", target=target, progress=progress)
        (drive_file if is_drive(card.url) else http_file).fetch(order)
        pin, sha256 = read_pin(target), file_sha256(order.body)
        try:
            expect(card, target, sha256)
        except WeightsError:
            order.body.unlink()
            raise
        write_pin(target, pin or Pin(sha256=sha256, weights=card.name, source=card.url))
        moved(order)
        shutil.rmtree(folder, ignore_errors=True)
    return Pulled(name=card.name, path=target, outcome="downloaded", sha256=sha256, checked=check_of(card, pin))


def expect(card: WeightsCard, target: Path, sha256: str) -> None:
    """Refuse a download that is not the file of the card, or not the one that was pinned before."""
    try:
        require_expected(target, sha256, card.sha256)
    except WeightsError as error:
        raise WeightsError(
            f"{card.url} was downloaded as {target.name}.",
            error.found,
            "What is offered there is another file now, and it was not kept. Ask its authors"
            + (
                "."
                if card.sha256
                else f"; to accept it on purpose, delete {pin_path(target)} and run the same command."
            ),
        ) from error


def moved(order: Order) -> None:
    """Put a complete file in its place; a link that lies there is replaced, not followed."""
    try:
        order.body.replace(order.target)
    except OSError as error:
        raise MissingError(
            f"{order.url} was downloaded as {order.target.name}.",
            f"It cannot be put at {order.target}: {error.strerror}.",
            "Make room for it there, and run the same command again.",
        ) from error


def check_of(card: WeightsCard, pin: Pin | None) -> Check:
    """What a SHA-256 was compared with."""
    if card.sha256:
        return "card"
    return "pin" if pin else "first use"
