"""What a stranger's code raises: whose fault it is, and what it says, whatever its own texts do."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ferbench import errors

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

#: Longer texts are cut: an error may hold a whole array.
LONGEST = 2000


class Interrupts:
    """Ctrl+C while plugins run, which a KeyboardInterrupt that a plugin raises itself must not be taken for."""

    def __init__(self) -> None:
        self.watching = False
        self.noticed = False

    def notice(self, number: int, frame: FrameType | None) -> None:
        """The handler of SIGINT."""
        self.noticed = True
        signal.default_int_handler(number, frame)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Tell the two apart; not where somebody else handles SIGINT, or in another thread than the main one."""
        main = threading.current_thread() is threading.main_thread()
        if self.watching or not main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
            yield
            return
        self.watching, self.noticed = True, False
        signal.signal(signal.SIGINT, self.notice)
        try:
            yield
        finally:
            self.watching = False
            signal.signal(signal.SIGINT, signal.default_int_handler)


INTERRUPTS = Interrupts()


def by_user(error: BaseException) -> bool:
    """Whether an error is Ctrl+C, as far as anybody knows."""
    return isinstance(error, KeyboardInterrupt) and (INTERRUPTS.noticed or not INTERRUPTS.watching)


def on_purpose(error: BaseException) -> bool:
    """Whether an error is one of ferbench's own kinds with three texts, which a plugin may raise."""
    known = getattr(errors, type(error).__name__, None) is type(error)
    parts = (error.asked, error.found, error.todo) if isinstance(error, errors.FerbenchError) and known else (None,)
    return all(isinstance(part, str) for part in parts)


def said_by(error: BaseException) -> str:
    """Kind and text of an error, in one text that is not too long."""
    return shortened(f"{type(error).__name__}: {text_of(error)}")


def text_of(value: object) -> str:
    """The text of a value; its own code may raise."""
    try:
        return str(value)
    except BaseException as error:  # noqa: BLE001 - a stranger's __str__ may raise anything
        return f"(its text cannot be shown: {type(error).__name__})"


def shown(value: object) -> str:
    """The representation of a value; its own code may raise."""
    try:
        return shortened(repr(value))
    except BaseException as error:  # noqa: BLE001 - a stranger's __repr__ may raise anything
        return f"an object of type {type(value).__name__} (it cannot be shown: {type(error).__name__})"


def shortened(text: str) -> str:
    """The start of a long text."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} ... ({len(text):,} characters)"
