"""What holds for every set with an official layout: the card, the roots that are refused, what is passed over."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from typing import TYPE_CHECKING

import pytest

from ferbench.emotions import KNOWN
from ferbench.errors import DataError, DataNotFound, UsageError
from tests.drawing_sets import miniature

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("affwild2", "caers", "ckplus", "expw", "ferg", "jaffe", "kdef", "oulu", "sfew")


def card_of(name):
    return import_module(f"ferbench_datasets.{name}.card").CARD


def opened(name, root, **options):
    """The default split of a set."""
    return getattr(import_module(f"ferbench_datasets.{name}.opening"), f"open_{name}")(
        root, card_of(name).default_split, **options
    )


@pytest.mark.parametrize("name", NAMES)
def test_card_is_complete(name: str) -> None:
    """Terms, source, protocol and citation are there; the numbers of a variant add up; no count is claimed as sure."""
    card = card_of(name)

    assert card.name == name
    assert set(card.classes) <= set(KNOWN)
    assert card.default_split in card.splits
    assert all((card.licence, card.obtain, card.layout, card.citation, card.protocol, card.defects))
    assert card.counts is None
    for variant in card.variants:
        assert variant.split in card.splits
        assert variant.counts is None or sum(variant.counts.values()) == variant.total


def test_importing_the_sets_is_cheap() -> None:
    """Listing data sets loads neither torch nor numpy nor Pillow."""
    modules = ", ".join(f"ferbench_datasets.{name}.opening" for name in NAMES)
    program = f"import sys, {modules}; sys.exit(bool({{'torch', 'numpy', 'pandas', 'PIL'}} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@pytest.mark.parametrize("name", NAMES)
def test_rows_are_sorted_and_labelled(tmp_path: Path, name: str) -> None:
    """Ids are sorted and different, labels are classes of the set, a layout is named."""
    found = opened(name, miniature(name, tmp_path))
    ids = [row.id for row in found.rows]

    assert ids == sorted(set(ids))
    assert {row.label for row in found.rows} <= set(found.classes)
    assert found.classes == card_of(name).classes
    assert found.layout
    assert found.read(found.rows[0])


@pytest.mark.parametrize("name", NAMES)
def test_roots_that_hold_no_set(tmp_path: Path, name: str) -> None:
    """No root, none there, a file, an empty folder: exit 4, and the message says where the set is asked for."""
    (tmp_path / "file").touch()
    (tmp_path / "empty").mkdir()
    for root in (None, tmp_path / "nowhere", tmp_path / "file", tmp_path / "empty"):
        with pytest.raises(DataNotFound) as caught:
            opened(name, root)
        assert caught.value.exit_code == 4
        assert card_of(name).obtain in caught.value.todo


@pytest.mark.parametrize("name", NAMES)
def test_options_and_splits_that_mean_nothing(tmp_path: Path, name: str) -> None:
    """An unknown option, an option that is no text, and an unknown split are wrong usage."""
    root = miniature(name, tmp_path)
    with pytest.raises(UsageError, match="The option 'classes'"):
        opened(name, root, classes="rafdb")
    with pytest.raises(UsageError, match="has the splits"):
        getattr(import_module(f"ferbench_datasets.{name}.opening"), f"open_{name}")(root, "holdout")


@pytest.mark.parametrize("name", NAMES)
def test_what_systems_leave_behind_is_passed_over(tmp_path: Path, name: str) -> None:
    """Hidden files, thumbnails and notes change no row."""
    before = opened(name, miniature(name, tmp_path)).rows
    folders = {row.source.parent for row in before} | {tmp_path}
    for folder in folders:
        for stray in (".DS_Store", f"._{before[0].source.name}", "Thumbs.db", "desktop.ini", "notes.doc"):
            (folder / stray).write_bytes(b"\0")
        (folder / "__MACOSX").mkdir()

    assert opened(name, tmp_path).rows == before


@pytest.mark.parametrize("name", NAMES)
def test_opening_reads_no_picture(tmp_path: Path, name: str) -> None:
    """A picture that cannot be read is an error of reading, not of opening, and stays a row."""
    before = opened(name, miniature(name, tmp_path)).rows
    for row in before:
        row.source.unlink(missing_ok=True)
        row.source.symlink_to("nowhere")
    after = opened(name, tmp_path)

    assert [row.id for row in after.rows] == [row.id for row in before]
    with pytest.raises(FileNotFoundError):
        after.read(after.rows[0])


@pytest.mark.parametrize("name", ["caers", "ferg", "jaffe", "kdef", "sfew"])
def test_link_that_leads_back_is_refused(tmp_path: Path, name: str) -> None:
    """A folder that holds itself would be listed for ever; passing it over could lose pictures."""
    folder = opened(name, miniature(name, tmp_path)).rows[0].source.parent
    (folder / "again").symlink_to(tmp_path)
    with pytest.raises(DataError, match="is a link to a folder"):
        opened(name, tmp_path)


@pytest.mark.parametrize("name", ["caers", "sfew", "expw"])
def test_name_that_is_no_text_is_refused(tmp_path: Path, name: str) -> None:
    """No record could hold such an id."""
    path = opened(name, miniature(name, tmp_path)).rows[0].source
    path.rename(path.with_name("caf\udce9.png"))
    with pytest.raises(DataError, match=r"no UTF-8|are not there"):
        opened(name, tmp_path)
