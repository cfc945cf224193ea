"""Somebody in danger gets numbers at once; a question about danger is an ordinary question."""

from __future__ import annotations

import pytest

from knowledge import Assistant, Question
from knowledge.emergency import numbers_for
from knowledge.model import EmergencyNotice
from knowledge.triage import Triage
from tests.knowledge.housing import NOON, ask


@pytest.fixture(scope="module")
def triage() -> Triage:
    return Triage.load()


DANGER = {
    "有人晕倒了没呼吸怎么办快": "120",
    "骑手中暑昏迷了叫不醒": "120",
    "我被车撞了腿动不了": "120",
    "货车撞人了流好多血": "120",
    "胸口疼喘不上气 快": "120",
    "煤气中毒晕过去了": "120",
    "触电了人倒在地上": "120",
    "you ren yun dao le": "120",
    "有人暈倒了沒呼吸": "120",
    "救命": "120",
    "电瓶车着火了": "119",
    "楼道充电冒烟了": "119",
    "有人拿刀追我": "110",
    "不想活了": "12356",
}
ORDINARY = [
    "中暑有什么表现",
    "高温几度停工",
    "电瓶车着火怎么预防",
    "灭火器怎么用",
    "被车撞了算工伤吗",
    "心肺复苏怎么做",
    "120怎么打",
    "AED怎么用",
    "一氧化碳中毒有什么症状",
    "昨天追尾了保险怎么赔",
    "撞车了要报警吗",
    "驿站有灭火器吗",
    "12356是什么电话",
    "累死了",
    "热死我了",
    "爆单了",
    "你好",
    "",
]


@pytest.mark.parametrize("text", DANGER)
def test_danger_gets_the_most_urgent_number_first(triage: Triage, text: str) -> None:
    assert numbers_for(text, triage)[0] == DANGER[text]


@pytest.mark.parametrize("text", ORDINARY)
def test_a_question_about_danger_and_everyday_talk_get_no_alarm(triage: Triage, text: str) -> None:
    assert numbers_for(text, triage) == ()


@pytest.mark.parametrize("text", ["电瓶车着火了,人烧伤了叫不醒", "撞车了,车还冒烟"])
def test_several_dangers_get_each_number_once(triage: Triage, text: str) -> None:
    numbers = numbers_for(text, triage)
    assert {"119", "120"} <= set(numbers)
    assert len(numbers) == len(set(numbers))


def test_the_same_words_get_the_same_numbers_every_time(triage: Triage) -> None:
    assert {numbers_for("有人晕倒了没呼吸", Triage.load()) for _ in range(3)} == {numbers_for("有人晕倒了没呼吸", triage)}


def test_danger_outranks_everything_else_a_message_holds(assistant: Assistant) -> None:
    for text in ("你好,请问高温津贴多少钱,有人晕倒了没呼吸", "有人晕倒了没呼吸,附近哪有驿站"):
        assert isinstance(ask(assistant, text), EmergencyNotice), text


def test_the_turns_before_neither_hide_danger_nor_make_it(assistant: Assistant) -> None:
    danger = Question("有人晕倒了没呼吸", NOON, ("高温津贴多少钱", "谢谢"))
    assert isinstance(assistant.answer(danger).reply, EmergencyNotice)
    after = Question("高温几度停工", NOON, ("有人晕倒了没呼吸",))
    assert not isinstance(assistant.answer(after).reply, EmergencyNotice)


def test_the_shipped_notice_cites_the_hotlines_it_names(assistant: Assistant) -> None:
    reply = ask(assistant, "电瓶车着火了")
    assert isinstance(reply, EmergencyNotice)
    assert any("119" in citation.title for citation in reply.citations)
