"""A reload is a transaction: build a release beside the live one, check it, swap the pointer, keep five, go back in a second.

Building runs in a child process (knowledge.building) under a file lock, so several processes may share one data folder.
The pointer lives in the database; every running process looks at it once a second.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from knowledge.emergency.cards import FOLDER, read_any_cards
from knowledge.errors import Busy, Fault, LibraryError, NoRelease, ReleaseDamaged, ReleaseError
from knowledge.ports import Releases
from knowledge.releases import MANIFEST, POLICIES, TRUTH, Manifest, read_policies

KEPT = 5
Progress = Callable[[str, int, int], None]


def quiet(step: str, done: int, total: int) -> None:
    """No progress shown."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What a new release changes against the live one, as policy ids and `cards/<id>`."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    withdrawn: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Built:
    """A finished release that is not live yet."""

    manifest: Manifest
    difference: Difference


class Reloader:
    """Builds, activates and rolls back releases in `folder`; `releases` holds the pointer."""

    def __init__(self, folder: Path, releases: Releases, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._folder = folder
        self._releases = releases
        self._clock = clock

    def folder_of(self, version: str) -> Path:
        """Where a version lives."""
        return self._folder / version

    def active(self) -> str | None:
        """The live version."""
        return self._releases.active()

    def build(self, library: Path, progress: Progress = quiet) -> Built:
        """Build a release from a library folder; the live one goes on answering.

        Raises LibraryError with every fault, Busy if somebody else builds, ReleaseError if building breaks.
        """
        with self._lock():
            self._sweep()
            version = self._new_version()
            unfinished = self._folder / f"{version}.new"
            try:
                run_builder(["--library", str(library), "--out", str(unfinished), "--version", version], progress)
                unfinished.replace(self.folder_of(version))
            finally:
                shutil.rmtree(unfinished, ignore_errors=True)
        return Built(Manifest.load(self.folder_of(version)), self.difference(version))

    def activate(self, version: str) -> Manifest:
        """Make a finished release the live one, everywhere within a second; older than the fifth are removed."""
        manifest = Manifest.load(self.folder_of(version))
        if manifest.damaged(self.folder_of(version)):
            raise ReleaseDamaged(f"release {version} is damaged")
        self._releases.activate(version, self._clock(), manifest.policies, manifest.passages)
        self._prune(version)
        return manifest

    def discard(self, version: str) -> None:
        """Remove a built release that nobody wants."""
        if version != self.active():
            shutil.rmtree(self.folder_of(version), ignore_errors=True)

    def roll_back(self, version: str | None = None) -> Manifest:
        """Make an older release live: `version`, or the one that was live before. Raises NoRelease."""
        known = [entry[0] for entry in self._releases.versions() if (self.folder_of(entry[0]) / MANIFEST).is_file()]
        if version is None:
            live = self.active()
            before = known[known.index(live) + 1 :] if live in known else known
            if not before:
                raise NoRelease("no earlier version is kept")
            version = before[0]
        if version not in known:
            raise NoRelease(f"version {version!r} is not kept here")
        return self.activate(version)

    def versions(self) -> list[tuple[str, datetime, int, int, bool]]:
        """(version, first live at, policies, passages, whether live now), newest first."""
        live = self.active()
        return [(*entry, entry[0] == live) for entry in self._releases.versions()]

    def repair(self, version: str, progress: Progress = quiet) -> None:
        """Rebuild a damaged release's indexes from its own policies and put them in its place.

        Raises ReleaseDamaged where policies, glossary or clarifications are lost: then only the library can help.
        """
        folder, mended, broken = self.folder_of(version), self._folder / f"{version}.mended", self._folder / f"{version}.broken"
        lost = sorted(TRUTH & set(Manifest.load(folder).damaged(folder)))
        if lost:
            raise ReleaseDamaged(f"{', '.join(lost)} of {version} lost; only a reload from the library can help")
        with self._lock():
            shutil.rmtree(mended, ignore_errors=True)
            try:
                run_builder(["--release", str(folder), "--out", str(mended), "--version", version], progress)
                shutil.rmtree(broken, ignore_errors=True)
                folder.replace(broken)
                mended.replace(folder)
            finally:
                shutil.rmtree(mended, ignore_errors=True)
            shutil.rmtree(broken, ignore_errors=True)

    def difference(self, version: str) -> Difference:
        """What `version` changes against the live release."""
        new = _contents(self.folder_of(version))
        old: Mapping[str, object] = {}
        live = self.active()
        if live is not None:
            with contextlib.suppress(ReleaseDamaged, LibraryError):
                old = _contents(self.folder_of(live))
        return Difference(
            tuple(sorted(new.keys() - old.keys())),
            tuple(sorted(name for name in new.keys() & old.keys() if new[name] != old[name])),
            tuple(sorted(old.keys() - new.keys())),
        )

    def _new_version(self) -> str:
        stamp = self._clock().strftime("%Y%m%d-%H%M%S")
        version, number = stamp, 1
        while self.folder_of(version).exists():
            number += 1
            version = f"{stamp}-{number}"
        return version

    def _prune(self, live: str) -> None:
        for entry in [entry for entry in self._releases.versions() if entry[0] != live][KEPT - 1 :]:
            self._releases.forget(entry[0])
            shutil.rmtree(self.folder_of(entry[0]), ignore_errors=True)

    def _sweep(self) -> None:
        """Remove what a killed build left behind."""
        for leftover in [*self._folder.glob("*.new"), *self._folder.glob("*.mended"), *self._folder.glob("*.broken")]:
            shutil.rmtree(leftover, ignore_errors=True)

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "build.lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as cause:
                raise Busy("another process is building a release here") from cause
            yield


def _contents(folder: Path) -> Mapping[str, object]:
    """The policies of a release by id, and its cards by `cards/<id>`."""
    policies = {policy.id: policy for policy in read_policies(folder / POLICIES)}
    return policies | {f"{FOLDER}/{name}": card for name, card in read_any_cards(folder).items()}


def run_builder(arguments: list[str], progress: Progress) -> None:
    """Run knowledge.building as a child of low priority and pass its progress on."""
    command = [sys.executable, "-m", "knowledge.building", *arguments]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "ANONYMIZED_TELEMETRY": "False"}
    faults: list[Fault] = []
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
        preexec_fn=lambda: os.nice(10),  # noqa: PLW1509  single-threaded until exec
    ) as child:  # fmt: skip
        assert child.stdout is not None and child.stderr is not None
        for line in child.stdout:
            held = json.loads(line) if line.startswith("{") else {}
            if "step" in held:
                progress(held["step"], held["done"], held["total"])
            faults += [Fault(*fault) for fault in held.get("faults", ())]
        trouble = child.stderr.read()
    if faults:
        raise LibraryError(faults)
    if child.returncode != 0:
        last = trouble.strip().splitlines()[-1] if trouble.strip() else f"exit status {child.returncode}"
        raise ReleaseError(f"building failed: {last}")
