"""Whether a model can be had, on the CPU and for any number of classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.pipeline.parameters import distinct_parameters, number_of_values
from ferbench.testing.check import Check, NotApplicable, require

if TYPE_CHECKING:
    from ferbench.testing.subjects import ModelSubject

COUNTS = (3, 7, 8)


def builds(model: ModelSubject) -> str:
    """Build or open it; a network's tensors are float32 numbers, or integers, on the CPU."""
    import torch

    module = model.loaded.model.module
    if module is None:
        return f"it opens for {model.num_classes} classes"
    for name, tensor in module.state_dict().items():
        wrong = tensor.is_floating_point() and tensor.dtype != torch.float32
        require(tensor.device.type == "cpu", f"the tensor {name} is on the device {tensor.device.type}")
        require(not wrong, f"the tensor {name} is of the type {str(tensor.dtype).removeprefix('torch.')}")
    held = number_of_values(distinct_parameters(module))
    return f"it is built for {model.num_classes} classes, with {held:,} parameters"


def class_counts(model: ModelSubject) -> str:
    """Build it for other numbers of classes, and look at how many outputs it has."""
    card = model.entry.card
    if model.entry.file or (card.self_contained and model.entry.build):
        raise NotApplicable("its weights are a part of it, and so is the number of its classes")
    if model.entry.open and card.classes:
        raise NotApplicable(f"its card states its {len(card.classes)} classes")
    for count in COUNTS:
        # PluginModel compares the shape of the answer with the number of classes.
        model.load(count).model.predict(model.images[:2].copy())
    return f"it answers with {', '.join(map(str, COUNTS[:-1]))} and {COUNTS[-1]} classes"


CHECKS = (
    Check(
        name="builds",
        kinds=("model",),
        asks="The model can be built on the CPU, in float32.",
        mend="Let build(num_classes) make the network with torch's defaults, without .cuda(), .half() or .double().",
        run=builds,
    ),
    Check(
        name="class-counts",
        kinds=("model",),
        asks=f"The model can be built for {', '.join(map(str, COUNTS[:-1]))} and {COUNTS[-1]} classes.",
        mend="Hand num_classes on to the last layer, and let nothing else in the network rely on a number of classes.",
        run=class_counts,
    ),
)
