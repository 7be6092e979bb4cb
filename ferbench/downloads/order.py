"""What a download is told, and the errors that all ways to download share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferbench.errors import MissingError, WeightsError, WeightsNotFound

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Fetch `url` into the file `body`, whose folder is the download's own; it will go to `target`.

    `progress` is called with the bytes that are there and, where it is known, the bytes of the whole file.
    """

    url: str
    body: Path
    target: Path
    progress: Callable[[int, int | None], None]


def asked(order: Order) -> str:
    """What was asked, for messages."""
    return f"{order.url} was to be downloaded as {order.target.name}."


def cut_off(order: Order, found: str) -> WeightsNotFound:
    """The connection ended before the file did; what came is kept."""
    return WeightsNotFound(
        asked(order), found, f"The same command goes on where this one ended; what came is in {order.body.parent}."
    )


def lost(order: Order, found: str) -> WeightsNotFound:
    """The connection ended before the file did; nothing that came is kept."""
    return WeightsNotFound(asked(order), found, "Nothing of it was kept: the same command begins anew.")


def refused(order: Order, found: str) -> WeightsNotFound:
    """There is no such file, no such server, or no network."""
    return WeightsNotFound(
        asked(order), found, f"Try again later, or download it in a browser and put it at {order.target}."
    )


def web_page(order: Order, found: str) -> WeightsError:
    """A page came instead of the file: a login, a warning, a quota."""
    return WeightsError(
        asked(order),
        found,
        f"Open the address in a browser, download the file there, put it at {order.target}, and run the same command "
        "again.",
    )


def not_written(order: Order, error: OSError) -> MissingError:
    """What came could not be written."""
    return MissingError(
        asked(order),
        f"It cannot be written to {order.body.parent}: {error.strerror}.",
        "Make room there, or name another cache with FERBENCH_CACHE, then run the same command again.",
    )
