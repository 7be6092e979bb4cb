"""Addresses that strangers give, as links."""

from __future__ import annotations

from urllib.parse import urlsplit


def web_link(address: str | None) -> str:
    """The address, when it is one of the web; empty for `javascript:` and everything else that is no page."""
    try:
        parts = urlsplit(address or "")
    except ValueError:
        return ""
    return address or "" if parts.scheme in {"http", "https"} and parts.hostname and not parts.username else ""
