"""Trouble made to order reaches both clients as the error that each has for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.ext import ExtBot

from tests.botapi.conftest import Ask, aiogram_bot, ptb_bot
from tests.botapi.server import BotApi
from tests.botapi.trouble import Drop, Effect, Hang, Refuse, ServerError, TooMany, Trouble

TROUBLE = [
    (TooMany(3), TelegramRetryAfter, RetryAfter, 0),
    (Refuse(400, "Bad Request: chat not found"), TelegramBadRequest, BadRequest, 0),
    (Refuse(403, "Forbidden: bot was blocked by the user"), TelegramForbiddenError, Forbidden, 0),
    (Refuse(400, "Bad Request: moved", {"migrate_to_chat_id": -100}), TelegramMigrateToChat, ChatMigrated, 0),
    (ServerError(500), TelegramServerError, NetworkError, 0),
    (ServerError(502, page=True), ClientDecodeError, TelegramError, 0),
    (Drop(), TelegramNetworkError, NetworkError, 0),
    (Drop(delivered=True), TelegramNetworkError, NetworkError, 1),
    (Hang(), TelegramNetworkError, TimedOut, 0),
    (Hang(delivered=True), TelegramNetworkError, TimedOut, 1),
]
NAMES = [repr(row[0]) for row in TROUBLE]
Send = Callable[[int, str], Awaitable[object]]


async def meets(server: BotApi, send: Send, effect: Effect, error: type[Exception], delivered: int) -> Exception:
    person, other = server.user(), server.user("小王")
    rule = server.trouble.add(effect, method="sendMessage", chat=person.id, nth=2)
    await send(person.id, "一")
    await send(other.id, "别人的不算")
    with pytest.raises(error) as met:
        await send(person.id, "二")
    assert (rule.met, rule.struck) == (2, 1)
    assert [said.text for said in person.said] == ["一", "二"][: 1 + delivered]
    if not isinstance(effect, TooMany):
        await send(person.id, "三")
        assert person.said[-1].text == "三"
    assert server.faults == []
    return met.value


@pytest.mark.parametrize(("effect", "error", "_", "delivered"), TROUBLE, ids=NAMES)
async def test_aiogram_meets(server: BotApi, effect: Effect, error: type[Exception], _: type[Exception], delivered: int) -> None:
    bot = aiogram_bot(server, 0.5)
    try:
        met = await meets(server, bot.send_message, effect, error, delivered)
    finally:
        await bot.session.close()
    if isinstance(met, TelegramRetryAfter):
        assert met.retry_after == 3


@pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")
@pytest.mark.parametrize(("effect", "_", "error", "delivered"), TROUBLE, ids=NAMES)
async def test_python_telegram_bot_meets(
    server: BotApi, effect: Effect, _: type[Exception], error: type[Exception], delivered: int
) -> None:
    async with ptb_bot(server, 0.5) as sender:
        met = await meets(server, sender.send_message, effect, error, delivered)
    if isinstance(met, ChatMigrated):
        assert met.new_chat_id == -100


async def test_blocked_deleted_unmet_and_moved_are_told_apart(server: BotApi, bot: Bot, sender: ExtBot[None]) -> None:
    blocked, gone, unmet = server.user(), server.user(), server.user(met=False)
    group = server.group("车队群", blocked)
    left = server.group("旧群")
    left.removes_bot(blocked)
    blocked.blocks()
    gone.leaves_telegram()
    moved = group.migrates()
    for chat, words, theirs in (
        (blocked.id, "Forbidden: bot was blocked by the user", Forbidden),
        (gone.id, "Forbidden: user is deactivated", Forbidden),
        (left.id, "Forbidden: bot was kicked from the supergroup chat", Forbidden),
        (unmet.id, "Bad Request: chat not found", BadRequest),
        (12345, "Bad Request: chat not found", BadRequest),
    ):
        with pytest.raises((TelegramForbiddenError, TelegramBadRequest), match=words):
            await bot.send_message(chat, "在吗")
        with pytest.raises(theirs):
            await sender.send_message(chat, "在吗")
    with pytest.raises(TelegramMigrateToChat) as migrated:
        await bot.send_message(group.id, "在吗")
    assert migrated.value.migrate_to_chat_id == moved.id
    assert (await bot.send_message(moved.id, "在吗")).chat.id == moved.id
    blocked.unblocks()
    unmet.says("你好")
    await sender.send_message(unmet.id, "您好")
    await sender.send_message(blocked.id, "欢迎回来")
    assert server.faults == []  # these happen to good bots


async def test_what_comes_inside_an_announced_ban_is_refused_and_written_down(ask: Ask, server: BotApi) -> None:
    one, other = server.user(), server.user()
    server.trouble.add(TooMany(30), chat=one.id)
    assert (await ask("sendMessage", chat_id=one.id, text="甲"))["parameters"] == {"retry_after": 30}
    assert (await ask("sendMessage", chat_id=other.id, text="乙"))["ok"]  # the ban is about one chat
    assert server.early == []
    assert (await ask("sendMessage", chat_id=one.id, text="甲"))["description"] == "Too Many Requests: retry after 30"
    assert [(early.method, early.chat) for early in server.early] == [("sendMessage", one.id)]
    assert 0 < server.early[0].after < 5
    assert (await ask("answerCallbackQuery", callback_query_id="1"))["error_code"] == 400  # no send: not banned


async def test_chances_come_from_the_seed() -> None:
    def struck(seed: int) -> list[bool]:
        trouble = Trouble(seed)
        trouble.add(Drop(), times=None, chance=0.3)
        return [trouble.strike("sendMessage", 1) is not None for _ in range(200)]

    assert struck(5) == struck(5) != struck(6)
    assert 30 <= sum(struck(5)) <= 90
