"""What a drill counts."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Tally:
    """How often something was done to a store, and what came of it; sentences say what was wrong, and where.

    `hits`: it was stopped or refused. `resumable`: it left answers to go on from. `compared`: results that were held
    against that of an uninterrupted run. `lost`: a run whose recording had been confirmed is gone. `duplicates`: runs
    that are there twice. `damage`: the database does not open, is unsound, or holds a part of a run. `differing`: a
    result is not that of an uninterrupted run. `unclear`: a command ended otherwise than it should have.
    """

    tries: int = 0
    hits: int = 0
    resumable: int = 0
    compared: int = 0
    duplicates: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    damage: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)
