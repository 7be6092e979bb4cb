"""RAF-DB in every layout in which it circulates, and the trees that are refused."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from ferbench.errors import DataError, DataNotFound, UsageError
from ferbench_datasets import ferbench_datasets
from ferbench_datasets.rafdb import open_rafdb
from ferbench_datasets.rafdb_card import CARD
from tests.drawing import (
    AFFECTNET_ZERO_TO_SIX,
    ONE_TO_SEVEN,
    RAFDB_CLASSES,
    RAFDB_COUNTS,
    RAFDB_ZERO_TO_SIX,
    attributes_of,
    draw_jpeg,
    manual_attributes,
    rafdb_apvit,
    rafdb_folders,
    rafdb_labels,
    rafdb_official,
)

SMALL = {
    "train": dict(zip(RAFDB_CLASSES, (3, 1, 2, 4, 2, 1, 3), strict=True)),
    "test": dict(zip(RAFDB_CLASSES, (2, 1, 1, 3, 2, 1, 2), strict=True)),
}
NAMES = {name: name for name in RAFDB_CLASSES} | {"happiness": "Happy", "anger": "5_angry", "sadness": "sad"}
LIST = Path("EmoLabel", "list_patition_label.txt")


def listing(root: Path, split: str = "test", **options: str) -> list[tuple[str, str]]:
    """Ids and labels of a split in the order of its rows."""
    return [(row.id, row.label) for row in open_rafdb(root, split, **options).rows]


def change_list(root: Path, old: str, new: str) -> None:
    """Replace a text that stands in the label list once."""
    text = (root / LIST).read_text()
    assert text.count(old) == 1
    (root / LIST).write_text(text.replace(old, new))


def linked_folders(root: Path, folders: dict[str, str], split: str = "test", split_folder: str = "test") -> Path:
    """The official split in class folders, every file a link to one drawn picture."""
    root.mkdir()
    draw_jpeg(root / "face.jpg", seed=0)
    for folder in folders.values():
        (root / split_folder / folder).mkdir(parents=True)
    for name, label in rafdb_labels(RAFDB_COUNTS[split], split):
        os.link(root / "face.jpg", root / split_folder / folders[label] / f"{name}_aligned.jpg")
    return root


@pytest.fixture
def official(tmp_path: Path) -> Path:
    """A small RAF-DB in the official layout."""
    return rafdb_official(tmp_path / "basic", SMALL)


def test_hook_gives_each_set_once_and_imports_nothing_heavy() -> None:
    """Listing data sets stays cheap: neither torch nor numpy nor pandas is loaded."""
    names = [entry.card.name for entry in ferbench_datasets()]
    assert (names[0], names[-2:], len(set(names))) == ("rafdb", ["folder", "table"], len(names))

    program = "import sys, ferbench_datasets; sys.exit(bool({'torch', 'numpy', 'pandas', 'PIL'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_card_has_the_official_counts() -> None:
    """12,271 training and 3,068 test pictures, whose counts by class are all distinct."""
    assert CARD.counts == RAFDB_COUNTS
    assert {split: sum(counts.values()) for split, counts in RAFDB_COUNTS.items()} == {"train": 12271, "test": 3068}
    assert all(len(set(counts.values())) == 7 for counts in RAFDB_COUNTS.values())


def test_official_and_folder_layouts_give_equal_rows(tmp_path: Path) -> None:
    """The whole test split has the same ids, labels, order and bytes from the list and from folders 1..7."""
    counts = {"test": RAFDB_COUNTS["test"]}
    by_list = open_rafdb(rafdb_official(tmp_path / "official", counts), "test")
    by_folder = open_rafdb(rafdb_folders(tmp_path / "folders", counts), "test")

    assert [(row.id, row.label) for row in by_list.rows] == [(row.id, row.label) for row in by_folder.rows]
    assert [row.id for row in by_list.rows] == [f"test_{number:04d}" for number in range(1, 3069)]
    assert Counter(row.label for row in by_list.rows) == RAFDB_COUNTS["test"]
    assert all(
        by_list.read(a) == by_folder.read(b) for a, b in zip(by_list.rows[::97], by_folder.rows[::97], strict=True)
    )
    assert by_list.classes == by_folder.classes == RAFDB_CLASSES


def test_splits_and_their_ids(official: Path) -> None:
    """Training ids have five digits, test ids four."""
    assert listing(official, "train") == rafdb_labels(SMALL["train"], "train")
    assert listing(official, "test") == rafdb_labels(SMALL["test"], "test")


@pytest.mark.parametrize("list_name", ["list_patition_label.txt", "list_partition_label.txt"])
def test_both_spellings_of_the_list_are_read(tmp_path: Path, list_name: str) -> None:
    """The distributed list is misspelt; the readme writes its name right."""
    root = rafdb_official(tmp_path, SMALL, list_name)

    assert listing(root) == rafdb_labels(SMALL["test"], "test")
    assert open_rafdb(root, "test").layout == f"EmoLabel/{list_name}, Image/aligned"


def test_list_with_other_line_ends_blanks_and_mark(official: Path) -> None:
    """CRLF, a byte order mark and blank lines change nothing; neither does a missing last line end."""
    text = (official / LIST).read_text()
    assert not text.endswith("\n")
    (official / LIST).write_bytes(b"\xef\xbb\xbf" + (text + "\n \n").replace("\n", "\r\n").encode())

    assert listing(official) == rafdb_labels(SMALL["test"], "test")


@pytest.mark.parametrize(
    ("layout", "split_folder"), [("test/ with folders 1..7", "test"), ("valid/ with folders 1..7", "valid")]
)
def test_valid_and_test_both_mean_the_test_split(tmp_path: Path, layout: str, split_folder: str) -> None:
    """POSTER V2 reads its test pictures from `valid` in one program and from `test` in another."""
    root = rafdb_folders(tmp_path, SMALL, split_folders={"test": split_folder})

    assert listing(root) == rafdb_labels(SMALL["test"], "test")
    assert listing(root, "train") == rafdb_labels(SMALL["train"], "train")
    assert open_rafdb(root, "test").layout == layout


def test_test_folder_wins_over_valid(tmp_path: Path) -> None:
    """Where both are there, `valid` may have been cut from the training pictures."""
    rafdb_folders(tmp_path, {"test": dict.fromkeys(RAFDB_CLASSES, 5)}, split_folders={"test": "valid"})
    rafdb_folders(tmp_path, SMALL)

    assert listing(tmp_path) == rafdb_labels(SMALL["test"], "test")


def test_apvit_layout(tmp_path: Path) -> None:
    """A list for each split, re-aligned pictures, names without the suffix."""
    root = rafdb_apvit(tmp_path, SMALL)

    assert listing(root) == rafdb_labels(SMALL["test"], "test")
    assert open_rafdb(root, "train").layout == "EmoLabel/train.txt, Image/aligned_224"


def test_images_option_picks_the_pictures(official: Path) -> None:
    """With both picture folders the official ones are read, unless the option says otherwise."""
    rafdb_apvit(official, SMALL)

    assert open_rafdb(official, "test").rows[0].source.parent.name == "aligned"
    chosen = open_rafdb(official, "test", images="aligned_224")
    assert chosen.rows[0].source == official / "Image" / "aligned_224" / "test_0001.jpg"
    with pytest.raises(UsageError, match="aligned and aligned_224"):
        open_rafdb(official, "test", images="original")


@pytest.mark.parametrize("split", ["test", "train"])
@pytest.mark.parametrize(("order", "folders"), [("rafdb", RAFDB_ZERO_TO_SIX), ("affectnet7", AFFECTNET_ZERO_TO_SIX)])
def test_counts_decide_the_order_of_folders_from_zero(
    tmp_path: Path, split: str, order: str, folders: dict[str, str]
) -> None:
    """The official counts are all distinct, so that a complete split tells which order its folders have."""
    root = linked_folders(tmp_path / "DATASET", folders, split, split)

    assert listing(root, split) == rafdb_labels(RAFDB_COUNTS[split], split)
    assert open_rafdb(root, split).layout == f"{split}/ with folders 0..6 in {order} order, by their counts"
    other = "rafdb" if order == "affectnet7" else "affectnet7"
    with pytest.raises(DataError, match=f"exactly those of {order}"):
        open_rafdb(root, split, layout_order=other)


def test_folders_from_zero_with_other_counts_need_an_order(tmp_path: Path) -> None:
    """One picture less, and the order is no longer proven: the user has to say it."""
    root = linked_folders(tmp_path / "DATASET", AFFECTNET_ZERO_TO_SIX)
    next((root / "test" / "0").iterdir()).unlink()

    with pytest.raises(DataError, match=r"679, 1185, 478(?s:.)*layout_order=rafdb or layout_order=affectnet7"):
        open_rafdb(root, "test")
    rows = open_rafdb(root, "test", layout_order="affectnet7").rows
    assert Counter(row.label for row in rows) == RAFDB_COUNTS["test"] | {"neutral": 679}
    with pytest.raises(UsageError, match="'ferplus7'"):
        open_rafdb(root, "test", layout_order="ferplus7")


def test_folders_with_class_names(tmp_path: Path) -> None:
    """Folders named by class need no order."""
    root = rafdb_folders(tmp_path, SMALL, folders=NAMES)

    assert listing(root) == rafdb_labels(SMALL["test"], "test")


def test_folders_may_be_links(tmp_path: Path) -> None:
    """A tree may be put together from links to class folders."""
    drawn = rafdb_folders(tmp_path / "drawn", SMALL)
    for name, folder in ONE_TO_SEVEN.items():
        (tmp_path / "linked" / "test").mkdir(parents=True, exist_ok=True)
        (tmp_path / "linked" / "test" / NAMES[name]).symlink_to(drawn / "test" / folder)

    assert listing(tmp_path / "linked") == rafdb_labels(SMALL["test"], "test")


@pytest.mark.parametrize("above", ["basic", "RAF-DB/basic", "DATASET", "raf-db/DATASET"])
def test_set_is_found_up_to_two_levels_below(tmp_path: Path, above: str) -> None:
    """The data root may be the folder above, under the usual names."""
    rafdb_official(tmp_path / above, SMALL)

    assert listing(tmp_path) == rafdb_labels(SMALL["test"], "test")


def test_other_folders_are_not_searched(tmp_path: Path) -> None:
    """The search is bounded: neither unusual names nor a third level."""
    rafdb_official(tmp_path / "pictures", SMALL)
    rafdb_official(tmp_path / "RAF-DB" / "basic" / "DATASET", SMALL)

    with pytest.raises(DataNotFound, match="The folder holds: RAF-DB, pictures"):
        open_rafdb(tmp_path, "test")


def test_two_sets_on_one_level_are_refused(tmp_path: Path) -> None:
    """Which of two copies is meant is not guessed."""
    rafdb_official(tmp_path / "basic", SMALL)
    rafdb_folders(tmp_path / "DATASET", SMALL)

    with pytest.raises(DataError, match=r"DATASET, .*basic"):
        open_rafdb(tmp_path, "test")


def test_hidden_and_other_files_are_no_pictures(tmp_path: Path) -> None:
    """What systems leave behind is passed over, in folders too."""
    root = rafdb_folders(tmp_path, SMALL)
    for name in (".DS_Store", "._test_0001_aligned.jpg", "Thumbs.db", "desktop.ini", "notes.txt"):
        (root / "test" / "1" / name).write_bytes(b"\0")
    (root / "test" / ".ipynb_checkpoints").mkdir()
    (root / "test" / "__MACOSX").mkdir()

    assert listing(root) == rafdb_labels(SMALL["test"], "test")


@pytest.mark.parametrize("suffix", [".JPG", ".jpeg", ".png", ".bmp", ".ppm", ".tif", ".webp"])
def test_extension_does_not_change_an_id(tmp_path: Path, suffix: str) -> None:
    """Re-encoded copies keep the ids of the originals; only listing is tested, so the bytes stay."""
    root = rafdb_folders(tmp_path / "folders", SMALL)
    for path in sorted(root.rglob("*_aligned.jpg")):
        path.rename(path.with_name(path.name.replace("_aligned.jpg", suffix)))

    assert listing(root) == rafdb_labels(SMALL["test"], "test")


def test_pictures_that_the_list_does_not_name_are_passed_over(official: Path) -> None:
    """The list is the truth: an augmented copy beside the originals is no part of the set."""
    draw_jpeg(official / "Image" / "aligned" / "test_9999_aligned.jpg", seed=1)
    draw_jpeg(official / "Image" / "aligned" / "test_0001_aligned_flipped.jpg", seed=2)

    assert listing(official) == rafdb_labels(SMALL["test"], "test")


def test_extra_pictures_in_folders_are_counted(tmp_path: Path) -> None:
    """In folders nothing says what belongs to the set: an extra picture has an id of its own, and the layout says so.

    A number beyond the official ones is no official name either.
    """
    root = rafdb_folders(tmp_path, SMALL)
    for name in ("test_0001_aligned_flipped", "test_3069_aligned", "test_0000_aligned"):
        draw_jpeg(root / "test" / "2" / f"{name}.jpg", seed=1)
    rows = listing(root)

    assert rows[:3] == [
        ("fear/test_0000_aligned", "fear"),
        ("fear/test_0001_aligned_flipped", "fear"),
        ("fear/test_3069_aligned", "fear"),
    ]
    assert rows[3:] == rafdb_labels(SMALL["test"], "test")
    assert open_rafdb(root, "test").layout == (
        "test/ with folders 1..7; 3 of 15 file names are not official: their ids are class and name"
    )


def test_foreign_names_with_official_counts_are_told_apart(tmp_path: Path) -> None:
    """A whole test split under other names, which repeat in every class, shares no id with the official one."""
    root = linked_folders(tmp_path / "DATASET", ONE_TO_SEVEN)
    for folder in (root / "test").iterdir():
        for number, path in enumerate(sorted(folder.iterdir())):
            path.rename(path.with_name(f"image{number:07d}.jpg"))
    opened = open_rafdb(root, "test")

    assert Counter(row.label for row in opened.rows) == RAFDB_COUNTS["test"]
    assert len({row.id for row in opened.rows}) == 3068
    assert all(row.id.startswith(f"{row.label}/image") for row in opened.rows)
    assert opened.layout.endswith("; 3068 of 3068 file names are not official: their ids are class and name")


def test_pictures_of_the_other_split_are_refused(tmp_path: Path) -> None:
    """Training pictures in the test folder are a leak, and so is the other way round."""
    root = rafdb_folders(tmp_path, SMALL)
    for split, other in (("test", "train_00012"), ("train", "test_0012")):
        draw_jpeg(root / split / "2" / f"{other}_aligned.jpg", seed=1)
        with pytest.raises(DataError, match=f"1 of .* are named as pictures of another split than {split}: {other}"):
            open_rafdb(root, split)


def test_list_beyond_the_official_numbers_is_refused(official: Path) -> None:
    """The official test pictures end with test_3068."""
    (official / LIST).write_text((official / LIST).read_text() + "\ntest_3069.jpg 1\n")
    draw_jpeg(official / "Image" / "aligned" / "test_3069_aligned.jpg", seed=1)
    with pytest.raises(DataError, match="the last official number is 3068: test_3069"):
        open_rafdb(official, "test")


def test_absent_pictures_are_refused(official: Path) -> None:
    """The denominator would change: the message says how many are absent and which come first."""
    for number in range(1, 8):
        (official / "Image" / "aligned" / f"test_{number:04d}_aligned.jpg").unlink()

    with pytest.raises(DataError, match=r"7 of them are not there: test_0001, .*test_0005 and 2 more"):
        open_rafdb(official, "test")
    assert len(open_rafdb(official, "train").rows) == 16  # only the asked split is judged


@pytest.mark.parametrize("label", ["0", "8", "happy", "-1"])
def test_label_outside_the_list_is_refused(official: Path, label: str) -> None:
    """The message names the line."""
    lines = (official / LIST).read_text().splitlines()
    number = next(i for i, line in enumerate(lines) if line.startswith("test_0003"))
    change_list(official, lines[number], f"test_0003.jpg {label}")

    with pytest.raises(DataError, match=f"Line {number + 1} has the label '{label}'"):
        open_rafdb(official, "test")


@pytest.mark.parametrize("line", ["test_0003.jpg", "test_0003.jpg 1 2", "someone.jpg 3", "validation_0003.jpg 3"])
def test_line_that_is_no_picture_and_label_is_refused(official: Path, line: str) -> None:
    """Such a line belongs to no split, or says nothing."""
    (official / LIST).write_text(f"{line}\n{(official / LIST).read_text()}")

    with pytest.raises(DataError, match=f"Line 1 is '{line}'"):
        open_rafdb(official, "test")


def test_id_twice_in_the_list_is_refused(official: Path) -> None:
    """Both lines are named, even where the labels agree."""
    text = (official / LIST).read_text()
    lines = text.splitlines()
    (official / LIST).write_text(f"{text}\n{lines[16]}")

    with pytest.raises(DataError, match=f"test_0001 stands there twice: line 17 and line {len(lines) + 1}"):
        open_rafdb(official, "test")


def test_two_pictures_for_one_id_are_refused(official: Path, tmp_path: Path) -> None:
    """Which of two files is meant is not guessed, in a picture folder and across class folders."""
    draw_jpeg(official / "Image" / "aligned" / "test_0001.png", seed=1)
    with pytest.raises(DataError, match=r"test_0001 stands there twice: test_0001.png and test_0001_aligned.jpg"):
        open_rafdb(official, "test")

    root = rafdb_folders(tmp_path / "folders", SMALL)
    for folder in ("1", "2"):
        draw_jpeg(root / "test" / folder / "test_0099_aligned.jpg", seed=1)
    with pytest.raises(DataError, match="test_0099 stands there twice: 1/test_0099"):
        open_rafdb(root, "test")


def test_list_without_the_split_is_refused(official: Path) -> None:
    """A list cut short names no test picture."""
    (official / LIST).write_text("train_00001.jpg 5\n")
    with pytest.raises(DataError, match="None of its 1 lines names a test picture"):
        open_rafdb(official, "test")


def test_list_of_another_split_is_refused(tmp_path: Path) -> None:
    """A list of one split must not name pictures of the other."""
    root = rafdb_apvit(tmp_path, SMALL)
    shutil.copy(root / "EmoLabel" / "train.txt", root / "EmoLabel" / "test.txt")

    with pytest.raises(DataError, match="Line 1 names train_00001, of another split"):
        open_rafdb(root, "test")


def test_list_that_is_no_text_is_refused(official: Path) -> None:
    """The message names file and line."""
    (official / LIST).write_bytes(b"test_0001.jpg 5\ntest_0002\xff.jpg 5\n")
    with pytest.raises(DataError, match=r"list_patition_label.txt(?s:.)*Line 2 is no UTF-8"):
        open_rafdb(official, "test")


def test_missing_data_root(tmp_path: Path) -> None:
    """The message says which layouts are expected and where the set is asked for."""
    for root in (None, tmp_path / "nowhere", tmp_path / ("long" * 100)):
        with pytest.raises(DataNotFound, match=r"list_patition_label.txt(?s:.)*whdeng.cn") as caught:
            open_rafdb(root, "test")
        assert caught.value.exit_code == 4
    with pytest.raises(DataNotFound, match="holds: nothing"):
        open_rafdb(tmp_path, "test")
    (tmp_path / "file").touch()
    with pytest.raises(DataNotFound, match="a file, not a folder"):
        open_rafdb(tmp_path / "file", "test")


def test_pictures_that_are_not_unpacked(official: Path) -> None:
    """The message shows what lies there instead."""
    shutil.rmtree(official / "Image" / "aligned")
    (official / "Image" / "aligned.zip").touch()
    with pytest.raises(DataNotFound, match=r"Image/ holds: aligned.zip"):
        open_rafdb(official, "test")
    shutil.rmtree(official / "Image")
    with pytest.raises(DataNotFound, match="Image/ holds: nothing"):
        open_rafdb(official, "test")


def test_missing_split(tmp_path: Path) -> None:
    """A tree with training pictures alone has no test split."""
    root = rafdb_folders(tmp_path, {"train": SMALL["train"]})
    with pytest.raises(DataNotFound, match="folder of the split test"):
        open_rafdb(root, "test")
    with pytest.raises(UsageError, match="the splits train, test"):
        open_rafdb(root, "valid")


def test_empty_class_folder_is_refused(tmp_path: Path) -> None:
    """A copy that stopped half-way is not scored."""
    root = rafdb_folders(tmp_path, SMALL)
    for path in (root / "test" / "2").iterdir():
        path.unlink()
    with pytest.raises(DataError, match="No picture lies in 2"):
        open_rafdb(root, "test")


@pytest.mark.parametrize(
    "folders", [["1", "2", "3", "4", "5", "6"], [*"12345678"], ["happy", "sad"], [*"1234567", "x"]]
)
def test_other_class_folders_are_refused(tmp_path: Path, folders: list[str]) -> None:
    """Six, eight or unknown class folders are no RAF-DB."""
    for folder in folders:
        (tmp_path / "test" / folder).mkdir(parents=True)
        draw_jpeg(tmp_path / "test" / folder / f"{folder}.jpg", seed=1)
    with pytest.raises(DataError, match="RAF-DB has seven"):
        open_rafdb(tmp_path, "test")


def test_missing_class_level_is_refused(tmp_path: Path) -> None:
    """Pictures right under the split have no class."""
    (tmp_path / "test").mkdir()
    with pytest.raises(DataError, match="no folders and no pictures"):
        open_rafdb(tmp_path, "test")
    draw_jpeg(tmp_path / "test" / "test_0001_aligned.jpg", seed=1)
    with pytest.raises(DataError, match=r"in no class folder \(1\): test_0001_aligned.jpg"):
        open_rafdb(tmp_path, "test")


def test_attributes_are_read_when_present(tmp_path: Path, official: Path) -> None:
    """Gender, race and age as text, from the official layout; without the folder there are none."""
    root = rafdb_official(tmp_path / "annotated", SMALL, attributes=True)

    for row in open_rafdb(root, "test").rows:
        gender, race, age = attributes_of(row.id)
        assert row.attributes == {
            "gender": ("male", "female", "unsure")[gender],
            "race": ("caucasian", "african-american", "asian")[race],
            "age": ("0-3", "4-19", "20-39", "40-69", "70+")[age],
        }
    assert all(row.attributes == {} for row in open_rafdb(official, "test").rows)


def test_attributes_stand_beside_folders_too(tmp_path: Path) -> None:
    """The folder layouts take the same annotation."""
    root = rafdb_folders(tmp_path, SMALL)
    shutil.copytree(
        rafdb_official(tmp_path / "official", SMALL, attributes=True) / "Annotation", tmp_path / "Annotation"
    )

    assert open_rafdb(root, "test").rows[0].attributes["gender"] == "female"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (manual_attributes(3, 0, 0), "'3' is no known gender"),
        (manual_attributes(0, 0, 5), "'5' is no known age"),
        (manual_attributes(0, 0, 0)[:-3], "It holds 12 numbers, not 13"),
        ("", "It holds 0 numbers"),
    ],
)
def test_broken_attributes_are_refused(tmp_path: Path, text: str, problem: str) -> None:
    """The message names the file."""
    root = rafdb_official(tmp_path, SMALL, attributes=True)
    (root / "Annotation" / "manual" / "test_0004_manu_attri.txt").write_text(text)

    with pytest.raises(DataError, match=f"(?s)test_0004_manu_attri.txt.*{problem}"):
        open_rafdb(root, "test")


def test_absent_and_unreadable_attributes_are_refused(tmp_path: Path) -> None:
    """Half an annotation would silently make every group smaller."""
    root = rafdb_official(tmp_path, SMALL, attributes=True)
    path = root / "Annotation" / "manual" / "test_0004_manu_attri.txt"
    path.unlink()
    with pytest.raises(DataError, match=r"1 of them have no file: test_0004_manu_attri.txt"):
        open_rafdb(root, "test")
    path.mkdir()
    with pytest.raises(DataError, match="Is a directory"):
        open_rafdb(root, "test")


def test_options_that_mean_nothing_are_refused(official: Path, tmp_path: Path) -> None:
    """An option is never passed over in silence."""
    folders = rafdb_folders(tmp_path / "folders", SMALL)

    with pytest.raises(UsageError, match="the options images, layout_order, ran_lists"):
        open_rafdb(official, "test", layout="official")
    with pytest.raises(UsageError, match="the other layout"):
        open_rafdb(official, "test", layout_order="rafdb")
    with pytest.raises(UsageError, match="the other layout"):
        open_rafdb(folders, "test", images="aligned")
    with pytest.raises(UsageError, match=r"these are 1, 2, 3"):
        open_rafdb(folders, "test", layout_order="rafdb")
    with pytest.raises(UsageError, match="of type int"):
        open_rafdb(folders, "test", layout_order=7)


def test_opening_reads_no_picture(official: Path) -> None:
    """A picture that cannot be read is an error of reading, not of opening."""
    path = official / "Image" / "aligned" / "test_0001_aligned.jpg"
    path.unlink()
    path.symlink_to("nowhere")
    opened = open_rafdb(official, "test")

    with pytest.raises(FileNotFoundError):
        opened.read(opened.rows[0])
