"""The cost of a run: what is counted of its network, what is timed of the model as it ran, and under which key."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ferbench.execution import Conduct
from ferbench.pipeline.cost import cost_of_run
from ferbench.pipeline.engine.running import started
from ferbench.pipeline.load import plain_float32
from ferbench.pipeline.run import Evaluator
from ferbench.spec import RunSpec


class Counting:
    """A model that passes everything on, and counts how often it was asked."""

    def __init__(self, model):
        self.model, self.asked = model, 0

    def predict(self, batch):
        self.asked += 1
        return self.model.predict(batch)


@pytest.fixture(scope="module")
def plain():
    """A run of tiny_cnn on eight drawn faces that can begin."""
    evaluator = Evaluator()
    plan = evaluator.plan(RunSpec(model="tiny_cnn", dataset="synthetic", limit=8, threads=1))
    with plain_float32(1):
        yield started(plan, evaluator._model_of(plan), None)


def untimed(running):
    """The same run without timing."""
    return replace(running, plan=replace(running.plan, spec=replace(running.plan.spec, timing=False)))


def conducted(running, **conduct):
    """The same run, carried out in another way."""
    return replace(running, plan=replace(running.plan, conduct=Conduct(**conduct)))


def test_latency_is_that_of_the_model_as_it_ran(plain):
    """The engine's model is timed, and the plain network is counted, which an engine may have made unreadable."""
    model = Counting(plain.loaded.model)

    cost = cost_of_run(replace(plain, model=model), (), images_per_s=100.0, peak_mem_mib=500.0)

    assert model.asked > cost.latency_model_repeats >= 6
    assert 0 < cost.latency_model_ms_p50 < cost.latency_e2e_ms_p50
    assert cost.latency_e2e_repeats >= 6
    assert (cost.params_total, cost.macs) == (223_200, cost.flops // 2)
    assert (cost.images_per_s, cost.peak_mem_mib) == (100.0, 500.0)
    assert (cost.images_per_s_best, cost.batch_size_best) == (None, None)


def test_images_without_an_answer_are_not_timed(plain):
    """What has no answer cannot be read, perhaps: the others take its turns."""
    asked, rows = set(), plain.plan.rows

    class Watched:
        def __init__(self, opened):
            self.opened = opened

        def read(self, row):
            asked.add(row.id)
            return self.opened.read(row)

    watched = replace(plain, plan=replace(plain.plan, opened=Watched(plain.plan.opened)))

    cost_of_run(watched, {rows[0].id, rows[5].id}, None, None)

    assert asked == {row.id for row in rows} - {rows[0].id, rows[5].id}


def test_engine_precision_and_batch_size_are_part_of_the_key(plain):
    """Costs of runs that were carried out differently are never compared; workers do not change a latency."""
    ways = [{}, {"engine": "compile"}, {"precision": "bf16"}, {"batch_size": 64}, {"workers": 4}]

    costs = [cost_of_run(conducted(untimed(plain), **way), (), None, None) for way in ways]

    assert len({cost.cost_key for cost in costs}) == 4
    assert costs[0].cost_key == costs[4].cost_key
    assert (costs[1].engine, costs[2].precision, costs[3].batch_size) == ("compile", "bf16", 64)


def test_a_pass_that_asked_nothing_has_no_throughput_and_no_memory(plain):
    """Where all answers were there before, the memory of reading them says nothing of the model."""
    cost = cost_of_run(untimed(plain), (), images_per_s=None, peak_mem_mib=300.0)

    assert (cost.images_per_s, cost.peak_mem_mib, cost.latency_model_ms_p50) == (None, None, None)
    assert cost.macs > 0


class Gone:
    """A data set whose pictures went away."""

    def read(self, row):
        """No picture."""
        raise FileNotFoundError(row.id)


def test_pictures_that_went_away_end_no_run(plain):
    """A whole pass is not lost because a picture cannot be read any more when latencies are measured."""
    gone = replace(plain, plan=replace(plain.plan, opened=replace(plain.plan.opened, dataset=Gone())))

    assert cost_of_run(gone, (), images_per_s=100.0, peak_mem_mib=500.0).latency_e2e_repeats >= 6
