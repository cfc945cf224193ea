"""What a rider told us about themselves, both questions skippable, and which messages they asked for. Nothing is on by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.people.model import AreaNode, Kind, Person, Profile, Work
from bot.people.ports import Persons, Tree, Wishes


class Profiles:
    """Profiles and wishes."""

    def __init__(self, persons: Persons, wishes: Wishes, tree: Tree, clock: Callable[[], datetime]) -> None:
        self._persons = persons
        self._wishes = wishes
        self._tree = tree
        self._clock = clock

    def of(self, person: Person) -> Profile:
        """What they told; an empty profile for somebody who skipped both, or is gone."""
        row = self._persons.get(person.id)
        if row is None:
            return Profile()
        found = None if row[3] is None else self._tree.get(row[3])
        return Profile(None if row[2] is None else Work(row[2]), None if found is None else AreaNode(*found))

    def work(self, person: Person, work: Work | None) -> bool:
        """What they do; None erases it. False where the person is gone."""
        return self._persons.put(person.id, "work", work)

    def area(self, person: Person, area: AreaNode | None) -> bool:
        """Where they ride; None erases it. False where the person or the area is gone."""
        return self._persons.put(person.id, "area", None if area is None else area.id)

    def want(self, person: Person, kind: Kind, wanted: bool) -> bool:
        """They said yes or no to a kind of message; the last word counts. False where the person is gone."""
        return self._wishes.put(person.id, kind, wanted, self._clock())

    def want_nothing(self, person: Person) -> None:
        """No to every kind."""
        for kind in Kind:
            self.want(person, kind, False)

    def wants(self, person: Person, kind: Kind) -> bool:
        """Whether they asked for it."""
        return kind in self.wanted(person)

    def wanted(self, person: Person) -> frozenset[Kind]:
        """All kinds they asked for."""
        return frozenset(Kind(kind) for kind, wanted, _ in self._wishes.of(person.id) if wanted)
