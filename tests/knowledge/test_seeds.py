"""Raw articles through a reload: the five of ../shared/seeds where they are present, and damaged ones of our own everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.app import application
from bot.settings import load_settings
from knowledge import Assistant
from tests.knowledge.housing import House, ask, found, said
from tests.knowledge.test_articles import DAMAGED

SEEDS = Path(__file__).parents[3] / "shared" / "seeds"


def test_a_damaged_article_of_our_own_is_found_in_plain_characters(home: House, tmp_path: Path) -> None:
    library = tmp_path / "articles"
    library.mkdir()
    (library / "qingshi.txt").write_text(DAMAGED, encoding="utf-8")
    (library / "other.txt").write_text("天气预报说明天有雨,请带好雨具出门。\n路上慢一点,注意安全。", encoding="utf-8")
    home.reload(library)
    assistant = home.assistant()
    assert assistant.warm_up(heal=False)
    text = found(assistant, "青石县有多少个红色驿站")
    assert "红色驿站27个" in text
    assert "版权" not in text
    assert "驛" not in text


@pytest.fixture(scope="module")
def from_seeds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    if not SEEDS.is_dir():
        pytest.skip(f"{SEEDS} is not here")
    data = tmp_path_factory.mktemp("seeds")
    with application(load_settings(data=data)) as app:
        built = app.reloader.build(SEEDS)
        assert built.manifest.policies == 5
        app.reloader.activate(built.manifest.version)
        app.assistant.open()
        app.assistant.warm_up(heal=False)
        yield app.assistant


def test_the_seed_articles_answer_how_many_stations_the_zone_has(from_seeds: Assistant) -> None:
    text = said(ask(from_seeds, "阿拉善高新区的红色驿站有多少个"))
    assert "15个" in text.replace(" ", "")
    assert "司机之家" in text


def test_the_shipped_library_says_fifteen_one_and_whose_figure_it_is(assistant: Assistant) -> None:
    text = said(ask(assistant, "阿拉善高新区的红色驿站有多少个"))
    assert "15 个" in text
    assert "1 个司机之家" in text
    assert "自己报" in text or "自述" in text
