"""How a file and a network differ, and the one rule that would mend it, which is said and not applied."""

from __future__ import annotations

import pytest
import torch

from ferbench.pipeline.state_differences import differences, shared_prefixes


def network(classes=7):
    body = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 1), torch.nn.BatchNorm2d(4))
    return torch.nn.ModuleDict({"body": body, "head": torch.nn.Linear(4, classes)})


def state(before="", classes=7):
    return {before + name: tensor for name, tensor in network(classes).state_dict().items()}


def test_no_difference():
    """Equal names and shapes differ in nothing, whatever the numbers are."""
    found = differences(state(), state())

    assert not found
    assert found.remedy == ""


@pytest.mark.parametrize("before", ["module.", "_orig_mod.", "backbone.", "module._orig_mod."])
def test_one_prefix_is_all_that_differs(before):
    """The rule that would strip it is named with its whole prefix; nothing is stripped."""
    found = differences(state(), state(before))

    assert f'WeightsRules(strip_prefixes=("{before}",))' in found.remedy
    assert len(found.missing) == len(found.unexpected) - 1 == len(state()) - 1  # the batch counter may be missing
    assert found.described().endswith(found.remedy)


def test_a_prefix_that_the_network_has():
    """The rename that would put it in front is named, and it works."""
    found = differences(state("model."), state())

    assert 'WeightsRules(renames=((r"^", "model."),))' in found.remedy


def test_another_prefix():
    """The rename of one prefix into the other is named."""
    found = differences(state("model."), state("module."))

    assert r'WeightsRules(renames=((r"^module\.", "model."),))' in found.remedy


def test_a_prefix_and_another_number_of_classes():
    """The rule is named where it leaves the classes alone, and the classes of the file are known."""
    found = differences(state(classes=7), state("module.", classes=8))

    assert 'strip_prefixes=("module.",)' in found.remedy
    assert found.trained_classes() == 8


def test_no_rule_where_more_differs():
    """A prefix that would not make all fit is not proposed."""
    tensors = state("module.")
    del tensors["module.head.bias"]

    assert differences(state(), tensors).remedy == ""
    assert differences(state(), {"other.x": torch.ones(1)}).remedy == ""


def test_classes_alone():
    """Where the last layer is all that differs, both numbers are known and said."""
    found = differences(state(classes=7), state(classes=8))

    assert found.classes() == (8, 7)
    assert "trained for 8 classes and the network has 7" in found.described()


@pytest.mark.parametrize(
    ("names", "prefixes"),
    [
        ([], []),
        (["weight"], []),
        (["a.weight"], ["a."]),
        (["a.b.x", "a.b.y"], ["a.", "a.b."]),
        (["a.b.x", "a.c.y"], ["a."]),
        (["module.x", "modules.x"], []),
        ([".".join("abcdefgh")], ["a.", "a.b.", "a.b.c.", "a.b.c.d."]),
    ],
)
def test_shared_prefixes(names, prefixes):
    """Whole parts of names, four at most."""
    assert shared_prefixes(names) == prefixes
