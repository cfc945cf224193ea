"""What a browser loads: the page in two languages, its files under one content hash, the manifest, the service worker.

Everything is rendered and hashed once, when the application is made. All static files share one versioned folder
(`/static/<hash>/chat.js`), so a module's relative imports carry the version with them and may be cached for a year.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, Request, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import JSONResponse

from bot.channels.web.problems import ProblemError
from bot.channels.web.wording import LANGUAGES, Language, chosen, words

_HERE = Path(__file__).resolve().parent
_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
_COMMENT_LINE = re.compile(rb"^ *(?://.*|/\*\*.*\*/)\n", re.MULTILINE)
_FOR_A_YEAR = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"
_METHODS = ["GET", "HEAD"]  # FastAPI adds no HEAD by itself; uptime monitors use it
_SCRIPT_TABLES = ("chat", "location", "stations", "network", "clearing", "numbers", "errors")
_THEME = "#8f1d1d"


@dataclass(frozen=True, slots=True)
class File:
    """A finished response body with its type and ETag."""

    content: bytes
    media_type: str
    etag: str


class Shell:
    """The finished files of the chat."""

    def __init__(self) -> None:
        self._static = {
            path.name: _file(_lean(path), _MEDIA_TYPES[path.suffix])
            for path in sorted((_HERE / "static").iterdir())
            if path.suffix in _MEDIA_TYPES
        }
        self.version = _digest(*(part for name, file in self._static.items() for part in (name.encode(), file.content)))
        self._templates = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
        self._pages = {language: self._page(language) for language in LANGUAGES}
        self.worker = self._worker()

    def static(self, name: str) -> File | None:
        return self._static.get(name)

    def page(self, language: Language) -> File:
        return self._pages[language]

    def manifest(self, language: Language) -> dict[str, object]:
        """The web app manifest, so that the chat can sit on the home screen."""
        page = words(language)["page"]
        icons = [
            {"src": self._address("icon.svg"), "sizes": "any", "type": "image/svg+xml"},
            {"src": self._address("icon.png"), "sizes": "192x192", "type": "image/png", "purpose": "any maskable"},
        ]
        return {
            "name": page["name"],
            "short_name": page["name"],
            "description": page["description"],
            "lang": page["lang"],
            "start_url": _home(language),
            "scope": "/",
            "display": "standalone",
            "background_color": "#f6f3ee",
            "theme_color": _THEME,
            "icons": icons,
        }

    def _page(self, language: Language) -> File:
        tables = words(language)
        html = self._templates.get_template("page.html").render(
            w=tables,
            script_words={
                "dial": [entry["number"] for entry in tables["header"]["dial"]],
                **{name: tables[name] for name in _SCRIPT_TABLES},
            },
            language=language,
            other="en" if language == "zh" else "zh",
            home=_home(language),
            other_home=_home("en" if language == "zh" else "zh"),
            address=self._address,
            modules=[name for name in self._static if name.endswith(".js")],
            theme=_THEME,
        )
        return _file(html.encode(), "text/html; charset=utf-8")

    def _worker(self) -> File:
        shell = [_home(language) for language in LANGUAGES]
        shell += [self._address(name) for name in self._static if not name.endswith(".png")]
        version = _digest(self.version.encode(), *(page.content for page in self._pages.values()))
        script = self._templates.get_template("sw.js").render(version=version, shell=shell)
        return _file(script.encode(), "text/javascript; charset=utf-8")

    def _address(self, name: str) -> str:
        return f"/static/{self.version}/{name}"


def page_routes(shell: Shell, ready: Callable[[], Mapping[str, object]]) -> APIRouter:
    """Everything that is read with GET."""
    routes = APIRouter()

    @routes.api_route("/", methods=_METHODS)
    async def page(request: Request) -> Response:
        return _sent(request, shell.page(chosen(request.query_params.get("lang"))), _ASK_AGAIN)

    @routes.api_route("/static/{version}/{name}", methods=_METHODS)
    async def static(request: Request, version: str, name: str) -> Response:
        """A page left open across an upgrade still finds its files, but may not keep them under the old name."""
        file = shell.static(name)
        if file is None:
            raise ProblemError(404, "not_found")
        return _sent(request, file, _FOR_A_YEAR if version == shell.version else _ASK_AGAIN)

    @routes.api_route("/sw.js", methods=_METHODS)
    async def worker(request: Request) -> Response:
        return _sent(request, shell.worker, _ASK_AGAIN)

    @routes.api_route("/manifest.webmanifest", methods=_METHODS)
    async def manifest(request: Request) -> Response:
        content = shell.manifest(chosen(request.query_params.get("lang")))
        return JSONResponse(content, media_type="application/manifest+json", headers={"Cache-Control": _ASK_AGAIN})

    @routes.api_route("/livez", methods=_METHODS)
    async def livez() -> Response:
        return JSONResponse({"ok": True}, headers={"Cache-Control": "no-store"})

    @routes.api_route("/readyz", methods=_METHODS)
    async def readyz() -> Response:
        state = dict(ready())
        return JSONResponse(state, 200 if state.get("ok", True) else 503, headers={"Cache-Control": "no-store"})

    return routes


def _sent(request: Request, file: File, caching: str) -> Response:
    """The file, or 304 when the browser has it. Proxies that compress turn an ETag weak, hence the lenient look."""
    headers = {"ETag": f'W/"{file.etag}"', "Cache-Control": caching}
    if file.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(file.content, media_type=file.media_type, headers=headers)


def _lean(path: Path) -> bytes:
    """A file as it travels: scripts leave the lines behind that hold nothing but a comment, a tenth of the first load."""
    content = path.read_bytes()
    return _COMMENT_LINE.sub(b"", content) if path.suffix == ".js" else content


def _home(language: Language) -> str:
    return "/" if language == "zh" else f"/?lang={language}"


def _file(content: bytes, media_type: str) -> File:
    return File(content, media_type, _digest(content))


def _digest(*parts: bytes) -> str:
    total = hashlib.sha256()
    for part in parts:
        total.update(len(part).to_bytes(8, "big") + part)
    return total.hexdigest()[:12]
