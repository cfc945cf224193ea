"""Somebody in danger gets a card with the right numbers at once; a question about danger is an ordinary question."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge import Assistant, Question
from knowledge.emergency.evidence import gather
from knowledge.emergency.lane import EmergencyLane
from knowledge.emergency.recognising import Recogniser
from knowledge.emergency.signs import TYPES, context, signs
from knowledge.folding import fold
from knowledge.model import EmergencyCard
from knowledge.sounds import sounds
from tests.knowledge.housing import NOON, ask

RECOGNISER = Recogniser.load()
LANE = EmergencyLane(RECOGNISER)
NEARLY_ALL = 0.95
DANGER = {  # by type, the numbers that must stand on the card, and how riders say it
    "cardiac": ("120", "老王突然倒地没有呼吸了|乘客没心跳了怎么办快说|师傅不喘气了脸发紫"),
    "chest_pain": ("120", "胸口疼得厉害还出冷汗|我现在胸痛喘不上气|客人捂着胸口说疼得受不了"),
    "stroke": ("120", "同事突然嘴歪了半边身子动不了|我爸说话含糊不清胳膊抬不起来|乘客脸歪到一边口水直流话都说不清了"),
    "heat": ("120", "工友中暑晕倒了浑身滚烫|有个骑手热得说胡话站不住了|太热了他中暑抽起来了"),
    "cold": ("120", "他冻僵了话都说不出来|有人在雪地里冻得迷糊了叫他也不大答应|师傅掉水里捞上来冻得没知觉了"),
    "co": ("120 119", "屋里烧炭取暖两个人都晕了|煤气中毒了人叫不醒|车里点炉子睡觉现在头晕得站不起来恶心"),
    "bleeding": ("120", "手被玻璃割了血止不住|腿上划了大口子一直在喷血|他流了好多血快不行了"),
    "crash": ("120 122", "我被车撞了腿动不了|一辆货车把骑手撞倒了人起不来|前面翻车了司机卡在里面"),
    "fall": ("120", "他从三楼掉下来了动不了|我摔下楼梯腿好像断了|师傅从车顶摔下来头磕破了"),
    "fire": ("119", "着火了快来人|楼道里充电的电瓶冒烟起火了|货车发动机烧起来了火很大|我的电动车着火了"),
    "electric": ("120", "有人触电了倒在地上|师傅被电倒了手还粘在充电桩上|他碰到电线触电了人不动了"),
    "drown": ("119 120", "有人掉河里了不会游泳|车冲进水里人出不来|小孩溺水了刚捞上来"),
    "dog": ("120", "我被狗咬了腿上流好多血|一条大狗追着咬我不松口|被毒蛇咬了腿肿起来了"),
    "allergy": ("120", "吃了虾喉咙肿了喘不上气|被马蜂蛰了浑身起疹子喘不过气|他过敏了脸肿得厉害呼吸困难"),
    "unconscious": ("120", "有个骑手晕倒在路边叫不醒|他突然抽搐口吐白沫|路边躺着一个人怎么喊都没反应"),
    "violence": ("110", "有人拿刀追我|顾客把我堵在屋里打我|几个人围着打我快来人"),
    "self_harm": ("12356", "我不想活了|我站在楼顶想跳下去|他说要自杀已经割腕了"),
}
SAID = [(kind, numbers.split(), text) for kind, (numbers, listed) in DANGER.items() for text in listed.split("|")]
OTHERWISE = {  # slips of the keyboard and of dictation, pinyin, traditional characters, English
    "有人晕到了叫不醒": "120",
    "有人运倒了叫不型": "120",
    "他没护吸了": "120",
    "you ren yun dao le jiao bu xing": "120",
    "youren diaohelile": "119",
    "wo bei che zhuang le tui dong bu liao": "122",
    "bu xiang huo le": "12356",
    "有人暈倒了沒呼吸": "120",
    "有 人 晕 倒 了 没 呼 吸": "120",
    "有\u200b人\u200b晕\u200b倒\u200b了没呼吸": "120",
    "有人晕倒了!!!!!没呼吸!!!!!😭😭😭": "120",
    "喂喂那个就是说我这边有个人他突然就倒了然后怎么叫都叫不醒": "120",
    "help my friend is not breathing": "120",
    "someone collapsed and won't wake up": "120",
    "I got hit by a car and my leg is broken": "122",
    "there is a fire in the building": "119",
    "a man is attacking me with a knife": "110",
}
CALM = {
    "a question of knowledge": (
        "中暑有什么表现|电瓶车着火怎么预防|心肺复苏怎么做|一氧化碳中毒有哪些症状|被狗咬了要打几针疫苗|AED是什么东西|"
        "灭火器怎么用|120 和 110 有什么区别|癫痫是怎么引起的|120怎么打"
    ),
    "the past": "去年我中暑住过院|上个月被车撞了现在好多了|小时候掉过河里|前年老家着过一次火|以前有个同事触电,后来没事了",
    "what if": "要是着火了先打哪个电话|万一被狗咬了咋办|假如乘客晕倒了该怎么处理|如果路上出了车祸谁来赔",
    "nobody hurt": "摔了一跤没受伤|没着火,就是有点糊味,已经好了|被蹭了一下人没事|没人受伤,车蹭掉块漆",
    "a figure of speech": (
        "累死我了|热死了今天|单子爆了|饿死了还没吃饭|这破系统气死我了|笑死我了|爆单爆到手机发烫|我心态炸了|"
        "今天跑了50单累趴了|救命这单给三块"
    ),
    "news": "新闻说有个骑手猝死了是真的吗|刷到个视频电动车着火了|听说隔壁市有人溺水",
    "a lesson": "明天要考急救培训的题|消防演练几点开始|急救课在哪里学",
    "a claim": "被车撞了算工伤吗|着火烧坏的车保险赔不赔|被狗咬了找谁赔钱|昨天追尾了保险怎么赔",
    "anything else": (
        "你好|谢谢|附近哪有驿站|充电|今天多少度|高温津贴一个月多少|我的单子被抢了|手机没电了|驿站有灭火器吗|"
        "12356是什么电话|where is the nearest station|"
        "zhong shu you shen me biao xian"
    ),
}
QUIET = [(why, text) for why, listed in CALM.items() for text in listed.split("|")]
COLLAPSED = "有个骑手晕倒在路边叫不醒"


def card(text: str, *recent: str) -> EmergencyCard | None:
    return LANE.card_for(text, recent)


def shown(text: str, *recent: str) -> EmergencyCard:
    found = card(text, *recent)
    assert found is not None, (text, RECOGNISER.recognise(text))
    return found


# --- who is in danger ---


def test_the_examples_are_of_every_type() -> None:
    assert set(DANGER) == set(TYPES)


@pytest.mark.parametrize("kind", DANGER)
def test_danger_of_every_type_gets_a_card_with_its_numbers(kind: str) -> None:
    numbers, listed = DANGER[kind]
    found = [shown(text) for text in listed.split("|")[:2]]
    assert kind in {one.id for one in found}
    for one in found:
        assert set(numbers.split()) <= set(one.numbers), one.id
        assert (one.follows, one.place) == (False, "")


def test_nearly_every_plain_danger_is_found_with_its_card_and_its_numbers() -> None:
    missed = [(kind, text) for kind, _, text in SAID if card(text) is None]
    other = [(kind, one.id, text) for kind, _, text in SAID if (one := card(text)) is not None and one.id != kind]
    wrong = [(numbers, text) for _, numbers, text in SAID if (one := card(text)) is not None and not {*numbers} <= {*one.numbers}]
    for trouble in (missed, other, wrong):
        assert len(trouble) <= (1 - NEARLY_ALL) * len(SAID), trouble


def test_it_is_found_in_other_spellings_and_in_english_too() -> None:
    missed = [text for text, number in OTHERWISE.items() if (one := card(text)) is None or number not in one.numbers]
    assert len(missed) <= (1 - NEARLY_ALL) * len(OTHERWISE), missed


@pytest.mark.parametrize("why", CALM)
def test_what_is_no_danger_gets_none(why: str) -> None:
    assert [text for text in CALM[why].split("|")[:3] if card(text) is not None] == []


def test_hardly_anything_calm_alarms() -> None:
    alarmed = [(why, text) for why, text in QUIET if card(text) is not None]
    assert len(alarmed) <= (1 - NEARLY_ALL) * len(QUIET), alarmed


@pytest.mark.parametrize("text", ["救命", "救命啊", "快来人"])
def test_a_cry_that_says_nothing_else_gets_the_general_card_with_every_number(text: str) -> None:
    found = shown(text)
    assert found.id == "general"
    assert {"120", "110", "119"} <= set(found.numbers)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("撞车了,车还冒烟着火了", {"119", "120"}),
        ("有人拿刀捅了他流了好多血", {"110", "120"}),
        ("货车撞人了流好多血", {"120", "122"}),
        ("他掉河里了捞上来没呼吸", {"119", "120"}),
    ],
)
def test_two_dangers_in_one_message_bring_the_numbers_of_both_each_once(text: str, numbers: set[str]) -> None:
    found = shown(text)
    assert numbers <= set(found.numbers)
    assert len(found.numbers) == len(set(found.numbers))
    assert found.numbers[0] == LANE.cards[found.id].numbers[0]  # what the card's first line says to call


def test_the_same_words_get_the_same_alarm_every_time() -> None:
    again = Recogniser.load()
    for text in (*OTHERWISE, *(text for _, text in QUIET), *(text for _, _, text in SAID)):
        assert RECOGNISER.recognise(text) == again.recognise(text)


def test_danger_outranks_everything_else_a_message_holds(assistant: Assistant) -> None:
    for text in ("你好,请问高温津贴多少钱,有人晕倒了没呼吸", "有人晕倒了叫不醒,附近哪有驿站"):
        assert isinstance(ask(assistant, text), EmergencyCard), text


def test_the_turns_before_neither_hide_danger_nor_make_it(assistant: Assistant) -> None:
    danger = Question("有人晕倒了没呼吸", NOON, ("高温津贴多少钱", "谢谢"))
    assert isinstance(assistant.answer(danger).reply, EmergencyCard)
    after = Question("高温几度停工", NOON, ("有人晕倒了没呼吸",))
    assert not isinstance(assistant.answer(after).reply, EmergencyCard)


# --- a message split in two ---


@pytest.mark.parametrize(
    ("first", "second"),
    [("他倒在路边了", "怎么叫都叫不醒"), ("师傅突然倒了", "没呼吸"), ("骑手", "晕倒了叫不醒"), ("被撞了", "腿断了动不了")],
)
def test_a_message_split_in_two_counts_as_one(first: str, second: str) -> None:
    assert "120" in shown(second, first).numbers


def test_two_halves_that_are_too_little_alone_are_enough_together() -> None:
    pairs = [
        ("我胸口", "疼得喘不上气了"),
        ("着火", "楼道里"),
        ("电瓶车充电", "冒烟起火了"),
        ("乘客突然", "口吐白沫抽起来了"),
        ("有人拿刀", "追着砍我"),
    ]
    assert [pair for pair in pairs if card(pair[1], pair[0]) is None] == []


@pytest.mark.parametrize(
    ("first", "second"), [("高温几度停工", "三楼"), ("我在吃饭", "好的"), ("工资没发", "怎么办"), ("附近哪有驿站", "在桥底下那个")]
)
def test_two_calm_messages_are_no_emergency(first: str, second: str) -> None:
    assert card(second, first) is None


# --- what follows a card ---


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("三楼", "三楼"),
        ("在桥底下", "桥底下"),
        ("我在人民路88号美食城门口", "人民路88号美食城门口"),
        ("高速G42往西120公里处", "高速G42往西120公里处"),
        ("位置:火车站南广场", "火车站南广场"),
        ("就在天鹅湖万达那边", "天鹅湖万达"),
        ("中山路和解放路路口", "中山路和解放路路口"),
        ("near the north gate", "near the north gate"),
    ],
)
def test_where_it_is_belongs_to_the_card_before(text: str, place: str) -> None:
    found, before = shown(text, COLLAPSED), shown(COLLAPSED)
    assert (found.id, found.numbers) == (before.id, before.numbers)
    assert (found.follows, found.place) == (True, place)
    assert place in found.texts["zh"].read_aloud.format(place=found.place)


def test_a_long_address_is_a_place_too() -> None:
    address = "安徽省合肥市蜀山区长江西路与科学大道交叉口西北角加油站旁边"
    assert shown(address, COLLAPSED).place == address


@pytest.mark.parametrize(
    "text",
    ["没反应", "还没醒", "怎么办", "然后呢", "你好", "他没气了", "流血了", "{place}", "{0}{x!r}", "在哪打", "在流血", "我在抖"],
)
def test_what_is_no_place_is_never_read_to_the_operator_as_one(text: str) -> None:
    found = card(text, COLLAPSED)
    assert found is None or found.place == ""


def test_how_the_person_is_belongs_to_the_card_and_keeps_the_place_said_before() -> None:
    found = shown("还是没反应", COLLAPSED, "在桥底下")
    assert (found.follows, found.place) == (True, "桥底下")
    assert shown("三号桥墩那边", COLLAPSED, "在桥底下").place == "三号桥墩"


def test_danger_that_is_new_gets_its_own_card() -> None:
    found = shown("着火了快来人", COLLAPSED)
    assert (found.id, found.follows) == ("fire", False)


@pytest.mark.parametrize(
    "text",
    [
        "谢谢", "好的", "没事了", "他醒了没事了", "救护车到了", "120来了", "已经送医院了",
        "高温津贴多少钱", "附近哪有驿站", "/stop", "/language en",
        "那个我想问一下我上个月的工资公司到现在都没有给我发我应该去找哪个部门投诉他们呢",
    ],
)  # fmt: skip
def test_thanks_all_clear_commands_and_other_questions_do_not_repeat_it(text: str) -> None:
    assert card(text, COLLAPSED) is None


def test_after_the_all_clear_a_place_is_only_a_place() -> None:
    assert card("三楼", COLLAPSED, "没事了 谢谢") is None
    assert card("三楼", COLLAPSED, "高温津贴多少钱") is None


def test_only_the_last_turns_count() -> None:
    assert shown("三楼", COLLAPSED, "在桥底下", "还没醒").follows
    assert card("三楼", COLLAPSED, "嗯", "嗯", "嗯") is None


# --- whatever is typed ---

HOSTILE = [
    "啊" * 10_000, "救命" * 5_000, "a" * 10_000, "zhuang" * 1_500, "9" * 10_000, "有人晕倒了" + "\u200b" * 10_000,
    "\x00" * 10_000, "😭" * 10_000,
    "\ud83d", "\u202e了倒晕人有", "\n" * 10_000, "*" * 10_000, "叫" * 300 + "不醒" * 300, "{place}" * 1_000,
    "㊙️" * 500, "一二三四五六七八九十" * 1_000,
    "血 " * 5_000, "'" * 10_000, "零" * 10_000, "1," * 5_000,
]  # fmt: skip
SLOWEST = 0.5  # seconds a hostile message may take on a machine that does other things as well


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:6]))
def test_nothing_that_can_be_typed_raises_or_takes_long(text: str) -> None:
    started = time.process_time()
    card(text)
    card("三楼", text, text, text)
    card(text, COLLAPSED)
    assert time.process_time() - started < SLOWEST


def test_danger_is_seen_through_what_is_typed_around_it() -> None:
    for text in (
        "\x00有人晕倒了\x00叫不醒\x00",
        "\u200b" * 500 + "有人晕倒了叫不醒",
        "😭😭😭有人晕倒了😭叫不醒😭",
        "有人晕倒了叫不醒" + "啊" * 9_000,
    ):
        assert "120" in shown(text).numbers


@pytest.mark.parametrize("text", ["", " ", "\n\t　", "\u200b\ufeff", "😭", "?!。", "\x00"])
def test_nothing_said_is_no_alarm(text: str) -> None:
    assert card(text) is None
    assert card(text, COLLAPSED) is None


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80), st.lists(st.text(max_size=20), max_size=4))
def test_any_text_gets_a_card_or_none(text: str, recent: list[str]) -> None:
    found = card(text, *recent)
    assert found is None or found.numbers
    assert 0.0 <= RECOGNISER.recognise(text).probability <= 1.0


# --- how it is done ---


def test_looking_at_first_characters_finds_what_looking_at_every_phrase_finds() -> None:
    for text in (*OTHERWISE, *(text for _, text in QUIET), *(text for _, _, text in SAID)):
        folded = fold(text)
        heard = f" {' '.join(sounds(folded))} "
        all_signs = {(sign.type, sign.severity) for sign in signs() if any(one.stands(folded, heard) for one in sign.phrases)}
        groups = {name for name, phrases in context().items() if any(one.stands(folded, heard) for one in phrases)}
        evidence = gather(text)
        assert {(kind, severity) for kind, severity, _ in evidence.signs} == all_signs
        assert set(evidence.around) == groups


def test_an_ordinary_message_takes_a_few_milliseconds() -> None:
    texts = [text for _, _, text in SAID] + [text for _, text in QUIET]
    started = time.process_time()
    for text in texts:
        RECOGNISER.recognise(text)
    assert (time.process_time() - started) / len(texts) < 0.010  # twice what is asked for: this machine does other things too


def test_it_tells_what_it_makes_of_a_message_piece_by_piece() -> None:
    command = [sys.executable, "-m", "knowledge.emergency", "我被车撞了腿动不了", "中暑有什么表现"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8")
    danger, calm = done.stdout.strip().split("\n\n")
    assert danger.splitlines()[0].split()[2] == "danger"
    assert "crash, call 120 122" in danger
    assert "sign         crash 3" in danger
    assert calm.splitlines()[0].split()[2] == "calm"
    assert "card         none" in calm
    assert "around       knowledge" in calm
    alarm = RECOGNISER.recognise("中暑有什么表现")
    shown_parts = {line.split(maxsplit=1)[1]: float(line.split()[0]) for line in calm.splitlines() if line[0] == " "}
    assert shown_parts == alarm.contributions
