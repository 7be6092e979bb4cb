"""Addresses of files: which may be fetched by a program, and by which."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from ferbench.errors import WeightsError

_DRIVE = {"drive.google.com", "docs.google.com"}


def is_drive(url: str) -> bool:
    """Whether an address is one of Google Drive."""
    return host_of(url) in _DRIVE


def is_drive_folder(url: str) -> bool:
    """Whether an address is a folder of Google Drive, out of which a program cannot pick a file."""
    return is_drive(url) and "/folders/" in parts_of(url).path


def only_by_hand(url: str | None) -> bool:
    """Whether a program cannot get a file there: nothing, a folder of Google Drive, a page of Baidu's."""
    return url is None or is_drive_folder(url) or host_of(url) == "pan.baidu.com"


def require_fetchable(url: str, coming_from: str | None = None) -> None:
    """Refuse addresses that are not https; http is for this machine alone, when it was asked for by name.

    Raises:
        WeightsError: it is another address.
    """
    scheme = parts_of(url).scheme
    local = is_loopback(url) and (coming_from is None or is_loopback(coming_from))
    if scheme == "https" or (scheme == "http" and local):
        return
    raise WeightsError(
        f"{coming_from or url} was to be downloaded.",
        f"It leads to {url}." if coming_from else "ferbench fetches files over https alone.",
        "Download the file in a browser, if you trust that place, and name it with --weights.",
    )


def is_loopback(url: str) -> bool:
    """Whether an address is on this machine."""
    host = host_of(url)
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def host_of(url: str) -> str:
    """The host of an address, in lower case; empty where it has none."""
    return parts_of(url).hostname or ""


def parts_of(url: str) -> SplitResult:
    """The parts of an address, all empty where it is none."""
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", "", "", "")
