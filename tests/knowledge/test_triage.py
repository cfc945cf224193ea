"""What kind of message is this?"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.triage import KINDS, SMALL_TALK, Triage

PLAIN = {
    "你好": "greeting",
    "早上好": "greeting",
    "谢谢": "thanks",
    "再见": "farewell",
    "拜拜": "farewell",
    "你是谁": "identity",
    "你能干啥": "ability",
    "好的": "acknowledgement",
    "附近哪有驿站": "station",
    "我想找个地方充电": "station",
    "哪里能接热水": "station",
    "充电": "clarify",
    "今天天气怎么样": "offtopic",
    "给我写首诗": "offtopic",
    "劳动仲裁收费吗": "question",
    "中暑算工伤吗": "question",
}
TRIAGE = Triage.load()


def likeliest(text: str, *history: str) -> str:
    kinds = TRIAGE.kinds(text, history)
    return max(kinds, key=lambda kind: kinds[kind])


@pytest.mark.parametrize("text", PLAIN)
def test_a_plain_message_is_what_it_looks_like(text: str) -> None:
    assert likeliest(text) == PLAIN[text]


@pytest.mark.parametrize(
    ("text", "other"), [("謝謝", "谢谢"), ("你 好", "你好"), ("你\u200b好", "你好"), ("请问劳动仲裁收费吗", "劳动仲裁收费吗")]
)
def test_spelling_and_politeness_change_nothing(text: str, other: str) -> None:
    assert TRIAGE.kinds(text) == TRIAGE.kinds(other)


def test_a_short_turn_is_read_with_the_one_before() -> None:
    alone = TRIAGE.kinds("那晚上呢")["question"]
    assert TRIAGE.kinds("那晚上呢", ("高温几度停工",))["question"] != alone
    long = "公司拖了俩月工资不给,我想去劳动仲裁要怎么弄,要带些什么东西"
    assert TRIAGE.kinds(long, ("你好",)) == TRIAGE.kinds(long)


@given(st.text(max_size=120), st.lists(st.text(max_size=30), max_size=2))
def test_whatever_is_typed_has_probabilities(text: str, history: list[str]) -> None:
    kinds = TRIAGE.kinds(text, history)
    assert set(kinds) == set(KINDS) > SMALL_TALK
    assert sum(kinds.values()) == pytest.approx(1.0, abs=1e-3)
    assert all(0.0 <= probability <= 1.0 for probability in kinds.values())


def test_a_model_that_was_saved_says_the_same(tmp_path: Path) -> None:
    TRIAGE.save(tmp_path / "triage.npz")
    loaded = Triage.load(tmp_path / "triage.npz")
    for text in (*PLAIN, "有人晕倒了没呼吸"):
        assert loaded.kinds(text) == pytest.approx(TRIAGE.kinds(text), abs=1e-5)
