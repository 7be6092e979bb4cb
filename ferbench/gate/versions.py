"""What the two sides of a gate were computed with, where that alone may move outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: What draws random weights, decodes and resizes pictures, and computes outputs.
_PACKAGES = ("torch", "torchvision", "timm", "numpy", "pillow", "opencv-python-headless", "onnxruntime")


def other_versions(baseline: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """One sentence where packages had other versions, by the records of both sides."""
    first, second = (packages_in(record) for record in (baseline, new))
    differing = [name for name in _PACKAGES if first.get(name) != second.get(name)]
    if first and second and differing:
        versions = ", ".join(f"{name} {first.get(name)} / {second.get(name)}" for name in differing)
        yield f"Other versions (baseline / new): {versions}. These may move outputs by themselves."


def packages_in(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Versions by package; none where a record does not say them."""
    environment = record.get("environment")
    packages = environment.get("packages") if isinstance(environment, dict) else None
    return packages if isinstance(packages, dict) else {}
