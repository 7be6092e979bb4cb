"""File names of pages: safe on every file system, whatever is named, and equal for equal things."""

from __future__ import annotations

import re
import unicodedata

from ferbench.canonical import sha256_text
from ferbench.report.site.public import public

_LONGEST = 48
#: So many that nobody finds a name with the digits of another one.
_DIGITS = 16

OVERVIEW = "index.html"


def page_name(folder: str, title: str, identity: str) -> str:
    """`runs/poster-v2-on-rafdb-3f2a9c41d0e85b77.html`: words of the title, and the start of the identity's SHA-256."""
    ascii_only = unicodedata.normalize("NFKD", public(title)).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", ascii_only.lower())[:_LONGEST].strip("-")
    return f"{folder}/{words or 'page'}-{sha256_text(identity)[:_DIGITS]}.html"


def board_page(dataset: str, split: str, items_sha256: str) -> str:
    """The page of a test set."""
    return page_name("boards", f"{dataset} {split}", f"{dataset}\0{split}\0{items_sha256}")


def model_page(model: str) -> str:
    """The page of a model."""
    return page_name("models", model, model)


def run_page(model: str, dataset: str, run_id: str) -> str:
    """The page of a run."""
    return page_name("runs", f"{model} on {dataset}", run_id)


def comparison_page(first: str, second: str, run_ids: tuple[str, str]) -> str:
    """The page of two runs; `first` and `second` are the names of their models."""
    return page_name("comparisons", f"{first} and {second}", "\0".join(run_ids))
