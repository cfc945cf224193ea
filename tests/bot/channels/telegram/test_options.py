"""Settings of the bot: what is polled, what is a webhook, and what is refused in one line."""

from __future__ import annotations

import pytest

from bot.channels.telegram.options import options
from bot.errors import SettingsError
from bot.settings import load_settings
from tests.bot.commands import redstation

TOKEN = "7000000000:TEST-token_of_a_bot"
SECRET = "0123456789abcdef"
HOME = "https://station.example"


def chosen(**given: str) -> str:
    """The webhook, "" for polling."""
    found = options(load_settings(**{name if name == "public_url" else f"telegram_{name}": value for name, value in given.items()}))
    assert found is not None
    return found.webhook


def test_without_a_token_there_is_no_telegram() -> None:
    assert options(load_settings()) is None


def test_a_secret_and_an_address_make_a_webhook_else_updates_are_polled() -> None:
    assert chosen(token=TOKEN) == ""
    assert chosen(token=TOKEN, public_url=HOME) == ""
    assert chosen(token=TOKEN, public_url=HOME + "/", webhook_secret=SECRET) == f"{HOME}/telegram/webhook"
    assert chosen(token=TOKEN, public_url=HOME, webhook_secret=SECRET, mode="polling") == ""


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"mode": "webhook", "public_url": HOME}, "without a secret"),
        ({"mode": "webhook", "webhook_secret": SECRET}, "REDSTATION_PUBLIC_URL"),
        ({"webhook_secret": SECRET}, "REDSTATION_PUBLIC_URL"),
        ({"webhook_secret": "short", "public_url": HOME}, "16 to 256"),
        ({"webhook_secret": "0123456789abcdef!", "public_url": HOME}, "16 to 256"),
        ({"token": "123"}, "no bot token"),
        ({"token": "", "webhook_secret": SECRET}, "TELEGRAM_TOKEN"),
        ({"proxy": "ftp://user:hush@a.b"}, "socks5"),
        ({"base_url": "telegram"}, "BASE_URL"),
    ],
)
def test_what_cannot_work_is_refused_in_one_line_that_tells_no_secret(given: dict[str, str], told: str) -> None:
    with pytest.raises(SettingsError, match=told) as refused:
        chosen(**({"token": TOKEN} | given))
    line = str(refused.value)
    assert "\n" not in line
    assert not any(value in line for value in (TOKEN, SECRET, "hush"))


def test_run_and_check_say_what_is_wrong_before_anything_is_built(tmp_path: pytest.TempPathFactory) -> None:
    wrong = {"REDSTATION_TELEGRAM_TOKEN": TOKEN, "REDSTATION_TELEGRAM_MODE": "webhook", "REDSTATION_PUBLIC_URL": HOME}
    done = redstation("run", "--data", f"{tmp_path}/data", settings=wrong)
    assert (done.status, done.out) == (2, "")
    assert "without a secret" in done.complaint
    done = redstation("check", "--data", f"{tmp_path}/data", settings=wrong)
    assert done.status == 1
    assert any(line.startswith("WRONG telegram: a Telegram webhook without a secret") for line in done.out.splitlines())
