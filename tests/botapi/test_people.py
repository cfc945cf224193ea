"""People in groups, and what a bot there is shown."""

from __future__ import annotations

from typing import Any

import pytest

from tests.botapi.conftest import Ask
from tests.botapi.server import BotApi


async def updates(ask: Ask) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await ask("getUpdates"))["result"]
    return found


async def test_a_silent_group_shows_the_bot_only_what_is_meant_for_it(server: BotApi, ask: Ask) -> None:
    person = server.user()
    group = server.group("车队群", person, silent=True)
    await ask("sendMessage", chat_id=group.id, text="大家好")
    person.says("闲聊", where=group)
    person.says("/stop@other_bot", where=group)
    person.says("/help", where=group)
    person.says("@redstation_bot 哪里能歇脚", where=group)
    person.says("谢谢", where=group, reply_to=group.said[0])
    shown = [update["message"] for update in await updates(ask)]
    assert [message["text"] for message in shown] == ["/help", "@redstation_bot 哪里能歇脚", "谢谢"]
    assert shown[2]["reply_to_message"]["text"] == "大家好"
    assert {message["chat"]["type"] for message in shown} == {"supergroup"}
    assert {message["from"]["id"] for message in shown} == {person.id}


async def test_an_ordinary_group_shows_everything(server: BotApi, ask: Ask) -> None:
    person = server.user()
    person.says("闲聊", where=server.group("车队群", person))
    assert [update["message"]["text"] for update in await updates(ask)] == ["闲聊"]


async def test_blocking_and_coming_back_are_told(server: BotApi, ask: Ask) -> None:
    person = server.user()
    person.blocks()
    with pytest.raises(AssertionError, match="blocked"):
        person.says("在吗")
    person.unblocks()
    states = [update["my_chat_member"]["new_chat_member"]["status"] for update in await updates(ask)]
    assert states == ["kicked", "member"]


async def test_buttons_that_ask_for_a_location_are_for_private_chats(server: BotApi, ask: Ask) -> None:
    keyboard = {"keyboard": [[{"text": "位置", "request_location": True}]]}
    assert (await ask("sendMessage", chat_id=server.user().id, text="x", reply_markup=keyboard))["ok"]
    refused = await ask("sendMessage", chat_id=server.group("群").id, text="x", reply_markup=keyboard)
    assert "private chats only" in refused["description"]


async def test_a_reply_to_nothing_is_refused_unless_that_is_allowed(server: BotApi, ask: Ask) -> None:
    person = server.user()
    refused = await ask("sendMessage", chat_id=person.id, text="x", reply_parameters={"message_id": 9})
    assert refused["description"] == "Bad Request: message to be replied not found"
    lenient = {"message_id": 9, "allow_sending_without_reply": True}
    assert (await ask("sendMessage", chat_id=person.id, text="x", reply_parameters=lenient))["ok"]


async def test_waiting_in_vain_says_what_was_heard(server: BotApi, ask: Ask) -> None:
    person = server.user()
    await ask("sendMessage", chat_id=person.id, text="只有这句")
    assert (await person.hears()).text == "只有这句"
    with pytest.raises(AssertionError, match="只有这句"):
        await person.hears(within=0.05)


async def test_reactions_and_several_deletions(server: BotApi, ask: Ask) -> None:
    person = server.user()
    first, second = person.says("一"), person.says("二")
    await ask("setMessageReaction", chat_id=person.id, message_id=first.message_id, reaction=[{"type": "emoji", "emoji": "👍"}])
    await ask("deleteMessages", chat_id=person.id, message_ids=[first.message_id, second.message_id, 99])
    assert [(event.kind, event.detail) for event in person.events] == [("reaction", "👍"), ("delete", ""), ("delete", "")]
    assert person.transcript == []
