"""Every classifier of timm as `timm:NAME`, with the data config that timm has for it, and without any download."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from ferbench.cards import ModelCard, SchemeCard, WeightsRules
from ferbench.errors import UsageError
from ferbench.hookspecs import hookimpl
from ferbench.interfaces import ModelEntry, ModelScheme

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import nn

TIMM = SchemeCard(
    name="timm",
    summary="Any classifier of timm with its own input size and normalisation; weights are those of --weights",
    rest="NAME",
)
#: What DataParallel and torch.compile leave before the names, whichever was there first.
RULES = WeightsRules(strip_prefixes=("module.", "_orig_mod.", "module."))
#: Options of timm that would download, unpickle a file, or contradict what the harness decides.
_REFUSED = (
    *("pretrained", "pretrained_cfg", "pretrained_cfg_overlay", "checkpoint_path", "cache_dir", "hf_hub_id"),
    *("num_classes", "in_chans", "features_only"),
)


def entry(rest: str, options: Mapping[str, Any]) -> ModelEntry:
    """The model of a name of timm, `NAME` or `NAME.TAG`; a tag chooses the data config of those released weights.

    Raises:
        UnknownName: timm has no such model, or no such tag.
        UsageError: an option is not for users, or timm's evaluation of this model cannot be done here.
    """
    from ferbench_timm.data_config import preprocess_of

    refused = [key for key in options if key in _REFUSED]
    if refused:
        raise UsageError(
            f"The model timm:{rest} was asked for with {', '.join(refused)}.",
            "ferbench downloads nothing, reads checkpoints itself, and feeds pictures of three colours.",
            "Leave it out; pass weights as --weights FILE, and their classes as --class-order.",
        )
    card = ModelCard(
        name=f"timm:{rest}",
        summary=f"{rest} of timm",
        paper=None,
        code="https://github.com/huggingface/pytorch-image-models",
        code_licence="Apache-2.0",
        preprocess=preprocess_of(rest, options),
        classes=None,
    )
    return ModelEntry(card=card, build=partial(build, rest), rules=RULES)


def build(name: str, num_classes: int, /, **options: Any) -> nn.Module:
    """The network, freshly initialised."""
    import timm

    network: nn.Module = timm.create_model(name, pretrained=False, num_classes=num_classes, **options)
    return network


@hookimpl
def ferbench_models() -> list[ModelScheme]:
    """One scheme, `timm`."""
    return [ModelScheme(card=TIMM, entry=entry)]
