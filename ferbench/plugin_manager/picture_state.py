"""What the libraries that decode and resize pictures do, for everybody: which files they take, and with which code."""

from __future__ import annotations

import sys
from typing import Any

from ferbench.plugin_manager.state_part import Part

#: Attributes of modules of Pillow, as Pillow itself sets them: whoever imports it first may be a plugin.
_PILLOW = {
    ("PIL.ImageFile", "LOAD_TRUNCATED_IMAGES"): False,
    ("PIL.Image", "MAX_IMAGE_PIXELS"): 1024**3 // 4 // 3,
}


def pillow() -> tuple[Any, ...]:
    """Whether half a file is a picture, and from how many pixels on a file is refused."""
    return tuple(getattr(sys.modules.get(name), fact, usual) for (name, fact), usual in _PILLOW.items())


def put_pillow(before: tuple[Any, ...]) -> None:
    """What files were taken before."""
    for (name, fact), value in zip(_PILLOW, before, strict=True):
        if name in sys.modules:
            setattr(sys.modules[name], fact, value)


def fast_opencv() -> bool:
    """Whether OpenCV uses its optimised code, whose pixels may differ; it does unless it is told not to."""
    return bool(sys.modules["cv2"].useOptimized()) if hasattr(sys.modules.get("cv2"), "useOptimized") else True


def put_fast_opencv(before: bool) -> None:
    """OpenCV's code as before."""
    sys.modules["cv2"].setUseOptimized(before)


PICTURE_PARTS = (
    Part("files that Pillow reads", pillow, put_pillow),
    Part("optimised code of OpenCV", fast_opencv, put_fast_opencv),
)
