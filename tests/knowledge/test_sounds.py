"""Text as it sounds: homophones, dialects and typed pinyin meet."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.folding import fold
from knowledge.sounds import NOT_PINYIN, blurred, is_typed_pinyin, sounds, split_pinyin, syllables


def heard(text: str) -> list[str]:
    return sounds(fold(text))


@pytest.mark.parametrize(
    ("run", "pieces"),
    [
        ("zhongshu", ["zhong", "shu"]),
        ("gaowenjintie", ["gao", "wen", "jin", "tie"]),
        ("gongshangrending", ["gong", "shang", "ren", "ding"]),
        ("nihao", ["ni", "hao"]),
        ("fangan", ["fan", "gan"]),
        ("lv", ["lv"]),
        ("lü", ["lv"]),
    ],
)
def test_pinyin_without_spaces_is_cut_into_syllables(run: str, pieces: list[str]) -> None:
    assert split_pinyin(run) == pieces


@pytest.mark.parametrize(
    ("run", "pieces"), [("wanr", ["wan"]), ("nahuir", ["na", "hui"]), ("yidianr", ["yi", "dian"]), ("zher", ["zhe"])]
)
def test_an_r_at_the_end_is_swallowed(run: str, pieces: list[str]) -> None:
    assert split_pinyin(run) == pieces


@pytest.mark.parametrize(("run", "pieces"), [("erduo", ["er", "duo"]), ("naer", ["na", "er"]), ("ertong", ["er", "tong"])])
def test_er_as_a_syllable_of_its_own_stays(run: str, pieces: list[str]) -> None:
    assert split_pinyin(run) == pieces


@pytest.mark.parametrize("run", ["weather", "thanks", "hello", "app", "wifi", "aed", "bcd", "", "'"])
def test_what_is_no_pinyin_is_not_cut(run: str) -> None:
    assert split_pinyin(run) is None


@given(st.lists(st.sampled_from(sorted(s for s in syllables() if len(s) > 1)), min_size=1, max_size=6))
def test_every_run_of_syllables_can_be_cut_and_no_letter_is_lost(pieces: list[str]) -> None:
    run = "".join(pieces)
    found = split_pinyin(run)
    if run in NOT_PINYIN:
        assert found is None
    else:
        assert found is not None
        assert "".join(found) in {run, run.removesuffix("r")}
        assert set(found) <= syllables()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("公惠", "工会"),
        ("中署", "中暑"),
        ("工商认定", "工伤认定"),
        ("西安", "xi'an"),
        ("种署", "中暑"),
        ("胡建", "福建"),
        ("流奶", "牛奶"),
        ("星期", "心期"),
        ("报道", "报到"),
        ("中暑", "zhongshu"),
        ("中暑", "zhong shu"),
        ("中暑", "zongsu"),
        ("高温津贴怎么领", "gaowenjintie zenme ling"),
        ("高溫津貼", "高温津贴"),
    ],
)
def test_what_sounds_alike_is_alike(one: str, other: str) -> None:
    assert heard(one) == heard(other)


@pytest.mark.parametrize(
    ("one", "other"), [("工会", "公婆"), ("中暑", "中午"), ("党费", "会费"), ("停工", "开工"), ("超载", "超限")]
)
def test_what_sounds_different_stays_different(one: str, other: str) -> None:
    assert heard(one) != heard(other)


def test_numbers_and_english_words_stand_as_they_are() -> None:
    assert heard("app扣了100块") == [*heard("app"), *heard("扣了"), "100", *heard("块")]
    assert heard("app") == ["app"]


@pytest.mark.parametrize("syllable", ["zh", "shi", "niang", "feng", "lv", "er"])
def test_blurring_twice_is_blurring_once(syllable: str) -> None:
    assert blurred(blurred(syllable)) == blurred(syllable)


@pytest.mark.parametrize("text", ["gao wen tian ji du ting gong", "gongshang zenme ban", "gaowen jintie 多少", "GAOWEN jintie"])
def test_typed_pinyin_is_recognised(text: str) -> None:
    assert is_typed_pinyin(fold(text))


@pytest.mark.parametrize("text", ["what is the weather today", "hello", "我的app坏了", "高温津贴多少钱", "", "120", "👍"])
def test_english_and_chinese_are_not_typed_pinyin(text: str) -> None:
    assert not is_typed_pinyin(fold(text))


@given(st.text(max_size=200))
def test_nothing_a_person_can_type_breaks_hearing(text: str) -> None:
    assert all(sounds(fold(text)))
