"""The plan of the house, as tests: arrows between rooms, sizes, one home for every sentence, a wheel that holds all of it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("bot", "knowledge", "scheduler")
LONGEST_FILE = 400
# A sentence: eight or more Chinese characters (with commas) that run without the marks of a pattern or a list, then a full stop,
# or a clause of six before a comma and six behind it. Words alone, however many, are data: names, patterns, units.
SENTENCE = re.compile(
    r"[\u3400-\u9fff][\u3400-\u9fff0-9,,、“”《》::]{6,}[\u3400-\u9fff0-9”》][。!?;;…]|[\u3400-\u9fff]{6,},[\u3400-\u9fff]{6,}"
)
TRAINING = ("knowledge/training/",)  # never runs for a rider


def sources(*endings: str) -> list[Path]:
    return sorted(path for room in ROOMS for path in (ROOT / room).rglob("*") if path.suffix in endings and path.is_file())


def test_the_import_contracts_hold() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


def test_a_broken_arrow_would_be_seen(tmp_path: Path) -> None:
    for room in ROOMS:
        (tmp_path / room).mkdir()
        (tmp_path / room / "__init__.py").touch()
    (tmp_path / "knowledge" / "store.py").write_text("import bot\n")
    contract = (
        (ROOT / "pyproject.toml")
        .read_text(encoding="utf-8")
        .split("[tool.importlinter]")[1]
        .split("[[tool.importlinter.contracts]]")
    )
    (tmp_path / "pyproject.toml").write_text("[tool.importlinter]" + "[[tool.importlinter.contracts]]".join(contract[:2]))
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stdout
    assert "1 broken" in done.stdout


def test_no_file_of_ours_is_longer_than_400_lines() -> None:
    files = [*sources(".py", ".js", ".css", ".html"), *(ROOT / "tests").rglob("*.py")]
    lengths = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    assert len(lengths) > 50
    assert {name: count for name, count in lengths.items() if count > LONGEST_FILE} == {}


def spoken(text: str) -> Iterator[str]:
    """Chinese sentences in the literals of Python source, docstrings apart."""
    tree = ast.parse(text)
    holders = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    described = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, holders) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in described:
            yield from (found[0] for found in SENTENCE.finditer(node.value))


def test_every_sentence_a_person_reads_lives_in_a_wording_file() -> None:
    found = {
        (name, sentence)
        for path in sources(".py")
        if not (name := str(path.relative_to(ROOT))).startswith(TRAINING)
        for sentence in spoken(path.read_text(encoding="utf-8"))
    }
    for path in sources(".js", ".html", ".css"):
        code = re.sub(r"/\*.*?\*/|<!--.*?-->|^\s*//.*$", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
        found |= {(str(path.relative_to(ROOT)), one[0]) for one in SENTENCE.finditer(code)}
    assert found == set()


@pytest.mark.parametrize(
    "code",
    [
        'x = "这个我在知识库里没查到依据,不敢乱说。"', 'f"请把{name}的定位发给我再试一次。"', 'say("我这边出了点毛病等会儿再试!")',
        'x = "在呢师傅有啥想问的,直接说就行别客气"',
    ],
)  # fmt: skip
def test_a_sentence_in_code_would_be_seen(code: str) -> None:
    assert list(spoken(code))


@pytest.mark.parametrize(
    "code",
    [
        're.compile(r"多少钱|几块|几毛|什么价|怎么收费")', '"饮水 休息 避暑 取暖 电动车充电 应急药品".split()',
        '"""这是说明,不是给人看的话。"""',
        '"不是……,而是……。"', 're.compile(r"[,,。;;?？!！、]+|(?:还有就是|另外|顺便)")',
    ],
)  # fmt: skip
def test_a_pattern_or_a_list_of_words_is_no_sentence(code: str) -> None:
    assert list(spoken(code)) == []


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built wheel; hatchling works without the network."""
    out = tmp_path_factory.mktemp("wheel")
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)],
        cwd=ROOT, capture_output=True, text=True, timeout=170, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = out.glob("*.whl")
    return built


def test_the_wheel_holds_every_file_of_the_rooms_and_nothing_else(wheel: Path) -> None:
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    ours = {
        str(path.relative_to(ROOT))
        for room in ROOMS
        for path in (ROOT / room).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert held == ours
    for name in (
        "knowledge/models/triage.npz", "knowledge/models/embedding/model.safetensors", "knowledge/library/glossary.tsv",
        "bot/dialogue/words/zh.toml", "bot/channels/web/static/chat.js", "bot/storage/migrations/env.py",
    ):  # fmt: skip
        assert name in held


def test_the_wheel_alone_can_open_a_database_and_load_its_model(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    program = (
        "import bot, runpy, sys; assert bot.__file__.startswith(sys.argv[1]); "
        "sys.argv = ['redstation', 'check', '--data', sys.argv[2]]; runpy.run_module('bot', run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "installed"), str(tmp_path / "data")],
        cwd=tmp_path, env={"PYTHONPATH": str(tmp_path / "installed"), "PATH": ""},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert all(line.startswith("ok ") for line in done.stdout.splitlines())
