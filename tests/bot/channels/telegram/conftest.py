"""A Bot API server, which at the end of each test must not have seen anything that Telegram would refuse."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.bot.channels.telegram.scripted import ScriptedTalk
from tests.botapi.server import BotApi


@pytest.fixture
def server() -> Iterator[BotApi]:
    with BotApi(webhook_unit=0.1) as running:
        yield running
        assert running.faults == []


@pytest.fixture
def talk() -> ScriptedTalk:
    return ScriptedTalk()
