"""Whether a data set refuses what it cannot honour."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from ferbench.errors import DataError, DataNotFound, FerbenchError, PluginError
from ferbench.pipeline.plugin_calls import open_dataset
from ferbench.testing.check import Check, Failed, NotApplicable, require
from ferbench.testing.refusing import OPTION

if TYPE_CHECKING:
    from ferbench.testing.subjects import DatasetSubject


def unknown_option(data: DatasetSubject) -> str:
    """Open the set with an option that nobody has."""
    split = data.registered.entry.card.default_split
    try:
        open_dataset(data.registered, data.root, split, {**data.options, OPTION: "x"})
    except FerbenchError as error:
        return f"an option that means nothing is refused ({type(error).__name__})"
    raise Failed("an option that means nothing is passed over in silence")


def missing_root(data: DatasetSubject) -> str:
    """Open the set where nothing is, and in an empty folder."""
    card = data.registered.entry.card
    if not card.needs_root:
        raise NotApplicable("the set needs no folder")
    with TemporaryDirectory(prefix="ferbench-check-") as folder:
        for root in (Path(folder) / "nowhere", Path(folder)):
            where = "in an empty folder" if root.is_dir() else "in a folder that is not there"
            said = outcome(data, root)
            allowed = {DataNotFound.__name__, *([DataError.__name__] if root.is_dir() else [])}
            require(said in allowed, f"{where} it is {said}, where DataNotFound says what is missing")
    return "it says so in an empty folder, and in one that is not there"


def outcome(data: DatasetSubject, root: Path) -> str:
    """What happens when the set is opened below a root: the name of the error that it raises, or `opened`."""
    try:
        open_dataset(data.registered, root, data.registered.entry.card.default_split, data.options)
    except PluginError as error:
        return type(error.__cause__ or error).__name__
    except FerbenchError as error:
        return type(error).__name__
    return "opened"


CHECKS = (
    Check(
        name="unknown-option",
        kinds=("dataset",),
        asks="An option that the set does not have is refused.",
        mend="Take options as named arguments, or raise UsageError for what is left in **options.",
        run=unknown_option,
    ),
    Check(
        name="missing-root",
        kinds=("dataset",),
        asks="Where the data are not, DataNotFound says what is missing.",
        mend="Look whether the files are there before reading, and raise DataNotFound with the layout you expect.",
        run=missing_root,
    ),
)
