"""Costs as people see them: with units and noise, a dash for what was not measured, a remark where it is not sure."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from ferbench.report.cost_cells import NOISY_PERCENT, latency, noise_remarks
from ferbench.report.cost_tables import cost_report
from ferbench.report.run_tables import run_report
from ferbench.report.site.run_texts import run_texts
from ferbench.results import LATER, Cost
from tests.site.building import Drawn, drawn_result

SURE = {"latency_model_ms_p50": 12.3, "latency_model_ms_noise_percent": 1.24, "latency_model_repeats": 50}
#: As it is where answers were there before the run, and nothing was timed.
NOTHING = dict.fromkeys(("latency_model_ms_p50", "images_per_s", "peak_mem_mib"))


def rendered(table):
    """The lines of a table on a wide terminal, less their borders."""
    console = Console(file=StringIO(), width=250, _environ={})
    console.print(table)
    return [" ".join(line.replace("│", " ").split()) for line in console.file.getvalue().splitlines()]


def record_of(cost):
    """The record of a run with such a cost."""
    return drawn_result(Drawn(seed=1, model="alpha", n=40, cost=cost)).record


def test_a_latency_stands_with_its_noise():
    """The median, and half of its interval in percent."""
    assert latency(SURE, "model") == "12.30 ms ± 1.2 %"


@pytest.mark.parametrize(
    ("cost", "shown"),
    [
        ({"latency_model_ms_p50": 12.3}, "12.30 ms"),
        ({**SURE, "latency_model_ms_noise_percent": None}, "12.30 ms"),
        (NOTHING, "-"),
    ],
)
def test_a_noise_that_nobody_measured_is_not_shown(cost, shown):
    """Costs of earlier versions, those of few repeats, and those without a latency."""
    assert latency(cost, "model") == shown
    assert list(noise_remarks(cost)) == []


def test_only_a_large_noise_is_remarked_on():
    """At the limit nothing is said; above it a reader learns how unsure the latency is, and what to do."""
    at_limit = {**SURE, "latency_model_ms_noise_percent": NOISY_PERCENT}

    (remark,) = noise_remarks({**SURE, "latency_model_ms_noise_percent": 23.4})

    assert list(noise_remarks(at_limit)) == []
    assert "± 23 % over 50 repeats" in remark
    assert "measure again" in remark


def test_a_run_shows_its_noise():
    """In the terminal and on its page of the site, with the remark among the warnings."""
    record = record_of({**SURE, "latency_model_ms_noise_percent": 8.0, "latency_e2e_ms_p50": 20.0, "images_per_s": 9.5})
    lines, texts = rendered(run_report(record)), run_texts(record)

    assert "latency, tensor to outputs, p50 12.30 ms ± 8.0 %" in lines
    assert "latency, file to class, p50 20.00 ms" in lines
    assert any("± 8 % over 50 repeats" in line for line in lines)
    assert dict(texts.costs)["Latency, tensor to outputs, p50"] == "12.30 ms ± 8.0 %"
    assert dict(texts.costs)["Throughput of the run"] == "9.50 images/s"
    assert any("± 8 % over 50 repeats" in text for text in texts.warnings)


@pytest.mark.parametrize("earlier", [False, True])
def test_a_run_of_which_nothing_was_timed_has_dashes(earlier):
    """None is a dash, never a zero, and a record that lacks the fields of later versions is shown as well."""
    record = dict(record_of(NOTHING))
    if earlier:
        later = {name for name, item in Cost.__dataclass_fields__.items() if item.metadata.get(LATER)}
        record["cost"] = {name: value for name, value in record["cost"].items() if name not in later}
    lines, costs = rendered(run_report(record)), dict(run_texts(record).costs)

    for title in ("latency, tensor to outputs, p50", "throughput of the run", "peak memory"):
        assert f"{title} -" in lines
    for title in ("Latency, tensor to outputs, p50", "Throughput of the run", "Peak memory"):
        assert costs[title] == "-"
    assert costs["Repeats that they stand on"] == "- and -"


def test_profiles_show_noise_and_the_fastest_batch():
    """Side by side; the one that is not sure has the remark under its name."""
    best = {"images_per_s_best": 120.5, "batch_size_best": 8}
    costs = {"quiet": {**SURE, **best}, "noisy": {**SURE, "latency_model_ms_noise_percent": 30.0}}
    documents = [
        {"model": name, "cost": dict(record_of(cost)["cost"]), "reported": None} for name, cost in costs.items()
    ]

    lines = rendered(cost_report(documents))

    assert "latency, tensor to outputs, p50 12.30 ms ± 1.2 % 12.30 ms ± 30.0 %" in lines
    assert "best throughput 120.50 images/s -" in lines
    assert "in batches of 8 -" in lines
    assert [line.split(":")[0] for line in lines if "the latency is only sure" in line] == ["noisy"]


@pytest.mark.parametrize(("count", "shown"), [(1, True), (2, False)])
def test_memory_is_shown_of_a_network_alone(count, shown):
    """What a second network needs cannot be told from what the first left in the process."""
    document = {"model": "alpha", "cost": dict(record_of({**SURE, "peak_mem_mib": 512.0})["cost"]), "reported": None}

    assert ("peak memory meanwhile 512.00 MiB" in rendered(cost_report([document] * count))) is shown
