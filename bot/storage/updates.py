"""What the database keeps for one bot: inbox, outbox, who holds their rows, who cannot be reached."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine

from bot.storage.grouping import GroupWriter
from bot.storage.inbox import Inbox
from bot.storage.outbox import Outbox
from bot.storage.people.persons import ReachRows
from bot.storage.queues import Workers


class UpdateRows:
    """The rows of the bot with this number, as the process `me` sees them."""

    def __init__(self, engine: Engine, bot: int, me: str) -> None:
        self._writer = GroupWriter(engine)
        self._reaches = ReachRows(engine)
        self.workers = Workers(self._writer, me)
        self.outbox = Outbox(engine, self.workers, bot)
        self.inbox = Inbox(self.workers, self.outbox, bot)

    def start(self) -> None:
        """Begin to write; what was submitted before waits for it."""
        self._writer.start()

    def stop(self) -> None:
        """Write what waits, then end."""
        self._writer.stop()

    def block(self, channel: str, address: str, at: datetime) -> None:
        """Note that an address refuses us, until somebody there writes to us again. Raises StorageError."""
        self._reaches.block(channel, address, at)
