"""Arithmetic around the calls of a network, and nowhere else."""

from __future__ import annotations

import pytest
import torch

from ferbench.pipeline.engine.making import by_eager
from ferbench.pipeline.engine.reduced import in_arithmetic
from ferbench.pipeline.load import load, plain_float32
from tests.pipeline.engine.networks import plan_of

CPU = torch.device("cpu")


def flags() -> tuple[object, ...]:
    """What decides about TF32 and about convolutions that are repeated exactly."""
    cudnn = torch.backends.cudnn
    return torch.get_float32_matmul_precision(), cudnn.allow_tf32, cudnn.deterministic, cudnn.benchmark


def test_bf16_rounds_products_and_gives_float32_back(tmp_path):
    """The answers of a linear layer are near those in float32, and are not the same."""
    plan = plan_of(tmp_path)
    loaded = load(plan)
    batch = torch.rand(4, 3, 8, 8, generator=torch.Generator().manual_seed(0)).numpy()
    plain, fast = (by_eager(plan, loaded, None, name).model.predict(batch)["emotion"] for name in ("fp32", "bf16"))

    assert fast.dtype == plain.dtype == "float32"
    assert 0 < abs(fast - plain).max() < 0.1
    assert not torch.is_autocast_enabled("cpu")


def test_plain_float32_is_the_loaded_model_itself(tmp_path):
    """Nothing is wrapped around reference arithmetic."""
    plan = plan_of(tmp_path)
    loaded = load(plan)

    assert by_eager(plan, loaded, None, "fp32").model is loaded.model


@pytest.mark.parametrize("fails", [False, True])
def test_tf32_ends_with_the_call(fails):
    """The strict flags of a run are back afterwards, also after an error; convolutions stay deterministic."""
    seen = []

    def forward(images):
        seen.append(flags())
        if fails:
            raise RuntimeError
        return images

    with plain_float32(None):
        before = flags()
        try:
            in_arithmetic(forward, "tf32", CPU)(torch.zeros(1))
        except RuntimeError:
            assert fails
        assert flags() == before == ("highest", False, True, False)

    assert seen == [("high", True, True, False)]


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
@pytest.mark.parametrize("arithmetic", ["tf32", "fp16", "bf16"])
def test_cuda_rounds_products(arithmetic):
    """A product of matrices is near the one in float32; TF32 only where the GPU has it."""
    device, generator = torch.device("cuda"), torch.Generator().manual_seed(0)
    one, other = (torch.rand(256, 256, generator=generator).to(device) for _ in range(2))
    with plain_float32(None), torch.inference_mode():
        plain, fast = one @ other, in_arithmetic(lambda images: images @ other, arithmetic, device)(one)

    largest = float((plain - fast.float()).abs().max() / plain.abs().max())
    assert largest < 1e-2
    assert largest > 0 or (arithmetic == "tf32" and torch.cuda.get_device_capability()[0] < 8)
