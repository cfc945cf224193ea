"""The page in a real browser: the emergency card, one tap from help, with or without a network."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from bot.channels.web.wording import words
from tests.bot.channels.web.browsing import QUESTION, ZH, ask, box, broken_numbers
from tests.bot.channels.web.conftest import Site
from tests.bot.channels.web.scripted import EMERGENCY, FIRE

pytestmark = pytest.mark.browser

HEAT = "同事中暑倒了"
SIZE = "(node) => parseFloat(getComputedStyle(node.querySelector('b')).fontSize)"
SPOKEN = "() => { speechSynthesis.speak = (one) => (window.said = [...(window.said || []), one.text]); }"


def test_the_number_to_call_is_huge_first_and_one_tap_away(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")  # places are compared: nothing may move between two looks
    alert = ask(page, "着火了").get_by_role("alert")
    first, *others = alert.locator("a[href^='tel:']").all()
    expect(first).to_have_attribute("href", "tel:119")
    expect(first).to_be_in_viewport(ratio=1)
    assert [link.get_attribute("href") for link in others] == ["tel:120", "tel:110"]
    assert first.evaluate(SIZE) >= 60
    big = first.bounding_box()
    assert big is not None and big["height"] >= 100 and big["width"] >= 190
    for other in others:
        beside = other.bounding_box()
        assert beside is not None and beside["x"] > big["x"] + big["width"] - 1
        assert big["y"] <= beside["y"] < big["y"] + big["height"]
        assert other.evaluate(SIZE) < first.evaluate(SIZE) / 2


@pytest.mark.parametrize("width", [320, 360, 390])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_number_is_never_broken_or_cut_on_a_narrow_phone(page: Page, width: int, language: str) -> None:
    """With the longest number and name beside it."""
    page.set_viewport_size({"width": width, "height": 700})
    page.goto(f"/?lang={language}")
    page.locator("#text").fill("撑不住了")
    page.locator("#text").press("Enter")
    expect(page.locator(".call b")).to_have_text(["120", "110", "12356"])
    assert broken_numbers(page) == []


def test_the_lines_are_large_and_what_to_read_out_has_a_place_of_its_own(page: Page) -> None:
    turn = ask(page, HEAT)
    size = "(node) => parseFloat(getComputedStyle(node).fontSize)"
    usual = page.locator("body").evaluate(size)
    assert turn.locator(".body p").nth(2).evaluate(size) > usual
    assert turn.locator(".body p").first.evaluate(size) > 1.2 * usual
    aloud = turn.get_by_role("group", name=ZH["chat"]["aloud"].replace("{number}", "120"))
    expect(aloud.locator("blockquote")).to_have_text(EMERGENCY.read_aloud)
    expect(turn.get_by_text(EMERGENCY.read_aloud)).to_have_count(1)
    assert aloud.locator("blockquote").evaluate(size) > 1.2 * usual
    fire = ask(page, "着火了")  # a place typed in two paragraphs
    assert fire.locator(".body p").all_inner_texts() == ["先打 119，人先出来。", "别回去拿东西。"]
    expect(fire.locator("blockquote")).to_have_text(FIRE.read_aloud)


def test_what_to_read_out_is_copied_and_spoken_alone_and_the_card_as_a_whole(page: Page, context: BrowserContext) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    turn = ask(page, HEAT)
    aloud = turn.locator(".aloud")
    aloud.get_by_role("button", name=ZH["chat"]["copy"], exact=True).click()
    expect(aloud).to_contain_text(ZH["chat"]["copied"])
    assert page.evaluate("navigator.clipboard.readText()") == EMERGENCY.read_aloud
    page.evaluate(SPOKEN)
    aloud.get_by_role("button", name=ZH["chat"]["speak"], exact=True).click()
    assert "".join(page.evaluate("window.said")) == EMERGENCY.read_aloud
    page.evaluate("window.said = []")
    turn.get_by_role("button", name=ZH["chat"]["speak_all"], exact=True).click()
    assert "阴凉通风" in "".join(page.evaluate("window.said"))


def test_after_a_card_the_box_asks_where_until_the_next_ordinary_reply(page: Page) -> None:
    usual, where = ZH["composer"]["placeholder"], ZH["composer"]["where"]
    expect(box(page)).to_have_attribute("placeholder", usual)
    ask(page, HEAT)
    expect(box(page)).to_have_attribute("placeholder", where)
    assert page.evaluate("(t => t.scrollHeight <= t.clientHeight + 1)(document.getElementById('text'))")
    page.reload()
    expect(box(page)).to_have_attribute("placeholder", where)
    ask(page, "着火了")
    expect(box(page)).to_have_attribute("placeholder", where)
    ask(page, QUESTION)
    expect(box(page)).to_have_attribute("placeholder", usual)


def test_the_question_where_is_not_asked_about_yesterdays_emergency(page: Page) -> None:
    ask(page, HEAT)
    page.evaluate(
        "() => { const turns = JSON.parse(localStorage['redstation.turns']);"
        "turns[0].at -= 86400e3; localStorage['redstation.turns'] = JSON.stringify(turns); }"
    )
    page.reload()
    expect(page.locator(".emergency")).to_be_visible()
    expect(box(page)).to_have_attribute("placeholder", ZH["composer"]["placeholder"])


def test_a_card_is_brought_into_view_even_when_the_rider_reads_further_up(page: Page, site: Site) -> None:
    ask(page, "仲裁从头到尾怎么办")
    site.talk.slow = 0.6
    box(page).fill("着火了")
    box(page).press("Enter")
    page.evaluate("document.getElementById('scroll').scrollTop = 0")
    expect(page.locator(".call.first")).to_be_in_viewport(ratio=1)


def test_while_there_is_no_network_a_waiting_message_shows_the_numbers(page: Page, context: BrowserContext) -> None:
    context.set_offline(True)
    box(page).fill(HEAT)
    box(page).press("Enter")
    turn = page.locator(".turn").last
    expect(turn.locator(".meanwhile")).to_contain_text(ZH["network"]["urgent"])
    for number in ("120", "110", "119"):
        expect(turn.get_by_role("link", name=number)).to_have_attribute("href", f"tel:{number}")
        expect(turn.get_by_role("link", name=number)).to_be_in_viewport()
    context.set_offline(False)
    expect(turn.get_by_role("alert")).to_contain_text("先打 120")
    expect(turn.locator(".meanwhile")).to_have_count(0)


def test_every_text_is_marked_with_the_language_it_is_in(page: Page) -> None:
    expect(ask(page, "Fever pills and 藿香正气水 do not help at all").locator(".body")).to_have_attribute("lang", "en")
    expect(ask(page, "APP 打不开了").locator(".body")).to_have_attribute("lang", "zh-CN")
    expect(ask(page, "着火了").locator(".aloud blockquote")).to_have_attribute("lang", "zh-CN")


def test_the_card_has_its_own_words_in_english(page: Page) -> None:
    page.goto("/?lang=en")
    page.locator("#text").fill("着火了")
    page.locator("#text").press("Enter")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text(words("en")["chat"]["tap_to_call"])
    expect(alert.get_by_role("group", name="Read this to 119")).to_contain_text(FIRE.read_aloud)
    expect(page.locator("#text")).to_have_attribute("placeholder", words("en")["composer"]["where"])
