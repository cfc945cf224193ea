"""Errors of the room.

BotError
├── SettingsError       a setting that cannot be used; the message says what is wrong and what to do
└── StorageError        the data folder or the database cannot be used, in the same words
"""

from __future__ import annotations


class BotError(Exception):
    """Base of everything this room raises on purpose."""


class SettingsError(BotError):
    """A setting that cannot be used."""


class StorageError(BotError):
    """The data folder or the database cannot be used."""
