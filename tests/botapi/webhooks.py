"""Webhooks as Telegram sends them, and the four methods about receiving updates.

One POST an update, the updates of a chat one after another and those of different chats side by side, at most `max_connections` at
once. Anything but 2xx is sent again: at once, then after 2, 4, 8 … units, or after the answer's Retry-After. (telegram-bot-api's
WebhookActor.) Like a Bot API server run with --local this one takes http:// addresses and any port.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import aiohttp

from tests.botapi.links import link_problem
from tests.botapi.refusing import bad
from tests.botapi.sending import Method
from tests.botapi.updates import Update, Updates
from tests.botapi.world import Json, World

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
LONGEST_DELAY = 60  # units
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


@dataclass
class Webhook:
    """A webhook that is set, and what is on its way to it."""

    url: str
    secret: str
    max_connections: int
    lanes: dict[int, deque[Update]] = field(default_factory=lambda: defaultdict(deque))
    taken: set[int] = field(default_factory=set)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    error_at: int = 0
    error: str = ""


class Webhooks:
    """Delivers the updates of one bot to the webhook that is set. `unit` is Telegram's second of waiting before a new try.

    `answered` is told what each 2xx answer says: Telegram would carry out a method named there.
    """

    def __init__(self, updates: Updates, answered: Callable[[bytes], None], *, unit: float = 1.0) -> None:
        self._updates = updates
        self._answered = answered
        self._unit = unit
        self._hook: Webhook | None = None
        self._running: asyncio.Task[None] | None = None
        self._session: aiohttp.ClientSession | None = None

    def table(self) -> dict[str, Method]:
        """The methods about receiving."""
        return {
            "getUpdates": self._get_updates,
            "setWebhook": self._set,
            "deleteWebhook": self._delete,
            "getWebhookInfo": self._info,
        }

    @property
    def error(self) -> str:
        """What last went wrong with the webhook that is set, "" for nothing."""
        return self._hook.error if self._hook else ""

    async def close(self) -> None:
        """Stop delivering."""
        await self._stop()
        if self._session is not None:
            await self._session.close()

    async def _get_updates(self, world: World, given: Json) -> list[Json]:
        self._updates.allow(given.get("allowed_updates"))
        return await self._updates.poll(given.get("offset"), given.get("limit"), given.get("timeout"))

    async def _set(self, world: World, given: Json) -> bool:
        if not given["url"]:
            return await self._delete(world, given)
        if (problem := link_problem(given["url"])) or not given["url"].startswith(("http://", "https://")):
            raise bad(f"bad webhook: {problem or 'An HTTPS URL must be provided for webhook'}")
        if "secret_token" in given and not _SECRET.fullmatch(given["secret_token"]):
            raise bad("secret token contains unallowed characters")
        if not 1 <= given.get("max_connections", 40) <= 100:
            raise bad("max_connections must be between 1 and 100")
        await self._stop()
        self._updates.allow(given.get("allowed_updates"))
        self._updates.end_poll("setWebhook request")
        self._updates.webhook_set = True
        if given.get("drop_pending_updates"):
            self._updates.forget()
        self._hook = Webhook(given["url"], given.get("secret_token", ""), given.get("max_connections", 40))
        self._running = asyncio.create_task(self._run(self._hook))
        return True

    async def _delete(self, world: World, given: Json) -> bool:
        await self._stop()
        self._updates.webhook_set = False
        if given.get("drop_pending_updates"):
            self._updates.forget()
        return True

    async def _info(self, world: World, given: Json) -> Json:
        info: Json = {
            "url": self._hook.url if self._hook else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates.pending),
        }
        if self._hook:
            info["max_connections"] = self._hook.max_connections
        if self._hook and self._hook.error:
            info |= {"last_error_date": self._hook.error_at, "last_error_message": self._hook.error}
        return info

    async def _stop(self) -> None:
        tasks = [self._running, *(self._hook.tasks if self._hook else ())]
        self._hook = self._running = None
        for task in tasks:
            if task is not None:
                task.cancel()
        await asyncio.gather(*(task for task in tasks if task is not None), return_exceptions=True)

    async def _run(self, hook: Webhook) -> None:
        free = asyncio.Semaphore(hook.max_connections)
        while True:
            found = await self._updates.signal.until(lambda: self._fresh(hook) or None, 3600)
            for update in found or ():
                hook.taken.add(update.number)
                hook.lanes[update.lane].append(update)
                if len(hook.lanes[update.lane]) == 1:
                    task = asyncio.create_task(self._drain(hook, update.lane, free))
                    hook.tasks.add(task)
                    task.add_done_callback(hook.tasks.discard)

    def _fresh(self, hook: Webhook) -> list[Update]:
        return [update for update in self._updates.pending if update.number not in hook.taken]

    async def _drain(self, hook: Webhook, lane: int, free: asyncio.Semaphore) -> None:
        """Deliver a lane until it is empty; an update leaves it only when it has been taken."""
        await asyncio.sleep(0)  # what was queued in the same breath belongs to the lane before the order is decided
        queue = hook.lanes[lane]
        while queue:
            if len(queue) > 1 and self._updates.replay.swaps():
                queue[0], queue[1] = queue[1], queue[0]
            update = queue[0]
            await self._deliver(hook, update, free)
            if self._updates.replay.copies():
                await self._deliver(hook, update, free)
            queue.popleft()
            self._updates.pending = [other for other in self._updates.pending if other.number != update.number]
            self._updates.signal.stir()

    async def _deliver(self, hook: Webhook, update: Update, free: asyncio.Semaphore) -> None:
        delay = 1
        failures = 0
        while True:
            async with free:
                error, wait = await self._post(hook, update)
            if not error:
                return
            hook.error, hook.error_at = error, int(time.time())
            self._updates.signal.stir()
            if not wait and failures:
                delay = min(delay * 2, LONGEST_DELAY)
                wait = delay
            failures += 1
            await asyncio.sleep(wait * self._unit)

    async def _post(self, hook: Webhook, update: Update) -> tuple[str, int]:
        """What went wrong ("" for nothing) and the Retry-After that the bot asked for."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60))
        headers = {SECRET_HEADER: hook.secret} if hook.secret else {}
        try:
            async with self._session.post(hook.url, json=update.body, headers=headers, allow_redirects=False) as answer:
                body = await answer.read()
                if 200 <= answer.status < 300:
                    self._answered(body)
                    return "", 0
                return f"Wrong response from the webhook: {answer.status} {answer.reason}", _seconds(answer.headers)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return f"Webhook connection closed: {type(error).__name__}", 0


def _seconds(headers: Mapping[str, str]) -> int:
    value = headers.get("Retry-After", "")
    return int(value) if value.isdigit() else 0
