"""Evaluating in a child process, which may crash, hang or take too much memory: `ferbench run --isolate`.

No plugin is imported in this process. The child answers with files of plain data, which are checked.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from ferbench import errors
from ferbench.errors import FerbenchError, PluginError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferbench.cli.leak_search import LeakSearch
    from ferbench.results import RunResult
    from ferbench.spec import RunSpec

ALL = "all"
#: Files of the child, in a folder of its own.
ERROR, WITNESS = "error.json", "witness"
#: Bytes of an error.
MOST_OF_ERROR = 2**20
#: The number of stderr, which may have been replaced in Python.
STDERR = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a child may take: seconds from its start to its end, and MiB of data; None is no limit."""

    seconds: float | None = None
    memory_mib: int | None = None

    def __str__(self) -> str:
        parts = [f"{self.seconds:g} s" if self.seconds else "", f"{self.memory_mib} MiB" if self.memory_mib else ""]
        return " and ".join(part for part in parts if part) or "no limit"


@dataclass(frozen=True, slots=True, kw_only=True)
class InChild:
    """Evaluates each specification in a process of its own; without `resume` from the start, as an Evaluator does."""

    plugins: Sequence[Path]
    plugins_dir: Path | None
    search: LeakSearch
    limits: Limits
    resume: bool

    def names(self, datasets: Sequence[str], spec: RunSpec) -> list[str]:
        """The names of the data sets, each once; what there is, only the child knows.

        Raises:
            UsageError: `all` was asked for.
        """
        if ALL not in datasets:
            return list(dict.fromkeys(datasets))
        raise UsageError(
            f"{spec.model} was to be evaluated on all data sets, in a process of its own.",
            "To know them all their plugins would have to be loaded here.",
            "Name them: --dataset NAME --dataset NAME",
        )

    def run(self, spec: RunSpec) -> RunResult:
        """The result of one run.

        Raises:
            FerbenchError: as the child raised it.
            PluginError: the child died, was ended at a limit, or left what is no result; the plugin that it called
                last is named.
        """
        from ferbench.pipeline.result_file import read_result

        with TemporaryDirectory(prefix="ferbench-run-", ignore_cleanup_errors=True) as name:
            folder = Path(name)
            ended = self.ended(spec, folder)
            raise_error(folder / ERROR)
            if ended:
                raise self.died(spec, folder, ended)
            try:
                return asked_for(read_result(folder), spec)
            except ValueError as error:
                raise self.died(spec, folder, f"left no result: {error}") from error

    def forget(self) -> None:
        """Nothing is left to do: the child did it once its result was written."""

    def ended(self, spec: RunSpec, folder: Path) -> str:
        """Run the child; how it ended, in words, or an empty text where it ended well."""
        request = {
            "spec": spec.as_json(),
            "plugins": [str(path) for path in self.plugins],
            "plugins_dir": str(self.plugins_dir) if self.plugins_dir else None,
            "search": asdict(self.search),
            "memory_mib": self.limits.memory_mib,
            "resume": self.resume,
        }
        # What lies in the current folder must not stand in for modules of the child.
        command = [sys.executable, "-P", "-m", "ferbench.cli.isolated_child", str(folder)]
        # Nobody but ferbench writes to stdout, and the child's own children end with it.
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=STDERR, start_new_session=True)  # noqa: S603 - this Python, and our own module
        try:
            child.communicate(json.dumps(request).encode(), timeout=self.limits.seconds)
        except subprocess.TimeoutExpired:
            return f"was ended: it took longer than {self.limits.seconds:g} s"
        finally:
            end(child)
        return how_it_ended(child.returncode)

    def died(self, spec: RunSpec, folder: Path, ended: str) -> PluginError:
        """The error of a child that gave no result."""
        from ferbench.plugin_manager.witness import read_notes

        calls = [f"plugin {note[0]!r} ({note[1]} {note[2]}): {note[3]}" for note in read_notes(folder / WITNESS)]
        last = f" Called last: {' '.join(calls)}" if calls else " No plugin had been called."
        return PluginError(
            f"{spec.model} was to be evaluated on {spec.dataset} in a process of its own, within {self.limits}.",
            f"The process {ended}.{last}",
            "Mend the plugin, or raise --time-limit and --memory-limit: Python and torch alone take about 1000 MiB.",
        )


def asked_for(result: RunResult, spec: RunSpec) -> RunResult:
    """The result, once it is that of the run that was asked for.

    Raises:
        ValueError: its record is of another one, which only a plugin can have written.
    """
    asked, done = json.loads(json.dumps(spec.as_json())), result.record["spec"]
    other = sorted(name for name in asked if done.get(name) != asked[name])
    if other:
        raise ValueError(f"its record says {other[0]} = {done.get(other[0])!r}, asked for was {asked[other[0]]!r}")
    return result


def how_it_ended(status: int) -> str:
    """How a process ended, in words; an empty text where it ended well."""
    if status >= 0:
        return f"ended with exit code {status}; what it said stands above" if status else ""
    try:
        return f"was ended by {signal.Signals(-status).name}"
    except ValueError:
        return f"was ended by signal {-status}"


def end(child: subprocess.Popen[bytes]) -> None:
    """End a child, and whatever it started in its group."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        # The whole group is gone already.
        child.kill()
    child.wait()


def raise_error(path: Path) -> None:
    """Raise the error that the child wrote, if it wrote one; it is one of ferbench's own kinds."""
    from ferbench.plugin_manager.strange_file import read_strange

    try:
        kind, *parts = json.loads(read_strange(path, MOST_OF_ERROR).decode("ascii"))
    except (OSError, ValueError, TypeError, RecursionError):
        return
    error = getattr(errors, str(kind), None)
    if isinstance(error, type) and issubclass(error, FerbenchError) and len(parts) == 3:
        raise error(*map(str, parts))


def limits_of(isolate: bool, seconds: float | None, memory_mib: int | None) -> Limits:
    """The limits of a child.

    Raises:
        UsageError: there is no child, or a limit is no positive number.
    """
    given: dict[str, Any] = {"--time-limit": seconds, "--memory-limit": memory_mib}
    for option, value in given.items():
        if value is not None and not isolate:
            raise UsageError(
                f"{option} {value} was given.", "Only a process of its own can be limited.", "Pass --isolate, too."
            )
        if value is not None and value <= 0:
            raise UsageError(f"{option} {value} was given.", "That is no limit.", "Pass a positive number.")
    return Limits(seconds=seconds, memory_mib=memory_mib)
