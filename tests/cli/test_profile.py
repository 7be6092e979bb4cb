"""`ferbench profile`: the cost of a network, for programs and for people."""

from __future__ import annotations


def test_poster_v2_costs_what_is_known(call):
    """Parameters and MACs of the reference model in one document, without weights or data; FLOPs are twice the MACs."""
    cost = call("profile", "poster_v2", "--no-timing", "--json").json["cost"]

    assert cost["params_total"] == 58_316_594
    assert cost["params_trainable"] == 57_309_346
    assert cost["params_used"] == 43_753_941
    assert cost["macs"] == 8_592_404_224
    assert cost["flops"] == 2 * cost["macs"]
    assert sum(cost["macs_by_module"].values()) == cost["macs"]
    assert cost["latency_model_ms_p50"] is None


def test_other_class_counts_cost_a_little_more(call):
    """Eight classes are one more row of the last layer."""
    eight = call("profile", "poster_v2", "--num-classes", "8", "--no-timing", "--json").json["cost"]

    assert eight["params_total"] == 58_317_363


def test_people_see_counts_latency_and_modules(call):
    """A table of the cost, measured on this machine, and one of the modules."""
    done = call("profile", "tiny_cnn", "--num-classes", "8")

    assert done.status == 0
    for text in ("223,200", "latency, tensor to outputs", "ms", "uncounted operators", "features"):
        assert text in done.out
