"""Files over http from a real server: resumed where they were cut off, never spliced, never led away."""

from __future__ import annotations

import gzip
import json
import resource

import pytest

from ferbench.downloads.addresses import is_drive, is_drive_folder, only_by_hand, require_fetchable
from ferbench.downloads.http_file import fetch
from ferbench.downloads.order import Order
from ferbench.errors import MissingError, WeightsError, WeightsNotFound
from tests.downloads.file_server import Served

DATA = bytes(range(256)) * 4096  # 1 MiB, several blocks


@pytest.fixture
def order(server, tmp_path):
    """An order for `best.pth`, whose progress is kept in `seen`."""
    folder = tmp_path / "best.pth.part"
    folder.mkdir()
    seen = []
    made = Order(
        url=server.url("best.pth"),
        body=folder / "body",
        target=tmp_path / "best.pth",
        progress=lambda done, total: seen.append((done, total)),
    )
    return made, seen


def ranges(server):
    return [headers.get("Range") for _, headers in server.requests]


def test_a_whole_file(server, order):
    """Every byte arrives, with the bytes so far and the whole on the way."""
    server.files["best.pth"] = Served(DATA)
    fetch(order[0])

    assert order[0].body.read_bytes() == DATA
    assert order[1][-1] == (len(DATA), len(DATA))
    assert [done for done, _ in order[1]] == sorted({done for done, _ in order[1]})
    assert ranges(server) == [None]


@pytest.mark.parametrize("headers", [{"ETag": '"one"'}, {"Last-Modified": "Sat, 21 Nov 2026 10:00:00 GMT"}])
def test_cut_at_half_and_resumed(server, order, headers):
    """What came is kept, the message says that the same command goes on, and only the rest is asked for."""
    server.files["best.pth"] = Served(DATA, headers=headers, cut=len(DATA) // 2)
    with pytest.raises(WeightsNotFound, match=r"(?s)524,288 of 1,048,576 bytes.*goes on where"):
        fetch(order[0])
    assert order[0].body.read_bytes() == DATA[: len(DATA) // 2]

    server.files["best.pth"].cut = None
    fetch(order[0])

    assert order[0].body.read_bytes() == DATA
    assert ranges(server) == [None, "bytes=524288-"]
    assert server.requests[1][1]["If-Range"] == next(iter(headers.values()))
    assert order[1][-1] == (len(DATA), len(DATA))


def cut(server, order, **options):
    server.files["best.pth"] = Served(DATA, cut=1000, **options)
    with pytest.raises(WeightsNotFound):
        fetch(order)


def test_a_server_that_sends_everything_again(server, order):
    """Where ranges are ignored the file is begun anew."""
    cut(server, order[0])
    server.files["best.pth"] = Served(DATA, ranges=False)
    fetch(order[0])

    assert order[0].body.read_bytes() == DATA


def test_a_file_that_changed_meanwhile(server, order):
    """The rest of another version is never put behind the beginning of this one."""
    cut(server, order[0])
    server.files["best.pth"] = Served(DATA[::-1], headers={"ETag": '"two"'})
    fetch(order[0])

    assert order[0].body.read_bytes() == DATA[::-1]


@pytest.mark.parametrize("headers", [{}, {"ETag": 'W/"weak"'}])
def test_a_server_that_names_no_version(server, order, headers):
    """Without a strong name of the version nothing is resumed."""
    cut(server, order[0], headers=headers)
    server.files["best.pth"].cut = None
    fetch(order[0])

    assert order[0].body.read_bytes() == DATA
    assert ranges(server) == [None, None]


def test_another_address(server, order):
    """What came from another address is not resumed."""
    cut(server, order[0])
    note = order[0].body.with_name("source.json")
    note.write_text(json.dumps({"url": server.url("other.pth"), "validator": '"one"'}))
    server.files["best.pth"].cut = None
    fetch(order[0])

    assert ranges(server) == [None, None]


@pytest.mark.parametrize("note", ["", "[]", '{"url": 1}', "{"])
def test_a_damaged_note(server, order, note):
    """A note that cannot be read costs a download from the start."""
    cut(server, order[0])
    order[0].body.with_name("source.json").write_text(note)
    server.files["best.pth"].cut = None
    fetch(order[0])

    assert order[0].body.read_bytes() == DATA


def test_a_part_larger_than_the_file(server, order):
    """When the server has no such range, the file is begun anew."""
    cut(server, order[0])
    order[0].body.write_bytes(DATA + b"more")
    server.files["best.pth"].cut = None
    fetch(order[0])

    assert order[0].body.read_bytes() == DATA
    assert ranges(server) == [None, "bytes=1048580-", None]


def test_another_range_than_was_asked_for(server, order):
    """A part that begins elsewhere is not put behind what is there."""
    cut(server, order[0])
    server.files["best.pth"] = Served(DATA, shift=7)

    with pytest.raises(WeightsNotFound, match="another part of the file"):
        fetch(order[0])
    assert order[0].body.read_bytes() == DATA[:1000]


def part(stated, content=DATA):
    """The rest of `content`, called the part that `stated` says."""
    return Served(content, headers={"ETag": '"one"', "Content-Range": stated})


def test_a_part_that_ends_before_the_file(server, order):
    """The size of the whole file counts, not that of the part: the next call goes on."""
    cut(server, order[0])
    server.files["best.pth"] = part(f"bytes 1000-1999/{len(DATA)}", DATA[:2000])
    with pytest.raises(WeightsNotFound, match="2,000 of 1,048,576 bytes"):
        fetch(order[0])

    server.files["best.pth"] = Served(DATA)
    fetch(order[0])
    assert order[0].body.read_bytes() == DATA
    assert ranges(server) == [None, "bytes=1000-", "bytes=2000-"]


def test_a_part_that_is_longer_than_the_file(server, order):
    """An answer that contradicts itself is refused, and nothing of it is kept."""
    cut(server, order[0])
    server.files["best.pth"] = part("bytes 1000-1999/2000")

    with pytest.raises(WeightsNotFound, match="1,048,576 bytes of a file of 2,000"):
        fetch(order[0])
    assert order[0].body.read_bytes() == b""


def test_a_part_of_a_file_of_unknown_size(server, order):
    """A part that nobody could tell from one that lacks the end is refused."""
    cut(server, order[0])
    server.files["best.pth"] = part(f"bytes 1000-{len(DATA) - 1}/*")

    with pytest.raises(WeightsError, match="does not say how long"):
        fetch(order[0])


@pytest.mark.parametrize("left", [None, DATA[:1000]])
def test_a_part_that_nobody_asked_for(server, order, left):
    """A part is refused when the whole file was asked for, whatever lies there."""
    if left:
        order[0].body.write_bytes(left)
    served = part(f"bytes {len(left or b'')}-{len(DATA) - 1}/{len(DATA)}")
    served.status = 206
    server.files["best.pth"] = served

    with pytest.raises(WeightsNotFound, match="was asked for all of it"):
        fetch(order[0])
    assert ranges(server) == [None]


@pytest.mark.parametrize("chunked", [False, True])
def test_an_empty_file(server, order, chunked):
    """Nothing is no checkpoint."""
    server.files["best.pth"] = Served(b"", chunked=chunked)
    if chunked:
        # An empty chunk is already the end of all chunks.
        server.files["best.pth"].cut = 0

    with pytest.raises(WeightsNotFound, match="empty file"):
        fetch(order[0])


def test_an_encoded_file(server, order):
    """Compressed bytes are not taken for the file."""
    server.files["best.pth"] = Served(gzip.compress(DATA), headers={"Content-Encoding": "gzip"})

    with pytest.raises(WeightsNotFound, match=r"encoded \(gzip\)"):
        fetch(order[0])
    assert not order[0].body.exists()

    server.files["best.pth"] = Served(DATA, headers={"Content-Encoding": "identity"})
    fetch(order[0])
    assert order[0].body.read_bytes() == DATA


def test_a_body_that_cannot_be_opened_keeps_its_note(server, order, tmp_path):
    """What lies there is not called the beginning of a version that could not be written."""
    cut(server, order[0])
    aside = order[0].body.rename(tmp_path / "aside")
    order[0].body.symlink_to(aside)
    server.files["best.pth"] = Served(DATA[::-1], headers={"ETag": '"two"'})
    with pytest.raises(MissingError, match="symbolic links"):
        fetch(order[0])

    aside.replace(order[0].body)
    fetch(order[0])
    assert order[0].body.read_bytes() == DATA[::-1]


def test_chunks(server, order):
    """Chunks have a marked end, so that their file needs no length; a cut in them is noticed."""
    server.files["best.pth"] = Served(DATA, chunked=True)
    fetch(order[0])
    assert order[0].body.read_bytes() == DATA
    assert order[1][-1] == (len(DATA), None)

    server.files["best.pth"] = Served(DATA, chunked=True, cut=1000, ranges=False)
    with pytest.raises(WeightsNotFound, match="goes on where"):
        fetch(order[0])


def test_neither_length_nor_chunks(server, order):
    """A file whose end nobody could tell from a cut is refused."""
    server.files["best.pth"] = Served(DATA, length=False)

    with pytest.raises(WeightsError, match="does not say how long"):
        fetch(order[0])


@pytest.mark.parametrize(
    "served",
    [
        Served(b"<html>log in</html>", headers={"Content-Type": "text/html; charset=utf-8"}),
        Served(b"\n <!DOCTYPE html><title>Virus scan warning", headers={"Content-Type": "application/octet-stream"}),
    ],
)
def test_a_web_page(server, order, served):
    """A page instead of the file is called one, by its type or by its first bytes, and nothing of it is kept."""
    server.files["best.pth"] = served

    with pytest.raises(WeightsError, match=r"(?s)web page.*in a browser.*best\.pth"):
        fetch(order[0])
    assert not order[0].body.exists()


def test_no_such_file(server, order):
    """The server's own words are passed on."""
    with pytest.raises(WeightsNotFound, match="404"):
        fetch(order[0])


def test_no_server(order, unused_tcp_port_url):
    """A server that is not there ends with the exit code for missing things."""
    gone = Order(url=unused_tcp_port_url, body=order[0].body, target=order[0].target, progress=print)

    with pytest.raises(WeightsNotFound, match="cannot be reached") as caught:
        fetch(gone)
    assert caught.value.exit_code == 4


@pytest.fixture
def unused_tcp_port_url():
    """An address at which nobody listens."""
    import socket

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    return f"http://127.0.0.1:{port}/best.pth"


@pytest.mark.parametrize("leads_to", ["http://example.org/best.pth", "ftp://example.org/a", "file:///etc/passwd"])
def test_redirects_stay_on_https(server, order, leads_to):
    """A server cannot send us to an address that is not https."""
    server.files["best.pth"] = Served(b"", headers={"Location": leads_to}, status=302)

    with pytest.raises((WeightsError, WeightsNotFound)) as caught:
        fetch(order[0])
    assert "leads to" in caught.value.found or "not allowed" in caught.value.found
    assert not order[0].body.exists()


def test_redirects_on_this_machine(server, order):
    """A redirect that may be followed is followed."""
    server.files["best.pth"] = Served(b"", headers={"Location": server.url("real.pth")}, status=302)
    server.files["real.pth"] = Served(DATA)
    fetch(order[0])

    assert order[0].body.read_bytes() == DATA


@pytest.mark.parametrize(
    "url", ["http://example.org/a", "ftp://example.org/a", "file:///etc/passwd", "a.pth", "", "http://[::1", "data:,x"]
)
def test_addresses_that_are_not_fetched(url):
    """Only https, and http on this machine."""
    with pytest.raises(WeightsError):
        require_fetchable(url)


@pytest.mark.parametrize("url", ["https://example.org/a", "http://localhost:8000/a", "http://[::1]/a"])
def test_addresses_that_are_fetched(url):
    """Https anywhere, http on this machine."""
    require_fetchable(url)


def test_nobody_is_sent_to_this_machine():
    """A server elsewhere cannot make us ask a server on this machine."""
    with pytest.raises(WeightsError, match="leads to"):
        require_fetchable("http://127.0.0.1/a", coming_from="https://example.org/a")


def test_addresses_of_drive():
    """Files and folders of Google Drive are told apart; a folder, Baidu and nothing are for people."""
    file = "https://drive.google.com/file/d/1aVm_hmJyZ5E_0p25XTbm3X9ophsKqCxv/view"
    folder = "https://drive.google.com/drive/folders/1jeCPTGjBL8YgKKB9YrI9TYZywme8gymv"

    assert is_drive(file)
    assert is_drive(folder)
    assert (is_drive_folder(file), is_drive_folder(folder)) == (False, True)
    assert [only_by_hand(url) for url in (file, folder, None, "https://pan.baidu.com/s/1")] == [False, True, True, True]
    assert not is_drive("https://example.org/drive.google.com")


def test_no_room(server, order):
    """When the system refuses to write on, what came is kept, and the same call goes on when there is room."""
    server.files["best.pth"] = Served(DATA)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, before[1]))
    try:
        with pytest.raises(MissingError, match=r"(?s)File too large.*Make room") as caught:
            fetch(order[0])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert caught.value.exit_code == 4

    fetch(order[0])
    assert order[0].body.read_bytes() == DATA
    assert ranges(server) == [None, "bytes=600000-"]


def test_what_lies_in_the_place_of_the_body(server, order, tmp_path):
    """A link there is not followed, a folder is no file."""
    server.files["best.pth"] = Served(DATA)
    order[0].body.symlink_to(tmp_path / "outside")
    with pytest.raises(MissingError, match="symbolic links"):
        fetch(order[0])
    assert not (tmp_path / "outside").exists()

    order[0].body.unlink()
    order[0].body.mkdir()
    with pytest.raises(MissingError, match="Is a directory"):
        fetch(order[0])
