"""`ferbench weights pull`, against a server on this machine, and what a run makes of the file."""

from __future__ import annotations

import hashlib
import io

import pytest
import torch

from tests.cli.dropins import dataset, model
from tests.downloads.file_server import Served, serving

RELEASED = """
from ferbench.cards import WeightsCard, Mirror
from dataclasses import replace

def released(name, dataset, file_name, url, sha256=None):
    return WeightsCard(name=name, dataset=dataset, file_name=file_name, url=url, sha256=sha256, claim=None,
                       mirrors=(Mirror(url="https://pan.baidu.com/s/1", code="POST"),),
                       classes=("neutral", "fear"), classes_source="the test", selection="last",
                       extra_data=(), licence=None, preprocess=None)
CARD = replace(CARD, weights=({weights}))
"""


def checkpoint():
    buffer = io.BytesIO()
    torch.save({"network": {"head.weight": torch.ones(2, 3), "head.bias": torch.zeros(2)}, "accuracy": 0.5}, buffer)
    return buffer.getvalue()


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1,localhost")
    with serving() as running:
        running.files["best.pth"] = Served(checkpoint())
        yield running


@pytest.fixture
def plugins(tmp_path, server, monkeypatch):
    """A folder with a network whose weights a server offers, and a data set of six pictures; and a cache."""
    monkeypatch.setenv("FERBENCH_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "plugins"
    folder.mkdir()
    weights = f'released("mine.pictures", "pictures", "best.pth", "{server.url("best.pth")}"),'
    weights += 'released("mine.baidu", "other", "other.pth", None),'
    source = model(self_contained=False).replace("class Network", RELEASED.format(weights=weights) + "\nclass Network")
    (folder / "mine.py").write_text(source, encoding="utf-8")
    (folder / "pictures.py").write_text(dataset(), encoding="utf-8")
    return folder


@pytest.fixture
def pull(call, plugins):
    return lambda name, *options: call("weights", "pull", name, "--plugins-dir", plugins, *options)


@pytest.fixture
def run(call, plugins):
    options = ("--plugins-dir", plugins, "--no-timing", "--no-record", "--threads", "1", "--json")
    return lambda *more: call("run", "--model", "mine", "--dataset", "pictures", *options, *more)


def test_pull_then_run(pull, run, tmp_path):
    """A run without weights names the command; the command brings them; the run uses them."""
    missing = run()
    assert missing.status == 4
    assert "ferbench weights pull mine.pictures" in missing.err

    done = pull("mine.pictures", "--json")
    assert (done.status, done.err) == (0, "")
    assert done.json == {
        "schema_version": 1,
        "name": "mine.pictures",
        "path": str(tmp_path / "cache" / "weights" / "best.pth"),
        "outcome": "downloaded",
        "sha256": hashlib.sha256((tmp_path / "cache" / "weights" / "best.pth").read_bytes()).hexdigest(),
        "checked": "first use",
    }
    assert run().json["weights"]["sha256"] == done.json["sha256"]


def test_on_screen(pull):
    """The table says what was done and how the file was checked, the first time and later."""
    first, again = pull("mine.pictures").out, pull("mine.pictures").out

    assert "downloaded" in first
    assert "pinned now" in first
    assert "here already, cached" in again
    assert "as pinned at its first use" in again


def test_a_file_that_changed_is_not_run(pull, run, tmp_path):
    """A cached file with another SHA-256 than was pinned ends the run, says both, and how to accept it on purpose."""
    pinned = pull("mine.pictures", "--json").json["sha256"]
    path = tmp_path / "cache" / "weights" / "best.pth"
    torch.save({"network": {"head.weight": torch.zeros(2, 3), "head.bias": torch.zeros(2)}}, path)

    for done in (run(), run("--weights", path), pull("mine.pictures")):
        assert done.status == 2
        assert f"{pinned} is pinned" in done.err
        assert "best.pth.pin.json" in done.err
    path.with_name("best.pth.pin.json").unlink()
    assert run().status == 0


def test_a_download_that_is_cut_at_half(pull, server, tmp_path):
    """Exit 4; the same command goes on where it ended; nothing stands in the file's place meanwhile."""
    whole = len(server.files["best.pth"].content)
    server.files["best.pth"].cut = whole // 2
    done = pull("mine.pictures")
    assert done.status == 4
    assert f"{whole // 2:,} of {whole:,} bytes" in done.err
    assert not (tmp_path / "cache" / "weights" / "best.pth").exists()

    server.files["best.pth"].cut = None
    assert pull("mine.pictures").status == 0
    assert [headers["Range"] for _, headers in server.requests] == [None, f"bytes={whole // 2}-"]


def test_a_web_page(pull, server):
    """Exit 2, and what a person can do."""
    server.files["best.pth"] = Served(b"<html>", headers={"Content-Type": "text/html"})
    done = pull("mine.pictures")

    assert done.status == 2
    assert "web page" in done.err


def test_offline(pull, server, monkeypatch):
    """By option or by variable nothing is asked of the network; what is here is checked."""
    assert pull("mine.pictures", "--offline").status == 4
    monkeypatch.setenv("FERBENCH_OFFLINE", "1")
    assert pull("mine.pictures").status == 4
    assert server.requests == []

    monkeypatch.delenv("FERBENCH_OFFLINE")
    pull("mine.pictures")
    assert pull("mine.pictures", "--offline").status == 0


def test_baidu(pull):
    """Exit 4, the page with its code, and the place where the file belongs."""
    done = pull("mine.baidu")

    assert done.status == 4
    assert "https://pan.baidu.com/s/1 (code POST)" in done.err
    assert "weights/other.pth" in done.err


def test_packaged_weights(pull):
    """There is nothing to download."""
    assert pull("tiny_cnn.synthetic", "--json").json["outcome"] == "packaged"


def test_unknown_names(pull):
    """Exit 2 and the names that were probably meant."""
    done = pull("mine.picture")

    assert done.status == 2
    assert "Did you mean mine.pictures" in done.err


def test_the_list_says_where_files_are(call, plugins, pull, tmp_path, monkeypatch):
    """Not here, cached, packaged, configured, and configured in vain."""

    def states():
        rows = call("list", "weights", "--plugins-dir", plugins, "--json").json["weights"]
        return {row["name"]: row["state"] for row in rows}

    assert (states()["mine.pictures"], states()["tiny_cnn.synthetic"]) == ("not here", "packaged")
    pull("mine.pictures")
    assert states()["mine.pictures"] == "cached"

    (tmp_path / "own.toml").write_text(f'[weights]\n"mine.pictures" = "{tmp_path / "own.toml"}"\n"mine.baidu" = "no"\n')
    monkeypatch.setenv("FERBENCH_CONFIG", str(tmp_path / "own.toml"))
    assert (states()["mine.pictures"], states()["mine.baidu"]) == ("configured", "not here")
    assert f"ferbench.toml names {tmp_path / 'no'}" in call("list", "weights", "--plugins-dir", plugins).out


def test_two_models_with_weights_of_one_name(call, plugins):
    """Whose are meant is not guessed."""
    source = (plugins / "mine.py").read_text(encoding="utf-8").replace("name='mine'", "name='other'")
    (plugins / "other.py").write_text(source, encoding="utf-8")
    done = call("weights", "pull", "mine.pictures", "--plugins-dir", plugins)

    assert done.status == 2
    assert "mine (plugin mine) and other (plugin other)" in done.err
