"""One request after another: who may ask, what was asked, what goes wrong on purpose, what is answered."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any

from aiohttp import web

from tests.botapi.editing import EDITING
from tests.botapi.limits import Bans, Limits, Pace, lane
from tests.botapi.presenting import PRESENTING
from tests.botapi.reading import parameters, written
from tests.botapi.refusing import RefusedError, bad, too_many
from tests.botapi.schema import schema
from tests.botapi.sending import SENDING, Method
from tests.botapi.trouble import Drop, Hang, Refuse, Rule, ServerError, TooMany, Trouble
from tests.botapi.world import Json, World

_TITLES = {500: "Internal Server Error", 502: "Bad Gateway"}


@dataclass(frozen=True, slots=True)
class Fault:
    """A request that a good bot does not send, and what was answered."""

    method: str
    description: str
    given: Json


@dataclass(eq=False)
class Request:
    """A request as it came. `outcome` is "ok", the description of a refusal, or the trouble it met. `at`: the server's clock."""

    method: str
    given: Json
    chat: int | None
    at: float
    outcome: str = ""


class Handling:
    """Answers the requests of one bot."""

    def __init__(self, token: str, world: World, trouble: Trouble, limits: Limits | None, clock: Callable[[], float]) -> None:
        self.faults: list[Fault] = []
        self.requests: list[Request] = []
        self.bans = Bans()
        self._token = token
        self._world = world
        self._trouble = trouble
        self._pace = Pace(limits) if limits else None
        self._clock = clock
        self._methods: dict[str, Method] = {**SENDING, **EDITING, **PRESENTING}

    def serve(self, methods: dict[str, Method]) -> None:
        """Answer these methods, too."""
        self._methods |= methods

    async def send_file(self, request: web.Request) -> web.Response:
        """A file that getFile named."""
        content = self._world.files.get(request.match_info["name"])
        if content is None or request.match_info["token"] != self._token:
            return web.json_response(RefusedError(404, "").body(), status=404)
        return web.Response(body=content)

    async def receive(self, request: web.Request) -> web.StreamResponse:
        """One method."""
        if request.match_info["token"] != self._token:
            return web.json_response(RefusedError(401, "").body(), status=401)
        met = Request(request.match_info["method"], {}, None, self._clock())
        self.requests.append(met)
        try:
            met.given = self._checked(met.method, await written(request))
            met.chat = met.given.get("chat_id") if isinstance(met.given.get("chat_id"), int) else None
            rule = self._admit(met)
            return await (self._strike(request, met, rule) if rule else self._answer(met))
        except RefusedError as refused:
            return self._refuse(met, refused)

    def webhook_answered(self, body: bytes) -> None:
        """A method in the answer to a webhook has no result and is not simulated: no bot of ours may lean on it."""
        if b"method" not in body:
            return
        try:
            said = json.loads(body)
        except ValueError:
            said = {"method": "unreadable"}
        if isinstance(said, dict) and "method" in said:
            self.faults.append(Fault(str(said["method"]), "a method in the answer to a webhook is not simulated", said))

    def _checked(self, name: str, raw: Json) -> Json:
        shape = schema().methods.get(name)
        if shape is None:
            raise RefusedError(404, "method not found", fault=True)
        given = parameters(raw, shape, schema())
        if name not in self._methods:
            raise bad(f"{name} is not simulated")
        return given

    def _admit(self, met: Request) -> Rule | None:
        """Refuses what comes inside a ban or beyond the limits; the trouble that was ordered for a request."""
        if ban := self.bans.hit(met.method, met.chat, met.at):
            raise too_many(ban.left(met.at))
        rule = self._trouble.strike(met.method, met.chat)
        if rule is not None or self._pace is None or met.chat is None or lane(met.method) != "send":
            return rule
        if exceeded := self._pace.exceeded(met.chat, met.at):
            about, seconds = exceeded
            self.bans.announce(met.method, about, seconds, met.at)
            raise too_many(seconds)
        return None

    async def _strike(self, request: web.Request, met: Request, rule: Rule) -> web.StreamResponse:
        met.outcome = type(rule.effect).__name__
        match rule.effect:
            case TooMany(retry_after):
                self.bans.announce(met.method, rule.chat, retry_after, met.at)
                raise too_many(retry_after)
            case Refuse(code, description, parameters):
                body: Json = {"ok": False, "error_code": code, "description": description}
                return web.json_response(body | ({"parameters": dict(parameters)} if parameters else {}), status=code)
            case ServerError(status, page):
                title = _TITLES.get(status, "Server Error")
                if page:
                    return web.Response(status=status, text=f"<h1>{status} {title}</h1>", content_type="text/html")
                return web.json_response({"ok": False, "error_code": status, "description": title}, status=status)
            case Hang(delivered):
                if delivered:
                    await self._result(met)
                await asyncio.Event().wait()  # until the client gives up or the server closes
            case Drop(delivered):
                if delivered:
                    await self._result(met)
                if request.transport is not None:
                    request.transport.abort()
        return web.Response()

    async def _result(self, met: Request) -> Any:
        result = self._methods[met.method](self._world, met.given)
        if isawaitable(result):
            result = await result
        problem = schema().problem(result, schema().methods[met.method].alternatives, met.method)
        if problem is not None:
            self.faults.append(Fault(met.method, f"the answer of this server is wrong: {problem}", met.given))
            raise AssertionError(problem)
        return result

    async def _answer(self, met: Request) -> web.Response:
        result = await self._result(met)
        met.outcome = "ok"
        return web.json_response({"ok": True, "result": result})

    def _refuse(self, met: Request, refused: RefusedError) -> web.Response:
        met.outcome = refused.description
        if refused.fault:
            self.faults.append(Fault(met.method, refused.description, met.given))
        return web.json_response(refused.body(), status=refused.code)
