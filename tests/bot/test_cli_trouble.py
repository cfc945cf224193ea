"""What goes wrong on real machines: each time one clear line, never a traceback, and nothing half done."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import subprocess
from contextlib import closing
from functools import cache
from pathlib import Path

import pytest

from tests.bot.commands import SCRIPT, a_policy, redstation, write_library

UNPRIVILEGED = ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all", "--", str(SCRIPT))
ALONE = ("unshare", "--mount", "sh", "-ec")  # with mounts that nobody else sees and that end with the process


@cache
def may_mount() -> bool:
    """Whether this machine lets tests mount a tiny disk (root outside of a locked container)."""
    script = "mount -t tmpfs -o size=1m none /mnt"
    return bool(shutil.which("unshare")) and subprocess.run([*ALONE, script], capture_output=True, check=False).returncode == 0


def test_a_port_in_use_is_said_at_once(data: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = redstation("run", "--port", port, "--data", data)
    assert (done.status, done.out) == (2, "")
    assert str(port) in done.complaint
    assert "--port" in done.complaint


@pytest.mark.parametrize("command", ["versions", "run", "check"])
def test_a_file_in_place_of_the_data_folder_is_said(tmp_path: Path, command: str) -> None:
    (tmp_path / "file").touch()
    done = redstation(command, "--data", tmp_path / "file")
    if command == "check":
        assert done.status == 1
        assert "WRONG database" in done.out
    else:
        assert (done.status, done.out) == (2, "")
        assert "--data" in done.complaint


@pytest.mark.parametrize("inside", ["", "new"])
def test_a_folder_that_may_not_be_written_is_said(tmp_path: Path, inside: str) -> None:
    folder = tmp_path / "sealed"
    folder.mkdir(mode=0o555)
    command = UNPRIVILEGED if os.geteuid() == 0 else (str(SCRIPT),)  # root writes wherever it likes
    done = redstation("ask", "几度停工", "--data", folder / inside, command=command)
    assert (done.status, done.out) == (2, "")
    assert str(folder) in done.complaint
    assert "--data" in done.complaint
    assert list(folder.iterdir()) == []


def test_a_database_that_is_none_is_said_and_left_alone(data: Path) -> None:
    for leftover in data.glob("redstation.db*"):
        leftover.unlink()
    database = data / "redstation.db"
    database.write_bytes(b"this is no database, whatever its name says" * 100)
    before = database.read_bytes()
    done = redstation("ask", "几度停工", "--data", data)
    assert (done.status, done.out) == (2, "")
    assert "move the file away" in done.complaint
    assert database.read_bytes() == before


def test_a_library_behind_a_lost_release_is_built_again(data: Path) -> None:
    shutil.rmtree(data / "releases")
    done = redstation("ask", "气温到40度了还让送,合法吗", "--data", data)
    assert done.status == 0
    assert "40℃" in done.out


def test_a_setting_that_makes_no_sense_is_named(tmp_path: Path) -> None:
    done = redstation("versions", "--data", tmp_path, settings={"REDSTATION_PORT": "eighty"})
    assert (done.status, done.out) == (2, "")
    assert "REDSTATION_PORT" in done.complaint
    assert "REDSTATION_PORT" in redstation("run", "--port", 99999, "--data", tmp_path).complaint


def test_settings_come_from_a_file_beside_the_command_as_well(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("REDSTATION_PORT=eighty\n")
    assert "REDSTATION_PORT" in redstation("versions", folder=tmp_path).complaint


def limited(size: str, *command: object, given: Path | None = None) -> tuple[int, list[str], str]:
    """(status, lines on stderr but progress, stdout) of a command whose data folder is a full disk: `given` copied there,
    or an empty one of that size."""
    fill = f"cp -a {given}/. /mnt/; dd if=/dev/zero of=/mnt/fill bs=4k 2>/dev/null || true;" if given else ""
    script = f'mount -t tmpfs -o size={size} none /mnt; {fill} "$@"; '
    done = redstation(*command, "--data", "/mnt", command=(*ALONE, script, "sh", str(SCRIPT)))
    return done.status, [line for line in done.err.splitlines() if not line.endswith(" …")], done.out


@pytest.mark.parametrize("size", ["8k", "1m", "5m"])  # too small for the database, the library, the release
def test_a_disk_too_small_for_a_first_start_is_one_clear_line(size: str) -> None:
    if not may_mount():
        pytest.skip("needs to mount a tiny disk; the next test limits file sizes instead")
    status, complaint, out = limited(size, "ask", "几度停工")
    assert (status, out) == (2, "")
    assert len(complaint) == 1
    assert "space" in complaint[0].lower()


@pytest.mark.parametrize("command", [("ask", "几度停工"), ("reload", "--yes")])
def test_a_disk_that_has_filled_up_is_one_clear_line(data: Path, command: tuple[str, ...]) -> None:
    if not may_mount():
        pytest.skip("needs to mount a tiny disk; the next test limits file sizes instead")
    status, complaint, out = limited("20m", *command, given=data)
    assert (status, out) == (2, "")
    assert len(complaint) == 1
    assert "free some disk space" in complaint[0]


def test_a_reload_that_cannot_be_written_is_one_clear_line_and_changes_nothing(data: Path, tmp_path: Path) -> None:
    long = "".join(f"{n} 度停工。" for n in range(500))
    library = write_library(tmp_path / "other", {f"p-{n}.md": a_policy(f"p-{n}", long) for n in range(60)})
    limit = ("sh", "-c", 'ulimit -f 128; exec "$@"', "sh", str(SCRIPT))  # no file over 64 KiB: a disk full for large files
    done = redstation("reload", "--library", library, "--yes", "--data", data, command=limit)
    assert (done.status, done.out) == (2, "")
    assert done.complaint
    listed = redstation("versions", "--data", data).out.splitlines()
    assert len(listed) == 1
    assert {path.name for path in (data / "releases").iterdir() if path.is_dir()} == {listed[0].split()[1]}


def test_a_database_of_a_newer_program_is_refused_and_kept(data: Path) -> None:
    with closing(sqlite3.connect(data / "redstation.db")) as database, database:
        database.execute("update alembic_version set version_num = 'bot_9999' where version_num like 'bot%'")
    done = redstation("versions", "--data", data)
    assert (done.status, done.out) == (2, "")
    assert "database" in done.complaint
