"""A file over https, resumed where it was cut off."""

from __future__ import annotations

import json
import os
import re
from http import HTTPStatus
from http.client import HTTPException
from io import FileIO
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from ferbench.downloads.addresses import require_fetchable
from ferbench.downloads.order import asked, cut_off, not_written, refused, web_page
from ferbench.errors import WeightsError
from ferbench.web_page import is_web_page

if TYPE_CHECKING:
    from http.client import HTTPResponse
    from pathlib import Path

    from ferbench.downloads.order import Order

_SECONDS = 30
_BLOCK = 2**18


def fetch(order: Order) -> None:
    """Fetch a file completely into `order.body`, going on after what an earlier call left there.

    Raises:
        WeightsError: the address, or where it leads, is not https; a web page came; a cut could not be noticed.
        WeightsNotFound: the server cannot be reached, has no such file, or stopped before its end.
        MissingError: there is no room.
    """
    require_fetchable(order.url)
    response, asked_for = _opened(order, _resumable(order))
    with response:
        if response.headers.get_content_type() in {"text/html", "application/xhtml+xml"}:
            raise web_page(order, "The server sent a web page, not a file.")
        _require_as_it_is(order, response)
        start = _start_of(order, response) if "Range" in asked_for else _beginning(order, response)
        total = _total(order, response)
        with _open_to_write(order, start) as body:
            # After the cut: a note of this version beside bytes of another would splice them at the next call.
            _remember(order, response)
            _copy(order, response, body, start, total)
    with order.body.open("rb") as body:
        if is_web_page(body.read(512)):
            order.body.unlink()
            raise web_page(order, "What came is a web page, not a checkpoint.")


class _HttpsOnly(HTTPRedirectHandler):
    """Follows the server to nowhere but https."""

    def redirect_request(self, req: Request, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Request | None:
        try:
            require_fetchable(newurl, coming_from=req.full_url)
        except WeightsError:
            fp.close()
            raise
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _resumable(order: Order) -> dict[str, str]:
    """Headers that ask for the rest of what is there, if it is the beginning of the same file; else none."""
    try:
        stated = json.loads(_note(order).read_bytes())
        size = order.body.stat().st_size
    except (OSError, ValueError):
        return {}
    if not isinstance(stated, dict) or stated.get("url") != order.url or not size or not stated.get("validator"):
        return {}
    return {"Range": f"bytes={size}-", "If-Range": str(stated["validator"])}


def _opened(order: Order, headers: dict[str, str]) -> tuple[HTTPResponse, dict[str, str]]:
    """An answer, and those of `headers` that were sent for it: none where the server has no such range."""
    request = Request(order.url, headers={"User-Agent": "ferbench", "Accept-Encoding": "identity", **headers})  # noqa: S310 - the scheme is checked, here and in every redirect
    try:
        response: HTTPResponse = build_opener(_HttpsOnly).open(request, timeout=_SECONDS)
    except HTTPError as error:
        error.close()
        if error.code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and headers:
            return _opened(order, {})
        raise refused(order, f"The server answered: {error.code} {error.reason}.") from error
    except (OSError, HTTPException, ValueError) as error:
        raise refused(order, f"It cannot be reached: {getattr(error, 'reason', None) or error}.") from error
    return response, headers


def _require_as_it_is(order: Order, response: HTTPResponse) -> None:
    coding = response.headers.get("Content-Encoding", "").strip().lower()
    if coding not in {"", "identity"}:
        raise refused(order, f"The server sent it encoded ({coding}), and was asked for the file as it is.")


def _beginning(order: Order, response: HTTPResponse) -> int:
    """The byte that the answer to a request without a range begins with."""
    if response.status == HTTPStatus.PARTIAL_CONTENT:
        raise refused(order, "The server sent a part of the file, and was asked for all of it.")
    return 0


def _start_of(order: Order, response: HTTPResponse) -> int:
    """The byte that the answer to a range begins with: 0 for a server that sends everything again."""
    if response.status != HTTPStatus.PARTIAL_CONTENT:
        return 0
    match = re.match(r"bytes (\d+)-", response.headers.get("Content-Range", ""))
    if match and int(match[1]) == order.body.stat().st_size:
        return int(match[1])
    raise refused(order, "The server sent another part of the file than was asked for.")


def _total(order: Order, response: HTTPResponse) -> int | None:
    """Bytes of the whole file; None where the server sends all of it in chunks, whose end is marked."""
    partial = response.status == HTTPStatus.PARTIAL_CONTENT
    # The length of a part does not tell that the part goes to the end of the file.
    stated = response.headers.get("Content-Range" if partial else "Content-Length", "")
    length = stated.rpartition("/")[2]
    if re.fullmatch("[0-9]+", length):
        return int(length)
    if not partial and response.headers.get("Transfer-Encoding", "").lower() == "chunked":
        return None
    raise WeightsError(
        asked(order),
        "The server does not say how long the file is, so that nobody would notice if its end were missing.",
        f"Download it in a browser, look at its size, and put it at {order.target}.",
    )


def _remember(order: Order, response: HTTPResponse) -> None:
    """Note which version of the file this is, so that the rest of another one is never put behind it."""
    tag = response.headers.get("ETag", "")
    validator = tag if tag.startswith('"') else response.headers.get("Last-Modified")
    try:
        _note(order).write_text(json.dumps({"url": order.url, "validator": validator}), encoding="utf-8")
    except OSError as error:
        raise not_written(order, error) from error


def _note(order: Order) -> Path:
    return order.body.with_name("source.json")


def _open_to_write(order: Order, start: int) -> FileIO:
    """The body, cut to the bytes before `start`; a link in its place is not followed."""
    try:
        number = os.open(order.body, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o644)
        os.ftruncate(number, start)
        os.lseek(number, start, os.SEEK_SET)
    except OSError as error:
        raise not_written(order, error) from error
    # Without a buffer, so that what came is there when anything fails.
    return FileIO(number, "wb")


def _copy(order: Order, response: HTTPResponse, body: FileIO, start: int, total: int | None) -> None:
    done = start
    while block := _read(order, response, done):
        _write(order, body, block)
        done += len(block)
        order.progress(done, total)
    if total is not None and done < total:
        raise cut_off(order, f"The connection ended after {done:,} of {total:,} bytes.")
    if total is not None and done > total:
        body.truncate(0)
        raise refused(order, f"The server sent {done:,} bytes of a file of {total:,}.")
    if not done:
        raise refused(order, "The server sent an empty file.")


def _write(order: Order, body: FileIO, block: bytes) -> None:
    rest = memoryview(block)
    try:
        while rest:
            rest = rest[body.write(rest) :]
    except OSError as error:
        raise not_written(order, error) from error


def _read(order: Order, response: HTTPResponse, done: int) -> bytes:
    try:
        return response.read(_BLOCK)
    except (OSError, HTTPException) as error:
        raise cut_off(order, f"The connection broke after {done:,} bytes: {error}.") from error
