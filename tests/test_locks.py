"""The locks: exact, consistent with each other and with pyproject.toml, and never with CUDA in them."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
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


def test_the_light_lock_holds_what_the_product_needs_and_nothing_for_tests() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    here = {"python_version": "3.11", "python_full_version": "3.11.0", "sys_platform": "linux", "platform_system": "Linux"}
    waiting = [Requirement(line) for line in project["dependencies"]]
    needed: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        wanted = waiting.pop()
        key = canonicalize_name(wanted.name), frozenset(wanted.extras)
        if key not in needed:
            needed.add(key)
            further = map(Requirement, metadata.requires(wanted.name) or [])
            extras = wanted.extras or {""}
            waiting += [one for one in further if not one.marker or any(one.marker.evaluate(here | {"extra": x}) for x in extras)]
    assert {name for name, _ in needed} == pins("light").keys()
