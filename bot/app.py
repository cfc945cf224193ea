"""Everything joined by hand, real by default, each part replaceable; closed in reverse order."""

from __future__ import annotations

import contextlib
import importlib.resources
import logging
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from bot.dialogue.alerting import Alerting
from bot.dialogue.commanding import Commands
from bot.dialogue.doing import Actions
from bot.dialogue.managing import Managing
from bot.dialogue.rider import rider_of
from bot.dialogue.talking import RiderTalk
from bot.errors import BotError, StorageError
from bot.people import People
from bot.settings import Settings
from bot.storage.engine import open_engine
from bot.storage.people import PeopleRows
from bot.storage.store import Conversations, Ratings
from knowledge import Assistant, Reloader
from knowledge.adapters.embedding import StaticEmbedder
from knowledge.errors import KnowledgeError, NoRelease, ReleaseDamaged, StationsUnavailable
from knowledge.glossary import read_glossary
from knowledge.ports import Index
from knowledge.releases import GLOSSARY
from knowledge.reloading import Progress, quiet
from knowledge.stations import Stations
from knowledge.store import GapRows, ReleaseRows, StationTables

log = logging.getLogger(__name__)
ERASE_EVERY = timedelta(minutes=1)
DEMONSTRATION = "stations.yaml"  # in the shipped library


@dataclass(frozen=True, slots=True)
class Application:
    """The joined rooms."""

    settings: Settings
    engine: Engine
    reloader: Reloader
    assistant: Assistant
    stations: Stations
    people: People
    conversations: Conversations
    talk: RiderTalk
    alerting: Alerting

    def ready(self) -> Mapping[str, object]:
        """What /readyz shows."""
        return {"ok": bool(self.assistant.release), "release": self.assistant.release, "vectors": self.assistant.has_vectors}

    def language_of(self, conversation: str) -> str | None:
        """The language that the person behind a conversation has chosen; None for nobody, no choice or no database."""
        rider = rider_of(conversation)
        try:
            person = self.people.accounts.find(rider.channel, rider.subject)
        except BotError as cause:
            log.warning("a language was not found: %s", cause)
            return None
        return person.language if person else None


def now() -> datetime:
    """The moment, aware."""
    return datetime.now(UTC)


def open_chroma(folder: Path) -> Index:
    """A Chroma index; chromadb (a second to import) comes in here and nowhere earlier."""
    from knowledge.adapters.chroma import ChromaIndex

    return ChromaIndex(folder)


@contextlib.contextmanager
def application(settings: Settings, clock: Callable[[], datetime] = now) -> Iterator[Application]:
    """The application on a data folder. Raises StorageError where the folder cannot be used."""
    engine = open_engine(settings.database)
    releases = ReleaseRows(engine)
    reloader = Reloader(settings.releases, releases, clock)
    stations = Stations(StationTables(engine), clock, read_glossary(shipped_library() / GLOSSARY).variants)
    assistant = Assistant(reloader, releases, GapRows(engine), StaticEmbedder, open_chroma, stations)
    conversations = Conversations(engine, settings.conversation_kept)
    people = People(PeopleRows(engine), clock)
    alerting = Alerting(people)
    managing = Managing(people, stations, alerting)
    actions = Actions(people, stations, managing)
    talk = RiderTalk(assistant, conversations, Ratings(engine), clock, Commands(people, managing), actions)
    try:
        yield Application(settings, engine, reloader, assistant, stations, people, conversations, talk, alerting)
    finally:
        assistant.close()
        engine.dispose()


def shipped_library() -> Path:
    """The library inside the package."""
    return Path(str(importlib.resources.files("knowledge") / "library"))


def seed_library(settings: Settings) -> bool:
    """Give a new data folder the shipped library; False where the admins have one already."""
    if settings.library.exists():
        return False
    unfinished = settings.library.with_suffix(".new")
    try:
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(shipped_library(), unfinished, ignore=shutil.ignore_patterns("__pycache__"))
        unfinished.replace(settings.library)
    except OSError as cause:
        reason = cause.strerror or "some files could not be copied"  # shutil.Error holds a list instead
        raise StorageError(f"cannot write the library to {settings.library} ({reason}); free space or use --data") from cause
    return True


def open_or_build(app: Application, progress: Progress = quiet) -> None:
    """Open the live release; build the first one, or a new one where the live one is lost. Raises LibraryError, ReleaseError."""
    seed_library(app.settings)
    try:
        app.stations.open(shipped_library() / DEMONSTRATION)
    except StationsUnavailable as cause:
        log.warning("no stations: %s", cause)
    try:
        app.assistant.open()
    except NoRelease:
        app.reloader.activate(app.reloader.build(app.settings.library, progress).manifest.version)
        app.assistant.open()
    except ReleaseDamaged as cause:
        log.warning("%s; building from the library again", cause)
        app.reloader.activate(app.reloader.build(app.settings.library, progress).manifest.version)
        app.assistant.open()


class Background:
    """The thread of a running service: vectors after the start, whatever release becomes live later, and erasing what is due."""

    def __init__(self, app: Application, clock: Callable[[], datetime] = now) -> None:
        self._app = app
        self._clock = clock
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="releases", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """End within a second or two."""
        self._stop.set()
        self._thread.join(timeout=5)

    def _run(self) -> None:
        try:
            self._app.assistant.warm_up()
        except KnowledgeError as cause:
            log.warning("vectors are off: %s", cause)
        erase_at = self._clock()
        while not self._stop.wait(self._app.settings.follow_every.total_seconds()):
            try:
                self._app.assistant.follow()
                self._app.stations.follow()
                if self._clock() >= erase_at:
                    self._app.conversations.erase_old(self._clock())
                    self._app.people.erase_old()
                    self._app.stations.erase_old()
                    erase_at = self._clock() + ERASE_EVERY
            except Exception:  # the outermost door of this thread: a passing database fault must not end it
                log.warning("a release could not be followed, or old turns not erased", exc_info=True)
