"""The state of this process that code may change for everybody else: taken as plain data, compared, put back."""

from __future__ import annotations

import builtins
import locale
import os
import random
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable  # noqa: TC003
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ferbench.plugin_manager.array_state import NUMPY_PARTS
from ferbench.plugin_manager.kernel_state import KERNEL_PARTS
from ferbench.plugin_manager.picture_state import PICTURE_PARTS
from ferbench.plugin_manager.state_part import Part
from ferbench.plugin_manager.torch_state import TORCH_PARTS
from ferbench.plugin_manager.torch_watch import FIRST_STATE, WATCHED, is_feigned, watch_torch

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

#: Signals that can be handled and have a meaning of their own; those above are for real-time programs.
_SIGNALS = sorted(
    number
    for number in signal.valid_signals()
    if number < 32 and number not in {getattr(signal, "SIGKILL", None), getattr(signal, "SIGSTOP", None)}
)


def put_environment(before: Mapping[str, str]) -> None:
    """Make the environment what it was, variable by variable: the libraries below Python hear of each."""
    for name in os.environ.keys() - before.keys():
        del os.environ[name]
    os.environ.update({name: value for name, value in before.items() if os.environ.get(name) != value})


def put_signals(before: Mapping[int, Any]) -> None:
    """Handlers as they were; one that was not set from Python cannot be set from there."""
    for number, handler in before.items():
        if handler is not None and signal.getsignal(number) is not handler:
            signal.signal(number, handler)


def handlers() -> dict[int, Any]:
    """Handlers by signal; only the main thread can put them back."""
    if threading.current_thread() is not threading.main_thread():
        return {}
    return {number: signal.getsignal(number) for number in _SIGNALS}


@dataclass(frozen=True, slots=True, eq=False)
class Alarm:
    """When a timer of the process goes off, in seconds of its own clock; None: never."""

    at: float | None

    def __eq__(self, other: object) -> bool:
        """Equal within a second: the time that is left is all that the system says."""
        if not isinstance(other, Alarm) or self.at is None or other.at is None:
            return isinstance(other, Alarm) and self.at is other.at
        return abs(self.at - other.at) < 1

    __hash__ = None  # type: ignore[assignment]


#: Timers that end or interrupt this process, and the clock that each of them goes by.
_TIMERS: dict[str, Callable[[], float]] = {
    "ITIMER_REAL": time.monotonic,
    "ITIMER_VIRTUAL": lambda: os.times().user,
    "ITIMER_PROF": time.process_time,
}


def timers() -> tuple[Alarm, ...]:
    """When each timer of this process goes off."""
    if not hasattr(signal, "getitimer"):
        return ()
    left = {name: signal.getitimer(getattr(signal, name))[0] for name in _TIMERS}
    return tuple(Alarm(clock() + left[name] if left[name] else None) for name, clock in _TIMERS.items())


def put_timers(before: tuple[Alarm, ...]) -> None:
    """The timers as they were, or none."""
    for (name, clock), alarm in zip(_TIMERS.items(), before, strict=True):
        left = 0 if alarm.at is None else max(alarm.at - clock(), 1e-6)
        signal.setitimer(getattr(signal, name), left)


def working_directory() -> str | None:
    """The working directory; None where it was removed."""
    try:
        return os.getcwd()  # noqa: PTH109 - plain text, a hundred times quicker to compare
    except FileNotFoundError:
        return None


def put_directory(before: str | None) -> None:
    """Back to where the process was; a folder that is gone cannot be gone to."""
    if before is not None:
        with suppress(OSError):
            os.chdir(before)


def put_builtins(before: Mapping[str, Any]) -> None:
    """The functions that are everywhere."""
    for name in vars(builtins).keys() - before.keys():
        delattr(builtins, name)
    vars(builtins).update(before)


def built_in() -> dict[str, Any]:
    """The functions that are everywhere; `_` is that of an interactive session."""
    return {name: value for name, value in vars(builtins).items() if name != "_"}


def put_attributes(module: ModuleType, *names: str) -> Callable[[tuple[Any, ...]], None]:
    """Puts attributes of a module back."""

    def put(before: tuple[Any, ...]) -> None:
        for name, value in zip(names, before, strict=True):
            setattr(module, name, value)

    return put


def put_list(get: Callable[[], list[Any]]) -> Callable[[tuple[Any, ...]], None]:
    """Puts the items of a list back into it."""

    def put(before: tuple[Any, ...]) -> None:
        get()[:] = before

    return put


def put_filters(before: tuple[Any, ...]) -> None:
    """Filters of warnings; the registry of warnings that were shown must hear of it."""
    warnings.filters[:] = before  # type: ignore[index]
    warnings._filters_mutated()  # type: ignore[attr-defined]  # noqa: SLF001 - as warnings.catch_warnings does


PARTS: tuple[Part, ...] = (
    Part("the working directory", working_directory, put_directory),
    Part("environment variables", os.environ.copy, put_environment),
    Part("sys.path", lambda: tuple(sys.path), put_list(lambda: sys.path)),
    Part("the finders of modules", lambda: tuple(sys.meta_path), put_list(lambda: sys.meta_path)),
    Part("warning filters", lambda: tuple(warnings.filters), put_filters),
    Part("the locale", lambda: locale.setlocale(locale.LC_ALL), lambda before: locale.setlocale(locale.LC_ALL, before)),
    Part("signal handlers", handlers, put_signals),
    Part("a timer", timers, put_timers),
    Part("the recursion limit", sys.getrecursionlimit, sys.setrecursionlimit),
    Part("built-in functions", built_in, put_builtins),
    Part("stdin or stderr", lambda: (sys.stdin, sys.stderr), put_attributes(sys, "stdin", "stderr")),
    Part("the trace function", sys.gettrace, sys.settrace),
    Part("the trace function of threads", threading.gettrace, threading.settrace),
    Part("the hook for errors", lambda: (sys.excepthook,), put_attributes(sys, "excepthook")),
    Part("the hook for errors of threads", lambda: (threading.excepthook,), put_attributes(threading, "excepthook")),
    Part("random numbers of Python", random.getstate, random.setstate),
)


@dataclass(frozen=True, slots=True)
class ProcessState:
    """Values by part, as they were."""

    values: Mapping[str, Any]
    modules: Mapping[str, ModuleType]

    @classmethod
    def taken(cls) -> ProcessState:
        """The state now; parts of libraries that are not loaded are left out, and torch's is noted when it comes."""
        if "torch" not in sys.modules:
            watch_torch()
        return cls({part.name: part.read() for part in present_parts()}, dict(sys.modules))

    def restore(self) -> list[str]:
        """Put back what is different now, and say what that was.

        Raises:
            RuntimeError: a part cannot be put back; all others are.
        """
        # First of all, since the parts below are those of libraries that are looked up there.
        changed, failed = self.restored_modules(), []
        for part in present_parts():
            if part.name not in self.values and part.name not in FIRST_STATE:
                continue
            before = self.values[part.name] if part.name in self.values else FIRST_STATE[part.name]
            try:
                if part.read() != before:
                    part.write(before)
                    changed.append(part.name)
            except Exception as error:  # noqa: BLE001 - the other parts are to be put back all the same
                failed.append(f"{part.name} ({type(error).__name__}: {error})")
        if failed:
            raise RuntimeError(f"a plugin changed what cannot be put back: {'; '.join(failed)}")
        return changed

    def restored_modules(self) -> list[str]:
        """Put modules back that were replaced or removed, and drop those that only pretend to be a library."""
        modules = {**WATCHED, **self.modules}
        replaced = [name for name, module in modules.items() if sys.modules.get(name) is not module]
        sys.modules.update({name: modules[name] for name in replaced})
        feigned = [name for name in ("numpy", "torch") if name not in modules and is_feigned(name)]
        for name in feigned:
            del sys.modules[name]
        return [f"imported modules ({', '.join([*replaced, *feigned][:3])})"] if replaced or feigned else []


def present_parts() -> tuple[Part, ...]:
    """The parts of all libraries that are loaded."""
    arrays = NUMPY_PARTS if "numpy" in sys.modules else ()
    tensors = (*KERNEL_PARTS, *TORCH_PARTS) if "torch" in sys.modules else ()
    return (*PARTS, *PICTURE_PARTS, *arrays, *tensors)
