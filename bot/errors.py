"""Errors of the room.

BotError
├── SettingsError       a setting that cannot be used; the message says what is wrong and what to do
├── StorageError        the data folder or the database cannot be used, in the same words
└── PeopleError         an area, a role or a code that cannot be as somebody wants it
    └── NotAllowed      somebody may not do this, on this
"""

from __future__ import annotations


class BotError(Exception):
    """Base of everything this room raises on purpose."""


class SettingsError(BotError):
    """A setting that cannot be used."""


class StorageError(BotError):
    """The data folder or the database cannot be used."""


class PeopleError(BotError):
    """An area, a role or a code that cannot be as somebody wants it."""


class NotAllowed(PeopleError):
    """Somebody may not do `permission` on `resource`. Says so without naming them."""

    def __init__(self, permission: str, resource: object) -> None:
        super().__init__(f"not allowed: {permission} on {resource}")
        self.permission = permission
        self.resource = resource
