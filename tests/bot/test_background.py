"""What a running service does beside answering."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.app import Background, application
from bot.settings import load_settings

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)


def test_a_running_service_erases_conversations_that_are_due_without_anybody_asking(tmp_path: Path) -> None:
    with application(load_settings(data=tmp_path, follow_every=timedelta(milliseconds=10))) as app:
        app.conversations.remember("old", (), "工资拖了", NOON)
        app.conversations.remember("young", (), "驿站在哪", NOON + timedelta(hours=2))
        background = Background(app, clock=lambda: NOON + timedelta(hours=25))
        background.start()
        try:
            for _ in range(500):
                if not app.conversations.turns("old", NOON):
                    break
                time.sleep(0.01)
        finally:
            background.stop()
        assert app.conversations.turns("old", NOON) == ()
        assert app.conversations.turns("young", NOON + timedelta(hours=3)) == ("驿站在哪",)
