"""Which addresses Telegram opens from a button or a link: the rules and wording of tdlib's `LinkManager::check_link`."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_TELEGRAM = re.compile(r"(?:tg|ton):(?://)?[A-Za-z0-9_-]+(?:[/?#]\S*)?", re.IGNORECASE)
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(?!\d)")


def link_problem(url: str, *, https: bool = False) -> str | None:
    """Why Telegram refuses an address, None when it takes it. tel: and geo: are no protocols of its, localhost no host."""
    if _TELEGRAM.fullmatch(url):
        return "Only HTTPS links are allowed" if https else None
    scheme = _SCHEME.match(url)
    if scheme and scheme[1].lower() not in {"http", "https"} and "." not in scheme[1]:
        return "Unsupported URL protocol"
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "Wrong port number specified in the URL"
    if not host:
        return "URL host is empty"
    if re.search(r"\s", url):
        return "Disallowed character in URL host" if re.search(r"\s", host) else "Wrong HTTP URL"
    if "." not in host and ":" not in host:
        return "Wrong HTTP URL"
    return "Only HTTPS links are allowed" if https and parts.scheme != "https" else None
