"""`ferbench profile`: the cost of a network, for programs and for people."""

from __future__ import annotations

import sys


def test_poster_v2_costs_what_is_known(call):
    """Parameters and MACs of the reference model in one document, without weights or data; FLOPs are twice the MACs."""
    cost = call("profile", "poster_v2", "--no-timing", "--json").json["models"][0]["cost"]

    assert cost["params_total"] == 58_316_594
    assert cost["params_trainable"] == 57_309_346
    assert cost["params_used"] == 43_753_941
    assert cost["macs"] == 8_592_404_224
    assert cost["flops"] == 2 * cost["macs"]
    assert sum(cost["macs_by_module"].values()) == cost["macs"]
    assert cost["latency_model_ms_p50"] is None


def test_other_class_counts_cost_a_little_more(call):
    """Eight classes are one more row of the last layer."""
    eight = call("profile", "poster_v2", "--num-classes", "8", "--no-timing", "--json").json["models"][0]["cost"]

    assert eight["params_total"] == 58_317_363


def test_people_see_counts_latency_and_modules(call):
    """A table of the cost, measured on this machine, and one of the modules."""
    done = call("profile", "tiny_cnn", "--num-classes", "8")

    assert done.status == 0
    for text in ("223,200", "latency, tensor to outputs", "ms", "not counted: ", "features"):
        assert text in done.out


def test_a_profile_is_timed_with_its_noise(call):
    """Latency with noise and repeats, the fastest batch size, memory and threads; of a second network as of a first."""
    document = call("profile", "tiny_cnn", "tiny_cnn", "--threads", "1", "--json").json

    for cost in (model["cost"] for model in document["models"]):
        assert 0 < cost["latency_model_ms_p50"] <= cost["latency_model_ms_p95"]
        assert cost["latency_model_ms_noise_percent"] > 0
        assert cost["latency_model_repeats"] >= 6
        assert cost["images_per_s_best"] > 0
        assert cost["batch_size_best"] in {2**power for power in range(11)}
        assert (cost["threads"], cost["batch_size"]) == (1, 1)
        assert sys.platform != "linux" or cost["peak_mem_mib"] > 10


def test_without_timing_nothing_is_timed(call):
    """No latency, no throughput, no memory: None is "not measured"."""
    cost = call("profile", "tiny_cnn", "--no-timing", "--json").json["models"][0]["cost"]

    timed = [name for name in cost if name.startswith(("latency", "images_per_s", "batch_size_best", "peak"))]
    assert {name: cost[name] for name in timed} == dict.fromkeys(timed)
    assert len(timed) == 12


def test_the_reference_models_stand_side_by_side_in_one_unit(call):
    """Everything in MACs, norms apart, to the last one; what the papers report stands below with what it counts."""
    done = call("profile", "poster_v2", "poster", "apvit", "--no-timing")

    shown = [" ".join(line.replace("│", " ").split()) for line in done.out.splitlines()]
    assert "parameters in the checkpoint 58,316,594 71,850,399 65,209,543" in shown
    assert "MACs an image 8,592,404,224 7,856,870,912 12,646,885,120" in shown
    assert "reported: parameters 43.7 M 71.8 M 65.2 M" in shown
    assert "reported, in MACs 8.400 G 7.850 G 12.670 G" in shown


def test_a_paper_that_reports_nothing_is_no_zero(call):
    """Beside a model without a paper the reported rows have a dash."""
    document = call("profile", "tiny_cnn", "poster_small", "--no-timing", "--json").json

    assert [model["reported"] for model in document["models"]] == [None, None]
    assert "reported" not in call("profile", "tiny_cnn", "--no-timing").out
