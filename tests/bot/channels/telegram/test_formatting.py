"""Whatever stands in a text, Telegram takes it, and people see it whole."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.telegram.arrivals import Arrival
from bot.channels.telegram.rendering import rendered
from bot.channels.telegram.splitting import LONGEST, split
from bot.channels.telegram.styling import Span, Styled, openable, shown, styled, units
from bot.dialogue.message import Button, Chip, Message, StationCard
from bot.dialogue.wording import wording
from tests.bot.channels.telegram.hostile import COUNT, hostile
from tests.bot.channels.telegram.running import channel
from tests.bot.channels.telegram.scripted import ScriptedTalk
from tests.botapi.server import BotApi

ZH = wording("zh")
ASKED = Arrival(7, "text", 42, text="?")


def message(text: str, other: str) -> Message:
    """A message with hostile words everywhere: text, sources, buttons, station names."""
    chip = Chip("p", other, other, "", "p#1", other, 'https://www.gov.cn/a?b=<c>&d="e"')
    card = StationCard(
        "s",
        other,
        "open",
        (text,),
        (Button(other, "act", other), Button(text, "url", "http://a.b/c d"), Button("打", "dial", "12345")),
    )
    body = f"{text}\n\n依据\n·《{other}》{other}\n\n1. {other}\n   {text}"
    return Message(
        "emergency",
        body,
        text,
        (chip,),
        (text, other),
        rateable=True,
        stations=(card,),
        buttons=(Button(text, "say", other), Button("", "act", "x")),
    )


@pytest.mark.slow
async def test_500_hostile_texts_are_all_delivered_and_none_is_refused(server: BotApi, talk: ScriptedTalk, tmp_path: Path) -> None:
    texts = hostile()
    assert len(texts) == COUNT
    for n, text in enumerate(texts):
        talk.script[str(n)] = message(text, texts[-n])
    riders = [server.user(f"骑手{n}") for n in range(20)]
    async with channel(server, talk, tmp_path):
        for n in range(len(texts)):
            riders[n % 20].says(str(n))
        for rider in riders:
            rider.says("好")
            while (await rider.hears(60)).text != "好":
                pass
    assert server.faults == []
    assert all(call.outcome == "ok" for call in server.calls("sendMessage"))
    assert sum(len(rider.said) for rider in riders) > COUNT
    assert sorted(talk.texts) == sorted([*map(str, range(COUNT)), *["好"] * 20])


ANYTHING = st.characters(exclude_categories=())  # half characters, too


@given(st.text(ANYTHING, max_size=400), st.text(ANYTHING, max_size=40))
def test_any_text_has_only_entities_that_lie_within_it(text: str, other: str) -> None:
    for call in rendered(message(text, other), ASKED, ZH).calls:
        body = call.parameters["text"]
        body.encode()
        assert 0 < units(body) <= LONGEST
        assert body == body.strip()
        for entity in call.parameters.get("entities", ()):
            end = entity["offset"] + entity["length"]
            assert 0 <= entity["offset"] < end <= units(body)
            body.encode("utf-16-le")[entity["offset"] * 2 : end * 2].decode("utf-16-le")  # no half characters


@settings(max_examples=300)
@given(
    st.text(alphabet=st.sampled_from("一二 \n。！a.\U0001f44d\U0001f3fd\u200d\u0301\U0001f1e8"), max_size=300), st.integers(8, 40)
)
def test_parts_are_short_enough_and_together_the_whole(text: str, longest: int) -> None:
    parts = split(Styled(text), longest)
    assert all(0 < part.units <= longest for part in parts)
    assert "".join("".join(part.text for part in parts).split()) == "".join(text.split())


def test_a_text_is_cut_where_a_reader_would_pause() -> None:
    paragraphs = "一二三。四五六。\n\n" + "七八九。" * 3
    assert [part.text for part in split(Styled(paragraphs), 16)] == ["一二三。四五六。", "七八九。七八九。七八九。"]
    assert [part.text for part in split(Styled("一二三四。五六七八九十"), 8)] == ["一二三四。", "五六七八九十"]
    assert [part.text for part in split(Styled("aaaa bbbb cccc"), 10)] == ["aaaa bbbb", "cccc"]
    assert [part.text for part in split(Styled("3.5 元一斤，3.5 元"), 9)] == ["3.5 元一斤，", "3.5 元"]


def test_a_cut_is_never_inside_a_link_unless_the_link_fills_the_part() -> None:
    text = "前面的话很长很长。链接的名字，有停顿。后面"
    whole = styled(text, [Span(9, 18, "https://a.cn")])
    parts = split(whole, 14)
    assert [part.text for part in parts] == ["前面的话很长很长。", "链接的名字，有停顿。后面"]
    assert [len(part.spans) for part in parts] == [0, 1]
    (first, second) = split(Styled("一" * 20, (Span(0, 20, "https://a.cn"),)), 10)
    assert [one.spans for one in (first, second)] == [(Span(0, 10, "https://a.cn"),)] * 2


@pytest.mark.parametrize(
    "character",
    ["\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f1e8\U0001f1f3", "\U0001f44d\U0001f3fd", "e\u0301", "\u263a\ufe0f"],
)
def test_a_cut_is_never_inside_what_people_see_as_one_character(character: str) -> None:
    for before in range(12):
        parts = split(Styled("一" * before + character + "一" * 20), 12)
        assert sum(character in part.text for part in parts) == 1


def test_spans_are_in_order_and_do_not_overlap() -> None:
    found = styled("0123456789", [Span(5, 7), Span(0, 3), Span(2, 6), Span(9, 12), Span(8, 8), Span(-1, 2)])
    assert found.spans == (Span(0, 3), Span(5, 7))
    assert all(one.end <= other.start for one, other in pairwise(found.spans))


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("", "…"),
        (" \n\u200b", "…"),
        ("\u3164", "…"),
        ("a\x00b", "ab"),
        ("a\r\nb", "a\nb"),
        ("\ud83d", "?"),
        ("\ttab\there", "tab here"),
        ("\u202e反", "反"),
        ("👨\u200d👩", "👨\u200d👩"),
    ],
)
def test_only_what_can_be_shown_is_sent(text: str, seen: str) -> None:
    assert shown(text) == seen


@pytest.mark.parametrize(
    ("url", "opens"),
    [
        ("https://a.cn/x", True),
        ("http://1.2.3.4:80/", True),
        ("geo:31,117", False),
        ("tel:120", False),
        ("http://localhost/", False),
        ("https://", False),
        ("javascript:alert(1)", False),
        ("http://a b.cn", False),
        ("http://a.cn:x/", False),
        ("", False),
    ],
)
def test_only_web_addresses_become_buttons_and_links(url: str, opens: bool) -> None:
    assert openable(url) is opens


def test_sources_are_links_and_stations_bold() -> None:
    chip = Chip("p", "高温津贴怎么发", "人社部", "2012-06-29", "p#1", "…", "https://www.gov.cn/x")
    text = "高温津贴怎么发：看温度。\n\n依据\n·《高温津贴怎么发》人社部"
    (call,) = rendered(Message("answer", text, "高温津贴怎么发：看温度。", (chip,)), ASKED, ZH).calls
    assert call.parameters["text"] == text
    assert call.parameters["entities"] == [{"type": "text_link", "offset": 19, "length": 7, "url": "https://www.gov.cn/x"}]
    stations = Message(
        "stations", "最近的：\n\n1. 演示驿站 01\n   320 米", "", stations=(StationCard("a", "演示驿站 01", "open", ()),)
    )
    (call,) = rendered(stations, ASKED, ZH).calls
    assert call.parameters["entities"] == [{"type": "bold", "offset": 6, "length": 10}]
