"""What the documents tell people to type exists, in both languages, and their links lead somewhere."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

from bot.cli import cli
from tests.bot.commands import copied, redstation

ROOT = Path(__file__).parents[1]
READMES = ("README.md", "README.en.md")
DOCUMENTS = sorted(
    path.relative_to(ROOT).as_posix() for path in [*(ROOT / name for name in READMES), *(ROOT / "docs").rglob("*.md")]
)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def code(document: str) -> list[str]:
    """Inline code, and the lines of code blocks."""
    text = (ROOT / document).read_text(encoding="utf-8")
    blocks = re.findall(r"^```.*?\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    inline = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))
    return [line for block in blocks for line in block.splitlines()] + inline


def named(document: str, tool: str) -> set[str]:
    """The words that follow `tool` in a document's code, options and comments apart."""
    return {word for piece in code(document) for word in re.findall(rf"(?:^|[\s/]){tool} ([a-z]+)", piece.split("#")[0])}


def options(document: str) -> set[str]:
    """Long options of redstation: behind a command, and in a README also alone."""
    pieces = [piece for piece in code(document) if "redstation " in piece or (document in READMES and piece.startswith("--"))]
    return {word for piece in pieces for word in re.findall(r"(?<![\w-])--[a-z]+", piece)}


def targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def commands() -> dict[str, set[str]]:
    """Each command of redstation with its long options; those of a group as "group command" as well."""
    found: dict[str, set[str]] = {}
    waiting: list[tuple[str, Any]] = [("", typer.main.get_command(cli))]
    while waiting:
        name, command = waiting.pop()
        found[name] = {option for each in command.params for option in each.opts}
        waiting += [(f"{name} {each}".strip(), below) for each, below in getattr(command, "commands", {}).items()]
    return found


def groups() -> set[str]:
    """Commands that have commands below them."""
    return {name.split()[0] for name in commands() if " " in name}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_make_target_in_the_documents_exists(document: str) -> None:
    assert named(document, "make") - targets() == set()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_redstation_command_in_the_documents_exists(document: str) -> None:
    known = commands()
    assert named(document, "redstation") - known.keys() == set()
    below = {f"{group} {name}" for group in groups() for name in named(document, f"redstation {group}")}
    assert below - known.keys() == set()
    assert options(document) - set().union(*known.values()) - {"--help"} == set()


def test_the_readmes_name_what_there_is() -> None:
    known = {name for name in commands() if name and " " not in name}
    assert named("README.md", "redstation") == known - {"settings"}  # hidden: it writes docs/settings.md
    assert named("README.md", "make") == targets() - {"help"}


@pytest.mark.parametrize("tool", ["make", "redstation", "docker"])
def test_both_readmes_name_the_same(tool: str) -> None:
    chinese, english = (named(name, tool) for name in READMES)
    assert chinese == english
    assert chinese


def test_both_readmes_give_the_same_blocks_to_type() -> None:
    chinese, english = (
        re.findall(r"^```.*?^```", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL) for name in READMES
    )
    assert chinese == english


def test_what_the_readme_gives_to_type_runs(shipped_data: Path, tmp_path: Path) -> None:
    data = copied(shipped_data, tmp_path / "var")
    sample = re.search(r"^```csv\n(.*?)^```", (ROOT / "docs" / "stations.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert sample
    (tmp_path / "驿站.csv").write_text(sample[1], encoding="utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    typed = [shlex.split(line)[1:] for block in blocks for line in block.splitlines() if line.startswith(".venv/bin/redstation ")]
    assert len(typed) > 4
    for arguments in typed:
        done = redstation(*arguments, "--data", data, folder=tmp_path, stdin="y\n")
        assert done.status == 0, (arguments, done.err)
        assert done.out


@pytest.mark.parametrize("document", [*DOCUMENTS, "CHANGELOG.md"])
def test_links_inside_the_project_lead_somewhere(document: str) -> None:
    here = (ROOT / document).parent
    inside = [link.split("#")[0] for link in LINK.findall((ROOT / document).read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in inside if link and not (here / link).exists()] == []


def test_every_decision_has_a_number_of_its_own_and_is_about_half_a_page() -> None:
    notes = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    numbers = [note.name[:3] for note in notes]
    assert len(set(numbers)) == len(numbers) > 0
    for note in notes:
        lines = note.read_text(encoding="utf-8").splitlines()
        assert lines[0].startswith(f"# {note.name[:3]} ")
        assert len(lines) <= 60, note.name
