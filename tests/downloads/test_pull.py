"""Released weights come into the cache complete, verified and pinned, or not at all."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from ferbench.cards import Mirror
from ferbench.config import Settings
from ferbench.downloads.pull import pull
from ferbench.errors import MissingError, PluginError, WeightsError, WeightsNotFound
from ferbench.weight_pins import Pin, pin_path, read_pin, write_pin
from tests.downloads.cards import weights_card
from tests.downloads.file_server import Served

CHECKOUT = Path(__file__).parents[2]
DATA = b"\x80\x02}." * 100_000
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache" / "weights"


@pytest.fixture
def card(server):
    server.files["best.pth"] = Served(DATA)
    return weights_card(server.url("best.pth"))


@pytest.fixture
def get(cache):
    """`pull` into the cache."""

    def get(card, *, offline=False, progress=lambda *_: None, **settings):
        return pull(card, Settings(weights_home=cache, **settings), offline=offline, progress=progress)

    return get


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_first_use_pins(card, get, cache, server):
    """The file is in its place, its SHA-256 is pinned beside it, and nothing else is left."""
    pulled = get(card)

    assert (pulled.outcome, pulled.sha256, pulled.checked) == ("downloaded", SHA256, "first use")
    assert (cache / "best.pth").read_bytes() == DATA
    assert read_pin(cache / "best.pth") == Pin(sha256=SHA256, weights="mine.faces", source=card.url)
    assert names(cache) == ["best.pth", "best.pth.pin.json"]


def test_it_is_checked_ever_after(card, get, cache, server):
    """A second pull downloads nothing and compares; a file that changed is refused, with the way to accept it."""
    get(card)
    again = get(card)
    assert (again.outcome, again.checked) == ("cached", "pin")
    assert len(server.requests) == 1

    (cache / "best.pth").write_bytes(b"another")
    with pytest.raises(WeightsError, match=rf"(?s){SHA256} is pinned.*delete .*pin\.json"):
        get(card)

    pin_path(cache / "best.pth").unlink()
    assert get(card).checked == "first use"


def test_a_changed_offer(card, get, cache, server):
    """When the file is gone and another is offered in its place, it is refused and not kept; the pin stays."""
    get(card)
    (cache / "best.pth").unlink()
    server.files["best.pth"] = Served(DATA[:-4])

    with pytest.raises(WeightsError, match="another file now"):
        get(card)
    assert names(cache / "best.pth.part") == ["source.json"]
    assert not (cache / "best.pth").exists()

    server.files["best.pth"] = Served(DATA)
    assert get(card).checked == "pin"


def test_a_sha256_on_the_card(card, get, cache):
    """What the card states goes before any pin, for what comes and for what is there."""
    stated, wrong = replace(card, sha256=SHA256), replace(card, sha256="0" * 64)
    with pytest.raises(WeightsError, match=f"{SHA256}, and {'0' * 64} is stated for it"):
        get(wrong)
    assert not (cache / "best.pth").exists()

    assert [get(stated).checked, get(stated).checked] == ["card", "card"]
    with pytest.raises(WeightsError, match=f"{SHA256}, and {'0' * 64} is stated for it"):
        get(wrong)


def test_a_file_that_was_put_there_by_hand(card, get, cache, server):
    """It is pinned at the first pull, without an address, and compared at the next."""
    cache.mkdir(parents=True)
    (cache / "best.pth").write_bytes(DATA)

    assert (get(card).checked, get(card).checked) == ("first use", "pin")
    assert read_pin(cache / "best.pth").source is None
    assert server.requests == []


def test_cut_at_half_and_resumed(card, get, cache, server):
    """A download that was cut leaves nothing in the place of the file; the same call finishes it."""
    server.files["best.pth"].cut = len(DATA) // 2
    with pytest.raises(WeightsNotFound, match=r"best\.pth\.part"):
        get(card)
    assert names(cache) == ["best.pth.part"]

    server.files["best.pth"].cut = None
    assert get(card).sha256 == SHA256
    assert server.requests[1][1]["Range"] == f"bytes={len(DATA) // 2}-"
    assert names(cache) == ["best.pth", "best.pth.pin.json"]


def test_a_web_page(card, get, cache, server):
    """A page instead of the file is neither put in its place nor pinned."""
    server.files["best.pth"] = Served(b"<html>", headers={"Content-Type": "text/html"})

    with pytest.raises(WeightsError, match="web page"):
        get(card)
    assert not (cache / "best.pth").exists()
    assert not pin_path(cache / "best.pth").exists()


def test_offline(card, get, cache, server):
    """Without network only what is there is checked; nothing is asked of anybody."""
    with pytest.raises(WeightsNotFound, match="--offline"):
        get(card, offline=True)
    assert server.requests == []
    get(card)

    assert get(card, offline=True).checked == "pin"
    (cache / "best.pth").write_bytes(b"another")
    with pytest.raises(WeightsError, match="pinned"):
        get(card, offline=True)


def test_what_only_a_person_can_download(get, cache):
    """All addresses are shown with the codes that their pages ask for, the place of the file, and what to do then."""
    mirrors = (Mirror(url="https://pan.baidu.com/s/1", code="POST"), Mirror(url="https://example.org/2", code=None))
    folder = "https://drive.google.com/drive/folders/1jeCPTGjBL8YgKKB9YrI9TYZywme8gymv"
    with pytest.raises(WeightsNotFound) as caught:
        get(weights_card(folder, mirrors=mirrors))

    assert caught.value.exit_code == 4
    assert caught.value.todo.splitlines() == [
        "Download best.pth in a browser:",
        folder,
        "https://pan.baidu.com/s/1 (code POST)",
        "https://example.org/2",
        f"Put it at {cache / 'best.pth'}, and run: ferbench weights pull mine.faces",
    ]
    with pytest.raises(WeightsNotFound, match=r"(?s)No address is known.*Ask its authors"):
        get(weights_card(None))


def test_packaged_and_configured_weights(card, get, tmp_path, server):
    """What comes with a plugin, or is named in ferbench.toml, is not downloaded."""
    path = tmp_path / "own.pth"
    path.write_bytes(DATA)

    assert get(replace(card, path=path)).outcome == "packaged"
    assert get(card, weights={"mine.faces": path}).outcome == "configured"
    assert server.requests == []


def test_a_sha256_on_the_card_of_packaged_and_configured_weights(card, get, tmp_path):
    """A sum that the card states counts for these files, too."""
    path = tmp_path / "own.pth"
    path.write_bytes(DATA)
    stated, wrong = replace(card, sha256=SHA256), replace(card, sha256="0" * 64)

    for place in ({"path": path}, {}):
        settings = {} if place else {"weights": {"mine.faces": path}}
        assert get(replace(stated, **place), **settings).checked == "card"
        assert get(replace(card, **place), **settings).checked == "none"
        with pytest.raises(WeightsError, match=f"{SHA256}, and {'0' * 64} is stated for it"):
            get(replace(wrong, **place), **settings)


def test_configured_weights_that_are_gone(card, get, tmp_path):
    """A configured file that is not there is not replaced by a download that no run would use."""
    with pytest.raises(WeightsNotFound, match=r"ferbench\.toml names"):
        get(card, weights={"mine.faces": tmp_path / "nowhere.pth"})


#: Names that lead elsewhere on some system, that no system has, and that ferbench uses itself.
ELSEWHERE = ["../best.pth", "/etc/passwd", "a/b.pth", "a\\b.pth", "c:a.pth", "..", "."]
NO_NAMES = ["", ".hidden", "a\0.pth", "a\n.pth"]
OWN_NAMES = ["best.pth.pin.json", "best.pth.part"]


@pytest.mark.parametrize("name", [*ELSEWHERE, *NO_NAMES, *OWN_NAMES])
def test_file_names_lead_nowhere_else(card, get, tmp_path, server, name):
    """A name that is more than a name, or that ferbench uses itself, is the plugin's fault."""
    with pytest.raises(PluginError, match="file name"):
        get(replace(card, file_name=name))
    assert list(tmp_path.iterdir()) == []
    assert server.requests == []


def test_links_are_not_followed(card, get, cache, tmp_path):
    """A dangling link in the place of the file, or of its pin, is replaced; nothing is written where it leads."""
    cache.mkdir(parents=True)
    outside = tmp_path / "outside"
    (cache / "best.pth").symlink_to(outside)
    get(card)

    assert not outside.exists()
    assert not (cache / "best.pth").is_symlink()

    pin_path(cache / "best.pth").unlink()
    pin_path(cache / "best.pth").symlink_to(outside)
    get(card)
    assert not outside.exists()
    assert read_pin(cache / "best.pth").sha256 == SHA256


def test_a_link_in_the_place_of_the_work_folder(card, get, cache, tmp_path):
    """It is refused: what lies behind it is not ours."""
    cache.mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    (cache / "best.pth.part").symlink_to(tmp_path / "outside")

    with pytest.raises(WeightsError, match="in the way"):
        get(card)
    assert list((tmp_path / "outside").iterdir()) == []


def test_a_file_in_the_place_of_the_work_folder(card, get, cache):
    """Somebody's file of that name is left alone."""
    cache.mkdir(parents=True)
    (cache / "best.pth.part").write_bytes(b"mine")

    with pytest.raises(WeightsError, match="in the way"):
        get(card)
    assert (cache / "best.pth.part").read_bytes() == b"mine"


def test_a_folder_in_the_place_of_the_file(card, get, cache):
    """The message says where the file cannot be put."""
    (cache / "best.pth").mkdir(parents=True)

    with pytest.raises(MissingError, match="cannot be put at"):
        get(card)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_cache_that_cannot_be_written(card, get, cache):
    """The message names the folder."""
    cache.parent.mkdir(parents=True)
    cache.parent.chmod(0o500)

    with pytest.raises(MissingError, match="cannot be made"):
        get(card)


def test_a_file_in_the_place_of_the_cache(card, get, cache):
    """A cache that is no folder is named."""
    cache.parent.mkdir(parents=True)
    cache.write_bytes(b"")

    with pytest.raises(MissingError, match="cannot be made"):
        get(card)


def test_two_at_once(card, get, cache, server):
    """While one process downloads a file, another is refused; when it is done, the other finds the file."""
    refused = []

    def other():
        try:
            get(card)
        except WeightsError as error:
            refused.append(error.found)

    second = threading.Thread(target=other)
    server.files["best.pth"].before = lambda: (second.start(), second.join())
    get(card)

    assert refused == ["Another process is downloading it right now."]
    assert (cache / "best.pth").read_bytes() == DATA
    assert get(card).outcome == "cached"


def test_weights_of_another_origin_in_the_place(card, get, cache):
    """Two weights with one file name are not taken for each other."""
    get(card)

    with pytest.raises(WeightsError, match=r"(?s)mine\.faces of another origin.*\[weights\]"):
        get(weights_card("https://example.org/best.pth", name="theirs.faces"))
    assert get(replace(card, name="same.file")).outcome == "cached"


def test_two_weights_of_one_file_name_without_addresses(get, cache):
    """Files that were put there by hand are not taken for each other because neither has an address."""
    cache.mkdir(parents=True)
    (cache / "best.pth").write_bytes(DATA)
    get(weights_card(None))

    with pytest.raises(WeightsError, match=r"mine\.faces of another origin"):
        get(weights_card(None, name="theirs.faces"))
    assert get(weights_card(None)).checked == "pin"


@pytest.mark.parametrize("content", ["", "{", "[]", '{"sha256": 1}', "[" * 100_000])
def test_a_pin_that_is_none(card, get, cache, content):
    """A damaged pin is not taken for no pin."""
    get(card)
    pin_path(cache / "best.pth").write_text(content)

    with pytest.raises(WeightsError, match="no pin that ferbench wrote"):
        get(card)


def test_pins_are_whole(tmp_path):
    """Writers of one pin leave a whole one, and no other file."""
    path = tmp_path / "best.pth"
    pins = [Pin(sha256=f"{i:064x}", weights="w", source=None) for i in range(8)]
    threads = [threading.Thread(target=write_pin, args=(path, pin)) for pin in pins]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert read_pin(path) in pins
    assert names(tmp_path) == ["best.pth.pin.json"]


def test_pulling_needs_no_torch():
    """The command that checks packaged weights imports neither torch nor gdown."""
    code = (
        "import sys\nfrom ferbench.cli.app import status_of\n"
        "status = status_of(['weights', 'pull', 'tiny_cnn.synthetic', '--json'])\n"
        "print(status, sorted({'torch', 'gdown', 'requests', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "0 []"
