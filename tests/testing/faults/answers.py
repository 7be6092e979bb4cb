"""Faults of models: of what they answer, and of what their answers depend on."""

from __future__ import annotations

from dataclasses import replace

from tests.testing import sound
from tests.testing.planting import model, network

EXPORTS = {"exports-torchscript"}


def answering(change):
    """A network whose answer is changed: `change(network, images, logits)`."""

    def changed(base):
        class Changed(base):
            passes = 0

            def forward(self, images):
                return change(self, images, super().forward(images))

        return Changed

    return changed


def nan_where_dark(network, images, logits):
    """0 / 0 in the first answer."""
    del network, images
    logits[0] = logits[0] / (logits[0] - logits[0])
    return logits


def transposed(network, images, logits):
    """Classes along the wrong dimension."""
    del network, images
    return logits.T


def softmax(network, images, logits):
    """Probabilities, which the card calls logits."""
    del network, images
    return logits.softmax(dim=1)


def noisy(network, images, logits):
    """A little noise, less than anything but equality would notice."""
    import torch

    del network, images
    return logits + 1e-5 * torch.rand_like(logits)


def by_size(network, images, logits):
    """Every answer grows with the size of the batch."""
    del network
    return logits * (1 + images.shape[0] / 10)


def by_place(network, images, logits):
    """Every answer depends on its place in the batch."""
    import torch

    del network, images
    return logits + torch.arange(logits.shape[0]).to(logits)[:, None]


def by_company(network, images, logits):
    """Batch normalisation of the answers, as in evaluation with statistics of the batch."""
    del network
    return logits + images.mean() + images.amax()


def counting_passes(base):
    """A buffer that counts the passes."""

    class Counting(base):
        def __init__(self, num_classes):
            import torch

            super().__init__(num_classes)
            self.register_buffer("passes", torch.zeros(()))

        def forward(self, images):
            self.passes += 1
            return super().forward(images)

    return Counting


def training_on(base):
    """A part that is put into training mode by every pass; the part does nothing."""

    class Training(base):
        def __init__(self, num_classes):
            import torch

            super().__init__(num_classes)
            self.idle = torch.nn.Identity()

        def forward(self, images):
            self.idle.train()
            return super().forward(images)

    return Training


def silent_head(base):
    """A head of zeros, behind which nobody sees that answers grow with the size of the batch."""

    class Silent(base):
        def __init__(self, num_classes):
            super().__init__(num_classes)
            for parameter in self.head.parameters():
                parameter.data.zero_()

        def forward(self, images):
            return super().forward(images) * (1 + images.shape[0])

    return Silent


def with_view(base):
    """view() where the features are not contiguous with the channels last."""

    class View(base):
        def forward(self, images):
            features = self.encode(images)
            return self.head(features.view(features.shape[0], -1))

    return View


def memory_order(base):
    """Values in the order in which they lie in memory, whatever that means."""

    class Memory(base):
        def forward(self, images):
            features = self.encode(images)
            return self.head(features.as_strided((features.shape[0], 128), (128, 1)))

    return Memory


def float_mask(base):
    """A constant in float32 that meets a product in half precision."""

    class Masked(base):
        def forward(self, images):
            import torch

            return self.encode(images).flatten(1) @ torch.ones(128, self.head.out_features) + super().forward(images)

    return Masked


def many_rows(base):
    """view(-1, N): a larger picture becomes several rows."""

    class ManyRows(base):
        def forward(self, images):
            features = self.features[:3](images)
            return features.reshape(-1, 8 * 8 * 8)[:, :128] @ self.head.weight.T

    return ManyRows


def looping(base):
    """A loop over the pictures of a batch."""

    class Looping(base):
        def forward(self, images):
            import torch

            return torch.stack([super(Looping, self).forward(images[i : i + 1])[0] for i in range(images.shape[0])])

    return Looping


def branching(base):
    """A choice by value, both ways of which are the same."""

    class Branching(base):
        def forward(self, images):
            return super().forward(images) if images.sum() > 0 else super().forward(images) + 0

    return Branching


def preprocess(**changes):
    """The card's preprocessing, changed; that of the weights is as it was."""
    return replace(sound.INPUT, **changes)


FAULTS = (
    network(
        "outputs",
        r"shapes \{'emotion': \(7, 4\)\} where 'emotion' of \(4, 7\) was expected",
        answering(transposed),
        also={
            *("class-counts", "output-kind", "eval-mode", "deterministic", "batch-size", "batch-order"),
            *("batch-neighbours", "channels-last", "half-precision", "input-size", *EXPORTS),
        },
    ),
    network(
        "outputs",
        "1 of 4 answers hold a NaN",
        answering(nan_where_dark),
        also={
            "batch-size",
            "batch-order",
            "batch-neighbours",
            "channels-last",
            "half-precision",
            "deterministic",
            "output-kind",
            "input-size",
            *EXPORTS,
        },
    ),
    network("output-kind", "non-negative and sum to 1", answering(softmax)),
    model("output-kind", "declared as probabilities", output="probabilities"),
    network("eval-mode", r"changed 1 tensors, such as \['passes'\]", counting_passes),
    network("eval-mode", r"in training mode, such as \['idle'\]", training_on),
    network("deterministic", "got other answers", answering(noisy)),
    network("batch-size", "when its picture is alone", answering(by_size), also=EXPORTS),
    network("batch-size", "when its picture is alone", silent_head, also=EXPORTS),
    network("batch-order", "in another order", answering(by_place), also={"batch-size", *EXPORTS}),
    network("batch-neighbours", "among other pictures", answering(by_company), also={"batch-size", *EXPORTS}),
    network("channels-last", "view size is not compatible", with_view),
    network("channels-last", "changes by .* with the channels last", memory_order),
    network("half-precision", "raised RuntimeError", float_mask),
    model("preprocess-complete", "mean has 1 numbers for 3 channels", preprocess=preprocess(mean=(0.5,))),
    model(
        "preprocess-complete",
        r"std is \(-1, 1, 1\)",
        preprocess=preprocess(std=(-1, 1, 1)),
        also={"exports-torchscript"},
    ),
    model("preprocess-stable", "another tensor than the one stated", golden={"preprocess-stable": 64 * "0"}),
    model("preprocess-stable", "golden tensor of another is stated", golden={"another": 64 * "0"}),
    model("preprocess-complete", "have no preprocess", weights=(replace(sound.WEIGHTS, preprocess=None),)),
    network("input-size", r"2 pictures of 32 x 32 get \(8, 7\) outputs", many_rows),
    network("exports-torchscript", "differs by|was to be|raised|cannot", looping),
    network("exports-onnx", "torch cannot", branching),
)
