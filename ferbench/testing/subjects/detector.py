"""A face detector as checks look at it: opened once, asked about frames with drawn faces."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ferbench.interfaces import DetectorEntry
from ferbench.pipeline.detectors import PluginDetector
from ferbench.pipeline.plugin_calls import called
from ferbench.testing.check import Skipped
from ferbench.testing.frames import frames
from ferbench.testing.processes.start import in_new_process
from ferbench.testing.subjects.base import Subject

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from ferbench.catalog import Catalog
    from ferbench.interfaces import Face


@dataclass(frozen=True, kw_only=True)
class DetectorSubject(Subject[DetectorEntry]):
    """A face detector. `catalog` gives the faces that it is shown."""

    catalog: Catalog

    def open(self, **options: Any) -> PluginDetector:
        """The detector, opened anew, with further options."""
        given = {**self.options, **options}
        with called(self.registered, f"The detector {self.name!r} was to be opened."):
            detector = self.registered.entry.open(**given)
        return PluginDetector(detector, self.registered, given)

    @cached_property
    def opened(self) -> PluginDetector:
        """The detector."""
        return self.open()

    @cached_property
    def frames(self) -> tuple[NDArray[np.uint8], ...]:
        """(H, W, 3) uint8 RGB each: drawn faces of several sizes in frames, and pictures without one."""
        return frames(self.catalog)

    @cached_property
    def found(self) -> tuple[Sequence[Face], ...]:
        """The faces of each frame; PluginDetector looks at their types.

        Raises:
            Skipped: there is none in any of them, so that nothing can be learnt.
        """
        found = tuple(self.opened.detect(frame.copy()) for frame in self.frames)
        if not any(found):
            raise Skipped(
                f"it finds no face in {len(found)} drawn frames: whether it finds real ones is for your tests"
            )
        return found

    @cached_property
    def elsewhere(self) -> dict[str, Any]:
        """What a new process says of opening the detector, see `open_detector` of the tasks."""
        return in_new_process("open_detector", self.found_again(), name=self.name, options=dict(self.options))
