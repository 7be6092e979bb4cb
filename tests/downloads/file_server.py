"""A server of files on this machine that does whatever real ones do, well or badly."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message


@dataclass
class Served:
    """One file and how it is sent. `cut` bytes are sent of what is announced, and then the connection ends."""

    content: bytes
    headers: dict[str, str] = field(default_factory=lambda: {"ETag": '"one"'})
    status: int = 200
    ranges: bool = True
    cut: int | None = None
    length: bool = True
    chunked: bool = False
    #: What a range that was asked for is shifted by.
    shift: int = 0
    #: Called before the answer, in the server's thread.
    before: object = None


@dataclass
class FileServer:
    """Files by path, and the headers of every request that came."""

    address: str
    files: dict[str, Served] = field(default_factory=dict)
    requests: list[tuple[str, Message]] = field(default_factory=list)

    def url(self, name: str) -> str:
        """The address of a file."""
        return f"{self.address}/{name}"


@contextmanager
def serving() -> Iterator[FileServer]:
    """A server that runs until the block ends."""
    httpd = QuietServer(("127.0.0.1", 0), handler := type("Own", (Handler,), {}))
    server = FileServer(f"http://127.0.0.1:{httpd.server_port}")
    handler.server_state = server
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        httpd.shutdown()
        thread.join()
        httpd.server_close()


class QuietServer(ThreadingHTTPServer):
    """A server to which clients that hang up are nothing special."""

    def handle_error(self, *_: object) -> None:
        """Say nothing."""


class Handler(BaseHTTPRequestHandler):
    """Answers GET as the file says."""

    server_state: FileServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Send a file, or a part of it."""
        self.close_connection = True
        self.server_state.requests.append((self.path, self.headers))
        served = self.server_state.files.get(self.path.strip("/"))
        if served is None:
            self.send_error(404)
            return
        if served.before:
            served.before()
        start = self.start(served)
        if start >= len(served.content) > 0:
            self.send_error(416)
            return
        self.begin(served, start)
        self.send_body(served, served.content[start:])

    def start(self, served: Served) -> int:
        """The first byte that is sent: what is asked for, if it is asked of this version of the file."""
        asked = self.headers.get("Range")
        same = self.headers.get("If-Range") in {served.headers.get("ETag"), served.headers.get("Last-Modified")}
        return int(asked.removeprefix("bytes=").rstrip("-")) if asked and served.ranges and same else 0

    def begin(self, served: Served, start: int) -> None:
        """Send status and headers."""
        size = len(served.content)
        self.send_response(206 if start else served.status)
        for name, value in served.headers.items():
            self.send_header(name, value)
        if start:
            self.send_header("Content-Range", f"bytes {start + served.shift}-{size - 1}/{size}")
        if served.chunked:
            self.send_header("Transfer-Encoding", "chunked")
        elif served.length:
            self.send_header("Content-Length", str(size - start))
        self.end_headers()

    def send_body(self, served: Served, body: bytes) -> None:
        """Send the bytes, whole or cut."""
        sent = body if served.cut is None else body[: served.cut]
        if served.chunked:
            self.wfile.write(f"{len(sent):x}\r\n".encode() + sent + b"\r\n")
            if served.cut is None:
                self.wfile.write(b"0\r\n\r\n")
        else:
            self.wfile.write(sent)

    def log_message(self, *_: object) -> None:
        """Say nothing."""
