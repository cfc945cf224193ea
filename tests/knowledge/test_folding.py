"""One spelling for everything a rider's phone may produce."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.folding import clean, fold, words


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("高溫津貼怎麼領", "高温津贴怎么领"),
        ("ＡＰＰ登录，１２３３３", "app登录,12333"),
        ("高\u200b温\u00ad津\ufeff贴\u2060", "高温津贴"),
        ("高 温 停 工", "高温停工"),
        ("高温\x00\x07津贴", "高温津贴"),
        ("哈哈哈哈哈哈", "哈哈"),
        ("救命啊啊啊啊啊啊啊", "救命啊啊"),
        ("APP Wi-Fi", "app wi-fi"),
        ("\u202e高温\u202c", "高温"),
    ],
)
def test_one_thing_typed_in_two_ways_becomes_one(typed: str, meant: str) -> None:
    assert words(fold(typed)) == words(fold(meant))
    assert fold(meant) == meant


@pytest.mark.parametrize(
    ("spelt", "digits"),
    [
        ("三十八度", "38度"),
        ("四十度", "40度"),
        ("40℃", "40度"),
        ("40°C", "40度"),
        ("40摄氏度", "40度"),
        ("百分之三十", "30%"),
        ("百分之十二点五", "12.5%"),
        ("两千五百块", "2500块"),
        ("一千二百三十四元", "1234元"),
        ("一百零五块", "105块"),
        ("两百五", "250"),
        ("三千", "3000"),
        ("一万二", "12000"),
        ("3万", "30000"),
        ("1,200元", "1200元"),
        ("一点五倍", "1.5倍"),
        ("二十四小时", "24小时"),
        ("二〇二六年", "2026年"),
        ("十五天", "15天"),
        ("幺二零", "120"),
        ("一二三四五热线", "12345热线"),
    ],
)
def test_a_number_in_words_is_the_number_in_digits(spelt: str, digits: str) -> None:
    assert fold(spelt) == digits


@pytest.mark.parametrize("text", ["两三天", "三轮车", "万一出事", "半年", "三三两两", "五一放假"])
def test_what_only_looks_like_a_number_stays(text: str) -> None:
    assert fold(text) == text


def test_different_numbers_stay_different() -> None:
    assert len({fold(text) for text in ("三十七度", "三十八度", "四十度", "三十八天", "3.8度", "380度")}) == 6


def test_words_are_characters_latin_runs_and_numbers() -> None:
    assert words(fold("App扣了1.5%,咋办?")) == ["app", "扣", "了", "1.5", "%", "咋", "办"]


@given(st.text(max_size=300))
def test_nothing_a_person_can_type_breaks_folding(text: str) -> None:
    assert isinstance(words(fold(text)), list)


@given(st.text(max_size=100))
def test_no_invisible_or_control_character_is_left(text: str) -> None:
    left = {unicodedata.category(c) for c in clean(text)} & {"Cc"} - {" "}
    assert not {c for c in clean(text) if unicodedata.category(c) == "Cc" and c not in "\t\n"}, left
    assert not set(clean(text)) & set("\u200b\u200d\u202e\ufeff\u00ad")


@given(
    st.text(st.sampled_from("高温停工几度啊"), max_size=20), st.text(st.sampled_from("\u200b\u200c\u2060\ufeff\u00ad"), max_size=3)
)
def test_an_invisible_character_anywhere_changes_nothing(text: str, hidden: str) -> None:
    assert fold(hidden + hidden.join(text)) == fold(text)
