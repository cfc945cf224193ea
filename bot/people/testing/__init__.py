"""Doubles of the room's doors, for tests: they pass the same conformance suite as the rows of the database.

They are for one thread: what happens when many redeem one code at once is the database's to show.
"""

from __future__ import annotations

from bot.people.testing.areas import InMemoryTree
from bot.people.testing.memory import Memory
from bot.people.testing.persons import InMemoryAudit, InMemoryPersons, InMemoryReaches, InMemoryWishes
from bot.people.testing.roles import InMemoryCodes, InMemoryRoles


class InMemoryPeople:
    """`Rows` without a database."""

    def __init__(self) -> None:
        memory = Memory()
        self.persons = InMemoryPersons(memory)
        self.reaches = InMemoryReaches(memory)
        self.wishes = InMemoryWishes(memory)
        self.codes = InMemoryCodes(memory)
        self.roles = InMemoryRoles(memory)
        self.tree = InMemoryTree(memory)
        self.audit = InMemoryAudit(memory)


__all__ = ["InMemoryPeople"]
