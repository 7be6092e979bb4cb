"""Every error that ferbench raises on purpose, each with the exit code that the command line ends with.

    FerbenchError                  2
    ├── UsageError                 2   an option or a specification that cannot mean anything
    │   └── UnknownName            2   a model, data set, metric or run that nobody provides
    ├── DataError                  2   data that are there and cannot be used as they are
    ├── WeightsError               2   a checkpoint that is there and cannot be used
    │   ├── UnsafeCheckpoint       2   it asks for code that ferbench does not run
    │   └── WeightsMismatch        2   its tensors do not fit the network
    ├── PluginError                2   a plugin that the run needs is broken
    ├── VerificationFailed         1   a check or a verification said no
    ├── MissingError               4   something that the run needs is not here
    │   ├── DataNotFound           4
    │   ├── WeightsNotFound        4
    │   └── ExtraNotInstalled      4
    ├── LeaderboardError           4   a database that cannot be opened, read or written
    └── NotComparable              5   an answer would compare what cannot be compared
        ├── ClassMismatch          5   the classes of model and data set cannot be brought together
        └── NothingMeasured        5   the run gave no usable answer

A message has three parts: what was asked, what was found, what to do. Anything that is not a FerbenchError
is a bug of ferbench: the command line shows its traceback and ends with `EXIT_BUG`.
"""

from __future__ import annotations

EXIT_OK = 0
EXIT_INCOMPLETE = 3
EXIT_BUG = 70
EXIT_INTERRUPTED = 130


class FerbenchError(Exception):
    """An error that the user can mend: `asked`, `found` and `todo` are its three parts."""

    exit_code = 2

    def __init__(self, asked: str, found: str, todo: str) -> None:
        super().__init__(asked, found, todo)
        self.asked = asked
        self.found = found
        self.todo = todo

    def __str__(self) -> str:
        return f"{self.asked}\n{self.found}\n{self.todo}"


class UsageError(FerbenchError):
    """An option or a specification that cannot mean anything."""


class UnknownName(UsageError):
    """A model, data set, metric or run that nobody provides."""


class DataError(FerbenchError):
    """Data that are there and cannot be used as they are."""


class WeightsError(FerbenchError):
    """A checkpoint that is there and cannot be used."""


class UnsafeCheckpoint(WeightsError):
    """A checkpoint that asks for code that ferbench does not run."""


class WeightsMismatch(WeightsError):
    """A checkpoint whose tensors do not fit the network."""


class PluginError(FerbenchError):
    """A plugin that the run needs is broken."""


class VerificationFailed(FerbenchError):
    """A check or a verification said no."""

    exit_code = 1


class MissingError(FerbenchError):
    """Something that the run needs is not here."""

    exit_code = 4


class DataNotFound(MissingError):
    """The data set is not where ferbench looks for it."""


class WeightsNotFound(MissingError):
    """No checkpoint is known for this model and data set."""


class ExtraNotInstalled(MissingError):
    """An optional dependency is not installed."""


class LeaderboardError(FerbenchError):
    """A database that cannot be opened, read or written."""

    exit_code = 4


class NotComparable(FerbenchError):
    """An answer would compare what cannot be compared."""

    exit_code = 5


class ClassMismatch(NotComparable):
    """The classes of model and data set cannot be brought together."""


class NothingMeasured(NotComparable):
    """The run gave no usable answer."""
