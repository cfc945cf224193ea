"""`redstation check`: one line for each thing that must be right."""

from __future__ import annotations

from collections.abc import Iterator

from bot.app import application
from bot.errors import BotError
from bot.settings import Settings
from knowledge.adapters.embedding import StaticEmbedder
from knowledge.errors import KnowledgeError
from knowledge.releases import Manifest


def checks(settings: Settings) -> Iterator[tuple[bool, str]]:
    """(whether it is right, what it is) for settings, database, release, model and address."""
    yield True, f"settings: data in {settings.data.resolve()}, web chat on {settings.host}:{settings.port}"
    try:
        with application(settings) as app:
            yield True, f"database: {settings.database}"
            yield _release(settings, app.reloader.active())
    except BotError as error:
        yield False, f"database: {error}"
    try:
        embedder = StaticEmbedder()
        yield True, f"model: {embedder.name}, bundled"
    except KnowledgeError as error:
        yield False, f"model: {error}; install the package again"
    yield _address(settings)
    yield True, "telegram: not configured (arrives with a later version)"
    yield True, "language model: not configured (answers are quoted from policies)"


def _release(settings: Settings, version: str | None) -> tuple[bool, str]:
    if version is None:
        return True, "release: none yet; `redstation run` builds the first one"
    folder = settings.releases / version
    try:
        manifest = Manifest.load(folder)
    except KnowledgeError as error:
        return False, f"release: {error}; `redstation reload` builds a new one"
    damaged = manifest.damaged(folder)
    if damaged:
        return False, f"release: {version}, damaged: {', '.join(damaged[:3])}; a running service rebuilds it"
    return True, f"release: {version}, {manifest.policies} policies, {manifest.passages} passages"


def _address(settings: Settings) -> tuple[bool, str]:
    if settings.public_url.startswith("https://"):
        return True, f"address: {settings.public_url}"
    if settings.public_url:
        return False, f"address: {settings.public_url} is not HTTPS; phones will not share their location"
    return True, "address: this machine only; set REDSTATION_PUBLIC_URL=https://… before riders use it from phones"
