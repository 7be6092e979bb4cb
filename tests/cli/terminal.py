"""ferbench as people start it: a process of its own, in a folder of its own, without anybody's settings."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

#: Variables of the person who runs the tests that change what a process prints.
_LOOKS = {"COLUMNS", "FORCE_COLOR", "LINES", "NO_COLOR", "PYTHONIOENCODING", "TERM"}


@dataclass(frozen=True, slots=True)
class Done:
    """A process that ended: its exit code and what it printed."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on stdout."""
        return json.loads(self.out)


@dataclass(frozen=True, slots=True)
class Terminal:
    """A folder that ferbench is started in. Its database, its configuration and its caches lie there."""

    folder: Path

    @property
    def database(self) -> Path:
        """The leaderboard, once there is one."""
        return self.folder / "board.sqlite"

    def environment(self, **variables: str) -> dict[str, str]:
        """The variables of a process: nobody's settings, then those that are given."""
        clean = {
            name: value for name, value in os.environ.items() if not name.startswith("FERBENCH_") and name not in _LOOKS
        }
        own = {"FERBENCH_DB": str(self.database), "FERBENCH_CONFIG": str(self.write("ferbench.toml"))}
        homes = {name: str(self.folder / name.lower()) for name in ("XDG_DATA_HOME", "XDG_CACHE_HOME")}
        return {**clean, **own, **homes, **variables}

    def write(self, name: str, text: str = "") -> Path:
        """A text file in the folder, left alone where it is there already and nothing is to be put in."""
        path = self.folder / name
        if text or not path.exists():
            path.write_text(text, encoding="utf-8")
        return path

    def start(self, *arguments: object, variables: dict[str, str] | None = None, **options: Any) -> subprocess.Popen:
        """A process of ferbench that is running; Ctrl-C reaches it even where the tests themselves ignore it."""
        return subprocess.Popen(
            [sys.executable, "-m", "ferbench", *map(as_argument, arguments)],
            cwd=self.folder,
            env=self.environment(**(variables or {})),
            stdout=options.pop("stdout", subprocess.PIPE),
            stderr=options.pop("stderr", subprocess.PIPE),
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - one line, no lock
            **options,
        )

    def ferbench(self, *arguments: object, variables: dict[str, str] | None = None, **options: Any) -> Done:
        """Run ferbench to its end."""
        return ended(self.start(*arguments, variables=variables, **options))

    def python(self, code: str, **variables: str) -> Done:
        """Run some Python to its end."""
        command = [sys.executable, "-c", code]
        environment = self.environment(**variables)
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return ended(subprocess.Popen(command, cwd=self.folder, env=environment, **pipes))


def as_argument(argument: object) -> str | bytes:
    """An argument as the system takes it."""
    return argument if isinstance(argument, bytes) else str(argument)


def ended(process: subprocess.Popen) -> Done:
    """The process, once it ended."""
    out, err = process.communicate(timeout=120)
    return Done(process.returncode, (out or b"").decode(), (err or b"").decode())
