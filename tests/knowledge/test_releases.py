"""A release on disk says what it is, and notices when it is not."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app import shipped_library
from knowledge.errors import NoRelease, ReleaseDamaged
from knowledge.policies import read_library
from knowledge.releases import MANIFEST, POLICIES, Manifest, checksums, read_policies, write_policies
from tests.knowledge.housing import DAMAGE, clone, rewrite


def finished(folder: Path) -> Manifest:
    """A small release of two files."""
    (folder / "vectors").mkdir(parents=True)
    (folder / "policies.jsonl").write_text("甲\n", encoding="utf-8")
    (folder / "vectors" / "data.bin").write_bytes(b"\x00" * 100)
    manifest = Manifest(folder.name, datetime(2026, 11, 21, tzinfo=UTC), 1, 2, "static", checksums(folder))
    manifest.save(folder)
    return manifest


def test_a_manifest_is_read_as_it_was_written(tmp_path: Path) -> None:
    manifest = finished(tmp_path / "v1")
    assert Manifest.load(tmp_path / "v1") == manifest
    assert set(manifest.files) == {"policies.jsonl", "vectors/data.bin"}
    assert manifest.damaged(tmp_path / "v1") == []


@pytest.mark.parametrize("kind", DAMAGE)
@pytest.mark.parametrize("name", ["policies.jsonl", "vectors/data.bin"])
def test_a_damaged_file_is_named(tmp_path: Path, name: str, kind: str) -> None:
    manifest = finished(tmp_path / "v1")
    rewrite(tmp_path / "v1" / name, DAMAGE[kind])
    assert manifest.damaged(tmp_path / "v1") == [name]
    assert manifest.damaged(tmp_path / "v1", "vectors/") == [name] * name.startswith("vectors/")


def test_one_turned_bit_is_noticed(tmp_path: Path) -> None:
    manifest = finished(tmp_path / "v1")
    rewrite(tmp_path / "v1" / "vectors/data.bin", lambda raw: raw[:50] + b"\x01" + raw[51:])
    assert manifest.damaged(tmp_path / "v1") == ["vectors/data.bin"]


def test_a_folder_without_a_manifest_was_never_finished(tmp_path: Path) -> None:
    finished(tmp_path / "v1")
    (tmp_path / "v1" / MANIFEST).unlink()
    with pytest.raises(NoRelease):
        Manifest.load(tmp_path / "v1")
    with pytest.raises(NoRelease):
        Manifest.load(tmp_path / "v2")


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "5", '"x"', "{}", '{"format": 1}', "\x00", '{"format": 99}', '{"format": 1, "made_at": "yesterday"}'],
)
def test_a_manifest_that_makes_no_sense_is_damage(tmp_path: Path, text: str) -> None:
    finished(tmp_path / "v1")
    (tmp_path / "v1" / MANIFEST).write_text(text, encoding="utf-8")
    with pytest.raises(ReleaseDamaged):
        Manifest.load(tmp_path / "v1")


def test_a_release_of_another_format_is_not_read(tmp_path: Path) -> None:
    finished(tmp_path / "v1")
    held = json.loads((tmp_path / "v1" / MANIFEST).read_text())
    (tmp_path / "v1" / MANIFEST).write_text(json.dumps(held | {"format": held["format"] + 1}))
    with pytest.raises(ReleaseDamaged, match="format"):
        Manifest.load(tmp_path / "v1")


def test_every_shipped_policy_is_read_from_a_release_as_it_was_written(tmp_path: Path) -> None:
    policies = read_library(shipped_library())
    write_policies(policies, tmp_path / POLICIES)
    assert read_policies(tmp_path / POLICIES) == policies


def test_an_odd_line_separator_inside_a_text_does_not_break_a_release(tmp_path: Path) -> None:
    policy = replace(read_library(shipped_library())[0], paragraphs=("第一\u2028第二\x85第三\x0b第四",))
    write_policies([policy], tmp_path / POLICIES)
    assert read_policies(tmp_path / POLICIES) == (policy,)


@pytest.mark.parametrize("kind", DAMAGE)
def test_policies_that_cannot_be_read_are_damage(small_release: Path, tmp_path: Path, kind: str) -> None:
    clone(small_release, tmp_path, "v1")
    rewrite(tmp_path / "v1" / POLICIES, DAMAGE[kind])
    with pytest.raises(ReleaseDamaged):
        read_policies(tmp_path / "v1" / POLICIES)


def test_a_cloned_release_is_whole(small_release: Path, tmp_path: Path) -> None:
    clone(small_release, tmp_path, "v1")
    manifest = Manifest.load(tmp_path / "v1")
    assert (manifest.version, manifest.policies, manifest.damaged(tmp_path / "v1")) == ("v1", 3, [])
