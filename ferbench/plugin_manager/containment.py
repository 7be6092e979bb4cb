"""What surrounds calls into plugins, so that what they do to the process ends with them."""

from __future__ import annotations

import sys
from contextlib import contextmanager, redirect_stdout
from typing import TYPE_CHECKING

from ferbench.plugin_manager.faults import INTERRUPTS
from ferbench.plugin_manager.process_state import ProcessState

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def contained() -> Iterator[list[str]]:
    """Plugins may run here: what they print goes to stderr, and the state of the process is put back afterwards.

    The list holds, in the end, what was put back, in words. It takes a fraction of a millisecond, so it stands around
    loading, opening, building and whole passes, never around a batch.
    """
    changed: list[str] = []
    with INTERRUPTS.watched():
        before = ProcessState.taken()
        try:
            # What a plugin prints must not end up in a JSON document on stdout.
            with redirect_stdout(sys.stderr):
                yield changed
        finally:
            changed.extend(before.restore())
