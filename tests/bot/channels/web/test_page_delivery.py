"""The page in a real browser: nothing is lost, nothing happens twice, nothing is kept too long."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.bot.channels.web.browsing import QUESTION, ZH, ask, box, kept
from tests.bot.channels.web.conftest import Site

pytestmark = pytest.mark.browser


def test_a_message_outlives_a_lost_connection_and_is_delivered_once(page: Page, context: BrowserContext, site: Site) -> None:
    context.set_offline(True)
    box(page).fill(QUESTION)
    box(page).press("Enter")
    turn = page.locator(".turn").last
    expect(turn).to_have_attribute("data-state", "waiting")
    expect(turn).to_contain_text(ZH["chat"]["waiting"])
    expect(page.get_by_text(ZH["network"]["offline"])).to_be_visible()
    assert QUESTION in kept(page)
    context.set_offline(False)
    expect(turn).to_have_attribute("data-state", "done")
    expect(page.get_by_text(ZH["network"]["offline"])).to_be_hidden()
    assert site.talk.texts == [QUESTION]


def test_a_reply_lost_on_the_way_is_asked_for_again_under_the_same_name(page: Page, site: Site) -> None:
    lost: list[str] = []

    def lose_the_first_reply(route: Route) -> None:
        if lost:
            return route.continue_()
        lost.append(route.fetch().text())
        return route.abort("connectionreset")

    page.route("**/api/messages", lose_the_first_reply)
    ask(page, QUESTION)
    assert site.talk.attempts == 2
    assert site.talk.texts == [QUESTION]
    assert json.loads(lost[0])["request"] == site.talk.asked[0][0]


def test_a_login_page_of_a_public_network_is_not_taken_for_an_answer(page: Page, site: Site) -> None:
    page.route("**/api/messages", lambda route: route.fulfill(status=200, body="<html>log in"), times=1)
    ask(page, QUESTION)
    assert site.talk.texts == [QUESTION]


def test_a_broken_server_is_tried_again_then_told_kindly_with_the_numbers(page: Page, site: Site) -> None:
    site.talk.broken = 3
    box(page).fill(QUESTION)
    box(page).press("Enter")
    turn = page.locator(".turn").last
    expect(turn).to_contain_text(ZH["errors"]["failed"], timeout=15_000)
    expect(turn.get_by_role("link", name="120")).to_have_attribute("href", "tel:120")
    turn.get_by_role("button", name=ZH["chat"]["retry"]).click()
    expect(turn).to_have_attribute("data-state", "done")
    assert site.talk.texts == [QUESTION]


def test_the_conversation_and_the_draft_are_there_after_a_reload(page: Page, site: Site) -> None:
    turn = ask(page, QUESTION)
    turn.get_by_role("button", name=ZH["chat"]["useful"], exact=True).click()
    box(page).fill("写了一半")
    page.reload()
    expect(page.locator(".turn")).to_have_count(1)
    expect(page.locator(".turn .body p")).to_have_count(3)
    expect(page.get_by_role("button", name=ZH["chat"]["useful"], exact=True)).to_have_attribute("aria-pressed", "true")
    expect(box(page)).to_have_value("写了一半")
    assert site.talk.texts == [QUESTION]


def test_what_waits_is_sent_when_the_page_is_opened_again(page: Page, context: BrowserContext, site: Site) -> None:
    context.set_offline(True)
    box(page).fill(QUESTION)
    box(page).press("Enter")
    expect(page.locator(".turn").last).to_have_attribute("data-state", "waiting")
    page.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto("/")
    expect(again.locator(".turn")).to_have_attribute("data-state", "done")
    assert site.talk.texts == [QUESTION]


def test_the_page_opens_without_a_network_and_shows_the_numbers(page: Page, context: BrowserContext) -> None:
    ask(page, QUESTION)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    context.set_offline(True)
    page.reload()
    expect(page.get_by_text(ZH["network"]["offline"])).to_be_visible()
    expect(page.get_by_role("link", name="110")).to_be_visible()
    expect(page.locator(".turn .body p")).to_have_count(3)


def test_only_the_last_fifty_turns_are_kept(page: Page) -> None:
    page.evaluate(
        "localStorage.setItem('redstation.turns', JSON.stringify(Array.from({length: 50}, (_, n) => "
        "({request: 'old-' + n, text: 'old ' + n, state: 'failed', error: 'x'}))))"
    )
    page.reload()
    ask(page, "你好")
    turns = json.loads(kept(page))
    assert (len(turns), turns[0]["request"], turns[-1]["text"]) == (50, "old-1", "你好")


def test_clearing_asks_first_and_starts_a_new_conversation(page: Page, site: Site) -> None:
    ask(page, "你好")
    page.get_by_role("button", name=ZH["header"]["clear"]).click()
    page.get_by_role("button", name=ZH["clearing"]["no"], exact=True).click()
    expect(page.locator(".turn")).to_have_count(1)
    page.get_by_role("button", name=ZH["header"]["clear"]).click()
    with page.expect_response("**/api/conversation"):
        page.get_by_role("button", name=ZH["clearing"]["yes"], exact=True).click()
    expect(page.locator(".turn")).to_have_count(0)
    expect(page.locator("#welcome")).to_be_visible()
    assert kept(page) == ""
    ask(page, "再问")
    assert site.talk.conversations[0] != site.talk.conversations[1]
