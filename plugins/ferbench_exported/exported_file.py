"""An exported file and what its card, or the options of a run, say about it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ferbench.card_file import card_of, card_path, read_values
from ferbench.cards import ModelCard, WeightsCard
from ferbench.config import unreachable
from ferbench.errors import WeightsError, WeightsNotFound

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ferbench.card_file import CardFile


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedFile:
    """A file that holds a network and its weights. `name` is that of the model: the scheme and the name of the file."""

    name: str
    path: Path
    card: CardFile

    @classmethod
    def read(cls, scheme: str, rest: str, options: Mapping[str, Any]) -> ExportedFile:
        """The file after the colon, its card completed and overruled by the options.

        Raises:
            WeightsNotFound: there is no such file.
            WeightsError: the card cannot be read, or was written for other content than the file has.
            UsageError: a fact is missing, or means nothing.
        """
        path = Path(rest).expanduser()
        name = f"{scheme}:{path.name}"
        problem = unreachable(path)
        if problem or not path.is_file():
            raise WeightsNotFound(
                f"The model {scheme}:{rest} was asked for.", problem or f"{path} is no file.", "Check the path."
            )
        card = card_of({**read_values(card_path(path)), **options}, name)
        check_content(path, card)
        return cls(name=name, path=path, card=card)

    def model_card(self) -> ModelCard:
        """The facts of the file as those of a model."""
        card, origin = self.card, self.card.made_from.get("model")
        return ModelCard(
            name=self.name,
            summary=f"{origin}, exported" if origin else "A file of somebody's own",
            paper=None,
            code=None,
            code_licence=None,
            output="logits" if card.output == "logits" else "probabilities",
            preprocess=card.preprocess,
            classes=card.classes,
            weights=released(self.path, card),
        )


def check_content(path: Path, card: CardFile) -> None:
    """Refuse a card that states the SHA-256 of another file."""
    stated = card.made_from.get("file_sha256")
    if stated is None:
        return
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != stated:
        raise WeightsError(
            f"The exported file {path} was to be opened.",
            f"Its SHA-256 is {found}, and the card {card_path(path)} was written for {stated}.",
            "Put the card that belongs to the file beside it, or export the model again.",
        )


def released(path: Path, card: CardFile) -> tuple[WeightsCard, ...]:
    """The released weights that were exported, so that what is known of them is not lost.

    Their class order is not repeated: it is the model's, which an option may overrule.
    """
    facts = card.made_from
    if not {"file_sha256", "dataset", "selection"} <= facts.keys():
        return ()
    return (
        WeightsCard(
            name=f"{facts.get('weights')} in {path.name}",
            dataset=facts["dataset"],
            file_name=path.name,
            path=path,
            url=None,
            sha256=facts["file_sha256"],
            claim=None,
            classes=None,
            classes_source=None,
            selection=facts["selection"],
            extra_data=None if facts.get("extra_data") is None else tuple(facts["extra_data"]),
            licence=facts.get("licence"),
            preprocess=card.preprocess,
        ),
    )
