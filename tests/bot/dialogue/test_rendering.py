"""Replies to words: what a rider reads for each kind of reply, sources and buttons included."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.dialogue.message import Message
from bot.dialogue.rendering import render
from bot.dialogue.wording import LANGUAGES, wording
from knowledge.model import (
    Answer,
    AnswerPart,
    CardSource,
    CardText,
    Citation,
    Clarification,
    Confidence,
    EmergencyCard,
    Refusal,
    RefusalReason,
    Replied,
    Reply,
    SmallTalk,
    StationWish,
)  # fmt: skip
from knowledge.triage import SMALL_TALK

HEAT = Citation(
    "heat-stop-work-40", "40℃ 停工", "《防暑降温措施管理办法》(安监总安健〔2012〕89号)", "heat-stop-work-40#1", "到 40℃,当天停工。",
    Confidence.VERIFIED, date(2012, 6, 29), date(2026, 11, 21), "https://example.test/89",
)  # fmt: skip
HOTLINE = Citation("hotline-12333", "12333 人社热线", "热线介绍", "hotline-12333#1", "打 12333。", Confidence.VERIFIED)
TEXT = CardText(
    "人热倒了", "先打 120，开免提。", "说清在哪。", ("挪到阴凉处。", "身上洒水。"), ("别喂药。",), "喂，120 吗？我在{place}。"
)
CARD = EmergencyCard(
    "heat", ("120", "119"), {"zh": TEXT, "en": replace(TEXT, first="Call 120 first.", read_aloud="I am at {place}.")},
    (CardSource("某急救科普"),), (), "pending",
)  # fmt: skip
NOON = datetime(2026, 7, 1, 4, tzinfo=UTC)
CORRECTION = "不是多发钱就能接着干,而是该停。"
PART = AnswerPart("40℃ 停工", ("到 40℃,当天停工。", "拿不准打 12333。"), Confidence.VERIFIED, CORRECTION)
ANSWER = Answer((PART,), (HEAT, HOTLINE))
REPLIES: dict[str, tuple[Reply, str]] = {
    "answer": (ANSWER, "answer"),
    "two needs": (Answer((PART, replace(PART, title="广东 39℃")), (HEAT,)), "answer"),
    "seen in reprints": (Answer((replace(PART, confidence=Confidence.SECONDARY),), (HEAT,)), "answer"),
    "sources differ": (Answer((replace(PART, confidence=Confidence.CONFLICTING),), (HEAT,)), "answer"),
    "known unknown": (
        Refusal(RefusalReason.UNVERIFIED, "各省津贴金额", ("打 12333 问当地。",), "", (HEAT,), ("津贴条件",)),
        "refusal",
    ),
    "other people's matter": (Refusal(RefusalReason.OUTSIDE, "看病开药", ("急了打 120。",), "", (HEAT,)), "refusal"),
    "no ground": (Refusal(RefusalReason.NO_GROUND, "", (), "12333", (HOTLINE,), ("津贴条件", "停工")), "refusal"),
    "no ground, no hotline": (Refusal(RefusalReason.NO_GROUND), "refusal"),
    "foreign": (Refusal(RefusalReason.FOREIGN), "refusal"),
    "several meanings": (Clarification("哪种充电", ("手机充电去哪", "电动车充电去哪")), "clarify"),
    "options without a subject": (Clarification("", ("手机充电去哪",)), "clarify"),
    "nothing to choose from": (Clarification(""), "clarify"),
    "a place without a directory": (StationWish("哪有驿站"), "stations"),
    "emergency": (CARD, "emergency"),
    "what follows a card": (replace(CARD, follows=True, place="三楼"), "emergency"),
    **{f"small talk: {occasion}": (SmallTalk(occasion), "smalltalk") for occasion in sorted({*SMALL_TALK, "empty"})},
}


def rendered(reply: Reply, language: str = "zh", seed: str = "") -> Message:
    return render(Replied(reply, "r1", 0.00123), language, NOON, seed=seed)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", REPLIES)
def test_every_reply_becomes_words_without_a_mark_left_open(name: str, language: str) -> None:
    reply, kind = REPLIES[name]
    message = rendered(reply, language)
    assert message.kind == kind
    assert message.body.strip()
    assert message.text.startswith(message.body.split("\n\n", maxsplit=1)[0])
    assert not set("{}") & set(message.text)
    assert "None" not in message.text
    assert message.spoken
    assert "\n" not in message.spoken
    assert (message.release, message.milliseconds) == ("r1", 1.23)


def test_a_wrong_premise_is_corrected_before_anything_else() -> None:
    first = rendered(Answer((replace(PART, corrects_first=True),), (HEAT,)))
    assert first.body.startswith(CORRECTION)
    after = rendered(ANSWER)
    assert after.body.endswith(CORRECTION)
    assert after.body.startswith("到 40℃")


def test_several_needs_get_numbered_parts_and_one_need_gets_none() -> None:
    body = rendered(REPLIES["two needs"][0]).body
    assert body.index("1. 40℃ 停工\n") < body.index("2. 广东 39℃\n")
    assert "1." not in rendered(ANSWER).body


def test_sources_stand_below_with_their_dates_and_in_chips_with_their_passage() -> None:
    message = rendered(ANSWER)
    head, _, sources = message.text.partition("\n依据\n")
    assert head.strip() == message.body
    first, second = sources.splitlines()
    for told in (HEAT.title, HEAT.source, "2012-06-29 起", "2026-11-21 核对"):
        assert told in first
    assert second == "·《12333 人社热线》热线介绍"
    chip = message.chips[0]
    assert (chip.policy, chip.passage, chip.text, chip.url) == (HEAT.policy, HEAT.passage, HEAT.text, HEAT.url)
    assert "2012-06-29" in chip.date
    assert message.chips[1].date == ""


def test_a_doubtful_source_says_so_and_a_sound_one_does_not() -> None:
    say = wording("zh")
    reprint, differ = say.say("answer.secondary"), say.say("answer.conflicting")
    assert reprint in rendered(REPLIES["seen in reprints"][0]).body
    assert differ in rendered(REPLIES["sources differ"][0]).body
    assert not any(words in rendered(ANSWER).body for words in (reprint, differ))


def test_telephone_numbers_in_the_words_can_be_dialled_and_other_figures_cannot() -> None:
    part = AnswerPart("t", ("先打 120,再打12333;12333 也管这个。罚 1200 元,编号 1101205,2012 年起。",), Confidence.VERIFIED)
    assert rendered(Answer((part,), (HEAT,))).dial == ("120", "12333")
    assert rendered(REPLIES["emergency"][0]).dial == ("120", "119")


def test_a_refusal_names_what_is_missing_the_way_to_go_and_what_is_near() -> None:
    unknown = rendered(REPLIES["known unknown"][0])
    assert "各省津贴金额" in unknown.body
    assert "12333" in unknown.dial
    assert unknown.quick_replies == ("津贴条件",)
    assert "“津贴条件”" in unknown.text
    assert "津贴条件" not in unknown.body  # the button says it
    nothing = rendered(REPLIES["no ground"][0])
    assert wording("zh").say("refusal.no_ground_hotline", hotline="12333", name="人社热线") in nothing.body
    assert nothing.quick_replies == ("津贴条件", "停工")
    assert nothing.dial == ("12333",)


def test_meanings_to_choose_from_are_buttons_and_stand_in_the_plain_text() -> None:
    message = rendered(REPLIES["several meanings"][0])
    assert message.quick_replies == ("手机充电去哪", "电动车充电去哪")
    assert "· 手机充电去哪" in message.text
    assert "· 手机充电去哪" not in message.body
    assert "哪种充电" in message.body


def test_without_a_directory_the_rider_is_told_where_else_to_look() -> None:
    message = rendered(REPLIES["a place without a directory"][0])
    assert "高德" in message.body
    assert not rendered(ANSWER).asks_location


def test_a_card_says_what_to_dial_before_anything_else_and_holds_the_place_to_read_aloud() -> None:
    message = rendered(CARD)
    assert message.body.startswith("先打 120")
    assert message.body.index("119 火警") < message.body.index("说清在哪") < message.body.index("1. 挪到阴凉处。")
    assert message.body.index("2. 身上洒水。") < message.body.index("别喂药。") < message.body.index("照着念给 120 听")
    assert message.read_aloud == f"喂，120 吗？我在{wording('zh').say('emergency.place_unknown')}。"
    following = rendered(replace(CARD, follows=True, place="三楼 {楼梯口}"))
    assert following.body.startswith(wording("zh").say("emergency.follows"))
    assert following.read_aloud == "喂，120 吗？我在三楼 {楼梯口}。"


def test_a_card_offers_the_way_to_first_aid_only_where_there_is_some_and_where_it_may_help() -> None:
    def offered(card: EmergencyCard, first_aid: bool) -> list[str]:
        return [button.kind for button in render(Replied(card, "r1", 0.0), "zh", NOON, first_aid=first_aid).buttons]

    assert offered(CARD, True) == ["locate"]
    assert offered(CARD, False) == []
    assert offered(replace(CARD, id="self_harm"), True) == []
    assert offered(replace(CARD, id="violence"), True) == []


def test_only_what_was_said_about_a_matter_can_be_rated() -> None:
    rateable = {kind for reply, kind in REPLIES.values() if rendered(reply).rateable}
    assert rateable == {"answer", "refusal"}


def test_small_talk_is_the_same_for_the_same_words_and_not_for_all_words() -> None:
    greeting = SmallTalk("greeting")
    seeds = [f"你好{n}" for n in range(20)]
    assert [rendered(greeting, seed=seed) for seed in seeds] == [rendered(greeting, seed=seed) for seed in seeds]
    assert len({rendered(greeting, seed=seed).body for seed in seeds}) > 1
