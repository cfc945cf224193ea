"""The page in a real browser, against a running server with a ScriptedTalk behind it: asking and answering."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from bot.channels.web.wording import words
from tests.bot.channels.web.browsing import QUESTION, ZH, ask, box, kept
from tests.bot.channels.web.conftest import PHONE, Site

pytestmark = pytest.mark.browser


def test_a_question_is_answered_in_paragraphs_with_its_sources(page: Page, site: Site) -> None:
    expect(page.get_by_role("heading", level=1)).to_be_in_viewport()
    turn = ask(page, QUESTION)
    expect(turn.locator(".body p")).to_have_count(3)
    expect(turn.get_by_role("list", name=ZH["chat"]["sources"]).get_by_role("button")).to_have_count(2)
    expect(turn.get_by_role("link", name="12333")).to_have_attribute("href", "tel:12333")
    expect(page.locator("#welcome")).to_be_hidden()
    assert site.talk.texts == [QUESTION]


def test_a_source_opens_in_a_sheet_and_esc_gives_the_focus_back(page: Page) -> None:
    turn = ask(page, QUESTION)
    chip = turn.get_by_role("button", name="劳动仲裁一年内提")
    chip.click()
    sheet = page.get_by_role("dialog", name="劳动仲裁一年内提")
    expect(sheet).to_contain_text("时效期间为一年")
    expect(sheet).to_contain_text("第27条")
    expect(sheet.get_by_role("link")).to_have_attribute("href", "https://www.gov.cn/law")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(chip).to_be_focused()


def test_the_sheet_closes_by_its_button_and_by_a_tap_outside(page: Page) -> None:
    chip = ask(page, QUESTION).get_by_role("button", name="去哪个仲裁委申请")
    chip.click()
    expect(page.locator("#sheet-link")).to_be_hidden()
    page.get_by_role("button", name=ZH["sheet"]["close"]).click()
    expect(page.locator("#sheet")).to_be_hidden()
    chip.click()
    page.touchscreen.tap(195, 40)
    expect(page.locator("#sheet")).to_be_hidden()


def test_a_tap_on_an_example_or_a_quick_reply_sends_it(page: Page, site: Site) -> None:
    example = ZH["welcome"]["examples"][3]
    page.get_by_role("button", name=example).click()
    reply = page.locator(".quick button").first
    text = reply.inner_text()
    reply.click()
    expect(page.locator(".turn")).to_have_count(2)
    expect(page.locator(".turn").last).to_have_attribute("data-state", "done")
    expect(page.locator(".quick:visible")).to_have_count(0)
    assert site.talk.texts == [example, text]


def test_feedback_is_thanked_for_and_can_be_changed(page: Page, site: Site) -> None:
    turn = ask(page, QUESTION)
    useful, useless = (turn.get_by_role("button", name=ZH["chat"][key], exact=True) for key in ("useful", "useless"))
    with page.expect_response("**/api/feedback"):
        useful.click()
    expect(useful).to_have_attribute("aria-pressed", "true")
    expect(turn).to_contain_text(ZH["chat"]["thanks_useful"])
    with page.expect_response("**/api/feedback"):
        useless.click()
    expect(useful).to_have_attribute("aria-pressed", "false")
    expect(turn).to_contain_text(ZH["chat"]["thanks_useless"])
    assert list(site.talk.ratings.values()) == [False]


def test_an_empty_message_cannot_be_sent(page: Page, site: Site) -> None:
    send = page.get_by_role("button", name=ZH["composer"]["send"], exact=True)
    expect(send).to_be_disabled()
    box(page).fill(" \n ")
    expect(send).to_be_disabled()
    box(page).press("Enter")
    assert page.locator(".turn").count() == 0
    assert site.talk.attempts == 0


def test_markup_in_words_and_replies_is_shown_as_it_is(page: Page) -> None:
    attack = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>&lt;'
    turn = ask(page, attack)
    expect(turn.locator(".said")).to_have_text(attack)
    expect(turn.locator(".body")).to_have_text(attack)
    assert page.evaluate("window.hacked") is None
    assert turn.locator("img, script").count() == 0


def test_a_location_is_sent_when_asked_for_and_never_kept(page: Page, context: BrowserContext, site: Site) -> None:
    context.grant_permissions(["geolocation"])
    context.set_geolocation({"latitude": 31.2304, "longitude": 121.4737})
    ask(page, "附近哪里歇脚")
    page.locator(".place").get_by_role("button", name=ZH["location"]["ask"]).click()
    expect(page.locator(".turn").last).to_contain_text("演示驿站 01")
    assert site.talk.asked[-1][1:3] == (ZH["location"]["message"], (31.2304, 121.4737))
    assert "31.23" not in kept(page)


def test_a_refused_location_is_explained_and_a_place_can_be_typed(page: Page) -> None:
    ask(page, "附近哪里歇脚")
    page.locator(".place").get_by_role("button", name=ZH["location"]["ask"]).click()
    expect(page.locator(".place")).to_contain_text(re.compile(f"{ZH['location']['denied']}|{ZH['location']['failed']}"))


def test_without_https_the_page_says_why_there_is_no_location(browser: Browser, site: Site) -> None:
    context = browser.new_context(base_url=site.url, viewport=PHONE)  # type: ignore[arg-type]
    context.add_init_script("Object.defineProperty(window, 'isSecureContext', {value: false}); delete crypto.randomUUID")
    page = context.new_page()
    page.goto("/")
    ask(page, "附近哪里歇脚")
    expect(page.locator(".place")).to_have_text(ZH["location"]["insecure"])
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", site.talk.asked[0][0])
    context.close()


def test_an_answer_can_be_copied_and_read_aloud(page: Page, context: BrowserContext) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    turn = ask(page, QUESTION)
    turn.get_by_role("button", name=ZH["chat"]["copy"], exact=True).click()
    expect(turn).to_contain_text(ZH["chat"]["copied"])
    assert "依据" in page.evaluate("navigator.clipboard.readText()")
    page.evaluate("() => { speechSynthesis.speak = (one) => (window.said = [...(window.said || []), [one.lang, one.text]]); }")
    turn.get_by_role("button", name=ZH["chat"]["speak"], exact=True).click()
    said = page.evaluate("window.said")
    assert {language for language, _ in said} == {"zh-CN"} and "仲裁" in said[0][1]
    turn.get_by_role("button", name=ZH["chat"]["stop"], exact=True).click()
    expect(turn.get_by_role("button", name=ZH["chat"]["speak"], exact=True)).to_be_visible()


def test_nothing_to_read_aloud_with_means_no_button(browser: Browser, site: Site) -> None:
    context = browser.new_context(base_url=site.url)
    context.add_init_script("delete window.speechSynthesis; delete Window.prototype.speechSynthesis")
    page = context.new_page()
    page.goto("/")
    expect(ask(page, QUESTION).get_by_role("button", name=ZH["chat"]["speak"])).to_have_count(0)
    context.close()


def test_the_page_speaks_english_when_asked(page: Page, site: Site) -> None:
    page.get_by_role("link", name=ZH["header"]["other_language_label"]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(words("en")["welcome"]["title"])
    page.get_by_role("button", name=words("en")["welcome"]["examples"][0]).click()
    expect(page.locator(".turn")).to_have_attribute("data-state", "done")
    assert site.talk.asked[0][3] == "en"
