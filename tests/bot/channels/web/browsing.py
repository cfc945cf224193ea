"""What the browser tests do again and again."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from bot.channels.web.wording import words

ZH = words("zh")
QUESTION = "公司在北京,劳动仲裁去哪申请"


def box(page: Page) -> Locator:
    return page.get_by_role("textbox", name=ZH["composer"]["label"])


def ask(page: Page, text: str) -> Locator:
    """Sends `text` and waits for the reply; the turn."""
    box(page).fill(text)
    page.get_by_role("button", name=ZH["composer"]["send"], exact=True).click()
    turn = page.locator(".turn").last
    expect(turn).to_have_attribute("data-state", "done")
    return turn


def kept(page: Page) -> str:
    return str(page.evaluate("localStorage.getItem('redstation.turns') || ''"))


def overflow(page: Page) -> int:
    """How many pixels the page, or the log in it, is wider than what is seen."""
    return int(
        page.evaluate(
            "Math.max(...[document.documentElement, document.getElementById('scroll')]"
            ".map((node) => node.scrollWidth - node.clientWidth))"
        )
    )


def broken_numbers(page: Page) -> list[str]:
    """The numbers of an emergency card that run over two lines or out of their button."""
    found = page.locator(".call b").evaluate_all(
        "(all) => all.filter((b) => { const text = document.createRange(); text.selectNodeContents(b);"
        "const [at, tile] = [text.getBoundingClientRect(), b.closest('a').getBoundingClientRect()];"
        "return text.getClientRects().length !== 1 || at.left < tile.left || at.right > tile.right"
        " || tile.right > innerWidth; }).map((b) => b.textContent)"
    )
    return [str(number) for number in found]
