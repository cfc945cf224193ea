"""The page in a real browser: station cards, the buttons on them, and nothing that a reply could smuggle in."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.bot.channels.web.browsing import ZH, ask, box, kept
from tests.bot.channels.web.conftest import PHONE, Site
from tests.bot.channels.web.scripted import ATTACK, NEAREST, NOTED, OPEN

pytestmark = pytest.mark.browser

NEAR = "演示广场附近"
SHUT = "这里关门了"
ANDROID = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36"


def cards(page: Page) -> Locator:
    return page.get_by_role("list", name=ZH["stations"]["label"]).locator(".station")


def shut(page: Page) -> Locator:
    """The button that says the first station is closed."""
    return cards(page).first.get_by_role("button", name=SHUT)


def test_a_card_says_the_name_the_state_in_words_and_the_distance_first(page: Page) -> None:
    ask(page, NEAR)
    expect(cards(page)).to_have_count(3)
    for card, station, word in zip(cards(page).all(), NEAREST.stations, ("open", "closed", "unknown"), strict=True):
        expect(card.get_by_role("heading")).to_have_text(station.name)
        expect(card.locator(".badge")).to_have_text(ZH["stations"][word])
        assert card.locator(".badge use").get_attribute("href")  # a sign as well: colour alone says nothing to many
        assert card.locator("p:not(.badge, .thanks)").all_inner_texts() == list(station.lines)
    signs = cards(page).locator(".badge use").evaluate_all("(all) => all.map((one) => one.getAttribute('href'))")
    assert len(set(signs)) == 3
    far, door = (cards(page).first.locator("p").nth(n).evaluate("(p) => parseFloat(getComputedStyle(p).fontSize)") for n in (1, 2))
    assert far > door


def test_the_ways_there_are_big_and_open_elsewhere_without_a_trace(page: Page) -> None:
    ask(page, NEAR)
    for name, start in (("高德导航", "https://uri.amap.com/"), ("百度地图", "https://api.map.baidu.com/")):
        link = cards(page).first.get_by_role("link", name=name)
        assert str(link.get_attribute("href")).startswith(start)
        assert (link.get_attribute("target"), link.get_attribute("rel")) == ("_blank", "noopener noreferrer")
        box_of = link.bounding_box()
        assert box_of is not None and box_of["height"] >= 44 and box_of["width"] >= 130
    expect(cards(page).first.get_by_role("link", name="打电话")).to_have_attribute("href", "tel:02155550101")
    expect(page.get_by_role("link", name="手机地图")).to_have_count(0)  # geo: opens nothing outside Android


def test_on_android_the_riders_own_map_is_offered_as_well(browser: Browser, site: Site) -> None:
    context = browser.new_context(base_url=site.url, viewport=PHONE, user_agent=ANDROID)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto("/")
    ask(page, NEAR)
    expect(cards(page).first.get_by_role("link", name="手机地图")).to_have_attribute("href", "geo:39.9,116.4?q=1")
    context.close()


def test_a_closed_door_is_told_once_and_the_answer_stands_on_that_card(page: Page, site: Site) -> None:
    ask(page, NEAR)
    shut(page).click()
    expect(cards(page).first.get_by_role("status")).to_have_text(NOTED.body)
    expect(shut(page)).to_be_disabled()
    expect(shut(page)).to_be_focused()
    expect(cards(page).nth(1).get_by_role("button", name=SHUT)).to_be_enabled()
    shut(page).click(force=True)
    page.reload()
    expect(cards(page).first.get_by_role("status")).to_have_text(NOTED.body)
    expect(shut(page)).to_be_disabled()
    assert [(action, language) for _, action, language in site.talk.acted] == [("closed:yz-01", "zh")]
    assert len(set(site.talk.conversations)) == 1
    expect(page.locator(".turn")).to_have_count(1)


def test_what_was_told_outlives_a_lost_connection_and_arrives_once(page: Page, context: BrowserContext, site: Site) -> None:
    ask(page, NEAR)
    context.set_offline(True)
    shut(page).click()
    expect(cards(page).first.get_by_role("status")).to_have_text(ZH["chat"]["waiting"])
    expect(shut(page)).to_be_disabled()
    context.set_offline(False)
    expect(cards(page).first.get_by_role("status")).to_have_text(NOTED.body)
    assert len(site.talk.acted) == 1


def test_an_answer_lost_on_the_way_is_asked_for_under_the_same_name(page: Page, site: Site) -> None:
    ask(page, NEAR)
    page.route("**/api/actions", lambda route: (route.fetch(), route.abort("connectionreset")), times=1)
    shut(page).click()
    expect(cards(page).first.get_by_role("status")).to_have_text(NOTED.body, timeout=15_000)
    assert site.talk.attempts == 3
    assert len(site.talk.acted) == 1


def test_a_broken_server_is_told_again_later(page: Page, site: Site) -> None:
    ask(page, NEAR)
    site.talk.broken = 1
    shut(page).click()
    expect(cards(page).first.get_by_role("status")).to_have_text(NOTED.body, timeout=15_000)
    assert len(site.talk.acted) == 1


def test_news_about_a_door_that_is_hours_old_is_dropped(page: Page, site: Site) -> None:
    ask(page, NEAR)
    page.evaluate(
        "() => { const turns = JSON.parse(localStorage['redstation.turns']);"
        "turns[0].told = [{value: 'closed:yz-01', request: 'old', at: Date.now() - 2 * 3600e3, state: 'waiting'}];"
        "localStorage['redstation.turns'] = JSON.stringify(turns); }"
    )
    page.reload()
    expect(shut(page)).to_be_enabled()
    assert json.loads(kept(page))[0]["told"] == []
    assert site.talk.acted == []


def test_a_card_whose_hours_have_run_out_no_longer_says_open(page: Page) -> None:
    ask(page, "昨天的驿站")
    expect(cards(page).first.locator(".badge")).to_have_text(ZH["stations"]["unknown"])


def test_the_buttons_of_a_message_send_act_open_and_dial(page: Page, site: Site) -> None:
    ask(page, "微课")
    turn = page.locator(".turn").first
    expect(turn.get_by_role("link", name="看原文")).to_have_attribute("rel", "noopener noreferrer")
    expect(turn.get_by_role("link", name="打 12333")).to_have_attribute("href", "tel:12333")
    turn.get_by_role("button", name="换一课").click()
    expect(page.locator(".turn")).to_have_count(2)
    expect(page.locator(".turn").last).to_have_attribute("data-state", "done")
    expect(turn.get_by_role("button", name="换一课")).to_be_hidden()
    turn.get_by_role("button", name="开始").click()
    expect(page.locator(".turn")).to_have_count(3)
    last = page.locator(".turn").last
    expect(last).to_have_attribute("data-state", "done")
    expect(last.locator(".said")).to_have_text("开始")
    expect(last.locator(".body")).to_contain_text("雨天路滑")
    assert site.talk.texts == ["微课", "换一课"]
    assert [action for _, action, _ in site.talk.acted] == ["lesson:start"]


def test_a_tapped_button_waits_for_the_network_like_a_message(page: Page, context: BrowserContext, site: Site) -> None:
    turn = ask(page, "微课")
    context.set_offline(True)
    turn.get_by_role("button", name="开始").click()
    expect(page.locator(".turn").last).to_have_attribute("data-state", "waiting")
    assert site.talk.acted == []
    context.set_offline(False)
    expect(page.locator(".turn").last).to_contain_text("雨天路滑")
    assert [action for _, action, _ in site.talk.acted] == ["lesson:start"]


def test_the_language_chosen_by_a_button_becomes_that_of_the_page(page: Page, site: Site) -> None:
    ask(page, "换语言")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator(".turn")).to_have_count(2)
    page.get_by_role("button", name="English").click()  # chosen already: the page stays as it is
    expect(page.locator(".turn")).to_have_count(3)
    expect(page.locator(".turn").last).to_have_attribute("data-state", "done")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert [language for _, _, language in site.talk.acted] == ["zh", "en"]


def test_stations_are_read_aloud_with_their_lines(page: Page) -> None:
    turn = ask(page, NEAR)
    page.evaluate("() => { speechSynthesis.speak = (one) => (window.said = [...(window.said || []), one.text]); }")
    turn.get_by_role("button", name=ZH["chat"]["speak"], exact=True).click()
    assert "约 320 米" in "".join(page.evaluate("window.said"))


def test_nothing_in_a_hostile_reply_becomes_markup_script_or_an_unsafe_link(page: Page) -> None:
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    turn = ask(page, "恶意")
    expect(turn.locator(".body")).to_have_text("")  # what is to be read aloud has its own place
    expect(turn.locator(".aloud blockquote")).to_have_text(ATTACK)
    expect(cards(page).first.get_by_role("heading")).to_have_text(ATTACK)
    for card in cards(page).all():
        expect(card.locator(".badge")).to_have_text(ZH["stations"]["unknown"])
    assert cards(page).first.get_by_role("link").count() == 0
    assert cards(page).first.get_by_role("button").all_inner_texts() == [ATTACK]
    links = turn.get_by_role("link").evaluate_all("(all) => all.map((one) => one.getAttribute('href'))")
    assert links == ["tel:120", 'https://a.test/"><img src=x>']
    assert turn.locator("img, script, iframe, style, [onerror]").count() == 0
    assert turn.locator(".buttons").last.locator("button, a").all_inner_texts() == [ATTACK] * 3
    cards(page).first.get_by_role("button").click()
    expect(cards(page).first.get_by_role("status")).to_have_text(ZH["errors"]["not_valid"])
    page.reload()
    expect(page.locator(".aloud blockquote")).to_have_text(ATTACK)
    assert page.evaluate("window.hacked") is None
    assert dialogs == []


def test_turns_kept_by_an_older_page_are_still_drawn(page: Page) -> None:
    old = {"request": "old-1", "kind": "answer", "text": "t", "body": "旧的回答", "spoken": "s", "chips": [], "quick_replies": [],
           "dial": ["12333"], "rateable": True, "asks_location": False, "release": "r", "ms": 1}  # fmt: skip
    page.evaluate(
        "(reply) => localStorage.setItem('redstation.turns', JSON.stringify("
        "[{request: 'old-1', text: '旧的问题', at: 1, state: 'done', faults: 0, located: false, reply}]))",
        old,
    )
    page.reload()
    expect(page.locator(".turn .body")).to_have_text("旧的回答")
    expect(box(page)).to_have_attribute("placeholder", ZH["composer"]["placeholder"])


def test_a_station_without_lines_or_buttons_is_still_a_card(page: Page) -> None:
    assert OPEN.buttons[-1].label == SHUT
    ask(page, "恶意")
    expect(cards(page).nth(1).get_by_role("heading")).to_have_text("x")
    expect(cards(page).nth(1).locator(".buttons")).to_be_hidden()
