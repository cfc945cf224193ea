"""Both frameworks live with the server: they talk, listen, edit, and fetch files, and send nothing that it has to refuse."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from aiogram import Bot, Dispatcher, F, Router
from aiogram.filters import CommandStart
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    MenuButtonWebApp,
    Message,
    ReplyKeyboardMarkup,
    WebAppInfo,
)
from telegram import InlineKeyboardButton as TheirButton
from telegram import InlineKeyboardMarkup as TheirMarkup
from telegram import InputFile
from telegram.constants import ParseMode
from telegram.ext import ExtBot

from tests.botapi.server import BotApi
from tests.botapi.updates import Replay


def echo() -> Router:
    """Says what it hears, with a button; a tap changes the message."""
    router = Router()

    @router.message(CommandStart(deep_link=True))
    async def start(message: Message) -> None:
        await message.answer("欢迎")

    @router.message(F.text)
    async def hear(message: Message) -> None:
        markup = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="大声", callback_data="loud")]])
        await message.answer(f"<b>{message.text}</b>", parse_mode="HTML", reply_markup=markup)

    @router.message(F.location)
    async def place(message: Message) -> None:
        assert message.location is not None
        await message.reply(f"{message.location.latitude:.1f}")

    @router.callback_query(F.data == "loud")
    async def loud(query: CallbackQuery) -> None:
        assert isinstance(query.message, Message)
        await query.answer("好")
        await query.message.edit_text(f"{query.message.text}！")

    return router


@asynccontextmanager
async def polling(bot: Bot) -> AsyncIterator[Dispatcher]:
    dispatcher = Dispatcher()
    dispatcher.include_router(echo())
    task = asyncio.create_task(dispatcher.start_polling(bot, handle_signals=False, close_bot_session=False))
    try:
        yield dispatcher
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_aiogram_echoes_over_polling(server: BotApi, bot: Bot) -> None:
    person = server.user()
    async with polling(bot):
        person.says("你好")
        said = await person.hears()
        assert (said.text, said.entities[0]["type"], said.buttons[0].data) == ("你好", "bold", "loud")
        tap = person.taps("大声")
        assert await person.sees_answer(tap) == "好"
        edited = await person.sees_edit()
        assert (edited.text, edited.buttons) == ("你好！", [])  # an edit without markup takes the buttons away
        person.sends_location(31.82, 117.23)
        answer = await person.hears()
        assert (answer.text, "reply_to_message" in answer.message) == ("31.8", True)
        person.starts("invite-1")
        assert (await person.hears()).text == "欢迎"
        await server.settled()
    assert person.transcript == ["你好", "> 你好！", "", "> 31.8", "/start invite-1", "> 欢迎"]
    assert [version["text"] for version in edited.versions] == ["你好", "你好！"]
    assert server.faults == []


async def test_updates_that_come_twice_are_heard_twice_by_a_bot_that_takes_no_care() -> None:
    from tests.botapi.conftest import aiogram_bot

    with BotApi(replay=Replay(duplicates=1.0)) as server:
        person, bot = server.user(), aiogram_bot(server)
        async with polling(bot):
            person.says("一")
            assert [(await person.hears()).text for _ in range(2)] == ["一", "一"]
        await bot.session.close()


async def test_aiogram_sets_up_a_bot(server: BotApi, bot: Bot) -> None:
    assert (await bot.me()).username == "redstation_bot"
    await bot.set_my_commands([BotCommand(command="help", description="帮助")], language_code="zh")
    assert [command.command for command in await bot.get_my_commands(language_code="zh")] == ["help"]
    assert await bot.get_my_commands() == []
    await bot.set_my_description("骑手的助手", language_code="zh")
    await bot.set_my_short_description("问政策，找驿站")
    assert (await bot.get_my_description(language_code="zh")).description == "骑手的助手"
    await bot.set_chat_menu_button(menu_button=MenuButtonWebApp(text="网页", web_app=WebAppInfo(url="https://a.cn")))
    assert isinstance(await bot.get_chat_menu_button(), MenuButtonWebApp)
    person = server.user()
    await bot.send_chat_action(person.id, "typing")
    assert [event.detail for event in person.events if event.kind == "action"] == ["typing"]
    assert (await bot.get_chat(person.id)).first_name == "小李"
    assert (await bot.get_webhook_info()).url == ""
    assert server.faults == []


async def test_aiogram_fetches_what_people_send(server: BotApi, bot: Bot) -> None:
    person = server.user()
    person.sends_voice(b"OggS sound", seconds=4)
    person.sends_photo(b"picture", caption="看")
    person.sends_sticker()
    person.sends_contact("+8613000000000")
    updates = await bot.get_updates()
    messages = [update.message for update in updates if update.message]
    assert [message.content_type for message in messages] == ["voice", "photo", "sticker", "contact"]
    assert messages[0].voice is not None
    fetched = await bot.download(messages[0].voice)
    assert fetched is not None
    assert fetched.read() == b"OggS sound"
    sent = await bot.send_photo(person.id, BufferedInputFile(b"jpeg", "map.jpg"), caption="<i>图</i>", parse_mode="HTML")
    assert sent.photo is not None
    again = await bot.send_photo(person.id, sent.photo[-1].file_id)
    assert again.photo is not None
    assert again.photo[-1].file_id == sent.photo[-1].file_id
    assert server.faults == []


async def test_reply_keyboards_stay_with_the_chat(server: BotApi, bot: Bot) -> None:
    person = server.user()
    rows = [[KeyboardButton(text="发送位置", request_location=True)], [KeyboardButton(text="取消")]]
    await bot.send_message(person.id, "您在哪？", reply_markup=ReplyKeyboardMarkup(keyboard=rows))
    assert person.keyboard == ["发送位置", "取消"]
    assert person.presses("取消").text == "取消"
    with pytest.raises(AssertionError):
        person.presses("没有的")


async def test_python_telegram_bot_sends_edits_and_deletes(server: BotApi, sender: ExtBot[None]) -> None:
    person = server.user()
    markup = TheirMarkup([[TheirButton("看网页", url="https://a.cn"), TheirButton("知道了", callback_data="ok")]])
    sent = await sender.send_message(person.id, "<b>通知</b> A &amp; B", parse_mode=ParseMode.HTML, reply_markup=markup)
    assert (sent.text, sent.chat.id) == ("通知 A & B", person.id)
    assert [button.text for button in person.said[0].buttons] == ["看网页", "知道了"]
    await sender.edit_message_text("更正", chat_id=person.id, message_id=sent.message_id)
    assert (await person.sees_edit()).text == "更正"
    await sender.send_document(person.id, InputFile(b"a,b", filename="a.csv"), caption="名单")
    copied = await sender.copy_message(person.id, person.id, person.said[-1].message_id)
    await sender.forward_message(person.id, person.id, copied.message_id)
    await sender.delete_message(person.id, sent.message_id)
    assert person.transcript == ["> 名单"] * 3
    assert await sender.leave_chat(server.group("群").id)
    assert server.faults == []


async def test_a_message_that_is_not_changed_or_not_there_is_refused_without_being_a_fault(server: BotApi, bot: Bot) -> None:
    from aiogram.exceptions import TelegramBadRequest

    person = server.user()
    sent = await bot.send_message(person.id, "一样")
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await sent.edit_text("一样")
    with pytest.raises(TelegramBadRequest, match="message to edit not found"):
        await bot.edit_message_text("x", chat_id=person.id, message_id=999)
    with pytest.raises(TelegramBadRequest, match="message to delete not found"):
        await bot.delete_message(person.id, 999)
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await bot.answer_callback_query("1")
    said = person.says("我的")
    with pytest.raises(TelegramBadRequest, match="message can't be edited"):
        await bot.edit_message_text("x", chat_id=person.id, message_id=said.message_id)
    assert server.faults == []


async def test_a_tap_can_be_answered_once(server: BotApi, bot: Bot) -> None:
    from aiogram.exceptions import TelegramBadRequest

    person = server.user()
    keys = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="好", callback_data="ok")]])
    await bot.send_message(person.id, "行吗？", reply_markup=keys)
    tap = person.taps("ok")
    await bot.answer_callback_query(tap.query_id)
    with pytest.raises(TelegramBadRequest):
        await bot.answer_callback_query(tap.query_id)
    with pytest.raises(AssertionError, match="no button"):
        person.taps("没有")
