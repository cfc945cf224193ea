"""What a rider sees on a phone: the real page, the real application, the shipped library."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.bot.channels.web.browsing import ZH, ask, box, overflow

pytestmark = pytest.mark.browser

QUESTION = "气温到40度了还让送,合法吗"


def test_a_question_is_answered_and_its_source_can_be_opened(page: Page) -> None:
    turn = ask(page, QUESTION)
    expect(turn.locator(".body")).to_contain_text("40℃")
    chips = turn.get_by_role("list", name=ZH["chat"]["sources"]).get_by_role("button")
    assert chips.count() >= 1
    title = chips.first.inner_text().strip()
    chips.first.click()
    sheet = page.get_by_role("dialog")
    expect(sheet).to_be_visible()
    expect(sheet).to_contain_text(title)
    expect(sheet).to_contain_text(re.compile(r"停|高温"))
    expect(sheet).to_contain_text(re.compile(r"《.+》"))
    expect(sheet).to_contain_text(re.compile(r"20\d\d-\d\d-\d\d"))
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    assert overflow(page) <= 0


def test_a_question_without_ground_is_refused_with_a_way_to_go(page: Page) -> None:
    turn = ask(page, "帮我算算这个月彩票开什么号")
    expect(turn.locator(".body")).to_contain_text(re.compile("没查到|答不了"))
    assert turn.locator(".body p").count() >= 2  # what is missing, and where to go with it
    turn.get_by_role("list", name=ZH["chat"]["sources"]).get_by_role("button").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()


def test_a_refusal_that_names_a_hotline_lets_the_rider_dial_it(page: Page) -> None:
    turn = ask(page, "安徽高温津贴一个月发多少块")
    expect(turn.locator(".body")).to_contain_text(re.compile("没查到|不敢乱说"))
    expect(turn.get_by_role("link", name=re.compile("12333"))).to_have_attribute("href", "tel:12333")


def test_a_follow_up_needs_no_repeating(page: Page) -> None:
    ask(page, "公司拖了俩月工资,我想去劳动仲裁")
    turn = ask(page, "那要交钱不")
    expect(turn.locator(".body")).to_contain_text("仲裁")
    expect(page.locator(".turn")).to_have_count(2)


def test_an_ambiguous_word_asks_back_and_a_tap_answers(page: Page) -> None:
    turn = ask(page, "会费")
    options = turn.locator(".quick button")
    expect(options).not_to_have_count(0)
    text = options.first.inner_text()
    options.first.click()
    expect(page.locator(".turn")).to_have_count(2)
    last = page.locator(".turn").last
    expect(last).to_have_attribute("data-state", "done")
    expect(last.locator(".said")).to_have_text(text)
    expect(last.locator(".body")).not_to_be_empty()


def test_danger_comes_with_a_number_to_tap(page: Page) -> None:
    turn = ask(page, "有人被车撞了,流了好多血,叫不醒")
    expect(turn.get_by_role("link", name=re.compile("120")).first).to_have_attribute("href", "tel:120")


def test_a_rating_is_thanked_for(page: Page) -> None:
    turn = ask(page, QUESTION)
    with page.expect_response("**/api/feedback") as answered:
        turn.get_by_role("button", name=ZH["chat"]["useful"], exact=True).click()
    assert answered.value.status == 204
    expect(turn).to_contain_text(ZH["chat"]["thanks_useful"])


def test_every_example_of_the_welcome_leads_somewhere(page: Page) -> None:
    for example in ZH["welcome"]["examples"]:
        turn = ask(page, example)
        expect(turn.locator(".body")).not_to_contain_text("没查到依据")
    expect(box(page)).to_be_enabled()
