"""The outermost door of the web: strangers out, headers on, and no exception leaves with a rider's words in it.

Plain ASGI rather than a Starlette base class, so that nothing is buffered and an error is caught even when it is
raised while a response is being prepared.
"""

from __future__ import annotations

import logging
import traceback
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.channels.web.problems import problem_response

_log = logging.getLogger(__name__)

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_DEFAULT_PORTS = {"http": 80, "https": 443}
_CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
SECURITY_HEADERS = {
    "Content-Security-Policy": _CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Guard:
    """Checks where a change comes from, adds the security headers, turns an unexpected error into a kind line."""

    def __init__(self, app: ASGIApp, public_url: str = "") -> None:
        self._app = app
        self._public_host = _host(public_url) if public_url else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        started = False

        async def send_guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                outgoing = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    outgoing.setdefault(name, value)
            await send(message)

        if scope["method"] not in _SAFE_METHODS and self._is_foreign(headers, scope["scheme"]):
            await problem_response(403, "other_site", headers)(scope, receive, send_guarded)
            return
        try:
            await self._app(scope, receive, send_guarded)
        except Exception as error:  # noqa: BLE001  the outermost door: a rider gets a line, never a trace
            _log.error("%s %s failed: %s", scope["method"], scope["path"], _where(error))
            if not started:
                await problem_response(500, "failed", headers)(scope, receive, send_guarded)

    def _is_foreign(self, headers: Headers, scheme: str) -> bool:
        """Whether a browser says that another site sent this. A proxy may rewrite Host: our public host is ours."""
        origin = headers.get("origin")
        if origin is None:
            return False
        sender = _host(origin)
        asked = _host(f"{scheme}://{headers.get('host', '')}", sender)
        return sender is None or sender not in {asked, self._public_host}


def _host(url: str, like: tuple[str, int] | None = None) -> tuple[str, int] | None:
    """Host and port of a URL, None if it has none. Behind a TLS proxy our own scheme is unknown, so a Host without
    a port takes the port of `like` when that is a default one.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if not parts.hostname:
        return None
    if port is None and like is not None and like[1] in _DEFAULT_PORTS.values():
        port = like[1]
    return parts.hostname, port or _DEFAULT_PORTS.get(parts.scheme, 0)


def _where(error: BaseException) -> str:
    """The kind of an error and the places it went through, innermost first; never its text, which may quote a rider."""
    frames = traceback.extract_tb(error.__traceback__)
    places = " < ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(frames))
    cause = error.__cause__ or error.__context__
    suffix = f" caused by {type(cause).__name__}" if cause is not None else ""
    return f"{type(error).__name__}{suffix} at {places}"
