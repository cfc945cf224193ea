"""Nothing that leads to a person is kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.redacting import MASK, redact


@pytest.mark.parametrize(
    ("text", "personal"),
    [
        ("我电话13812345678打给我", "13812345678"),
        ("电话 138 1234 5678", "138 1234 5678"),
        ("电话138-1234-5678", "138-1234-5678"),
        ("电话１３８１２３４５６７８", "１３８１２３４５６７８"),
        ("身份证34012319900101123X", "34012319900101123X"),
        ("身份证 340123 19900101 1234", "19900101 1234"),
        ("卡号6222 0212 3456 7890 123", "6222 0212"),
        ("车牌皖A12345被拍了", "皖A12345"),
        ("车牌皖A·D12345被拍了", "皖A·D12345"),
        ("邮箱 zhang.san@example.com.cn", "zhang.san@example.com.cn"),
        ("座机0550-1234567", "1234567"),
        ("微信号 wxid_1234567890", "1234567890"),
    ],
)
def test_a_personal_number_is_masked(text: str, personal: str) -> None:
    assert personal not in redact(text)
    assert MASK in redact(text)


@pytest.mark.parametrize(
    "text",
    ["12333 和 12345 打哪个", "40度停工", "2026年高温津贴 300元", "扣了100000元", "T-34", "人社部发〔2021〕56号"],
)
def test_what_the_question_needs_stays(text: str) -> None:
    assert redact(text) == text


def test_a_long_message_is_cut() -> None:
    assert len(redact("热" * 10_000)) == 300


@given(st.text(max_size=60), st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_a_telephone_number_is_masked_wherever_it_stands(text: str, number: str) -> None:
    assert number not in redact(f"{text} {number} {text}")
