"""Whether the weights of a checkpoint arrive in the network: all of them, and nothing else."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, cast

from ferbench.errors import WeightsError, WeightsMismatch
from ferbench.pipeline.checkpoints import Checkpoint, load_strictly, read_checkpoint, state_dict
from ferbench.pipeline.load import build
from ferbench.pipeline.state_dicts import stored_tensors
from ferbench.testing.check import Check, NotApplicable, Skipped, require

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor, nn

    from ferbench.testing.subjects import ModelSubject

#: No network has a tensor of this name.
STRANGER = "ferbench_check.stranger"


def loads_weights(model: ModelSubject) -> str:
    """Save a network, load the file into another one, and compare: as a run reads files, by the rules of the plugin."""
    import torch

    tensors = stored(model)
    other = another(model)
    with TemporaryDirectory(prefix="ferbench-check-") as folder:
        path = Path(folder) / "saved.pth"
        torch.save(dict(tensors), path)
        named = state_dict(read_checkpoint(path), model.entry.rules)
    load_strictly(other, named, "a file that was saved for this check")
    state = other.state_dict()
    strange = [name for name in named if not torch.equal(state[name], named[name].to(state[name].dtype))]
    require(not strange, f"{len(strange)} of {len(named)} tensors are not what the file holds, such as {strange[:1]}")
    source = model.weights.name if model.weights else "its own state dict"
    return f"{len(named)} tensors of {source} are in the network, to the last bit"


def strict_loading(model: ModelSubject) -> str:
    """Take one tensor of a checkpoint away, or add one: either file must be refused."""
    import torch

    tensors = stored(model)
    # Files may list tensors in any order, and no strict load misses a count of batches: old checkpoints have none.
    named = [name for name in sorted(tensors) if not name.endswith("num_batches_tracked")]
    gone = next(name for name in named if needed(model, tensors, name))
    require(refused(model, without(tensors, gone)), f"a checkpoint without {gone} is loaded")
    more = {**tensors, STRANGER: torch.zeros(3)}
    require(refused(model, more), f"a checkpoint with the strange tensor {STRANGER} is loaded: a rule ignores it")
    return f"a checkpoint without {gone} is refused, and so is one with a strange tensor"


def stored(model: ModelSubject) -> Mapping[str, Tensor]:
    """The tensors of the checkpoint by their names in the file; without one, those of the network itself."""
    network = model.network()
    if model.entry.card.self_contained:
        raise NotApplicable("the network brings its weights, and loads no checkpoint")
    if model.checkpoint is not None:
        return stored_tensors(model.checkpoint, model.entry.rules)[1]
    tensors = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    if set(state_dict(checkpoint_of(tensors), model.entry.rules)) != set(tensors):
        raise Skipped("the rules rename the network's own tensors: name a real checkpoint with --weights")
    return tensors


def checkpoint_of(tensors: Mapping[str, Tensor]) -> Checkpoint:
    """What the harness would read of a file with these tensors."""
    content = cast("dict[str | int, Any]", dict(tensors))
    return Checkpoint(Path("a file that was made for this check"), "", "torch-zip", content)


def without(tensors: Mapping[str, Tensor], name: str) -> dict[str, Tensor]:
    """All tensors but one."""
    return {other: tensor for other, tensor in tensors.items() if other != name}


def needed(model: ModelSubject, tensors: Mapping[str, Tensor], name: str) -> bool:
    """Whether the rules take a tensor for one of the network's, and do not drop it."""
    rules = model.entry.rules
    rest = state_dict(checkpoint_of(without(tensors, name)), rules) if len(tensors) > 1 else {}
    return len(rest) < len(state_dict(checkpoint_of(tensors), rules))


def another(model: ModelSubject) -> nn.Module:
    """A network of the same shape that starts from other numbers."""
    return build(model.registered, model.num_classes, model.options, seed=1).eval()


def refused(model: ModelSubject, tensors: Mapping[str, Tensor]) -> bool:
    """Whether a checkpoint with these tensors cannot be loaded."""
    checkpoint = checkpoint_of(tensors)
    try:
        load_strictly(another(model), state_dict(checkpoint, model.entry.rules), str(checkpoint.path))
    except (WeightsMismatch, WeightsError):
        return True
    return False


CHECKS = (
    Check(
        name="loads-weights",
        kinds=("model",),
        asks="Every tensor of a checkpoint arrives in the network.",
        mend="Leave load_state_dict() of torch as it is, and name in WeightsRules what the names in the file need.",
        run=loads_weights,
    ),
    Check(
        name="strict-loading",
        kinds=("model",),
        asks="A checkpoint with a tensor too few, or one too many, is refused.",
        mend="Let WeightsRules.ignore name exactly the tensors that may be dropped, and no pattern that fits others.",
        run=strict_loading,
    ),
)
