"""Checks of what was asked for: the split, the data root, the options."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

from ferbench.errors import DataNotFound, UsageError
from ferbench_datasets.wording import shown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from _typeshed import DataclassInstance

    from ferbench.cards import DatasetCard

Options = TypeVar("Options", bound="DataclassInstance")


def require_split(card: DatasetCard, split: str) -> None:
    """Refuse a split that the data set does not have."""
    if split not in card.splits:
        raise UsageError(
            f"The split {split!r} of {card.name} was asked for.",
            f"{card.name} has the splits {', '.join(card.splits)}.",
            f"Pass one of them, as in: --split {card.default_split}",
        )


def require_root(card: DatasetCard, root: Path | None) -> Path:
    """The data root, once it is known to be there."""
    if root is None:
        raise not_found(card, root, "No data root was given.")
    try:
        root.stat()
    except OSError as error:
        raise not_found(card, root, f"It cannot be opened: {error.strerror}.") from error
    return root


def require_folder(card: DatasetCard, root: Path | None) -> Path:
    """The data root, once it is known to be a folder."""
    folder = require_root(card, root)
    if not folder.is_dir():
        raise not_found(card, root, "This is a file, not a folder.")
    return folder


def not_found(card: DatasetCard, root: Path | None, found: str) -> DataNotFound:
    """The error that says which layouts are expected and where the set is asked for."""
    place = "" if root is None else f" in {shown(root)}"
    return DataNotFound(
        f"The data set {card.name} was looked for{place}.",
        found,
        f"Expected: {card.layout}. Name that folder with --data-root. {card.obtain}",
    )


def read_options(kind: type[Options], card: DatasetCard, given: Mapping[str, Any]) -> Options:
    """The options of a data set as a dataclass whose fields are all optional texts.

    Raises:
        UsageError: an option that the data set does not have, or a value that is no text.
    """
    known = [field.name for field in fields(kind)]
    for name, value in given.items():
        if name not in known:
            raise UsageError(
                f"The option {name!r} of {card.name} was given.",
                f"{card.name} has {'the options ' + ', '.join(known) if known else 'no options'}.",
                "Correct the name or leave the option out.",
            )
        if value is not None and not isinstance(value, str):
            raise UsageError(
                f"The option {name!r} of {card.name} was given as {value!r}.",
                f"That is of type {type(value).__name__}; every option of {card.name} is a text.",
                f"Pass it as text, as in: {name}={value}",
            )
    return kind(**given)
