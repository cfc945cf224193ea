"""The server itself, in a thread of its own: people come and go, a bot is served, tests wait for what happens."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Self, TypeVar

from aiohttp import web

from tests.botapi.handling import Fault, Handling, Request
from tests.botapi.journal import Journal
from tests.botapi.limits import Early, Limits
from tests.botapi.people import Group, Person
from tests.botapi.trouble import Trouble
from tests.botapi.updates import Replay, Signal, Updates
from tests.botapi.webhooks import Webhooks
from tests.botapi.world import Chat, Json, World

Result = TypeVar("Result")
TOKEN = "7000000000:TEST-token_of_a_bot_that_does_not_exist"
LARGEST_BODY = 50 * 2**20


class BotApi:
    """A Bot API server for one bot; a context manager. `url` is its address.

    `limits` enforces Telegram's pace (None: no limits), `replay` makes updates untidy, `journal` names a file for what is
    delivered, `webhook_unit` is the second of a webhook's retries, `seed` decides what trouble by chance does. `clock` is for
    limits and bans, seconds.
    """

    def __init__(
        self,
        *,
        token: str = TOKEN,
        username: str = "redstation_bot",
        port: int = 0,
        limits: Limits | None = None,
        replay: Replay | None = None,
        journal: Path | None = None,
        webhook_unit: float = 1.0,
        seed: int = 1,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.token = token
        self.url = ""
        self.trouble = Trouble(seed)
        self.replay = replay or Replay()
        self._port = port
        self._signal = Signal()
        self._updates = Updates(self._signal, self.replay)
        self._journal = Journal(journal)
        self._world = World(_bot(token, username), self._updates, self._signal, self._journal)
        self._handling = Handling(token, self._world, self.trouble, limits, clock)
        self._webhooks = Webhooks(self._updates, self._handling.webhook_answered, unit=webhook_unit)
        self._handling.serve(self._webhooks.table())
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="botapi", daemon=True)
        self._runner: web.AppRunner | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._in_loop(self._open())}"
        return self

    def __exit__(self, *error: object) -> None:
        self._in_loop(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._journal.close()

    def user(self, name: str = "小李", language_code: str = "zh-hans", *, met: bool = True) -> Person:
        """A new person. Telegram refuses the first word to somebody who never wrote (`met` False)."""

        def make() -> Person:
            number = 1_000_000_000 + next(self._world.identities)
            facts = {"id": number, "is_bot": False, "first_name": name, "language_code": language_code}
            chat = self._world.chats[number] = Chat({"id": number, "type": "private", "first_name": name}, met=met)
            return Person(self, self._world, chat, facts)

        return self.call(make)

    def group(self, title: str, *people: Person, silent: bool = False) -> Group:
        """A supergroup with the bot in it. `silent`: the bot hears only commands, mentions and replies (privacy mode)."""

        def make() -> Group:
            number = -1_001_000_000_000 - next(self._world.identities)
            chat = self._world.chats[number] = Chat({"id": number, "type": "supergroup", "title": title}, silent=silent)
            chat.members |= {person.facts["id"]: person.facts for person in people}
            return Group(self, self._world, chat)

        return self.call(make)

    @property
    def faults(self) -> list[Fault]:
        """What no good bot sends, and was refused: tests assert that it is empty."""
        return self._handling.faults

    @property
    def requests(self) -> list[Request]:
        """Everything that was asked, oldest first."""
        return self._handling.requests

    @property
    def early(self) -> list[Early]:
        """Requests that came inside an announced ban."""
        return self._handling.bans.early

    @property
    def pending(self) -> int:
        """How many updates the bot has not confirmed."""
        return len(self._updates.pending)

    @property
    def webhook_error(self) -> str:
        """What last went wrong with the webhook that is set, "" for nothing."""
        return self._webhooks.error

    def calls(self, method: str) -> list[Request]:
        """The requests of one method, oldest first."""
        return [request for request in self.requests if request.method == method]

    async def settled(self, within: float = 10.0) -> None:
        """Wait until the bot has confirmed every update."""
        await self.wait(lambda: True if not self._updates.pending else None, within, "every update confirmed")

    def call(self, work: Callable[[], Result]) -> Result:
        """Do something on the server's loop and wait for it."""

        async def run() -> Result:
            return work()

        return self._in_loop(run())

    async def wait(self, look: Callable[[], Result | None], within: float, what: str) -> Result:
        """What `look` finds, looked for on the server's loop whenever something happens; AssertionError after so many seconds."""
        future = asyncio.run_coroutine_threadsafe(self._signal.until(look, within), self._loop)
        return self._found(await asyncio.wrap_future(future), within, what)

    def wait_here(self, look: Callable[[], Result | None], within: float, what: str) -> Result:
        """The same for tests that are not asynchronous."""
        return self._found(self._in_loop(self._signal.until(look, within), within + 30), within, what)

    def _found(self, found: Result | None, within: float, what: str) -> Result:
        assert found is not None, f"not within {within} s: {what}; faults: {self.faults}"
        return found

    def _in_loop(self, work: Coroutine[Any, Any, Result], seconds: float = 120) -> Result:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(seconds)

    async def _open(self) -> int:
        application = web.Application(client_max_size=LARGEST_BODY)
        application.router.add_route("*", "/bot{token}/{method}", self._handling.receive)
        application.router.add_get("/file/bot{token}/files/{name}", self._handling.send_file)
        self._runner = web.AppRunner(application, handler_cancellation=True, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        return int(self._runner.addresses[0][1])

    async def _close(self) -> None:
        await self._webhooks.close()
        if self._runner is not None:
            await self._runner.cleanup()


def _bot(token: str, username: str) -> Json:
    abilities = ("supports_inline_queries", "can_read_all_group_messages", "can_connect_to_business", "has_main_web_app")
    number = int(token.partition(":")[0])
    names = {"id": number, "is_bot": True, "first_name": "红小驿", "username": username, "can_join_groups": True}
    return names | dict.fromkeys(abilities, False)
