"""`ferbench run` in processes that are ended at a chosen moment, and started again.

Processes are forked from one that has imported what all of them need, so that each takes a fraction of a second; they
are processes all the same, and `kill -9` is what ends them.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.drawing import folder_tree

if TYPE_CHECKING:
    from pathlib import Path

#: Pictures by folder, in batches of four: ten batches.
COUNTS = {"happy": 14, "neutral": 13, "sad": 13}
BATCH = 4

#: A network of mean colours, and the moment at which its process ends itself. KILL=batch:3 is the third batch that it
#: is asked about, KILL=EVENT:2:TEXT the second event of that name in Python whose arguments hold a text, counted from
#: the batch FROM on; SOFTLY makes it a Ctrl-C. WAIT=3:FILE goes on with the third batch once a file is there. A shard
#: is written after every batch.
PLUGIN = """\
import os, signal, sys, time

import torch

import ferbench.pipeline.unfinished.keeping as keeping
from ferbench.cards import ModelCard, Preprocess
from ferbench.hookspecs import hookimpl
from ferbench.interfaces import ModelEntry

keeping.SECONDS_APART, keeping.SHARE = 0.0, 1e9

EVENT, COUNT, TEXT = (os.environ.get("KILL", "").split(":") + ["", "", ""])[:3]
FROM = int(os.environ.get("FROM", "0"))
AFTER, FILE = os.environ.get("WAIT", ":").split(":")
asked, seen = [], []

def watch(event, arguments):
    if event == EVENT and len(asked) >= FROM and any(TEXT in str(argument) for argument in arguments):
        seen.append(event)
        if len(seen) == int(COUNT):
            os.kill(os.getpid(), signal.SIGINT if os.environ.get("SOFTLY") else signal.SIGKILL)

sys.addaudithook(watch)

class Network(torch.nn.Module):
    def __init__(self, num_classes):
        super().__init__()
        self.head = torch.nn.Linear(3, num_classes)

    def forward(self, images):
        if not torch.jit.is_tracing():
            asked.append(len(images))
            sys.audit("batch", "")
        while AFTER == str(len(asked)) and not os.path.exists(FILE):
            time.sleep(0.01)
        return self.head(images.mean((2, 3)))

CARD = ModelCard(name="mine", summary="Mean colours, then a linear layer", paper=None, code=None, code_licence=None,
                 preprocess=Preprocess(size=(8, 8), mean=(0, 0, 0), std=(1, 1, 1), expects="any"),
                 classes=None, self_contained=True)

@hookimpl
def ferbench_models():
    return [ModelEntry(card=CARD, build=Network)]
"""

_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(
    [
        *("torch", "scipy.optimize", "scipy.special", "sklearn.metrics", "fvcore.nn"),
        *("ferbench.pipeline.run", "ferbench.cli.app", "ferbench.cli.evaluating_here", "ferbench.leaderboard.store"),
        *("ferbench.report.run_tables", "ferbench_datasets", "ferbench_metrics"),
    ]
)


@dataclass(slots=True)
class Runs:
    """Runs of one model on one tree of pictures, in a folder of their own."""

    folder: Path
    _started: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        folder_tree(self.folder / "tree", COUNTS)
        (self.folder / "mine.py").write_text(PLUGIN, encoding="utf-8")
        (self.folder / "ferbench.toml").write_text("", encoding="utf-8")

    @property
    def unfinished(self) -> list[Path]:
        """The folders of unfinished runs."""
        home = self.folder / "cache" / "unfinished"
        return sorted(home.iterdir()) if home.is_dir() else []

    @property
    def shards(self) -> list[Path]:
        """The files of their shards."""
        return [path for folder in self.unfinished for path in sorted(folder.glob("*.shard"))]

    def variables(self, **variables: str) -> dict[str, str]:
        """What a process finds in its environment; a leaderboard of its own, so that no finished run is shown again."""
        places = {"DB": f"board{self._started}.sqlite", "CONFIG": "ferbench.toml", "CACHE": "cache"}
        own = {f"FERBENCH_{name}": str(self.folder / place) for name, place in places.items()}
        return {**own, "FERBENCH_LOAD_PLUGINS": "datasets,metrics", **variables}

    def arguments(self, *more: str) -> list[str]:
        """The command, without the name of the program."""
        asked = {"model": "mine", "dataset": "folder", "data-root": "tree", "plugin": "mine.py", "threads": "1"}
        given = [word for name, value in asked.items() for word in (f"--{name}", value)]
        return ["run", *given, "--batch-size", str(BATCH), "--no-timing", "--json", *more]

    def start(self, *more: str, **variables: str) -> Started:
        """A process that runs the command."""
        self._started += 1
        output = self.folder / f"output{self._started}"
        arguments = (self.arguments(*more), self.folder, self.variables(**variables), output)
        process = _PROCESSES.Process(target=command, args=arguments)
        process.start()
        return Started(process, output)

    def run(self, *more: str, **variables: str) -> Ended:
        """The same, once it ended."""
        return self.start(*more, **variables).ended()


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended, and what it printed."""

    status: int
    out: str
    err: str

    @property
    def record(self) -> dict[str, Any]:
        """The record of the run, which came to its end."""
        assert self.status in {0, 3}, self.err
        return json.loads(self.out)

    @property
    def resumed(self) -> int:
        """Images that were answered before the process began."""
        return self.record["execution"]["images_resumed"]

    @property
    def bits(self) -> tuple[str, str, str]:
        """What two equal runs share: the hashes of predictions, of scores, of pixels."""
        return tuple(self.record[name] for name in ("predictions_sha256", "core_sha256", "pixels_sha256"))


@dataclass(frozen=True, slots=True)
class Started:
    """A process on its way, and where it prints."""

    process: Any
    output: Path

    def ended(self) -> Ended:
        """Wait for its end, for a minute at most."""
        self.process.join(60)
        assert self.process.exitcode is not None, "it hangs"
        texts = [self.output.with_suffix(suffix).read_text(encoding="utf-8") for suffix in (".out", ".err")]
        return Ended(self.process.exitcode, *texts)


def command(arguments: list[str], folder: Path, variables: dict[str, str], output: Path) -> None:
    """What a process does: all of the command, what it prints in files."""
    from ferbench.cli.app import main

    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.chdir(folder)
    os.environ.update(variables)
    for number, suffix in ((1, ".out"), (2, ".err")):
        os.dup2(os.open(output.with_suffix(suffix), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)
    main(arguments)
