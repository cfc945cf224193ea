"""Errors as the rider sees them: one clear line of JSON, never a stack trace."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.responses import JSONResponse

from bot.channels.web.wording import chosen, error_line, words


class ProblemError(Exception):
    """A request that cannot be served. `key` names the line in the wording's [errors] table."""

    def __init__(self, status: int, key: str) -> None:
        super().__init__(f"{status} {key}")
        self.status = status
        self.key = key


def problem_response(status: int, key: str, headers: Headers) -> JSONResponse:
    """`{"error": line}` in the page's language, with the emergency numbers when the fault is ours."""
    wish = headers.get("accept-language")
    content: dict[str, object] = {"error": error_line(key, wish)}
    if status >= 500:
        content["dial"] = [entry["number"] for entry in words(chosen(wish))["header"]["dial"]]
    return JSONResponse(content, status, headers={"Cache-Control": "no-store"})
