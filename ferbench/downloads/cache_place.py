"""The place of a released file in the cache, and how a person brings it there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.errors import PluginError, WeightsNotFound
from ferbench.weight_pins import SUFFIX

if TYPE_CHECKING:
    from pathlib import Path

    from ferbench.cards import WeightsCard
    from ferbench.config import Settings


def target_of(card: WeightsCard, settings: Settings) -> Path:
    """The place of a file in the cache; its name comes from a plugin and must not lead elsewhere."""
    name, home = card.file_name, settings.weights_home
    if home is None or not is_plain(name):
        raise PluginError(
            f"The weights {card.name} were to be put into the cache.",
            f"Their file name is {name!r}, and the cache is {home}.",
            "A file name has no folder in it: mend the weights' card.",
        )
    return home / name


def is_plain(name: str) -> bool:
    """Whether a name is that of a file in a folder, on every system, and not one that ferbench uses itself."""
    reserved = name.startswith(".") or name.endswith((SUFFIX, ".part"))
    return bool(name) and not reserved and not set(name) & set("/\\:") and name.isprintable()


def by_hand(card: WeightsCard, target: Path) -> str:
    """How a person gets a file: every address, with the code that the page asks for."""
    addresses = [card.url] if card.url else []
    addresses += [f"{mirror.url} (code {mirror.code})" if mirror.code else mirror.url for mirror in card.mirrors]
    if not addresses:
        return f"Ask its authors for {card.file_name}, put it at {target}, and run: ferbench weights pull {card.name}"
    lines = [f"Download {card.file_name} in a browser:", *addresses]
    return "\n".join([*lines, f"Put it at {target}, and run: ferbench weights pull {card.name}"])


def configured_and_gone(card: WeightsCard, path: Path) -> WeightsNotFound:
    """ferbench.toml names a file that is not there."""
    return WeightsNotFound(
        f"The weights {card.name} were asked for.",
        f"ferbench.toml names {path} for them, and it is not there.",
        f'Mend or remove the line [weights] "{card.name}", then run the same command again.',
    )
