"""From earlier schemas to the third: what nobody measured then is empty, and everything else is as it was."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest

from ferbench.audit.stored_run import result_of
from ferbench.leaderboard.ranking import boards
from ferbench.leaderboard.schema import REVISION
from ferbench.results import LATER, Cost, seal_of
from tests.leaderboard.building import AFFECTNET8, build_result, build_test_set
from tests.leaderboard.earlier import schema_of

SET = build_test_set(50, AFFECTNET8[:7])
NEW = [name for name, item in Cost.__dataclass_fields__.items() if item.metadata.get(LATER)]


def of_that_time(seed):
    """A run as versions recorded it that measured no noise: its record does not name the fields."""
    result = build_result(seed, test_set=SET)
    cost = {name: value for name, value in asdict(result.cost).items() if name not in NEW}
    record = {**result.record, "cost": cost}
    del record["seal"]
    return replace(result, record={**record, "seal": seal_of(record)})


@pytest.fixture(params=["0001", "0002"])
def earlier(request, tmp_path):
    return schema_of(request.param, tmp_path / "earlier.sqlite", [of_that_time(1), of_that_time(2)])


def test_old_runs_have_no_noise_and_keep_their_cost(earlier):
    """The new fields of a cost are None, the others what they were, and the run is put together as ever."""
    expected = of_that_time(1)

    cost = earlier.cost(expected.run_id)

    assert {name: cost[name] for name in NEW} == dict.fromkeys(NEW)
    assert result_of(earlier, expected.run_id).cost == expected.cost
    assert earlier.database.revision() == REVISION


def test_old_runs_stay_ranked(earlier):
    """A record without the new fields contradicts no table, and its seal holds."""
    (found,) = boards(earlier)

    assert len(found.ranked) == 2
    assert found.unranked == ()
    assert earlier.seal_holds(of_that_time(1).run_id)


def test_new_runs_stand_beside_old_ones(earlier):
    """A run with a noise is recorded into a migrated database, and comes out with it."""
    result = build_result(3, test_set=SET)
    cost = replace(
        result.cost,
        latency_model_ms_noise_percent=1.25,
        latency_model_repeats=50,
        images_per_s_best=31.5,
        batch_size_best=8,
    )

    earlier.record(replace(result, cost=cost))

    assert result_of(earlier, result.run_id).cost == cost
