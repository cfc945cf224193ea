"""Raw articles: damage is repaired, boilerplate falls off, and nothing else changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.articles import article_to_policy, repair
from knowledge.errors import LibraryError
from knowledge.libraries import read_any_library
from knowledge.model import Confidence
from tests.knowledge.writing import write_library

# Written for this test in the manner of what scrapers leave behind; no such place exists.
DAMAGED = """
青石縣(xiàn):小站點(diǎn)辦(bàn)成騎(qí)手的大事
近年來(lái),青石縣(xiàn)總(zǒng)工會(huì)圍(wéi)繞(rào)外賣(mài)騎(qí)手“急難愁盼”,設(shè)立紅(hóng)色驛(yì)站27個(gè)(其中司機(jī)之家3個(gè)),服務(wù)騎手1,204人次。
“站點(diǎn)24小時(shí)開(kāi)(kāi)放,”站長(zhǎng)說(shuō),“熱(rè)水、充電、雨(yǔ)具(jù)都(dōu)有(yǒu)(app 可查)。”

(周明 李芳)
版權(quán)聲明:凡註明“來源:青石網(wǎng)”的作品,版權(quán)歸(guī)本網(wǎng)所有。
- 青石縣:科技特派員服務(wù)“零距離”
- 青石縣:再添騎手公寓99套
"""


def put(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_characters_are_simplified_and_their_readings_fall_out() -> None:
    text = repair(DAMAGED)
    assert "青石县总工会围绕外卖骑手“急难愁盼”,设立红色驿站27个(其中司机之家3个),服务骑手1,204人次。" in text
    assert "站点24小时开放" in text
    assert not set("縣騎驛ǎīàù") & set(text)


def test_what_follows_the_article_falls_off() -> None:
    text = repair(DAMAGED)
    assert "版权" not in text
    assert "公寓" not in text
    assert text.endswith("(周明 李芳)")


def test_brackets_that_hold_no_reading_stay() -> None:
    assert repair("设站27个(其中司机之家3个)(2024年)(A区)。") == "设站27个(其中司机之家3个)(2024年)(A区)。"


def test_a_clean_article_is_left_as_it_is() -> None:
    text = "第一段话,讲驿站。\n第二段话:\n- 热水\n- 充电\n第三段话。"
    assert repair(text) == text


@pytest.mark.parametrize(
    "line",
    [
        "版权声明:凡注明",
        "版權(quán)聲明:凡註明",
        "责任编辑:某某",
        "相关阅读",
        "上一篇:某某",
        "皖ICP备12345号",
        "Copyright 2024",
        "友情链接",
        "免责声明:",
    ],
)
def test_boilerplate_of_every_kind_ends_the_article(line: str) -> None:
    assert repair(f"正文一段。\n{line}\n后面的话。") == "正文一段。"


def test_an_article_becomes_a_background_policy_that_names_it(tmp_path: Path) -> None:
    policy = article_to_policy(put(tmp_path, "000_ab12.txt", DAMAGED), "000_ab12.txt")
    assert (policy.id, policy.topic, policy.confidence) == ("article-000-ab12", "background", Confidence.SECONDARY)
    assert policy.title == "青石县:小站点办成骑手的大事"
    assert policy.source.name == "文章《青石县:小站点办成骑手的大事》"
    assert any("27个" in paragraph for paragraph in policy.paragraphs)
    assert policy.title not in policy.paragraphs


def test_an_article_without_a_title_is_named_by_its_first_words(tmp_path: Path) -> None:
    policy = article_to_policy(
        put(tmp_path, "a.txt", "近年来,青石县围绕骑手急难愁盼设立红色驿站27个,服务骑手。\n第二段。"), "a.txt"
    )
    assert policy.title == "青石县围绕骑手急难愁盼设立红色驿站27个"
    assert len(policy.paragraphs) == 2


@pytest.mark.parametrize(
    ("raw", "what"),
    [(DAMAGED.encode("gbk", "ignore"), "is not UTF-8"), (b"", "holds no article"), ("版权声明:无".encode(), "holds no article")],
)
def test_what_is_no_article_is_named_with_a_remedy(tmp_path: Path, raw: bytes, what: str) -> None:
    put(tmp_path, "bad.txt", raw)
    with pytest.raises(LibraryError) as caught:
        read_any_library(tmp_path)
    (fault,) = caught.value.faults
    assert (fault.file, fault.line, fault.what) == ("bad.txt", 1, what)
    assert fault.remedy


def test_articles_and_policies_stand_side_by_side(tmp_path: Path) -> None:
    write_library(tmp_path)
    put(tmp_path, "one.txt", DAMAGED)
    put(tmp_path, "articles/two.txt", DAMAGED)
    put(tmp_path, "README.txt", "说明")
    assert [policy.id for policy in read_any_library(tmp_path)] == [
        "article-one",
        "article-two",
        "heat-stop-work",
        "hotline-12333",
        "pay-free",
    ]


def test_articles_with_chinese_file_names_do_not_collide(tmp_path: Path) -> None:
    put(tmp_path, "青石县.txt", DAMAGED)
    put(tmp_path, "白水县.txt", DAMAGED.replace("青石", "白水"))
    assert len({policy.id for policy in read_any_library(tmp_path)}) == 2


def test_articles_that_would_share_an_id_are_named(tmp_path: Path) -> None:
    put(tmp_path, "one.txt", DAMAGED)
    put(tmp_path, "articles/one.txt", DAMAGED)
    with pytest.raises(LibraryError) as caught:
        read_any_library(tmp_path)
    (fault,) = caught.value.faults
    assert fault.file == "articles/one.txt"
    assert "one.txt" in fault.what
    assert "used by two files" in fault.what


def test_faults_of_policies_and_articles_are_said_together(tmp_path: Path) -> None:
    write_library(tmp_path)
    put(tmp_path, "policies/bad.md", "没有")
    put(tmp_path, "bad.txt", b"\xff")
    with pytest.raises(LibraryError) as caught:
        read_any_library(tmp_path)
    assert {fault.file for fault in caught.value.faults} == {"policies/bad.md", "bad.txt"}
