"""What a bundle must not say: paths in every spelling, and the names that they are made of."""

from __future__ import annotations

import pytest

from ferbench.bundles.private_texts import NAME_LEFT_OUT, PATH_LEFT_OUT, private_texts
from ferbench.bundles.redaction import changed, redacted, renamed

RECORD = {
    "plugin": {"name": "mine", "distribution": "/secret/work of mine/mine.py", "version": "drop-in", "sha256": "0"},
    "spec": {
        "model": "onnx:/secret/nets/face.onnx",
        "data_root": "sets/Dr Müller/faces",
        "weights": "/secret/nets/best.pth",
        "model_options": {"card": "/secret/cards/a.toml", "depth": 4},
        "dataset_options": {},
        "command_line": [
            "ferbench",
            "run",
            "--data-root=sets/Dr Müller/faces",
            "--plugin",
            "/secret/work of mine/mine.py",
        ],
    },
}


@pytest.fixture
def private(monkeypatch, tmp_path):
    """The private texts of a run that was made in a folder of its own."""
    home = tmp_path / "heimlich"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(home)
    return private_texts(RECORD, "/secret/boards/b.sqlite", "a card about faces")


@pytest.mark.parametrize(
    "text",
    [
        "cannot open /secret/nets/best.pth: denied",
        "found in sets/Dr Müller/faces",
        "found in sets/Dr%20M%C3%BCller/faces",
        "found in sets/Dr M\\xfcller/faces",
        "see /anywhere/else/at/all.txt",
        "see ~/pictures and ../../up",
        r"see C:\Users\me\x.png and \\server\share",
        "file:///somewhere/x.png",
        "onnx:/secret/nets/face.onnx",
        "'/secret/work of mine/mine.py'",
        "the database /secret/boards/b.sqlite",
    ],
)
def test_paths_are_left_out_of_sentences(private, text):
    """Whatever was typed, and whatever looks like a path from a root, a home or a folder above."""
    shown = private.without_paths(text)

    assert PATH_LEFT_OUT in shown
    for part in ("secret", "ller", "anywhere", "pictures", "Users", "server", "somewhere", "boards"):
        assert part not in shown


@pytest.mark.parametrize(
    "text",
    [
        "the training script, ferbench_synthetic/train.py",
        "https://github.com/zczcwh/POSTER/blob/main/README.md says so",
        "recall/fear, and/or n/a, 3 / 4, +/- 0.1, 100.0 images/s",
        "pip install 'ferbench[onnx]'",
        "Linux-6.1.0-x86_64-with-glibc2.36",
        "2025-01-01T00:00:00+00:00",
    ],
)
def test_addresses_and_fractions_stay(private, text):
    """What has a slash and is no place on a machine."""
    assert private.without_paths(text) == text


def test_names_of_folders_are_left_out_of_sentences(private):
    """The layout of a data set names a folder; words that its card uses are public."""
    assert private.without_names("class folders in Müller/") == f"class folders in {NAME_LEFT_OUT}/"
    assert private.without_names("class folders in faces/") == "class folders in faces/"
    assert private.names_in("mine_of HEIMLICH")


def test_the_specification_keeps_what_was_asked_and_loses_where_it_lay(private):
    """No data root, no weights, no command line, no path in an option; numbers stay."""
    record = {
        **RECORD,
        "layout": "class folders in Müller/",
        "unknown": 1,
        "slices": {"leaks": {}},
        "seal": "s",
        "model": "onnx:face.onnx",
    }
    fields = redacted(record, private, labels=False)

    assert fields["spec"] == {
        "model": "onnx:face.onnx",
        "data_root": None,
        "weights": None,
        "model_options": {"card": PATH_LEFT_OUT, "depth": 4},
        "dataset_options": {},
        "command_line": [],
    }
    assert fields["plugin"]["distribution"] == "drop-in file"
    assert set(fields) == {"spec", "plugin", "layout", "model"}
    assert changed(record, fields) == ("layout", "plugin", "slices", "spec", "unknown")


def test_other_ids_are_the_ids_everywhere():
    """In failures and leaks; a sentence that quotes an old one is left out."""
    record = {
        "failures": {"happy/0001": "unreadable"},
        "leaks": {"ids": {"exact": ["happy/0001"]}, "n": 1},
        "warnings": ["look at happy/0001", "look at nothing"],
    }
    found = renamed(record, {"happy/0001": "f00"})

    assert found["failures"] == {"f00": "unreadable"}
    assert found["leaks"]["ids"] == {"exact": ["f00"]}
    assert found["warnings"] == ["(left out: it names images)", "look at nothing"]
