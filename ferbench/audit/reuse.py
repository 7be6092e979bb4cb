"""Whether a run that is asked for is finished already: as a whole, or as far as its predictions go."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, partial
from typing import TYPE_CHECKING, Any, get_args

from ferbench.audit.other_key import other_parts
from ferbench.audit.stored_run import repeats_its_record, result_of
from ferbench.audit.told_again import told_otherwise
from ferbench.errors import LeaderboardError
from ferbench.execution import Engine, Guarding
from ferbench.leaderboard.finished import finished_runs
from ferbench.pipeline.contents import contents
from ferbench.pipeline.earlier import Earlier, pass_again
from ferbench.pipeline.images import UNREADABLE, pixels_sha256
from ferbench.pipeline.machine import likely_cost_key, other_machine
from ferbench.pipeline.plugin_calls import one_pass
from ferbench.pipeline.record import identity_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ferbench.leaderboard.finished import FinishedRun
    from ferbench.leaderboard.store import Leaderboard
    from ferbench.pipeline.contents import Content
    from ferbench.pipeline.resolve import Plan
    from ferbench.results import RunResult, TestSet

#: So many changed pictures are named.
_NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What there is of a run that is asked for.

    `whole` is the record of a run that says all of it, `earlier` what can be used of one that does not; `reasons` tell
    people why the runs of the right key do not do, `absent` why there is none.
    """

    whole: Mapping[str, Any] | None = None
    earlier: Earlier | None = None
    reasons: tuple[str, ...] = ()
    absent: str = ""


class Unusable(Exception):
    """A run of the right key cannot stand for a new one; the text goes on behind its name."""


def finished(plan: Plan, weights_sha256: Callable[[], str], leaderboard: Leaderboard, *, complete: bool) -> Answer:
    """A run that says everything that is asked for, else the predictions of one that has them; of several the newest.

    Args:
        plan: What is asked for; tensors of a checkpoint are not looked at.
        weights_sha256: Gives the hash of the weights, which may have to be built for that.
        leaderboard: Where finished runs are looked for.
        complete: Whether runs in which an image has no answer are left out.

    Raises:
        LeaderboardError: the database cannot be read.
        PluginError: the code of the data set is broken, or the network cannot be built.
    """
    runs = finished_runs(leaderboard, plan.model.entry.card.name, plan.spec.dataset, plan.split, plan.items_sha256)
    if not runs:
        return Answer(absent="no run of this model on these images is recorded")
    weights = weights_sha256()
    keys = cache(partial(keys_of, plan, weights))
    equal = [run for run in runs if run.run_key in keys(run.pixels_sha256)]
    if not equal:
        return Answer(absent=other_key(plan, weights, runs[0], leaderboard))
    fitting = [run for run in equal if run.status == "complete" or not complete]
    if not fitting:
        return Answer(reasons=(f"{named(equal[0])} is incomplete",))
    cost_key = likely_cost_key(plan)
    return best_of(plan, sorted(fitting, key=lambda run: run.cost_key != cost_key), leaderboard)


def keys_of(plan: Plan, weights_sha256: str, pixels: str) -> set[str]:
    """The keys that a run of a plan may have on such pixels: one an engine, where that is left to `auto`."""
    identity = identity_of(plan, weights_sha256, pixels)
    engines = get_args(Engine) if plan.spec.engine == "auto" else (identity.engine,)
    return {replace(identity, engine=engine).run_key() for engine in engines}


def best_of(plan: Plan, runs: Sequence[FinishedRun], leaderboard: Leaderboard) -> Answer:
    """What runs with the key of a plan have to say, in their order."""
    look = cache(partial(todays_contents, plan))
    earlier: Earlier | None = None
    reasons: list[str] = []
    for run in runs:
        try:
            found = answer_of(plan, run, stored(leaderboard, run), look)
        except Unusable as problem:
            reasons.append(f"{named(run)} {problem}")
            continue
        if found.whole:
            return found
        earlier = earlier or found.earlier
        reasons.extend(found.reasons)
    return Answer(earlier=earlier, reasons=tuple(reasons))


def answer_of(
    plan: Plan, run: FinishedRun, result: RunResult, look: Callable[[frozenset[str]], list[Content]]
) -> Answer:
    """What one run has to say.

    Raises:
        Unusable: its pictures are not those of today.
    """
    today = look(frozenset(unreadable_in(result.test_set)))
    if pixels_sha256(plan.rows, [content.digest for content in today]) != run.pixels_sha256:
        raise Unusable(f"saw other pictures: {changed(plan, result.test_set, today)}")
    # What was left to `auto` is what that run took.
    plan = replace(plan, conduct=replace(plan.conduct, engine=result.record["engine"]))
    done = pass_again(plan, result.predictions, today)
    cost = other_cost(plan, result.record)
    otherwise = [*told_otherwise(plan, result, done), *cost]
    if not otherwise:
        return Answer(whole=result.record)
    reasons = (f"{named(run)} says otherwise: {', '.join(otherwise)}",)
    if plan.spec.engine == "auto":
        # Another engine may be chosen now, whose predictions these would not be.
        return Answer(reasons=reasons)
    guarding = result.record.get("execution", {}).get("guarding")
    earlier = Earlier(
        run_id=run.run_id,
        done=done,
        cost=None if cost else result.cost,
        guarding=Guarding(**guarding) if guarding else None,
    )
    return Answer(earlier=earlier, reasons=reasons)


def stored(leaderboard: Leaderboard, run: FinishedRun) -> RunResult:
    """A run out of the database, once it is the one that was recorded.

    Raises:
        Unusable: it is not, or it cannot be read any more.
    """
    try:
        result = result_of(leaderboard, run.run_id)
        sealed = leaderboard.seal_holds(run.run_id) and result.record["run_key"] == run.run_key
        repeated = repeats_its_record(result)
    except (LeaderboardError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise Unusable("cannot be read") from error
    if not sealed or not repeated:
        raise Unusable("was changed after it was recorded")
    if result.record.get("imported_from"):
        raise Unusable("was not made here")
    return result


def todays_contents(plan: Plan, suspects: frozenset[str]) -> list[Content]:
    """What the pictures of a plan hold today."""
    with one_pass(plan.model, f"The pictures of {plan.spec.dataset} were to be compared with those of a finished run."):
        return contents(plan.opened, plan.rows, suspects)


def unreadable_in(test_set: TestSet) -> list[str]:
    """Ids of the pictures that could not be read."""
    return [name for name, digest in zip(test_set.ids, test_set.digests, strict=True) if digest == UNREADABLE]


def changed(plan: Plan, test_set: TestSet, today: Sequence[Content]) -> str:
    """The pictures that hold something else than they did, by their ids."""
    before = dict(zip(test_set.ids, test_set.digests, strict=True))
    other = [row.id for row, content in zip(plan.rows, today, strict=True) if content.digest != before.get(row.id)]
    return ", ".join(other[:_NAMED]) + (f" and {len(other) - _NAMED} more" if len(other) > _NAMED else "")


def other_cost(plan: Plan, record: Mapping[str, Any]) -> list[str]:
    """Why the cost of a record is not the one that is asked for; empty where it is."""
    untimed = plan.spec.timing and not record["spec"].get("timing")
    return [*other_machine(plan, record), *(["no latency was measured"] if untimed else [])]


def other_key(plan: Plan, weights_sha256: str, run: FinishedRun, leaderboard: Leaderboard) -> str:
    """Why the key of a run is not that of a plan."""
    try:
        return f"{named(run)} has other {other_parts(plan, weights_sha256, leaderboard.record_of(run.run_id))}"
    except (LeaderboardError, AttributeError, TypeError):
        return f"{named(run)} cannot be read"


def named(run: FinishedRun) -> str:
    """A run in a sentence."""
    return f"run {run.run_id[:8]}"
