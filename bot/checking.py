"""`redstation check`: one line for each thing that must be right."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from bot.app import Application, application, now
from bot.channels.telegram.options import options
from bot.errors import BotError
from bot.settings import Settings
from bot.storage.inbox import parked
from knowledge.adapters.embedding import StaticEmbedder
from knowledge.emergency.cards import PENDING, read_any_cards, shipped_cards
from knowledge.errors import KnowledgeError, StationsUnavailable
from knowledge.releases import Manifest
from knowledge.stations.holidays import published_calendar
from knowledge.stations.hours import CHINA
from knowledge.store import StationTables


def checks(settings: Settings) -> Iterator[tuple[bool, str]]:
    """(whether it is right, what it is) for settings, database, release, stations, cards, model and address."""
    version = None
    yield True, f"settings: data in {settings.data.resolve()}, web chat on {settings.host}:{settings.port}"
    try:
        with application(settings) as app:
            yield True, f"database: {settings.database}"
            version = app.reloader.active()
            yield _release(settings, version)
            yield from _stations(app)
            yield from _parked(app)
    except BotError as error:
        yield False, f"database: {error}"
    yield _cards(settings, version)
    try:
        embedder = StaticEmbedder()
        yield True, f"model: {embedder.name}, bundled"
    except KnowledgeError as error:
        yield False, f"model: {error}; install the package again"
    yield _address(settings)
    yield _telegram(settings)
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


def _cards(settings: Settings, version: str | None) -> tuple[bool, str]:
    """The emergency cards that are shown: those of the live release over the shipped ones."""
    cards = dict(shipped_cards())
    try:
        cards |= read_any_cards(settings.releases / version) if version else {}
    except KnowledgeError as error:
        return False, f"cards: {error}; until then the {len(cards)} shipped ones are shown"
    pending = sum(card.review == PENDING for card in cards.values())
    return True, f"cards: {len(cards)}, {f'{pending} pending review' if pending else 'all reviewed'}"


def _stations(app: Application) -> Iterator[tuple[bool, str]]:
    """The directory, what riders say about it, and how far its opening hours can be trusted."""
    rows, moment = StationTables(app.engine), now().astimezone(CHINA)
    try:
        held, imported_at, flagged = rows.snapshot(), rows.imported_at(), rows.flagged()
    except StationsUnavailable as error:
        yield False, f"stations: {error}"
        return
    known = {station.id for station in held.stations}
    shut = sum(closure.holds(moment) for name, closure in held.closures.items() if name in known)
    if imported_at is not None:
        at = imported_at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
        yield True, f"stations: {len(known)}, last imported {at}, {shut} closed against their hours"
    else:
        count = f"{len(known)}, all of them demonstration" if known else "none yet; `redstation run` brings the demonstration"
        yield True, f"stations: {count}; `redstation stations import FILE` brings real ones"
    if flagged:
        yield True, f"reports: riders found {len(flagged)} station(s) closed; `redstation stations reports` lists them"
    years = published_calendar().years
    late = "" if moment.year in years else f"; not {moment.year}: answers say so until chinesecalendar is renewed"
    yield True, f"holidays: published for {min(years)} to {max(years)}{late}"


def _parked(app: Application) -> Iterator[tuple[bool, str]]:
    """What was given up after three tries, newest last."""
    for one in parked(app.engine):
        at = one.parked_at.astimezone().strftime("%Y-%m-%d %H:%M")
        yield False, f"parked: update {one.number} ({one.kind}), given up {at}: {one.trouble}"


def _telegram(settings: Settings) -> tuple[bool, str]:
    try:
        chosen = options(settings)
    except BotError as error:
        return False, f"telegram: {error}"
    if chosen is None:
        return True, "telegram: not configured; REDSTATION_TELEGRAM_TOKEN turns it on"
    from bot.channels.telegram.introducing import look_up

    name = asyncio.run(look_up(chosen))
    ways = f"webhook {chosen.webhook}" if chosen.webhook else "polling"
    return (True, f"telegram: @{name}, {ways}") if name else (False, "telegram: cannot be reached, or does not accept the token")


def _address(settings: Settings) -> tuple[bool, str]:
    if settings.public_url.startswith("https://"):
        return True, f"address: {settings.public_url}"
    if settings.public_url:
        return (
            False,
            f"address: {settings.public_url} is not HTTPS; phones will not share their location, Telegram will not post to it",
        )
    return True, "address: this machine only; set REDSTATION_PUBLIC_URL=https://… before riders use it from phones"
