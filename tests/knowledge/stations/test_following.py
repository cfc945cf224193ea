"""One wish in several messages: what each leaves to those before it."""

from __future__ import annotations

from functools import partial

import pytest

from knowledge.stations.following import is_only, with_earlier
from knowledge.stations.gazetteer import Gazetteer
from knowledge.stations.wish import parse
from tests.knowledge.stations.housing import NOON, TOWN

PLACES = Gazetteer(TOWN)


def joined(text: str, *earlier: str, located: bool = False) -> str:
    return with_earlier(text, earlier, located, partial(parse, now=NOON), PLACES.locate)


@pytest.mark.parametrize(
    ("text", "earlier", "whole"),
    [
        ("附近哪有驿站", (), "附近哪有驿站"),
        ("三里庵", ("哪有能热饭的",), "哪有能热饭的 三里庵附近"),
        ("现在开着的呢", ("哪有能热饭的", "三里庵"), "三里庵附近 哪有能热饭的 现在开着的呢"),
        ("有厕所的吗", ("哪有能热饭的", "三里庵"), "三里庵附近 有厕所的吗"),
        ("三里庵", ("哪有能热饭的", "现在开着的呢"), "哪有能热饭的 现在开着的呢 三里庵附近"),
        ("附近哪有厕所", ("哪有能热饭的", "三里庵"), "附近哪有厕所"),
        ("三里庵", ("高温津贴多少钱",), "三里庵"),
        ("三里庵", ("哪有能热饭的", "高温津贴多少钱"), "三里庵"),
        ("合肥南站附近", ("三里庵附近哪能热饭",), "热饭 合肥南站附近"),
        ("三里庵", ("合肥南站附近哪能充电",), "充电 三里庵附近"),
    ],
)
def test_what_a_message_lacks_comes_from_the_turns_before(text: str, earlier: tuple[str, ...], whole: str) -> None:
    assert joined(text, *earlier) == whole


def test_a_location_brings_its_own_place_and_keeps_the_wish() -> None:
    assert joined("我的位置", "哪有能热饭的", "三里庵", located=True) == "哪有能热饭的 我的位置"


@pytest.mark.parametrize("text", ["三里庵", "我在三里庵", "到合肥南站了", "合肥市包河区", "合肥南站那边", "长沙 岳麓区", "合肥"])
def test_a_text_that_is_a_place_and_no_more(text: str) -> None:
    place = PLACES.locate(text)
    assert place is not None
    assert is_only(place, text)


@pytest.mark.parametrize("text", ["合肥高温津贴多少钱", "三里庵附近哪能热饭", "合肥南站的驿站几点关", "长沙的党组织在哪报到"])
def test_a_text_that_says_more_than_a_place(text: str) -> None:
    place = PLACES.locate(text)
    assert place is None or not is_only(place, text)
