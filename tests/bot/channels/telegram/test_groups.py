"""In a group the bot speaks only when it is spoken to."""

from __future__ import annotations

from pathlib import Path

from bot.dialogue.message import Message
from tests.bot.channels.telegram.running import channel
from tests.bot.channels.telegram.scripted import ScriptedTalk
from tests.botapi.server import BotApi


async def test_only_what_is_meant_for_the_bot_is_answered(server: BotApi, talk: ScriptedTalk, tmp_path: Path) -> None:
    rider = server.user()
    group = server.group("车队", rider)
    async with channel(server, talk, tmp_path):
        for text in ("今天真热", "救命稻草", "@other_bot 高温津贴", "/help@other_bot", "/kick", "邮箱 a@redstation_bot.cn"):
            rider.says(text, where=group)
        rider.sends_location(31.8, 117.2, where=group)
        rider.sends_sticker(where=group)
        asked = rider.says("🚚 @RedStation_Bot 高温津贴", where=group)
        heard = await group.hears()
        assert heard.text == "🚚  高温津贴"
        assert heard.message["reply_to_message"]["message_id"] == asked.message_id
        rider.says("那冬天呢", where=group, reply_to=heard)
        assert (await group.hears()).text == "那冬天呢"
        rider.says("/help@redstation_bot", where=group)
        assert (await group.hears()).text == "/help"
        rider.says("/station", where=group)
        assert (await group.hears()).text == "/station"
        await server.settled()
    assert talk.texts == ["🚚  高温津贴", "那冬天呢", "/help", "/station"]
    assert talk.alarms == []
    assert {conversation for conversation, _, _, _ in talk.asked} == {f"tg:{group.id}"}


async def test_an_emergency_told_to_the_bot_in_a_group_gets_its_card(server: BotApi, talk: ScriptedTalk, tmp_path: Path) -> None:
    rider = server.user()
    group = server.group("车队", rider)
    async with channel(server, talk, tmp_path):
        rider.says("@redstation_bot 救命，老李撞了", where=group)
        assert (await group.hears()).text.startswith("先打 120")


async def test_the_answer_follows_a_group_that_became_another(server: BotApi, talk: ScriptedTalk, tmp_path: Path) -> None:
    rider = server.user()
    group = server.group("车队", rider)
    talk.script["/help"] = Message("answer", "一" * 5000, "")
    async with channel(server, talk, tmp_path):
        rider.says("/help", where=group)
        moved = group.migrates()
        first, second = await moved.hears(), await moved.hears()
        assert first.text + second.text == "一" * 5000
        assert group.said == []
        rider.says("@redstation_bot 好", where=moved)
        assert (await moved.hears()).text == "好"
    refused = [call for call in server.calls("sendMessage") if call.outcome != "ok"]
    assert len(refused) <= 1
