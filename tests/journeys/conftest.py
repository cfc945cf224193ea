"""The application as it is shipped, running by itself, and a phone to look at it with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.bot.channels.web import conftest as web
from tests.bot.commands import Service, copied, service

playwright = web.playwright
browser = web.browser
page = web.page


@pytest.fixture(scope="module")
def running(shipped_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """`redstation run` on a copy of the shipped library's data folder."""
    with service(copied(shipped_data, tmp_path_factory.mktemp("journeys"))) as started:
        yield started


@pytest.fixture
def context(browser: Browser, running: Service) -> Iterator[BrowserContext]:
    """A phone that remembers nothing."""
    phone = browser.new_context(viewport=web.PHONE, has_touch=True, is_mobile=True, base_url=running.url)  # type: ignore[arg-type]
    phone.set_default_timeout(20_000)
    yield phone
    phone.close()


__all__ = ["Page", "browser", "context", "page", "playwright", "running"]
