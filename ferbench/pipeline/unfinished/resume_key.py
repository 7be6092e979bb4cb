"""The name of an unfinished run: equal only where everything is equal that may change a bit of what it answers."""

from __future__ import annotations

import hashlib
import platform
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ferbench.canonical import sha256_json
from ferbench.catalog import sources_sha256
from ferbench.pipeline.environment import cpu_capability, device_name, version_of
from ferbench.pipeline.record import identity_of
from ferbench.spec import without_defaults

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferbench.interfaces import Row
    from ferbench.pipeline.engine.running import Running

#: Of shards and of what is named here.
FORMAT = 1
_PACKAGES = ("ferbench", "torch", "torchvision", "timm", "numpy", "pillow", "opencv-python-headless", "onnxruntime")


def resume_key(running: Running) -> str:
    """Hexadecimal SHA-256 over what is run, on which rows in which order, in which batches, by what, and where.

    The pixels are not known before they are read; every shard holds their digests instead. Threads are those that the
    network has now.
    """
    plan, loaded, conduct = running.plan, running.loaded, running.plan.conduct
    facts = {
        "format": FORMAT,
        "identity": without_defaults(identity_of(plan, loaded.weights_sha256, pixels_sha256="")),
        "dataset": [plan.spec.dataset, plan.split],
        "ids": ids_sha256(plan.rows),
        # A network may draw numbers that are no weights.
        "seed": plan.spec.seed,
        "conduct": [conduct.engine, conduct.precision, conduct.batch_size],
        # Found on pictures of the run, so that one of them may change what is said of all.
        "calibration": asdict(running.calibration) if running.calibration else None,
        "machine": machine(str(loaded.device)),
        "programs": programs(),
    }
    return sha256_json(facts)


def ids_sha256(rows: Sequence[Row]) -> str:
    """Hexadecimal SHA-256 over the ids in manifest order; that they keep their labels is part of the identity."""
    digest = hashlib.sha256()
    for row in rows:
        name = row.id.encode("utf-8", "surrogateescape")
        digest.update(b"%d:%s" % (len(name), name))
    return digest.hexdigest()


def machine(device: str) -> dict[str, Any]:
    """What computes: device, instructions of the processor that torch uses, threads."""
    import torch

    return {
        "device": device,
        "device_name": device_name(device),
        "instructions": cpu_capability(),
        "threads": torch.get_num_threads(),
    }


def programs() -> dict[str, Any]:
    """Versions of what reads pictures and computes, and the SHA-256 of the pipeline's own source."""
    return {"python": platform.python_version(), "packages": packages(), "source": own_source_sha256()}


@cache
def packages() -> dict[str, str | None]:
    """Installed versions by package."""
    return {name: version_of(name) for name in _PACKAGES}


@cache
def own_source_sha256() -> str:
    """Hexadecimal SHA-256 of the Python files of the pipeline."""
    return sources_sha256((Path(__file__).parents[1],))
