"""The page in a real browser: for every screen, hand, eye and ear."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect

from tests.bot.channels.web.browsing import QUESTION, ZH, ask, box, broken_numbers, overflow
from tests.bot.channels.web.conftest import ARGUMENTS, CHROMIUM, Site

pytestmark = pytest.mark.browser

# Text whose contrast with the nearest painted ground behind it is under 4.5 (3 for large type), as [text, ratio].
CONTRAST = """() => {
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => channels(colour).slice(0, 3).map((c) => c / 255)
    .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if ((channels(colour)[3] ?? 1) > 0.5) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const weak = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !node.checkVisibility()) continue;
    if (node.closest(":disabled, .hidden, noscript")) continue;
    const style = getComputedStyle(node);
    const [a, b] = [light(style.color), light(ground(node))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < (parseFloat(style.fontSize) >= 24 ? 3 : 4.5)) weak.push([walker.currentNode.data, ratio]);
  }
  return weak;
}"""


def test_everything_works_by_keyboard_alone(page: Page, site: Site) -> None:
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name=ZH["page"]["skip"])).to_be_focused()
    page.keyboard.press("Enter")
    expect(box(page)).to_be_focused()
    page.keyboard.type("仲裁")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("去哪")
    page.keyboard.press("Enter")
    expect(page.locator(".turn").last).to_have_attribute("data-state", "done")
    assert site.talk.texts == ["仲裁\n去哪"]
    expect(box(page)).to_have_value("")
    for _ in range(12):
        if page.evaluate("document.activeElement.className") == "chip":
            break
        page.keyboard.press("Shift+Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.className") == "chip"


def test_enter_does_not_send_while_an_input_method_is_composing(page: Page, context: BrowserContext, site: Site) -> None:
    box(page).focus()
    devtools = context.new_cdp_session(page)
    devtools.send("Input.imeSetComposition", {"text": "zhongcai", "selectionStart": 8, "selectionEnd": 8})
    enter = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"}
    devtools.send("Input.dispatchKeyEvent", {"type": "keyDown", **enter})
    devtools.send("Input.dispatchKeyEvent", {"type": "keyUp", **enter})
    page.evaluate(
        "document.getElementById('text').dispatchEvent("
        "new KeyboardEvent('keydown', {key: 'Enter', keyCode: 229, bubbles: true, cancelable: true}))"
    )
    assert page.locator(".turn").count() == 0
    devtools.send("Input.insertText", {"text": "仲裁"})
    page.keyboard.press("Enter")
    expect(page.locator(".turn")).to_have_count(1)
    assert len(site.talk.texts) == 1


def test_an_emergency_is_announced_at_once_with_the_buttons_first(page: Page) -> None:
    turn = ask(page, "同事中暑倒了")
    alert = turn.get_by_role("alert")
    expect(alert).to_contain_text("先打 120")
    first = alert.get_by_role("link").first
    expect(first).to_have_attribute("href", "tel:120")
    heading = alert.locator(".body p").first
    assert first.bounding_box()["y"] < heading.bounding_box()["y"]  # type: ignore[index]
    page.reload()
    expect(page.locator(".emergency")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)


@pytest.mark.parametrize("language", ["/", "/?lang=en"])
@pytest.mark.parametrize("width", [320, 360, 390, 1280])
def test_nothing_is_wider_than_the_screen(page: Page, width: int, language: str) -> None:
    page.set_viewport_size({"width": width, "height": 640})
    page.goto(language)
    assert overflow(page) <= 0
    for text in (QUESTION, "同事中暑倒了", "着火了", "被扣钱", "津贴", "a" * 400, "歇脚", "演示广场", "微课"):
        page.locator("#text").fill(text)
        page.locator("#text").press("Enter")
        expect(page.locator(".turn").last).to_have_attribute("data-state", "done")
        assert overflow(page) <= 0, text


def test_type_twice_as_large_still_fits_a_small_phone(playwright: Playwright, site: Site, tmp_path: Path) -> None:
    """The browser's own setting, not a zoom: 32 px where 16 px is usual."""
    settings = tmp_path / "Default" / "Preferences"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps({"webkit": {"webprefs": {"default_font_size": 32}}}))
    context = playwright.chromium.launch_persistent_context(
        tmp_path,
        executable_path=CHROMIUM,
        args=ARGUMENTS,
        viewport={"width": 360, "height": 740},
    )
    page = context.new_page()
    page.goto(site.url)
    assert page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") == 34
    assert overflow(page) <= 0
    for text in (QUESTION, "同事中暑倒了", "撑不住了", "演示广场"):
        ask(page, text)
        assert overflow(page) <= 0, text
    assert broken_numbers(page) == []
    seen = page.locator("#scroll").bounding_box()
    assert seen is not None and seen["height"] > 320
    expect(page.locator("#send")).to_be_in_viewport()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_has_enough_contrast_by_day_and_by_night(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", background))) < 150) == (scheme == "dark")
    weak = page.evaluate(CONTRAST)
    for text in (QUESTION, "同事中暑倒了", "着火了", "津贴", "演示广场", "微课"):
        ask(page, text).evaluate("(turn) => Promise.all(turn.getAnimations({subtree: true}).map((one) => one.finished))")
        weak += page.evaluate(CONTRAST)
    assert weak == []


def test_motion_stops_for_those_who_ask_for_stillness(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    ask(page, QUESTION)
    assert page.evaluate("getComputedStyle(document.querySelector('.bubble')).animationName") == "none"


def test_everything_that_can_be_pressed_has_a_name_and_is_big_enough_for_a_thumb(page: Page, context: BrowserContext) -> None:
    for text in (QUESTION, "津贴", "附近歇脚", "演示广场", "同事中暑倒了", "微课"):
        ask(page, text)
    context.set_offline(True)
    box(page).fill("在吗")
    box(page).press("Enter")
    expect(page.locator(".meanwhile")).to_be_visible()
    tree = context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    pressed = [node for node in tree if node.get("role", {}).get("value") in {"button", "link", "textbox"}]
    assert len(pressed) > 15
    names = [node["name"]["value"].strip() for node in pressed if not node["ignored"]]
    assert all(names) and not any("<" in name for name in names), names
    sizes = page.locator("button:visible, a:visible").evaluate_all(
        "(all) => all.filter((one) => !one.matches('.skip')).map((one) => [one.className || one.textContent,"
        "Math.min(one.offsetHeight, one.offsetWidth)])"
    )
    assert [entry for entry in sizes if entry[1] < 34] == []


def test_the_log_is_announced_politely_but_a_restored_one_is_not_read_out(page: Page) -> None:
    log = page.get_by_role("log")
    expect(log).to_have_attribute("aria-live", "polite")
    ask(page, "你好")
    page.add_init_script(
        "new MutationObserver(() => { if (document.querySelector('.turn')) "
        "window.live ??= document.getElementById('log').getAttribute('aria-live'); })"
        ".observe(document, {childList: true, subtree: true})"
    )
    page.reload()
    expect(page.locator(".turn")).to_have_count(1)
    assert page.evaluate("window.live") == "off"
    expect(log).to_have_attribute("aria-live", "polite")


def test_a_long_answer_is_read_from_its_start(page: Page) -> None:
    turn = ask(page, "仲裁从头到尾怎么办")
    expect(turn.locator(".said")).to_be_in_viewport(ratio=0.9)
    latest = page.get_by_role("button", name=ZH["chat"]["down"])
    latest.click()
    expect(latest).to_be_hidden()
