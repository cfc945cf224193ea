"""The web application: routes, guard and compression joined around one `Talk`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager

from fastapi import APIRouter, FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response

from bot.channels.web.guarding import Guard
from bot.channels.web.messages import message_routes
from bot.channels.web.pages import Shell, page_routes
from bot.channels.web.problems import ProblemError, problem_response
from bot.dialogue.ports import Talk

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]
_KEYS = {404: "not_found", 405: "not_allowed"}


def web_application(talk: Talk, *, ready: Callable[[], Mapping[str, object]], public_url: str = "",
                    beside: Sequence[APIRouter] = (), lifespan: Lifespan | None = None) -> FastAPI:  # fmt: skip
    """The chat over HTTP.

    `ready` is shown at /readyz (503 while its "ok" is false). `public_url` is the address riders use; when it is
    https the cookie is sent over TLS only. `beside` are routes of other channels, `lifespan` runs around the
    serving. The application starts nothing and owns nothing: `talk` does.
    """
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, title="red-station", lifespan=lifespan)
    app.include_router(page_routes(Shell(), ready))
    app.include_router(message_routes(talk, secure=public_url.lower().startswith("https://")))
    for routes in beside:
        app.include_router(routes)
    app.add_exception_handler(ProblemError, _refused)
    app.add_exception_handler(HTTPException, _refused)
    app.add_middleware(GZipMiddleware, minimum_size=500)
    app.add_middleware(Guard, public_url=public_url)  # added last, so it stands outermost
    return app


async def _refused(request: Request, error: Exception) -> Response:
    """A refusal as one line of JSON, whether it is ours or the router's."""
    if isinstance(error, ProblemError):
        return problem_response(error.status, error.key, request.headers)
    status = error.status_code if isinstance(error, HTTPException) else 500
    return problem_response(status, _KEYS.get(status, "failed" if status >= 500 else "not_valid"), request.headers)
