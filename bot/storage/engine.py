"""The engine and the schema: SQLite in WAL mode with full synchronisation, brought up to date by Alembic on start."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bot.errors import StorageError

HEADS = frozenset({"knowledge_0002", "bot_0003"})  # the newest revision of each room's branch; a test keeps it true
BUSY = 5000  # milliseconds a writer waits for another


def open_engine(database: Path) -> Engine:
    """An engine on a SQLite file whose folder exists and can be written, with the schema up to date. Raises StorageError."""
    folder = database.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as cause:
        raise StorageError(f"cannot make the folder {folder} ({cause.strerror}); choose another with --data") from cause
    if not os.access(folder, os.W_OK | os.X_OK):
        raise StorageError(f"cannot write to {folder}; make it writable or choose another folder with --data")
    engine = create_engine(f"sqlite:///{database}", connect_args={"timeout": BUSY / 1000})
    event.listen(engine, "connect", _prepare)
    try:
        migrate(engine)
    except StorageError:
        engine.dispose()
        raise
    except (DBAPIError, SQLAlchemyError, OSError) as cause:
        engine.dispose()
        raise StorageError(f"the database {database} cannot be used ({_reason(cause)}); {_remedy(cause)}") from cause
    return engine


def migrate(engine: Engine) -> None:
    """Bring the schema to `HEADS`; quick where it is there already. Raises StorageError for a schema newer than that."""
    with engine.connect() as connection:
        known = connection.execute(text("select 1 from sqlite_master where name = 'alembic_version'")).scalar()
        if known and {row[0] for row in connection.execute(text("select version_num from alembic_version"))} == HEADS:
            return
    from alembic import command  # 0.4 s, and only needed after an upgrade
    from alembic.util import CommandError

    with engine.begin() as connection:
        configuration = alembic_configuration()
        configuration.attributes["connection"] = connection
        try:
            command.upgrade(configuration, "heads")
        except CommandError as cause:  # it names a revision that this version has never heard of
            raise StorageError(f"{engine.url.database} belongs to a newer version ({cause}); install that one again") from cause


def alembic_configuration() -> Any:
    """Alembic with one branch of revisions a room."""
    from alembic.config import Config

    here, root = Path(__file__).parent, Path(__file__).parents[2]
    configuration = Config()
    configuration.set_main_option("script_location", str(here / "migrations"))
    configuration.set_main_option("path_separator", "newline")
    configuration.set_main_option("version_locations", f"{here / 'migrations' / 'versions'}\n{root / 'knowledge' / 'migrations'}")
    return configuration


def _prepare(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={BUSY}", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _reason(cause: Exception) -> str:
    return str(cause.orig) if isinstance(cause, DBAPIError) else str(cause)


def _remedy(cause: Exception) -> str:
    reason = _reason(cause)
    if "full" in reason or "disk I/O" in reason:
        return "free some disk space"
    if "readonly" in reason or "unable to open" in reason:
        return "make the file writable"
    if "malformed" in reason or "not a database" in reason:
        return "move the file away; a new one is made, releases and library stay"
    return "stop other programs that use it and try again"
