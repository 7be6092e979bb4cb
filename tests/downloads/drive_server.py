"""Google Drive on this machine: a proxy that answers for it, with a certificate made for the test."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_HOST = "drive.google.com"


@dataclass
class Drive:
    """What Drive would send: a file, or a page; `cut` bytes of the file, and then the connection ends."""

    proxy: str
    certificate: Path
    content: bytes = b""
    page: str | None = None
    cut: int | None = None
    #: The first lines of all requests, with the ranges that were asked for.
    requests: list[tuple[str, str | None]] = field(default_factory=list)

    def answer(self, request: str) -> bytes:
        """The answer to a request."""
        ranges = [line.split(": ")[1] for line in request.splitlines() if line.lower().startswith("range: ")]
        self.requests.append((request.splitlines()[0], ranges[0] if ranges else None))
        if self.page is not None:
            return _response("200 OK", "Content-Type: text/html; charset=utf-8", self.page.encode(), None)
        start = int(ranges[0].removeprefix("bytes=").rstrip("-")) if ranges else 0
        status = "206 Partial Content" if start else "200 OK"
        size = len(self.content)
        lines = 'Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename="best.pth"'
        lines += f"\r\nContent-Range: bytes {start}-{size - 1}/{size}" if start else ""
        return _response(status, lines, self.content[start:], self.cut)


def _response(status: str, headers: str, body: bytes, cut: int | None) -> bytes:
    head = f"HTTP/1.1 {status}\r\n{headers}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return head.encode() + (body if cut is None else body[:cut])


@contextmanager
def answering_for_drive(folder: Path) -> Iterator[Drive]:
    """A proxy that is Drive to whoever trusts its certificate, until the block ends."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    names = ["-subj", f"/CN={_HOST}", "-addext", f"subjectAltName=DNS:{_HOST}", "-days", "1"]
    making = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", *names]
    subprocess.run([*making, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        drive = Drive(f"http://127.0.0.1:{listener.getsockname()[1]}", certificate)
        thread = threading.Thread(target=_serve, args=(listener, context, drive))
        thread.start()
        yield drive
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def _serve(listener: socket.socket, context: ssl.SSLContext, drive: Drive) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection:
            asked = connection.recv(4096)
            assert asked.startswith(f"CONNECT {_HOST}:443".encode())
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            with context.wrap_socket(connection, server_side=True) as secure:
                secure.sendall(drive.answer(secure.recv(65536).decode()))
