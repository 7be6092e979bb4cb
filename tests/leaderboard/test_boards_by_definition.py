"""Boards of stores made at random, against a slow recomputation of what the documentation says of them."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from ferbench.leaderboard.ranking import boards
from ferbench.leaderboard.store import Leaderboard
from ferbench.leaderboard.views import BoardView
from tests.leaderboard.building import RAFDB, build_result, build_test_set
from tests.leaderboard.changing import weights

IMAGES = build_test_set(14, RAFDB)
#: What somebody with a database browser may do to a run: it does not hold any more.
TAMPERING = {
    "score": "UPDATE score SET value = value + 0.2 WHERE metric = 'accuracy' AND slice = 'all' AND run_id = ?",
    "worse": "UPDATE score SET value = value - 0.2 WHERE metric = 'accuracy' AND slice = 'all' AND run_id = ?",
    "record": "UPDATE run SET record = record || ' ' || 'x' WHERE run_id = ?",
    "views": "UPDATE run SET views = views + 1 WHERE run_id = ?",
    "origin": "UPDATE run SET origin = 'imported' WHERE origin = '' AND run_id = ?",
}


@dataclass(frozen=True)
class Plan:
    """A run: what it shares with others, how old it is, and what keeps it from being ranked."""

    model: str
    key: int
    second: int
    imported: bool
    views: int
    unanswered: int
    ranked: bool
    withdrawn: bool
    tampering: str | None

    def holds(self):
        in_vain = self.tampering is None or (self.tampering == "origin" and self.imported)
        return self.ranked and not self.withdrawn and in_vain

    def result(self, seed):
        """The run; seeds make answers and ids differ."""
        return build_result(
            seed,
            test_set=IMAGES,
            model=self.model,
            run_key=f"key {self.key}",
            created_at=f"2025-01-01T00:00:{self.second:02}",
            imported_from={"file": "a.ferbench"} if self.imported else None,
            views=self.views,
            failures=dict.fromkeys(IMAGES.ids[: self.unanswered], "unreadable"),
            ranked=self.ranked,
            weights=weights(f"{self.model}-{seed}"),
        )


PLANS = st.lists(
    st.builds(
        Plan,
        model=st.sampled_from("abc"),
        key=st.integers(0, 6),
        second=st.integers(0, 3),
        imported=st.booleans(),
        views=st.sampled_from((1, 2, 10)),
        unanswered=st.sampled_from((0, 0, 13)),
        ranked=st.sampled_from((True, True, True, False)),
        withdrawn=st.sampled_from((False, False, False, True)),
        tampering=st.sampled_from((None, None, None, *TAMPERING)),
    ),
    min_size=1,
    max_size=14,
)


def stored(plans, path):
    """A leaderboard with these runs, changed as planned."""
    board = Leaderboard(path)
    results = [plan.result(seed) for seed, plan in enumerate(plans)]
    for plan, result in zip(plans, results, strict=True):
        board.record(result)
        if plan.withdrawn:
            board.invalidate(result.run_id, "wrong")
    with closing(sqlite3.connect(path)) as connection:
        for plan, result in zip(plans, results, strict=True):
            if plan.tampering:
                connection.execute(TAMPERING[plan.tampering], (result.run_id,))
        connection.commit()
    return board, results


def preferred(runs):
    """Of runs with one key: those that hold first, measured before imported ones, the newest, then by id.

    Where none holds nobody can tell a false origin from a true one, so that the column counts.
    """

    def order(run):
        plan, result = run
        origin = plan.imported or (not plan.holds() and plan.tampering == "origin")
        return not plan.holds(), origin, -plan.second, result.run_id

    return min(runs, key=order)


def accuracy(result):
    return result.record["scores"]["strict"]["accuracy"]


def cost(run):
    return run[0].views * run[1].cost.macs


def groups(entries, board):
    """Groups of entries given best first, by scipy's exact test and Holm's method."""
    right = [board.correct(result.run_id) for _, result in entries]
    found, left = {}, list(range(len(entries)))
    while left:
        best, *others = left
        pairs = [(int((right[best] & ~right[n]).sum()), int((~right[best] & right[n]).sum())) for n in others]
        tests = sorted(
            (binomtest(a, a + b).pvalue if a + b else 1.0, n) for (a, b), n in zip(pairs, others, strict=True)
        )
        worst, apart = 0.0, []
        for rank, (p, n) in enumerate(tests):
            worst = max(worst, (len(tests) - rank) * p)
            apart += [n] if worst < 0.05 else []
        number = len(set(found.values())) + 1
        found |= {entries[n][1].run_id: number for n in left if n not in apart}
        left = sorted(apart)
    return found


@settings(max_examples=30, deadline=None)
@given(plans=PLANS)
def test_a_board_is_what_the_documentation_says(migrated, plans):
    """One row a key, ranks by the number of better rows, groups, front, and every run accounted for."""
    with tempfile.TemporaryDirectory() as folder:
        board, results = stored(plans, Path(shutil.copy(migrated, folder)))
        by_key = defaultdict(list)
        for run in zip(plans, results, strict=True):
            by_key[run[0].key].append(run)
        entries = [preferred(runs) for runs in by_key.values()]
        holding = [run for run in entries if run[0].holds()]
        holding.sort(key=lambda run: (-accuracy(run[1]), run[0].model, run[1].run_id))

        (found,) = boards(board, view=BoardView(pareto="macs"))

        assert [(row.run_id, row.rank) for row in found.ranked] == [
            (run.run_id, 1 + sum(accuracy(other) > accuracy(run) for _, other in holding)) for _, run in holding
        ]
        assert {row.run_id for row in found.unranked} == {run.run_id for plan, run in entries if not plan.holds()}
        assert all(row.reasons for row in found.unranked)
        assert {row.run_id: row.group for row in found.ranked} == groups(holding, board)
        assert [row.on_front for row in found.ranked] == [not any(beats(o, run) for o in holding) for run in holding]
        for top in (1, 3):
            (part,) = boards(board, view=BoardView(top=top))
            assert [(row.run_id, row.rank) for row in part.ranked] == [
                (row.run_id, row.rank) for row in found.ranked[:top]
            ]


def beats(one, other):
    """Whether a run is at least as good at no more cost, and better in one of the two."""
    mine, theirs = ((accuracy(run[1]), -cost(run)) for run in (one, other))
    return mine[0] >= theirs[0] and mine[1] >= theirs[1] and mine != theirs
