"""Files of Google Drive, through the real gdown, from a Drive that is on this machine."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ferbench.config import Settings
from ferbench.downloads.pull import pull
from ferbench.errors import WeightsError, WeightsNotFound
from tests.downloads.cards import weights_card
from tests.downloads.drive_server import answering_for_drive

pytest.importorskip("gdown")

CHECKOUT = Path(__file__).parents[2]
DATA = bytes(range(256)) * 4096
CARD = weights_card("https://drive.google.com/file/d/1aVm_hmJyZ5E_0p25XTbm3X9ophsKqCxv/view")


@pytest.fixture
def drive(tmp_path, monkeypatch):
    if shutil.which("openssl") is None:
        pytest.skip("openssl makes the certificate of the Drive on this machine")
    with answering_for_drive(tmp_path) as drive:
        for name in ("HTTPS_PROXY", "https_proxy"):
            monkeypatch.setenv(name, drive.proxy)
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(drive.certificate))
        monkeypatch.setenv("HOME", str(tmp_path / "home"))
        drive.content = DATA
        yield drive


@pytest.fixture
def get(tmp_path):
    """`pull` into a cache, and what its progress said."""
    seen = []

    def get():
        settings = Settings(weights_home=tmp_path / "cache")
        return pull(CARD, settings, offline=False, progress=lambda done, total: seen.append((done, total)))

    get.seen = seen
    return get


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_of_drive(drive, get, tmp_path, capfd):
    """The file of the address arrives whole, is pinned, and gdown neither speaks nor leaves anything anywhere."""
    pulled = get()

    assert pulled.path.read_bytes() == DATA
    assert pulled.checked == "first use"
    assert get.seen[-1] == (len(DATA), len(DATA))
    assert [line for line, _ in drive.requests] == ["GET /uc?id=1aVm_hmJyZ5E_0p25XTbm3X9ophsKqCxv HTTP/1.1"]
    assert names(tmp_path / "cache") == ["best.pth", "best.pth.pin.json"]
    assert not (tmp_path / "home").exists()
    assert capfd.readouterr() == ("", "")


def test_cut_at_half_and_begun_anew(drive, get, tmp_path):
    """A cut download leaves nothing that a later call would take; the same call gets the whole file of now."""
    drive.cut = len(DATA) // 2
    with pytest.raises(WeightsNotFound, match=r"(?s)524288 bytes.*begins anew") as caught:
        get()
    assert "--continue" not in str(caught.value)
    assert names(tmp_path / "cache") == ["best.pth.part"]
    assert names(tmp_path / "cache" / "best.pth.part") == []

    drive.cut, drive.content = None, DATA[::-1]
    assert get().path.read_bytes() == DATA[::-1]
    assert [wanted for _, wanted in drive.requests] == [None, None]
    assert names(tmp_path / "cache") == ["best.pth", "best.pth.pin.json"]


@pytest.mark.parametrize("left", ["body", "body12345678.part"])
def test_what_was_left_there(drive, get, tmp_path, left):
    """A beginning that another way to download, or a killed call, left there is not taken for the file."""
    folder = tmp_path / "cache" / "best.pth.part"
    folder.mkdir(parents=True)
    (folder / left).write_bytes(b"another")
    (folder / "source.json").write_text("{}")

    assert get().path.read_bytes() == DATA
    assert [wanted for _, wanted in drive.requests] == [None]
    assert names(tmp_path / "cache") == ["best.pth", "best.pth.pin.json"]


def test_a_page_instead_of_the_file(drive, get):
    """A quota or a login is a page, and the message says what a person can do."""
    drive.page = '<html><p class="uc-error-subcaption">Too many users have viewed this file recently.</p></html>'

    with pytest.raises(WeightsError, match=r"(?s)Too many users.*in a browser"):
        get()


def test_no_network(drive, get, monkeypatch):
    """A Drive that cannot be reached ends with the exit code for missing things."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")

    with pytest.raises(WeightsNotFound, match="cannot be reached") as caught:
        get()
    assert caught.value.exit_code == 4


WITHOUT_GDOWN = """
import sys
from pathlib import Path
sys.modules["gdown"] = None
from ferbench.config import Settings
from ferbench.downloads.pull import pull
from ferbench.errors import ExtraNotInstalled
from tests.downloads.cards import weights_card
try:
    pull(weights_card(sys.argv[1]), Settings(weights_home=Path(sys.argv[2])), offline=False, progress=print)
except ExtraNotInstalled as error:
    print(error.exit_code, error.todo)
"""


def test_without_gdown(tmp_path):
    """Where gdown is not installed, the message names the extra."""
    command = [sys.executable, "-c", WITHOUT_GDOWN, CARD.url, str(tmp_path)]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True)

    assert done.stdout == "4 pip install 'ferbench[download]'\n"
