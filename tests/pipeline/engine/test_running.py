"""A run that can begin: what `auto` comes to, and what is kept between runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ferbench.errors import PluginError, UsageError
from ferbench.execution import Compilation
from ferbench.pipeline.engine import automatic, making
from ferbench.pipeline.engine.automatic import COMPILE_S, GAIN, PREPARE_S, seconds_an_image, worth
from ferbench.pipeline.engine.making import Engines, Made, identity, with_forward
from ferbench.pipeline.engine.processors import slow_in
from ferbench.pipeline.engine.running import started, started_with
from ferbench.pipeline.load import load, plain_float32
from tests.pipeline.engine.networks import asked_all, begun, classes_of, plan_of, ran


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the networks are."""
    return tmp_path_factory.mktemp("running")


@pytest.fixture
def compiles(monkeypatch):
    """A compiler in place of the real one, which takes a minute; it says how often it was asked."""
    asked: list[tuple[int, str]] = []

    def compiled(plan, loaded, home, arithmetic):
        asked.append((plan.conduct.batch_size, arithmetic))
        model = with_forward(loaded.model, loaded.model.module.__call__)
        return Made(model=model, compilation=Compilation(seconds=60.0, artifact="made"))

    monkeypatch.setitem(making.MAKERS, "compile", compiled)
    monkeypatch.setattr(automatic, "kept_compiled", lambda plan, loaded, home: False)
    return asked


def test_a_plain_run_is_the_loaded_model(folder):
    """Nothing is compiled, tried, calibrated or remarked."""
    running = begun(folder)

    assert running.model is running.loaded.model
    assert (running.compilation, running.calibration, running.tried, running.remarks) == (None, None, (), ())


def test_a_short_run_is_not_compiled(folder, compiles):
    """Six hundred small pictures are answered long before a compiler is done."""
    running = begun(folder, engine="auto")

    assert running.plan.conduct.engine == "eager"
    assert running.compilation is None
    assert not compiles


def test_a_long_run_is_compiled(folder, compiles, monkeypatch):
    """Measured on pictures of the run's own size, in its own batches and precision."""
    seen = []
    monkeypatch.setattr(automatic, "seconds_an_image", lambda *asked: seen.append(asked[1:]) or 10.0)
    running = begun(folder, engine="auto", precision="bf16", batch_size=7)

    assert running.plan.conduct.engine == "compile"
    assert running.compilation == Compilation(seconds=60.0, artifact="made")
    assert compiles == [(7, "bf16")]
    assert seen == [((3, 8, 8), 7)]


@pytest.mark.parametrize(("kept", "engine"), [(True, "compile"), (False, "eager")])
def test_what_is_kept_compiled_pays_sooner(folder, compiles, monkeypatch, kept, engine):
    """A run that is too short for a whole compilation is long enough for what is left of it."""
    monkeypatch.setattr(
        automatic, "kept_compiled", lambda plan, loaded, home: plan.conduct.engine == "compile" and kept
    )
    monkeypatch.setattr(automatic, "seconds_an_image", lambda *_: (PREPARE_S + COMPILE_S) / 2 / (1 - 1 / GAIN) / 600)

    assert begun(folder, engine="auto").plan.conduct.engine == engine


def test_what_this_process_has_compiled_is_taken(folder, compiles, monkeypatch):
    """For another run of the same model, however short, and without timing anything."""
    plan, engines = plan_of(folder, engine="compile"), Engines(None)
    loaded = load(plan)
    with plain_float32(None):
        started_with(plan, loaded, engines)
        monkeypatch.setattr(automatic, "seconds_an_image", None)
        short = started_with(plan_of(folder, engine="auto", limit=3), loaded, engines)

    assert short.plan.conduct.engine == "compile"
    assert len(compiles) == 1


def test_compiling_that_fails_is_given_up_where_nobody_asked_for_it(folder, compiles, monkeypatch):
    """`auto` goes on with the network's own code and says so; `compile` is an error."""

    def refuses(plan, loaded, home, arithmetic):
        raise PluginError("It was to be compiled.", "Its forward decides by value.", "Mend it.")

    monkeypatch.setitem(making.MAKERS, "compile", refuses)
    monkeypatch.setattr(automatic, "seconds_an_image", lambda *_: 10.0)
    running = begun(folder, engine="auto")

    assert running.plan.conduct.engine == "eager"
    assert running.remarks == ("engine auto: compile was given up for eager: Its forward decides by value.",)
    with pytest.raises(PluginError, match="decides by value"):
        begun(folder, engine="compile")


def test_what_is_no_network_is_left_alone(folder, compiles):
    """`auto` is its own way of running."""
    running, predictions = ran(folder, "opened", engine="auto")

    assert (running.plan.conduct.engine, running.model) == ("eager", running.loaded.model)
    assert (classes_of(predictions) >= 0).sum() == 598


def test_the_rule_is_the_documented_one():
    """What is gained must be more than what compiling takes."""
    pays = COMPILE_S / (1 - 1 / GAIN)

    assert worth(COMPILE_S, 1000, 1.01 * pays / 1000)
    assert not worth(COMPILE_S, 1000, 0.99 * pays / 1000)


def test_an_image_is_timed(folder):
    """Some microseconds, after a first batch that does not count."""
    running = begun(folder)
    with plain_float32(None):
        assert 0 < seconds_an_image(running.model, (3, 8, 8), 32) < 1


def test_one_model_serves_several_runs(folder, compiles):
    """It is made once for equal engine, precision and batch size, and is found afterwards."""
    plan, engines = plan_of(folder, engine="compile"), Engines(None)
    loaded = load(plan)
    with plain_float32(None):
        first, second = (started_with(plan, loaded, engines) for _ in range(2))
        other = started_with(plan_of(folder, engine="compile", batch_size=8), loaded, engines)
        reloaded = started_with(plan, load(plan), engines)

    assert first.model is second.model is not other.model
    assert (first.compilation.artifact, second.compilation) == ("made", Compilation(seconds=0.0, artifact="found"))
    assert reloaded.compilation.artifact == "made"
    assert len(compiles) == 3


def test_a_network_that_cannot_compute_so_is_refused_at_once(folder):
    """Before pictures are read, by what it was asked for; in float32 it can."""
    with pytest.raises(PluginError) as refused:
        begun(folder, "only_float32", precision="bf16")

    assert refused.value.asked == "only_float32 was to be run by the engine eager in bf16."
    assert "RuntimeError" in refused.value.found
    assert "--precision" in refused.value.todo
    assert (classes_of(ran(folder, "only_float32")[1]) >= 0).sum() == 598


def test_what_the_device_does_not_allow_is_refused_once_it_is_known(folder):
    """`--device auto` may have been CUDA."""
    plan = plan_of(folder)
    plan = replace(plan, spec=replace(plan.spec, precision="tf32"))
    with plain_float32(None), pytest.raises(UsageError, match="This needs CUDA"):
        started(plan, load(plan), None)


def test_batches_and_threads_are_settled(folder):
    """What was tried is said, and the run goes by it."""
    running = begun(folder, batch_size="auto", workers="auto", precision="bf16")
    tried = {trial.batch_size for trial in running.tried}

    assert running.plan.conduct.batch_size in tried
    assert running.plan.conduct.workers >= 1
    assert (classes_of(asked_all(running)) >= 0).sum() == 598


def test_a_processor_without_bf16_is_remarked(folder, monkeypatch):
    """It is slower there, and nothing else."""
    monkeypatch.setattr("ferbench.pipeline.engine.processors.has_bf16", lambda: False)

    assert "no instructions for bf16" in begun(folder, precision="bf16").remarks[0]
    assert "no instructions for bf16" in begun(folder, precision="guarded").remarks[0]
    assert begun(folder).remarks == ()
    monkeypatch.setattr("ferbench.pipeline.engine.processors.has_bf16", lambda: True)
    assert slow_in("bf16", begun(folder).loaded.device) == ""


def test_networks_that_compute_otherwise_have_other_names(folder):
    """The identity knows code, weights and options; it does not know where files lie."""
    plans = [plan_of(folder), plan_of(folder), plan_of(folder, "wide")]
    names = [identity(plan, load(plan)) for plan in plans]

    assert names[0] == names[1] != names[2]
    assert str(Path(folder)) not in names[0]
