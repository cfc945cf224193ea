"""The locks: exact, consistent with each other and with pyproject.toml, and never with CUDA in them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
LOCKS = ("build", "light", "full", "test", "dev")
PIN = re.compile(r'([A-Za-z0-9][\w.-]*)==([\w.+!-]+)(?: ; (sys_platform [!=]= "linux"))?')


def pins(lock: str) -> dict[str, str]:
    """Canonical name to version, as Linux takes it."""
    found: dict[str, str] = {}
    for line in (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8").splitlines():
        if line == "-r light.txt":
            continue
        match = PIN.fullmatch(line)
        assert match, f"{lock}.txt: {line!r} is no name==version"
        if "!=" not in (match[3] or ""):
            found[canonicalize_name(match[1])] = match[2]
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_no_lock_brings_cuda(lock: str) -> None:
    assert [name for name in pins(lock) if re.search(r"nvidia|cuda|triton", name)] == []


def test_torch_is_the_cpu_build_and_only_in_the_full_lock() -> None:
    assert pins("full")["torch"].endswith("+cpu")
    assert [lock for lock in LOCKS if "torch" in pins(lock)] == ["full"]


def test_locks_that_are_installed_together_agree() -> None:
    versions: dict[str, set[str]] = {}
    for lock in LOCKS:
        for name, version in pins(lock).items():
            versions.setdefault(name, set()).add(version)
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}


@pytest.mark.parametrize(
    ("extra", "locks"), [("", ["light"]), ("full", ["light", "full"]), ("test", ["light", "test"]), ("dev", ["dev"])]
)
def test_the_locks_hold_what_pyproject_asks_for(extra: str, locks: list[str]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    held = {name: version for lock in locks for name, version in pins(lock).items()}
    for line in project["optional-dependencies"][extra] if extra else project["dependencies"]:
        wanted = Requirement(line)
        assert Version(held[canonicalize_name(wanted.name)]) in wanted.specifier, line
