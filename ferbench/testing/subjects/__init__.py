"""What checks look at: an entry of a plugin, where the plugin lies, and what a user would hand over with it."""

from __future__ import annotations

from ferbench.testing.subjects.dataset import DatasetSubject
from ferbench.testing.subjects.detector import DetectorSubject
from ferbench.testing.subjects.metric import MetricSubject
from ferbench.testing.subjects.model import IMAGES, ModelSubject

__all__ = ["IMAGES", "DatasetSubject", "DetectorSubject", "MetricSubject", "ModelSubject"]
