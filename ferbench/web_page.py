"""Whether bytes are a web page: what a download that ended on a login or a warning leaves behind."""

from __future__ import annotations

_BEGINNINGS = (b"<!doctype", b"<html", b"<head", b"<?xml", b"<!--")


def is_web_page(head: bytes) -> bool:
    """Whether the first bytes of a file are those of HTML or XML."""
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(_BEGINNINGS)
