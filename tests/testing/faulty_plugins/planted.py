"""Plugin files with a fault that only a new process shows, and what the check made for it must say."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True)
class FaultyPlugin:
    """The entry of a file is called `faulty`."""

    name: str
    kind: str
    check: str
    finding: str

    @property
    def file(self):
        """The plugin."""
        return HERE / f"{self.name}.py"

    def __str__(self):
        return f"{self.check}: {self.name}"


PLUGINS = (
    FaultyPlugin("imports_torch", "model", "light-discovery", "imported torch"),
    FaultyPlugin("writes_at_import", "metric", "no-side-effects", r"writes .*/faulty\.txt in line 11"),
    FaultyPlugin("connects_at_load", "model", "no-side-effects", r"uses the network .*127\.0\.0\.1.* in line 16"),
    FaultyPlugin("starts_at_open", "dataset", "no-side-effects", r"starts a process \(subprocess\.Popen .* in line 14"),
    FaultyPlugin("imports_private", "metric", "public-modules", r"ferbench\.pipeline\.load\.build in line 7"),
    FaultyPlugin("draws_its_mean", "model", "preprocess-stable", "another tensor in a new process"),
    FaultyPlugin("hashes_ids", "dataset", "fingerprint", "in a new process"),
    FaultyPlugin("decodes_at_open", "dataset", "lazy", r"opening calls PIL\.Image\.open"),
    FaultyPlugin("reads_at_open", "dataset", "lazy", r"opening reads 5 pictures, such as \['anger_0\.png'\]"),
    FaultyPlugin("dies", "metric", "light-discovery", "died with exit code 3"),
)
