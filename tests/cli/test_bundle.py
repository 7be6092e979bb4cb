"""`ferbench bundle`, `verify FILE` and `import`: one run as a file for another lab."""

from __future__ import annotations

import shutil
import urllib.parse
import zipfile

import pytest

from ferbench.bundles.container import pack
from tests.bundles.remaking import members_in, remade, with_member
from tests.cli.conftest import TREE
from tests.cli.dropins import MINE, dataset, model
from tests.cli.terminal import Terminal
from tests.drawing import RAFDB_CLASSES, folder_tree, rafdb_official

DATA, HOME, CWD, USER = "geheim_Ordner_ä", "heimlich_zuhause", "verborgen_hier", "niemandsname"
MARKERS = (DATA, HOME, CWD, USER)


@pytest.fixture(scope="module")
def private_run(tmp_path_factory):
    """A run on a drawn RAF-DB whose folder, plugin, home, user and working folder have telling names; one bad file."""
    folder = tmp_path_factory.mktemp("lab")
    terminal = Terminal(folder / CWD)
    terminal.folder.mkdir()
    (folder / HOME).mkdir()
    root = rafdb_official(folder / DATA / "raf", {"test": dict.fromkeys(RAFDB_CLASSES, 10)}, attributes=True)
    (root / "Image" / "aligned" / "test_0007_aligned.jpg").write_bytes(b"no picture")
    plugin = folder / DATA / "mine.py"
    plugin.write_text(MINE, encoding="utf-8")
    asked = (
        "--plugin",
        plugin,
        "--model",
        "mine",
        "--dataset",
        "rafdb",
        "--data-root",
        f"../{DATA}/raf",
        "--no-timing",
    )
    variables = {"HOME": str(folder / HOME), "USER": USER, "LOGNAME": USER}
    assert terminal.ferbench("run", *asked, variables=variables).status == 3
    done = terminal.ferbench("bundle", "-o", folder / "run.ferbench", "--json", variables=variables)
    assert done.status == 0, done.err
    return terminal, done, folder / "run.ferbench", root


@pytest.fixture
def here(monkeypatch, tmp_path):
    """A folder to write files in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def checks(done):
    """Outcomes by name."""
    return {check["name"]: check["passed"] for check in done.json["checks"]}


def findings(done):
    """Findings of the checks that failed, by name."""
    return {check["name"]: check["finding"] for check in done.json["checks"] if check["passed"] is False}


@pytest.mark.parametrize("marker", MARKERS)
def test_no_folder_and_no_name_leaves_the_house(private_run, marker):
    """In no spelling, in no member, and not between them."""
    _, _, path, _ = private_run
    content = path.read_bytes()
    spellings = {
        marker.encode(),
        marker.encode("utf-16-le"),
        marker.encode("latin-1"),
        urllib.parse.quote(marker).encode(),
        ascii(marker)[1:-1].encode(),
        marker.lower().encode(),
        marker.encode("unicode_escape"),
        b"geheim" if marker == DATA else marker.encode(),
    }

    assert [text for text in spellings if text in content] == []
    assert all(info.compress_type == zipfile.ZIP_STORED for info in zipfile.ZipFile(path).infolist())


def test_bundle_says_what_is_left_out(private_run):
    """On stderr for people, in the document for programs."""
    _, done, _, _ = private_run

    assert done.json["labels"] == "withheld"
    assert done.json["ids"] == "included"
    assert {"plugin", "spec"} <= set(done.json["left_out"])
    assert "labels withheld" in done.err


def test_without_labels_checks_are_not_made(call, private_run):
    """What needs labels is reported as not checked: exit 3, and not verified."""
    done = call("verify", private_run[2], "--json")

    assert done.status == 3, done.err
    assert not done.json["verified"]
    assert {name for name, passed in checks(done).items() if passed is None} == {
        "items", "pixels", "predictions", "metrics", "core", "record",
    }  # fmt: skip
    assert False not in checks(done).values()
    assert "not checked" in call("verify", private_run[2]).out


def test_the_verifiers_own_copy_supplies_the_labels(call, private_run):
    """Every check passes, core and all."""
    done = call("verify", private_run[2], "--data-root", private_run[3], "--json")

    assert done.status == 0, done.err
    assert done.json["verified"]
    assert set(checks(done).values()) == {True}


def test_a_configured_folder_supplies_the_labels(call, private_run, tmp_path, monkeypatch):
    """As for a run."""
    (tmp_path / "ferbench.toml").write_text(f'[data]\nrafdb = "{private_run[3]}"\n', encoding="utf-8")
    monkeypatch.setenv("FERBENCH_CONFIG", str(tmp_path / "ferbench.toml"))

    assert call("verify", private_run[2]).status == 0


def test_another_copy_of_the_set_fails(call, private_run, tmp_path):
    """Two labels exchanged: the items are not those of the record, and nothing is scored on them."""
    root = tmp_path / "raf"
    shutil.copytree(private_run[3], root)
    listed = root / "EmoLabel" / "list_patition_label.txt"
    lines = listed.read_text(encoding="utf-8").splitlines()
    other = next(line for line in lines if line[-1] != lines[0][-1])
    swapped = {lines[0]: lines[0][:-1] + other[-1], other: other[:-1] + lines[0][-1]}
    listed.write_text("\n".join(swapped.get(line, line) for line in lines), encoding="utf-8")
    done = call("verify", private_run[2], "--data-root", root, "--json")

    assert done.status == 1
    assert {"items", "predictions", "metrics", "core"} <= set(findings(done))


def test_import_needs_labels(call, private_run):
    """Exit 4, and what is missing."""
    done = call("import", private_run[2])

    assert done.status == 4
    assert "carries no labels" in done.err
    assert "--data-root" in done.err


def test_an_imported_run_is_a_run(call, private_run):
    """It is recorded with where it came from, holds like any other, and says what its own lab said against a rank."""
    terminal, _, path, root = private_run
    original = terminal.ferbench("show", "--json").json
    done = call("import", path, "--data-root", root, "--json")
    record = done.json

    assert done.status == 0, done.err
    assert record["imported_from"]["seal"] == original["seal"]
    assert record["imported_from"]["run_id"] == original["run_id"] == record["run_id"]
    assert record["core_sha256"] == original["core_sha256"]
    assert record["scores"] == original["scores"]
    assert record["not_ranked_because"] == original["not_ranked_because"]
    assert call("verify", record["run_id"], "--json").json["verified"]
    assert call("score", "--by", "gender", "--metric", "support", "--json").json["scores"]
    again = call("import", path, "--data-root", root)
    assert again.status == 0
    assert "imported before" in again.err
    assert len(call("runs", "--json").json["runs"]) == 1


def test_a_recorded_run_supplies_labels_to_the_next_bundle(call, private_run):
    """Once the images are known here, their labels are."""
    call("import", private_run[2], "--data-root", private_run[3])

    done = call("verify", private_run[2], "--json")
    assert done.status == 0
    assert any("labels of run" in check["finding"] for check in done.json["checks"])


@pytest.fixture(scope="module")
def own_bundle(recorded, tmp_path_factory):
    """The bundle of a ranked run on somebody's own pictures."""
    path = tmp_path_factory.mktemp("own") / "own.ferbench"
    done = recorded.terminal.ferbench("bundle", "-o", path)
    assert done.status == 0, done.err
    return path


@pytest.fixture(scope="module")
def own_tree(tmp_path_factory):
    """The same pictures, drawn again."""
    return folder_tree(tmp_path_factory.mktemp("tree") / "tree", TREE)


def test_ids_of_own_pictures_stay_at_home(own_bundle, recorded):
    """They are names of files in folders of classes: the bundle has none of them."""
    members = members_in(own_bundle)
    folders = [name.encode() for name in TREE]

    assert not [name for name in folders for content in members.values() if name + b"/" in content]
    assert b'"order":"by id"' in members["about.json"]


def test_an_imported_run_ranks_on_the_board_of_its_images(call, own_bundle, own_tree):
    """Whoever has the same pictures can check, import, and compare; the run is marked."""
    assert call("verify", own_bundle, "--data-root", own_tree).status == 0
    assert call("import", own_bundle, "--data-root", own_tree).status == 0
    (row,) = call("leaderboard", "--dataset", "folder", "--json").json["rows"]

    assert row["rank"] == 1
    assert row["origin"] == "imported"


def test_other_pictures_cannot_turn_ids_back(call, own_bundle, own_tree, tmp_path):
    """One picture more, or one drawn anew: the images are not those of the bundle."""
    tree = tmp_path / "tree"
    shutil.copytree(own_tree, tree)
    shutil.copy(tree / "happy" / "0001.jpg", tree / "happy" / "0000.jpg")
    done = call("verify", own_bundle, "--data-root", tree, "--json")

    assert done.status == 1
    assert "24 images, the copy 24; 0 of them are the same" in findings(done)["items"]


def test_own_labels_go_where_their_owner_says_so(call, recorded, here):
    """With --include-labels the bundle is checked and imported by anybody."""
    where = ("--db", recorded.terminal.database)
    assert call("bundle", *where, "--include-labels", "-o", here / "open.ferbench").status == 0

    assert call("verify", "open.ferbench").status == 0
    assert call("import", "open.ferbench").status == 0


def test_a_run_that_is_here_is_not_imported_over(call, recorded, own_bundle, own_tree, tmp_path):
    """The lab that made it has it already."""
    copy = shutil.copy(recorded.terminal.database, tmp_path / "copy.sqlite")
    done = call("import", own_bundle, "--data-root", own_tree, "--db", copy)

    assert done.status == 4
    assert "as it was measured here" in done.err


def test_a_bundle_has_a_name_of_its_own(call, recorded, here):
    """Model, data set, run."""
    done = call("bundle", "--db", recorded.terminal.database)

    assert done.status == 0, done.err
    assert [path.name for path in here.glob("*.ferbench")] == [
        f"mine-folder-{recorded.document['run_id'][:8]}.ferbench"
    ]


def test_a_folder_that_is_not_there_cannot_be_written_to(call, recorded):
    """Exit 4, in three parts."""
    done = call("bundle", "--db", recorded.terminal.database, "-o", "nowhere/x.ferbench")

    assert done.status == 4
    assert "written to nowhere/x.ferbench" in done.err


MEMBERS = ["bundle.json", "about.json", "record.json", "scores.json", "test_set.json", "outputs/emotion.f32"]


@pytest.mark.parametrize("member", MEMBERS)
def test_one_changed_byte_in_any_member_fails(call, own_bundle, own_tree, here, member):
    """Exit 1, the member and the field are named, and what comes after is not believed."""
    content = members_in(own_bundle)[member]
    position = len(content) - 2 if member.endswith(".json") else 9
    changed = content[:position] + bytes([content[position] ^ 1]) + content[position + 1 :]
    with_member(own_bundle, here / "x.ferbench", member, changed)
    done = call("verify", "x.ferbench", "--data-root", own_tree, "--json")

    assert done.status == 1
    assert findings(done)[member].startswith("changed: ")
    assert checks(done)["metrics"] is None
    refused = call("import", "x.ferbench", "--data-root", own_tree)
    assert refused.status == 1
    assert f"{member} (changed: " in refused.err


def raise_score(documents):
    """A better accuracy, wherever it stands."""
    documents["record.json"]["scores"]["strict"]["accuracy"] = 0.99
    documents["scores.json"]["emotion|strict|all|accuracy"]["value"] = 0.99


def swap_columns(documents):
    """Another confusion matrix."""
    for row in documents["record.json"]["matrices"][0]["values"]:
        row.reverse()


def swap_images(documents):
    """The answers of two images exchanged."""
    ids = documents["test_set.json"]["ids"]
    ids[0], ids[1] = ids[1], ids[0]


LIES = {
    "a better score": (raise_score, "metrics"),
    "a better score in the record alone": (
        lambda documents: documents["record.json"]["scores"]["strict"].update(accuracy=0.99),
        "score table",
    ),
    "other answers": (swap_columns, "answers"),
    "exchanged images": (swap_images, "predictions"),
    "another core": (lambda documents: documents["record.json"].update(core_sha256="0" * 64), "core"),
    "other pixels": (lambda documents: documents["record.json"].update(pixels_sha256="0" * 64), "pixels"),
    "a run from the future": (
        lambda documents: documents["record.json"].update(created_at="9999-01-01T00:00:00.000000+00:00"),
        "created_at",
    ),
    "a narrower interval": (
        lambda documents: documents["record.json"]["intervals"]["strict"].update(accuracy=[0.99, 1.0]),
        "record",
    ),
    "pictures with a good name": (lambda documents: documents["record.json"].update(input="official"), "record"),
    "other items": (lambda documents: documents["record.json"].update(items_sha256="0" * 64), "items"),
}


@pytest.mark.parametrize(("lie", "check"), LIES.values(), ids=LIES)
def test_new_hashes_do_not_help(call, own_bundle, own_tree, here, lie, check):
    """A bundle made anew, every digest right: its numbers do not follow from its predictions."""
    remade(own_bundle, here / "x.ferbench", lie)
    done = call("verify", "x.ferbench", "--data-root", own_tree, "--json")

    assert done.status == 1
    assert check in findings(done)
    assert call("import", "x.ferbench", "--data-root", own_tree).status == 1


def test_a_newer_format_and_a_newer_record_are_refused(call, own_bundle, here):
    """Exit 2, and which version it is."""
    content = members_in(own_bundle)["bundle.json"].replace(b'"format_version":1', b'"format_version":7')
    with_member(own_bundle, here / "format.ferbench", "bundle.json", content)
    remade(own_bundle, here / "record.ferbench", lambda documents: documents["record.json"].update(schema_version=7))

    for name in ("format", "record"):
        for command in ("verify", "import"):
            done = call(command, f"{name}.ferbench")
            assert done.status == 2
            assert "version is 7" in done.err


@pytest.mark.parametrize("content", [b"", b"PK", b"no bundle", pack({"record.json": b"{}"})])
def test_a_file_that_is_no_bundle_is_refused(call, here, content):
    """Exit 2, no traceback."""
    (here / "x.ferbench").write_bytes(content)
    for command in ("verify", "import"):
        done = call(command, "x.ferbench")
        assert done.status == 2
        assert "Traceback" not in done.err


def test_a_file_that_is_not_there_is_missing(call, here):
    """Exit 4."""
    assert call("verify", "x.ferbench").status == 4
    assert call("import", "x.ferbench").status == 4


def test_an_imported_run_that_hides_a_fault_is_not_ranked(call, here):
    """Another lab's record may say that a run ranks; images without an answer speak against it."""
    (here / "set.py").write_text(dataset(), encoding="utf-8")
    forward = "out = self.head(means)\nout[0] = float('nan')\nreturn out"
    (here / "net.py").write_text(model(forward), encoding="utf-8")
    plugins = ("--plugin", here / "set.py", "--plugin", here / "net.py")
    asked = (*plugins, "--model", "mine", "--dataset", "pictures", "--no-timing")
    assert call("run", *asked).status == 3
    assert call("bundle", *plugins, "--include-labels", "-o", "honest.ferbench").status == 0
    remade(
        here / "honest.ferbench",
        here / "x.ferbench",
        lambda documents: documents["record.json"].update(ranked=True, not_ranked_because=[]),
    )
    done = call("import", *plugins, "x.ferbench", "--db", here / "other.sqlite", "--json")

    assert done.status == 0, done.err
    assert done.json["not_ranked_because"] == ["1 of 6 images without an answer"]
