"""Messages that say too little to look anything up."""

from __future__ import annotations

import pytest

from knowledge.fragments import is_fragment


@pytest.mark.parametrize(
    "text",
    ["能退不", "过期了怎么办", "那个要多少钱啊", "还来得及吗", "怎么办理", "yao duojiu", "zenme ban", "不好意思问一下要几天呢"],
)
def test_a_question_without_a_subject_is_a_fragment(text: str) -> None:
    assert is_fragment(text)


@pytest.mark.parametrize(
    "text", ["工伤怎么办", "高温津贴多少钱", "仲裁要几天", "zhongcai yao ji tian", "12333 怎么打", "头盔要多少钱", "驿站能进吗"]
)
def test_a_question_with_a_subject_is_none(text: str) -> None:
    assert not is_fragment(text)


def test_one_character_may_be_left_where_that_is_asked_for() -> None:
    assert not is_fragment("那个证到期了咋弄")
    assert is_fragment("那个证到期了咋弄", left=1)
    assert not is_fragment("健康证到期了咋弄", left=1)
