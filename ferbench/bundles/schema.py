"""The members of a bundle, and what the file says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FORMAT = "ferbench bundle"
FORMAT_VERSION = 1
#: The member that says what the file is, and the SHA-256 of every field of the others.
BUNDLE, ABOUT, RECORD, SCORES, TEST_SET = "bundle.json", "about.json", "record.json", "scores.json", "test_set.json"
#: Members of every bundle, in their order; outputs follow.
DOCUMENTS = (BUNDLE, ABOUT, RECORD, SCORES, TEST_SET)
#: What these may take, in bytes.
LIMITS = {BUNDLE: 2**22, ABOUT: 2**20, RECORD: 2**26, SCORES: 2**24, TEST_SET: 2**29}

Carried = Literal["included", "withheld"]
#: How the images are listed: as the run had them, by pseudonym where it had them sorted by id, or in another order.
Order = Literal["as evaluated", "by id", "withheld"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The run that was bundled: its id, and the seal of its whole record."""

    run_id: str
    seal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a bundle carries, and what it does not. `left_out` are fields of the record that are changed or missing."""

    origin: Origin
    labels: Carried
    ids: Carried
    order: Order
    left_out: tuple[str, ...]
    #: Shape by name.
    outputs: dict[str, tuple[int, ...]]
