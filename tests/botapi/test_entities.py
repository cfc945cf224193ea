"""Marked-up text is read, and refused, as Telegram does it."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.botapi.entities import Formatted, decoded, formatted, found, units
from tests.botapi.links import link_problem
from tests.botapi.refusing import RefusedError

BAD = (
    ("<br>", 'Unsupported start tag "br" at byte offset 0'),
    ("气温 < 0", 'Unsupported start tag "" at byte offset 7'),
    ("x <b", "Unclosed start tag at byte offset 2"),
    ("<a href", 'Unclosed start tag "a" at byte offset 0'),
    ('<a href="x"', "Unclosed start tag at byte offset 0"),
    ('<a ="x">y</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
    ("<a bold>y</a>", 'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0'),
    ("<a href=x/>y</a>", "Unexpected end of name token at byte offset 8"),
    ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ("x</b>", "Unexpected end tag at byte offset 1"),
    ("<b>x</b", "Unclosed end tag at byte offset 4"),
    ("<b>粗</i>", 'Unmatched end tag at byte offset 6, expected "</b>", found "</i>"'),
    ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
    ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
    ('<tg-emoji emoji-id="x">y</tg-emoji>', "Invalid custom emoji identifier specified"),
)


@pytest.mark.parametrize(("markup", "reason"), BAD)
def test_bad_markup_is_refused_in_telegrams_words(markup: str, reason: str) -> None:
    with pytest.raises(RefusedError) as refused:
        formatted(markup, "HTML", None)
    assert refused.value.description == f"Bad Request: can't parse entities: {reason}"
    assert refused.value.fault


def kinds(made: Formatted) -> list[tuple[str, int, int]]:
    return [(entity["type"], entity["offset"], entity["length"]) for entity in made.entities]


def test_nested_markup_becomes_entities_counted_in_utf16() -> None:
    made = formatted("😀<b>粗<i>斜</i></b> &lt;a&amp;b&#33;&nbsp;", "HTML", None)
    assert made.text == "😀粗斜 <a&b!&nbsp;"  # the only named references are lt, gt, amp and quot
    assert kinds(made) == [("bold", 2, 2), ("italic", 3, 1)]


def test_links_blocks_and_code_keep_what_they_carry() -> None:
    made = formatted(
        '<a href="https://a.cn/?x=1&amp;y=2">文</a><blockquote expandable>引</blockquote>'
        '<pre><code class="language-python">码</code></pre><span class="tg-spoiler">密</span>',
        "HTML",
        None,
    )
    assert kinds(made) == [("text_link", 0, 1), ("expandable_blockquote", 1, 1), ("pre", 2, 1), ("spoiler", 3, 1)]
    assert made.entities[0]["url"] == "https://a.cn/?x=1&y=2"
    assert made.entities[2]["language"] == "python"


def test_a_link_that_cannot_be_opened_is_only_text() -> None:
    assert formatted('<a href="tel:110">打110</a>', "HTML", None) == Formatted("打110")


def test_white_space_around_a_text_goes_and_takes_its_entities_along() -> None:
    made = formatted("\n <b> 你好 </b>\n", "HTML", None)
    assert (made.text, kinds(made)) == ("你好", [("bold", 0, 2)])


def test_other_marking_is_refused() -> None:
    for mode in ("MarkdownV2", "Markdown", "BBCode"):
        with pytest.raises(RefusedError):
            formatted("x", mode, None)


def test_entities_given_must_lie_in_the_text() -> None:
    assert formatted("你好", None, [{"type": "bold", "offset": 0, "length": 2}]).entities
    with pytest.raises(RefusedError):
        formatted("你好", None, [{"type": "bold", "offset": 1, "length": 2}])


def test_commands_and_mentions_are_found_where_people_type_them() -> None:
    marks = [(one["type"], one["offset"], one["length"]) for one in found("/start@red_bot 看 /help @boss_li 12/3 a@b")]
    assert marks == [("bot_command", 0, 14), ("bot_command", 17, 5), ("mention", 23, 8)]


@given(some.text())
def test_escaped_text_comes_back_as_it_was(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    assert decoded(escaped) == text
    assert formatted(escaped, "HTML", None) == Formatted(text.strip())


@given(
    some.lists(
        some.sampled_from(("<b>", "</b>", "<i>", "</i>", '<a href="https://a.cn">', "</a>", "<", ">", "&lt;", "字", "😀", " "))
    )
)
def test_whatever_is_read_has_its_entities_inside_the_text(parts: list[str]) -> None:
    with suppress(RefusedError):
        made = formatted("".join(parts), "HTML", None)
        assert all(0 <= one["offset"] < one["offset"] + one["length"] <= units(made.text) for one in made.entities)


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("https://a.cn/x?y=1#z", None),
        ("a.cn", None),
        ("tg://user?id=1", None),
        ("https://地图.cn/甲", None),
        ("http://127.0.0.1:8080/", None),
        ("http://localhost:8080/", "Wrong HTTP URL"),
        ("tel:110", "Wrong HTTP URL"),
        ("tel:+8612345678901", "Unsupported URL protocol"),
        ("geo:31.8,117.2", "Wrong port number specified in the URL"),
        ("mailto:a@b.cn", "Unsupported URL protocol"),
        ("ftp://a.cn", "Unsupported URL protocol"),
        ("", "URL host is empty"),
        ("https://", "URL host is empty"),
    ],
)
def test_only_addresses_that_telegram_opens_are_taken(url: str, problem: str | None) -> None:
    assert link_problem(url) == problem


def test_mini_apps_need_https() -> None:
    assert link_problem("http://a.cn", https=True) == "Only HTTPS links are allowed"
    assert link_problem("https://a.cn", https=True) is None
