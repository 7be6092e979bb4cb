"""Which run a text names: its id, the start of its id, or `latest`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.errors import UnknownName
from ferbench.leaderboard import queries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

LATEST = "latest"
MIN_PREFIX = 4


def find_run_id(connection: Connection, text: str) -> str:
    """The full id of the run that a text names.

    Raises:
        UnknownName: there is no such run, or more than one.
    """
    if text == LATEST:
        matches: list[str] = list(connection.scalars(queries.latest_run_id()))
    else:
        matches = ids_starting(connection, text.lower())
    if len(matches) == 1:
        return matches[0]
    raise ambiguous(text, matches) if matches else unknown(text, list(connection.scalars(queries.run_ids())))


def ids_starting(connection: Connection, prefix: str) -> list[str]:
    """Ids of the runs that start with a prefix that is long enough."""
    if len(prefix) < MIN_PREFIX:
        return []
    return list(connection.scalars(queries.run_ids(prefix)))


def ambiguous(text: str, matches: Sequence[str]) -> UnknownName:
    """The refusal of a prefix that several runs share."""
    return UnknownName(
        f"The run {text!r} was asked for.",
        f"{len(matches)} runs start like that: {', '.join(matches[:5])}{' ...' if len(matches) > 5 else ''}.",
        "Give more of its id.",
    )


def unknown(text: str, known: Sequence[str]) -> UnknownName:
    """The refusal of a text that names no run, with the ids that come near."""
    from difflib import get_close_matches

    starts = {run_id[: len(text)]: run_id for run_id in known}
    near = [starts[start] for start in get_close_matches(text.lower(), starts, n=3)]
    found = f"None of the {len(known)} runs has it." if known else "No run is recorded here."
    return UnknownName(
        f"The run {text!r} was asked for.",
        f"{found} Near: {', '.join(near)}." if near else found,
        f"Give an id, at least the first {MIN_PREFIX} characters of one, or {LATEST!r}. List them with: ferbench runs",
    )
