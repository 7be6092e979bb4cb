"""When to write a shard: often enough that little is lost, and so seldom that it costs nothing."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ferbench.pipeline.collected import Collected
    from ferbench.pipeline.unfinished.shards import Shards

#: Seconds of work in a shard at least: what is lost when a process dies.
SECONDS_APART = 2.0
#: Part of its time that a run may spend on writing, however slow the disk is.
SHARE = 0.01


class Keeping:
    """Keeps what has come out of a pass; called at every end of a batch, and nowhere else."""

    def __init__(self, collected: Collected, shards: Shards) -> None:
        self.collected = collected
        self.shards = shards
        self._next_shard(pause=SECONDS_APART)

    def __call__(self) -> None:
        """Write what has come out since the last shard, once enough time has gone."""
        started = time.monotonic()
        if started < self._due:
            return
        self.shards.keep(self.collected.since(self._start, self._sizes))
        self._next_shard(pause=max(SECONDS_APART, (time.monotonic() - started) / SHARE))

    def _next_shard(self, pause: float) -> None:
        self._start, self._sizes = self.collected.done, Counter(self.collected.sizes)
        self._due = time.monotonic() + pause
