"""The live release and the door to it: answers at once, swaps releases while answering, heals what is damaged."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from knowledge.emergency.lane import EmergencyLane
from knowledge.emergency.recognising import Recogniser
from knowledge.errors import EmbeddingError, KnowledgeError, NoRelease, ReleaseDamaged
from knowledge.model import Clarification, Location, Question, Refusal, Replied, Reply, SmallTalk, StationWish
from knowledge.opening import OpenIndex, OpenRelease
from knowledge.ports import Embedder, Gaps, Releases, StationFinder
from knowledge.ranking import Ranking
from knowledge.redacting import redact
from knowledge.reloading import Reloader
from knowledge.retrieval import Hit
from knowledge.stations.model import Found
from knowledge.triage import Triage

log = logging.getLogger(__name__)
GRACE = 5.0  # seconds a release that was swapped out stays open


class Assistant:
    """Answers questions from the live release of a data folder.

    Light to make; `open` reads a release (lexical answers from then on), `warm_up` adds vectors. `follow` is called every
    second by a running service and takes over what another process has made live. Thread-safe: a question sees one release.
    """

    def __init__(self, reloader: Reloader, releases: Releases, gaps: Gaps, embedder: Callable[[], Embedder],
                 open_index: OpenIndex, stations: StationFinder | None = None) -> None:  # fmt: skip
        self._reloader = reloader
        self._releases = releases
        self._gaps = gaps
        self._make_embedder = embedder
        self._open_index = open_index
        self._embedder: Embedder | None = None
        self._live: OpenRelease | None = None
        self._retired: list[tuple[threading.Timer, OpenRelease]] = []
        self._changing = threading.Lock()
        self._ranking = Ranking.load()
        self._triage = Triage.load()
        self._lane = EmergencyLane(Recogniser.load())
        self._stations = stations

    @property
    def release(self) -> str:
        """The version that answers, "" before `open`."""
        live = self._live
        return live.version if live else ""

    @property
    def has_vectors(self) -> bool:
        """Whether meaning counts besides characters and sounds."""
        live = self._live
        return bool(live and live.has_vectors)

    def open(self, version: str | None = None) -> None:
        """Open `version` (default: the live one). Raises NoRelease, or ReleaseDamaged where its policies are lost."""
        version = version or self._releases.active()
        if version is None:
            raise NoRelease("there is no release yet")
        with self._changing:
            self._take_over(OpenRelease(self._reloader.folder_of(version), self._ranking, self._triage))

    def warm_up(self, heal: bool = True) -> bool:
        """Switch vectors on; with `heal`, rebuild damaged indexes in a child process first. False: lexical answers go on."""
        with self._changing:
            live = self._live
            if live is None:
                return False
            if (self._attach(live) and live.sound) or not heal:
                return live.has_vectors
        return self._heal(live)

    def follow(self) -> bool:
        """Take over the live version if it changed; True if it did. Never raises: the old version goes on answering."""
        try:
            version = self._releases.active()
            if version is None or version == self.release:
                return False
            release = OpenRelease(self._reloader.folder_of(version), self._ranking, self._triage)
            with self._changing:
                try:
                    self._attach(release)
                except EmbeddingError as cause:
                    log.warning("no vectors: %s", cause)
                self._take_over(release)
            if not release.sound:
                self._heal(release)
        except KnowledgeError as cause:
            log.warning("cannot take over a release: %s", cause)
            return False
        return True

    def answer(self, question: Question) -> Replied:
        """The reply to a question: the emergency card first, then the live release. Writes nothing."""
        return self.emergency(question.text, question.history) or self.look_up(question)

    def emergency(self, text: str, recent: Sequence[str] = ()) -> Replied | None:
        """The card, if somebody is in danger now. Needs no release, no file, no database; `recent` are the turns of the last
        minutes.
        """
        started = time.perf_counter()
        card = self._lane.card_for(text, recent)
        return Replied(card, self.release, time.perf_counter() - started) if card else None

    def has_first_aid_stations(self) -> bool:
        """Whether a card may offer the way to a real station with first aid."""
        return self._stations is not None and self._stations.has_first_aid()

    def nearest_first_aid(self, location: Location, at: datetime) -> Found | None:
        """The nearest real station with first aid, None where none is near."""
        found: Found | None = self._stations.nearest_with_first_aid(location, at) if self._stations else None
        return found

    def look_up(self, question: Question) -> Replied:
        """The reply of the live release to a question in which nobody is in danger."""
        live = self._require()
        started = time.perf_counter()
        reply: Reply = self._place_named(live, question) or self._from_library(live, question)
        if isinstance(reply, (SmallTalk, Clarification)) and self._names_a_place(question):
            reply = StationWish(question.text)
        if isinstance(reply, StationWish) and self._stations is not None:
            reply = self._stations.find(reply.text, reply.location, question.asked_at, earlier=question.history)
        return Replied(reply, live.version, time.perf_counter() - started)

    def _from_library(self, live: OpenRelease, question: Question) -> Reply:
        try:
            return live.answering.answer(question)
        except ReleaseDamaged as cause:
            log.warning("vectors failed in use (%s); lexical answers from now on", cause)
            live.detach_vectors()
            return live.answering.answer(question)

    def _place_named(self, live: OpenRelease, question: Question) -> StationWish | None:
        """A place of the directory, typed after a wish for a station, or as the first thing of all."""
        if self._stations is None or not self._names_a_place(question):
            return None
        before = next((turn for turn in reversed(question.history) if not self._stations.is_place(turn)), None)
        about_places = before is None or live.answering.wants_a_place(before)
        return StationWish(question.text) if about_places else None

    def _names_a_place(self, question: Question) -> bool:
        return self._stations is not None and question.location is None and self._stations.is_place(question.text)

    def search(self, question: Question, count: int = 10) -> list[Hit]:
        """The policies found for a question, best first."""
        return self._require().answering.search(question, count)

    def record_gap(self, request: str, question: Question, replied: Replied) -> bool:
        """Remember a refusal, redacted and without the person, once per `request`; False where there is nothing to remember."""
        if not isinstance(replied.reply, Refusal):
            return False
        nearest = [citation.policy for citation in replied.reply.citations]
        self._gaps.record(request, redact(question.text), replied.reply.reason, nearest, question.asked_at)
        return True

    def close(self) -> None:
        """Let go of the release, and of those that were swapped out a moment ago."""
        with self._changing:
            for timer, release in self._retired:
                timer.cancel()
                release.close()
            self._retired.clear()
            if self._live is not None:
                self._live.close()
                self._live = None

    def _require(self) -> OpenRelease:
        live = self._live
        if live is None:
            raise NoRelease("no release is open")
        return live

    def _attach(self, live: OpenRelease) -> bool:
        if live.has_vectors:
            return True
        if self._embedder is None:
            self._embedder = self._make_embedder()
        return live.attach_vectors(self._embedder, self._open_index)

    def _heal(self, damaged: OpenRelease) -> bool:
        log.warning("indexes of %s are damaged or missing; rebuilding them, lexical answers meanwhile", damaged.version)
        try:
            self._reloader.repair(damaged.version)
            mended = OpenRelease(Path(damaged.folder), self._ranking, self._triage)
        except KnowledgeError as cause:
            log.warning("rebuilding %s failed: %s", damaged.version, cause)
            return damaged.has_vectors
        with self._changing:
            if self._live is not damaged:  # something newer was taken over in the meantime
                return self.has_vectors
            self._attach(mended)
            self._take_over(mended)
            return mended.has_vectors

    def _take_over(self, release: OpenRelease) -> None:
        self._lane = self._lane.with_cards(release.cards)
        old, self._live = self._live, release
        if old is not None:  # questions under way may still hold it
            timer = threading.Timer(GRACE, old.close)
            timer.daemon = True
            self._retired = [entry for entry in self._retired if entry[0].is_alive()] + [(timer, old)]
            timer.start()
