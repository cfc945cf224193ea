"""The page in a real browser: the location button is always at hand, says what is wrong, and keeps nothing."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from bot.channels.web.wording import words
from tests.bot.channels.web.browsing import ZH, ask, box
from tests.bot.channels.web.conftest import PHONE, Site

pytestmark = pytest.mark.browser

HERE = (31.2304, 121.4737)
STORED = "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])"


@pytest.fixture
def located(context: BrowserContext) -> None:
    """A phone whose owner agrees to tell where it is."""
    context.grant_permissions(["geolocation"])
    context.set_geolocation({"latitude": HERE[0], "longitude": HERE[1]})


def pin(page: Page) -> None:
    page.locator("#pin").click()


@pytest.mark.usefixtures("located")
def test_the_location_button_stands_beside_the_box_and_sends_the_place(page: Page, site: Site) -> None:
    button = page.locator("#composer").get_by_role("button", name=ZH["location"]["ask"])
    expect(button).to_be_in_viewport()
    button.click()
    turn = page.locator(".turn").last
    expect(turn).to_have_attribute("data-state", "done")
    expect(turn.locator(".said")).to_have_text(ZH["location"]["message"])
    expect(turn).to_contain_text("演示驿站 01")
    assert site.talk.asked[0][1:3] == (ZH["location"]["message"], HERE)
    expect(page.locator("#where")).to_be_empty()


@pytest.mark.usefixtures("located")
def test_neither_the_place_nor_exact_distances_are_kept_on_the_phone(page: Page, context: BrowserContext, site: Site) -> None:
    context.set_offline(True)
    pin(page)
    expect(page.locator(".turn").last).to_have_attribute("data-state", "waiting")
    waiting = page.evaluate(STORED)
    context.set_offline(False)
    expect(page.locator(".turn").last).to_have_attribute("data-state", "done")
    stored = waiting + page.evaluate(STORED)
    assert ZH["location"]["message"] in stored and "演示驿站 01" in stored  # the turns themselves are there
    for trace in ("31.2304", "121.4737", "31.23", "121.47", '"lat', "latitude", "distance_m", "2388"):
        assert trace not in stored
    assert site.talk.asked[0][2] == HERE


@pytest.mark.usefixtures("located")
def test_a_place_that_was_not_sent_in_time_is_gone_after_a_reload(page: Page, context: BrowserContext, site: Site) -> None:
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    context.set_offline(True)
    pin(page)
    expect(page.locator(".turn").last).to_have_attribute("data-state", "waiting")
    page.route("**/api/messages", lambda route: route.abort())
    context.set_offline(False)
    page.reload()
    expect(page.locator(".turn").last).to_contain_text(ZH["location"]["lost"])
    assert site.talk.attempts == 0


@pytest.mark.usefixtures("located")
def test_words_half_written_stay_in_the_box(page: Page, site: Site) -> None:
    box(page).fill("哪里能充")
    pin(page)
    expect(page.locator(".turn").last).to_have_attribute("data-state", "done")
    expect(box(page)).to_have_value("哪里能充")
    assert site.talk.texts == [ZH["location"]["message"]]


def test_tapped_again_while_it_is_looking_it_sends_one_place(page: Page, site: Site) -> None:
    page.evaluate(
        "() => { window.asked = []; navigator.geolocation.getCurrentPosition = (found) =>"
        " window.asked.push(() => found({coords: {latitude: 1.5, longitude: 2.5}})); }"
    )
    pin(page)
    expect(page.locator("#where")).to_have_text(ZH["location"]["finding"])
    expect(page.locator("#pin")).to_have_attribute("aria-busy", "true")
    pin(page)
    assert page.evaluate("window.asked.length") == 1
    page.evaluate("window.asked[0]()")
    expect(page.locator(".turn").last).to_have_attribute("data-state", "done")
    expect(page.locator(".turn")).to_have_count(1)
    expect(page.locator("#pin")).to_have_attribute("aria-busy", "false")
    assert [place for _, _, place, _ in site.talk.asked] == [(1.5, 2.5)]


def test_a_refusal_is_explained_until_something_is_typed(page: Page, site: Site) -> None:
    pin(page)
    line = page.locator("#where")
    expect(line).to_have_text(ZH["location"]["denied"])
    expect(line).to_have_attribute("role", "status")
    box(page).type("人民广场")
    expect(line).to_be_empty()
    assert site.talk.attempts == 0


@pytest.mark.usefixtures("located")
def test_a_phone_that_finds_nothing_says_so_and_may_try_again(page: Page, context: BrowserContext, site: Site) -> None:
    context.set_geolocation(None)
    pin(page)
    expect(page.locator("#where")).to_have_text(ZH["location"]["failed"])
    context.set_geolocation({"latitude": HERE[0], "longitude": HERE[1]})
    pin(page)
    expect(page.locator(".turn").last).to_have_attribute("data-state", "done")
    assert site.talk.asked[0][2] == HERE


@pytest.mark.parametrize("language", ["zh", "en"])
def test_without_https_the_button_says_why_and_asks_for_a_place_in_words(browser: Browser, site: Site, language: str) -> None:
    context = browser.new_context(base_url=site.url, viewport=PHONE)  # type: ignore[arg-type]
    context.add_init_script("Object.defineProperty(window, 'isSecureContext', {value: false})")
    page = context.new_page()
    page.goto(f"/?lang={language}")
    pin(page)
    expect(page.locator("#where")).to_have_text(words("zh" if language == "zh" else "en")["location"]["insecure"])
    assert site.talk.attempts == 0
    context.close()


@pytest.mark.usefixtures("located")
def test_a_button_of_a_message_can_ask_for_the_place_too(page: Page, site: Site) -> None:
    turn = ask(page, "微课")
    turn.get_by_role("button", name="发我的位置").click()
    expect(page.locator(".turn")).to_have_count(2)
    expect(page.locator(".turn").last).to_contain_text("演示驿站 01")
    assert site.talk.asked[-1][2] == HERE
