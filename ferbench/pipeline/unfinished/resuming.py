"""Going on where an earlier process stopped: what it answered, as far as that still holds.

The name of its folder says that it was the same run. Beyond that its pictures are read again, and must have the content
that they had; and the model is asked about one batch again, and must say the same to the last bit, for no name covers
everything that a network may depend on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.pipeline.collected import Collected
from ferbench.pipeline.contents import contents
from ferbench.pipeline.images import UNREADABLE, batches

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from ferbench.pipeline.answering import Answering
    from ferbench.pipeline.images import Batch
    from ferbench.pipeline.resolve import Plan
    from ferbench.pipeline.unfinished.shard import Shard
    from ferbench.pipeline.unfinished.shards import Shards

    Outputs = Mapping[str, NDArray[np.float32]]


def resumed(plan: Plan, answering: Answering, progress: Callable[[int, int], None], shards: Shards) -> Collected:
    """What is known of the rows of a plan, from the first on, up to the end of a batch; shards that fail are removed.

    Raises:
        PluginError: a plugin's code raised.
    """
    collected = Collected(n=len(plan.rows))
    for shard in shards.kept():
        if not (fits(plan, collected, shard) and same_pictures(plan, shard)):
            break
        collected.put(shard)
        progress(collected.done, len(plan.rows))
    if not says_the_same(plan, answering, collected):
        collected = Collected(n=len(plan.rows))
        progress(0, len(plan.rows))
    shards.drop(collected.done)
    return collected


def fits(plan: Plan, collected: Collected, shard: Shard) -> bool:
    """Whether a shard ends where a batch does, and its outputs look like those before it."""
    ends = shard.stop == len(plan.rows) or (shard.stop < len(plan.rows) and shard.stop % plan.conduct.batch_size == 0)
    expected = {"emotion": (len(plan.classes),)} | {name: array.shape[1:] for name, array in collected.outputs.items()}
    return ends and all(array.shape[1:] == expected.get(name, array.shape[1:]) for name, array in shard.outputs.items())


def same_pictures(plan: Plan, shard: Shard) -> bool:
    """Whether every picture of a shard has the content that it had, and what was broken is broken in the same way."""
    rows = plan.rows[shard.start : shard.stop]
    broken = {position for position, digest in enumerate(shard.digests) if digest == UNREADABLE}
    found = contents(plan.opened, rows, {rows[position].id for position in broken})
    if [content.digest for content in found] != shard.digests:
        return False
    reasons = [shard.failures.get(shard.start + position) for position in sorted(broken)]
    again = [rows[position] for position in sorted(broken)]
    said = [
        batch.failures.get(position)
        for batch in batches(plan.opened, again, plan.reading, plan.conduct.batch_size, plan.conduct.workers)
        for position in range(batch.start, batch.start + len(batch.digests))
    ]
    return said == reasons


def says_the_same(plan: Plan, answering: Answering, collected: Collected) -> bool:
    """Whether the model answers the last batch that it was asked about as it did.

    A model that answers otherwise each time would do so in one process, too: nothing better is to be had from it.
    """
    last = collected.last_asked()
    if last is None:
        return True
    size = plan.conduct.batch_size
    rows = slice(last // size * size, last // size * size + size)
    (batch,) = batches(plan.opened, plan.rows[rows], plan.reading, size, workers=1)
    said = answers(batch, answering) if batch.answered else {}
    kept = {name: array[rows] for name, array in collected.outputs.items()}
    return same(said, kept) or not same(said, answers(batch, answering))


def answers(batch: Batch, answering: Answering) -> Outputs:
    """The outputs of a batch that begins a manifest, with rows of NaN where there is no answer."""
    collected = Collected(n=len(batch.digests))
    collected.add(batch, answering(batch.views))
    return collected.outputs


def same(one: Outputs, other: Outputs) -> bool:
    """Whether two sets of outputs are equal bit by bit."""
    return one.keys() == other.keys() and all(one[name].tobytes() == other[name].tobytes() for name in one)
