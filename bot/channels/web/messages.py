"""The calls of the chat: one rider's words or one tapped button in, one message out; and 有用/没用."""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import asdict
from typing import Annotated, TypeVar

from fastapi import APIRouter, Request, Response
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from starlette.responses import JSONResponse

from bot.channels.web.problems import ProblemError
from bot.channels.web.wording import Language, chosen
from bot.dialogue.message import Message
from bot.dialogue.ports import Talk

BODY_LIMIT = 64 * 1024  # bytes
TEXT_LIMIT = 10_000  # characters
ACTION_LIMIT = 64  # bytes
CONVERSATION_COOKIE = "conversation"
CONVERSATION_SECONDS = 30 * 24 * 3600  # renewed by every message; a month of silence starts afresh

_TOKEN = re.compile(r"[A-Za-z0-9_-]{32,64}")
_UNPAIRED = re.compile(r"[\ud800-\udfff]")  # half an emoji, cut by a keyboard: no encoding can carry it


def _mended(value: object) -> object:
    return _UNPAIRED.sub("\ufffd", value) if isinstance(value, str) else value


def _short(action: str) -> str:
    if len(action.encode("utf-8", "replace")) > ACTION_LIMIT:
        raise ValueError(f"an action has at most {ACTION_LIMIT} bytes")
    return action


RequestName = Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]{1,64}$")]
Action = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_./-]*(:[^\s\p{C}]+)?$"), AfterValidator(_short)]
Body = TypeVar("Body", bound=BaseModel)


class Point(BaseModel):
    """A place as the browser reports it: WGS-84 degrees."""

    model_config = ConfigDict(strict=True)
    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)


class Incoming(BaseModel):
    """One message of a rider; `request` names it once and for all."""

    model_config = ConfigDict(strict=True)
    request: RequestName
    text: Annotated[str, BeforeValidator(_mended), Field(max_length=TEXT_LIMIT)]
    location: Point | None = None
    language: str | None = Field(default=None, max_length=35)


class Tapped(BaseModel):
    """A button of kind `act`; `action` is its value, `request` names the tap once and for all."""

    model_config = ConfigDict(strict=True)
    request: RequestName
    action: Action
    language: str | None = Field(default=None, max_length=35)


class Rating(BaseModel):
    """有用 or 没用 for the reply to `request`."""

    model_config = ConfigDict(strict=True)
    request: RequestName
    useful: bool


def message_routes(talk: Talk, secure: bool) -> APIRouter:
    """The routes under /api. `secure` marks the cookie for HTTPS only."""
    routes = APIRouter(prefix="/api")

    @routes.post("/messages")
    async def message(request: Request) -> JSONResponse:
        incoming = await _read(request, Incoming)
        conversation = _conversation(request) or secrets.token_urlsafe(32)
        place = incoming.location
        reply = await talk.reply(
            conversation,
            incoming.text,
            incoming.request,
            (place.lat, place.lon) if place else None,
            _language(request, incoming.language),
        )
        return _answered(incoming.request, reply, conversation, secure)

    @routes.post("/actions")
    async def action(request: Request) -> JSONResponse:
        tapped = await _read(request, Tapped)
        conversation = _conversation(request) or secrets.token_urlsafe(32)
        reply = await talk.act(conversation, tapped.action, tapped.request, _language(request, tapped.language))
        return _answered(tapped.request, reply, conversation, secure)

    @routes.post("/feedback")
    async def feedback(request: Request) -> Response:
        rating = await _read(request, Rating)
        await talk.rate(rating.request, rating.useful)
        return Response(status_code=204)

    @routes.delete("/conversation")
    async def forget(request: Request) -> Response:
        """清空对话: what is kept of the conversation is erased, and the next message starts another one."""
        if (conversation := _conversation(request)) is not None:
            await talk.forget(conversation)
        response = Response(status_code=204)
        response.delete_cookie(CONVERSATION_COOKIE, httponly=True, samesite="lax", secure=secure)
        return response

    return routes


def _conversation(request: Request) -> str | None:
    """The token we once gave this browser; anything else in the cookie counts as none."""
    token = request.cookies.get(CONVERSATION_COOKIE, "")
    return token if _TOKEN.fullmatch(token) else None


def _language(request: Request, wish: str | None) -> Language:
    return chosen(wish or request.headers.get("accept-language"))


def _answered(request: str, message: Message, conversation: str, secure: bool) -> JSONResponse:
    """The reply, and the cookie that keeps the conversation for another month."""
    response = JSONResponse(_rendered(request, message), headers={"Cache-Control": "no-store"})
    response.set_cookie(
        CONVERSATION_COOKIE,
        conversation,
        max_age=CONVERSATION_SECONDS,
        httponly=True,
        samesite="lax",
        secure=secure,
    )
    return response


async def _read(request: Request, model: type[Body]) -> Body:
    """The body as `model`, or a ProblemError: 413 when it is too big, 422 when it is not what we asked for."""
    raw = await _body(request)
    try:
        return model.model_validate(json.loads(raw))
    except ValidationError as error:
        raise ProblemError(422, "not_valid") from error
    except (ValueError, RecursionError) as error:
        raise ProblemError(422, "not_json") from error


async def _body(request: Request) -> bytes:
    """The whole body, given up as soon as it is over the limit, whatever Content-Length claims."""
    claimed = request.headers.get("content-length", "0")
    if claimed.isdecimal() and int(claimed) > BODY_LIMIT:
        raise ProblemError(413, "too_large")
    collected = bytearray()
    async for piece in request.stream():
        collected += piece
        if len(collected) > BODY_LIMIT:
            raise ProblemError(413, "too_large")
    return bytes(collected)


def _rendered(request: str, message: Message) -> dict[str, object]:
    """The reply as JSON; the page shows `body`, `chips` and `stations`, plain clients may use `text`."""
    return {
        "request": request,
        "kind": message.kind,
        "text": message.text,
        "body": message.body,
        "spoken": message.spoken,
        "chips": [asdict(chip) for chip in message.chips],
        "quick_replies": list(message.quick_replies),
        "dial": list(message.dial),
        "rateable": message.rateable,
        "asks_location": message.asks_location,
        "stations": [asdict(station) for station in message.stations],
        "buttons": [asdict(button) for button in message.buttons],
        "flow": message.flow,
        "read_aloud": message.read_aloud,
        "release": message.release,
        "ms": round(message.milliseconds, 1),
    }
