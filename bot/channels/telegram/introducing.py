"""What the bot tells Telegram about itself when it starts: the command menu in both languages, and how it takes updates."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import AiogramError, TelegramRetryAfter
from aiogram.types import BotCommand

from bot.channels.telegram.addressing import Self
from bot.channels.telegram.options import Options
from bot.channels.telegram.reading import ALLOWED
from bot.dialogue.commanding import MENU
from bot.dialogue.wording import wording

log = logging.getLogger(__name__)
Result = TypeVar("Result")
FIRST_DELAY, LONGEST_DELAY = 1.0, 60.0  # seconds
GLANCE = 8  # seconds
MOST_CONNECTIONS = 64
_MENUS = ((None, "zh"), ("zh", "zh"), ("en", "en"))  # Telegram's language (None: every other) and ours


def open_bot(options: Options) -> Bot:
    """Aiogram's client for the chosen server, through the proxy where there is one."""
    server = TelegramAPIServer.from_base(options.base_url)
    return Bot(options.token, session=AiohttpSession(api=server, proxy=options.proxy or None))


async def look_up(options: Options) -> str:
    """The bot's user name, "" where Telegram cannot be reached or does not accept the token. One try of a few seconds."""
    bot = open_bot(options)
    try:
        user = await bot.get_me(request_timeout=GLANCE)
    except (AiogramError, OSError):
        return ""
    finally:
        await bot.session.close()
    return user.username or ""


async def who_we_are(bot: Bot) -> Self:
    """The bot's number and user name. Goes on until Telegram has told them, as everything here."""
    user = await persistently(bot.get_me)
    return Self(user.id, user.username or "")


async def take_updates(bot: Bot, options: Options) -> None:
    """By webhook, or by polling only."""
    if options.webhook:
        settings = {"secret_token": options.secret, "allowed_updates": list(ALLOWED), "max_connections": MOST_CONNECTIONS}
        await persistently(partial(bot.set_webhook, options.webhook, **settings))  # type: ignore[arg-type]
    else:
        await persistently(partial(bot.delete_webhook, drop_pending_updates=False))


async def show_menus(bot: Bot) -> None:
    """The command menu in every language."""
    for code, language in _MENUS:
        await persistently(partial(bot.set_my_commands, commands(language), language_code=code))


def commands(language: str) -> list[BotCommand]:
    """The menu in one of our languages."""
    say = wording(language)
    return [BotCommand(command=name, description=say.say(f"telegram.command_{name}")) for name in MENU]


async def persistently(call: Callable[[], Awaitable[Result]]) -> Result:
    """Call until it works."""
    delay = FIRST_DELAY
    while True:
        try:
            return await call()
        except TelegramRetryAfter as error:
            await asyncio.sleep(error.retry_after)
        except (AiogramError, OSError) as error:
            log.warning("Telegram cannot be reached or does not accept the settings (%s); trying again", type(error).__name__)
            await asyncio.sleep(delay)
            delay = min(delay * 2, LONGEST_DELAY)
