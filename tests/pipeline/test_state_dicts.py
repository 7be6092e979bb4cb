"""Where the tensors of a network stand in a file, and what they are called: declared rules, never guesses."""

from __future__ import annotations

from collections import OrderedDict

import pytest
import torch

from ferbench.cards import WeightsRules
from ferbench.errors import WeightsError
from ferbench.pipeline.checkpoints import read_checkpoint
from ferbench.pipeline.state_dicts import places_of_tensors, state_dict, stored_tensors


def saved(folder, content):
    torch.save(content, folder / "saved.pth")
    return read_checkpoint(folder / "saved.pth")


def applied(folder, content, **rules):
    return state_dict(saved(folder, content), WeightsRules(**rules))


def place(folder, content, **rules):
    return stored_tensors(saved(folder, content), WeightsRules(**rules))[0]


#: A state dict, and what trainings put beside it.
STATE = {"x": torch.ones(1)}
BESIDE = {"epochs": 50, "optimizer": {"state": {0: {"step": torch.ones(1)}}, "param_groups": []}}


@pytest.mark.parametrize("key", ["state_dict", "model_state_dict", "model", "net", "network"])
def test_standard_keys_need_no_rule(tmp_path, key):
    """A network without rules reads the files of the usual trainings."""
    assert place(tmp_path, {**BESIDE, key: STATE}) == key


@pytest.mark.parametrize("outer", ["state_dict", "model", "network"])
@pytest.mark.parametrize("inner", ["state_dict", "model_state_dict", "net"])
def test_standard_keys_inside_one_another(tmp_path, outer, inner):
    """A state dict that stands one standard key deeper is found there."""
    assert place(tmp_path, {**BESIDE, outer: {"name": "tiny", inner: STATE}}) == f"{outer}.{inner}"


def test_one_key_is_one_text(tmp_path):
    """`key="network"` is one key, not seven letters."""
    assert WeightsRules(key="network").keys == ("network",)
    assert place(tmp_path, {**BESIDE, "network": STATE, "n": {"x": torch.zeros(1)}}, key="network") == "network"


def test_a_declared_key_opens_standard_keys_in_it(tmp_path):
    """What stands under a declared key may be nested in the usual way."""
    assert place(tmp_path, {"ema": {"decay": 0.9, "model": STATE}, "model": STATE}, key="ema") == "ema.model"


def test_dots_lead_deeper(tmp_path):
    """`a.b` is `b` inside `a`, and the key `a.b` itself where there is one."""
    inside = {"a": {"b": STATE}}

    assert place(tmp_path, inside, key="a.b") == "a.b"
    assert applied(tmp_path, {**inside, "a.b": {"x": torch.zeros(1)}}, key="a.b")["x"].item() == 0


def test_of_several_keys_the_first_declared_one_counts(tmp_path):
    """The order of declaration decides, not that of the file; a key without tensors is passed over."""
    content = {"net": {"x": torch.zeros(1)}, "model": STATE}

    assert place(tmp_path, content) == "model"
    assert place(tmp_path, content, key=("net", "model")) == "net"
    assert place(tmp_path, {"state_dict": {"width": 5}, **content}) == "model"


def test_two_places_inside_a_key_are_not_chosen_between(tmp_path):
    """Of two state dicts under one key none is taken; the message names the rule that says which."""
    content = {"model": {"net": STATE, "network": STATE}}

    with pytest.raises(WeightsError, match=r'(?s)model\.net and model\.network.*WeightsRules\(key="model\.net"\)'):
        place(tmp_path, content)
    assert place(tmp_path, content, key="model.network") == "model.network"


def test_tensors_beside_other_things_under_a_key(tmp_path):
    """A dict that is almost a state dict is refused and not passed over for the next key."""
    with pytest.raises(WeightsError, match="Under state_dict are entries that are no tensors: 'epoch'"):
        place(tmp_path, {"state_dict": {**STATE, "epoch": 3}, "model": STATE})


def test_no_keys_at_all(tmp_path):
    """With `key=()` only a plain state dict is read."""
    assert place(tmp_path, STATE, key=()) == ""
    with pytest.raises(WeightsError, match="'state_dict'"):
        place(tmp_path, {"state_dict": STATE}, key=())


def test_a_tensor_that_is_named_like_a_key(tmp_path):
    """A parameter called `model` is a parameter."""
    assert place(tmp_path, {"model": torch.ones(1), "bias": torch.ones(1)}) == ""


def test_keys_without_end(tmp_path):
    """Dicts that stand in one another under every standard key are refused at once."""
    nested = {"width": 5}
    for _ in range(30):
        nested = dict.fromkeys(("state_dict", "model_state_dict", "model", "net", "network"), nested)

    with pytest.raises(WeightsError, match="no tensors by name"):
        place(tmp_path, nested)


def test_prefixes_each_once_and_in_order(tmp_path):
    """What wrappers put before a name goes as declared; what is not declared stays."""
    content = {"_orig_mod.module.backbone.x": torch.ones(1), "_orig_mod.module.module.y": torch.ones(1)}

    assert set(applied(tmp_path, content, strip_prefixes=("_orig_mod.", "module.", "backbone."))) == {"x", "module.y"}
    assert set(applied(tmp_path, content)) == set(content)


def test_places_of_tensors(tmp_path):
    """The keys that hold tensors are known, whatever the rules say."""
    assert places_of_tensors(saved(tmp_path, {**BESIDE, "ema": STATE, "net": STATE})) == ["ema", "net"]


def test_first_key_that_is_there(tmp_path):
    """The keys are alternatives, tried in their order."""
    content = {"b": {"x": torch.ones(1)}, "c": {"x": torch.zeros(1)}, "epoch": 3}

    assert applied(tmp_path, content, key=("a", "b", "c"))["x"].item() == 1


def test_plain_state_dict(tmp_path):
    """A file without any of the keys is a plain state dict, also with torch's own metadata on it."""
    content = torch.nn.Linear(2, 3).state_dict()
    assert isinstance(content, OrderedDict)

    assert list(applied(tmp_path, content, key=("state_dict",))) == ["weight", "bias"]


def test_prefixes_renames_and_ignored(tmp_path):
    """Prefixes go first, renames next, and what may be ignored is matched with the whole renamed name."""
    names = ["module.body1.0", "module.head.fc", "module.head.fc.more", "plain"]
    content = {name: torch.tensor(float(i)) for i, name in enumerate(names)}
    rules = {"strip_prefixes": ("module.",), "renames": ((r"^body(\d)\.", r"body.\1."),), "ignore": (r"head\.fc",)}

    loaded = applied(tmp_path, content, **rules)

    assert {name: tensor.item() for name, tensor in loaded.items()} == {
        "body.1.0": 0,
        "head.fc.more": 2,
        "plain": 3,
    }


def test_two_tensors_of_one_name(tmp_path):
    """No tensor replaces another in silence."""
    with pytest.raises(WeightsError, match="two of its tensors are named 'a'"):
        applied(tmp_path, {"a": torch.ones(1), "m.a": torch.ones(1)}, strip_prefixes=("m.",))


def test_entries_that_are_no_tensors(tmp_path):
    """A file with other keys than expected is refused, naming what it has and the key that holds tensors."""
    content = {"net": {"x": torch.ones(1)}, "epoch": 3}

    with pytest.raises(WeightsError, match=r"(?s)expected keys \(state_dict\).*'net', 'epoch'.*under 'net'"):
        applied(tmp_path, content, key=("state_dict",))


@pytest.mark.parametrize("content", [{"state_dict": {}}, {"state_dict": [torch.ones(1)]}, {}])
def test_no_weights_at_all(tmp_path, content):
    """An empty state dict is an error, not a network without weights."""
    with pytest.raises(WeightsError, match="no tensors by name"):
        applied(tmp_path, content, key=("state_dict",))


def test_content_without_names(tmp_path):
    """A file with a bare list is no checkpoint."""
    with pytest.raises(WeightsError, match="a list and no tensors by name"):
        read_checkpoint(saved(tmp_path, [torch.ones(1)]))
