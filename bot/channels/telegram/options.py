"""The settings of this channel, checked. Imports no Telegram library, so that a wrong setting costs no seconds."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.channels.telegram.styling import openable
from bot.errors import SettingsError
from bot.settings import Settings

_TOKEN = re.compile(r"(\d{1,19}):[A-Za-z0-9_-]{10,}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")
_LOCAL = re.compile(r"https?://(?:localhost|127\.0\.0\.1|\[::1\]|[\w-]+)(?::\d+)?(?:/\S*)?")
_PROXY = re.compile(r"(?:socks5|socks4|http)://\S+")


@dataclass(frozen=True, slots=True)
class Options:
    """`webhook` is the address that Telegram posts to, "" for polling; `bot` the number in the token."""

    token: str
    bot: int
    base_url: str
    proxy: str
    webhook: str
    secret: str


def options(settings: Settings) -> Options | None:
    """None where no token is set. Raises SettingsError in one line for what cannot work."""
    token = settings.telegram_token.get_secret_value()
    secret = settings.telegram_webhook_secret.get_secret_value()
    mode = settings.telegram_mode
    if not token:
        if secret or mode != "auto":
            raise SettingsError("REDSTATION_TELEGRAM_TOKEN is not set, but other settings of a bot are; get one from @BotFather")
        return None
    found = _TOKEN.fullmatch(token)
    if found is None:
        raise SettingsError("REDSTATION_TELEGRAM_TOKEN is no bot token (like 123456:ABC…); copy it whole from @BotFather")
    proxy = settings.telegram_proxy.get_secret_value()
    if proxy and not _PROXY.fullmatch(proxy):
        raise SettingsError("REDSTATION_TELEGRAM_PROXY must begin with socks5://, socks4:// or http://")
    base = settings.telegram_base_url.rstrip("/")
    if not (openable(base) or _LOCAL.fullmatch(base)):
        raise SettingsError("REDSTATION_TELEGRAM_BASE_URL must be the http(s) address of a Bot API server")
    webhook = _webhook(settings, mode, secret)
    return Options(token, int(found[1]), base, proxy, webhook, secret if webhook else "")


def _webhook(settings: Settings, mode: str, secret: str) -> str:
    """The address to be posted to, "" for polling."""
    if mode == "polling" or (mode == "auto" and not secret):
        return ""
    if not secret:
        raise SettingsError(
            "a Telegram webhook without a secret would answer anybody; set REDSTATION_TELEGRAM_WEBHOOK_SECRET"
            " (16 or more of A-Z a-z 0-9 _ -), or REDSTATION_TELEGRAM_MODE=polling"
        )
    if not _SECRET.fullmatch(secret):
        raise SettingsError("REDSTATION_TELEGRAM_WEBHOOK_SECRET must be 16 to 256 characters of A-Z a-z 0-9 _ -")
    if not settings.public_url:
        raise SettingsError("a Telegram webhook needs REDSTATION_PUBLIC_URL=https://…; or set REDSTATION_TELEGRAM_MODE=polling")
    return settings.public_url.rstrip("/") + "/telegram/webhook"
