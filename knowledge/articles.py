"""Raw articles (.txt) to `background` policies, repaired: pages saved by careless scrapers come damaged.

Seen damage: traditional characters each followed by its pinyin in brackets (`對(duì)新形勢(shì)`), and below the text
copyright notices, link lists and headlines of other articles. What an article says counts as its publisher's own words.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from pathlib import Path

import opencc

from knowledge.errors import Fault, LibraryError
from knowledge.model import Confidence, Policy, Source

READING = re.compile(r"[(（][a-zɡāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿ\s]+[)）]")
BOILERPLATE = re.compile(
    r"^\s*(?:版权声明|免责声明|友情链接|相关(?:新闻|阅读|链接|推荐)|责任编辑|网站地图|上一篇|下一篇|更多(?:新闻|精彩)|Copyright|©|[^\n]{0,12}ICP备|电信与信息服务业务经营许可证)",
    re.IGNORECASE,
)
HEADLINE = re.compile(r"^\s*[-·•*]\s*\S")
LONGEST_TITLE = 40
SHORTEST_TITLE = 6
SHORTEST_TEXT = 20


def repair(text: str) -> str:
    """The article in simplified characters, without readings in brackets and without what follows its end."""
    text = unicodedata.normalize("NFC", text)
    text = READING.sub("", text)
    text = str(opencc.OpenCC("t2s").convert(text))
    lines = [line.strip() for line in text.splitlines()]
    end = next((n for n, line in enumerate(lines) if BOILERPLATE.match(line)), len(lines))
    kept = lines[:end]
    while kept and (not kept[-1] or HEADLINE.match(kept[-1])):
        kept.pop()
    return "\n".join(line for line in kept if line)


def article_to_policy(path: Path, name: str) -> Policy:
    """One article as a policy of topic `background`. Raises LibraryError."""
    try:
        text = repair(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as cause:
        raise LibraryError([Fault(name, 1, "is not UTF-8", "save the file as UTF-8")]) from cause
    paragraphs = [line for line in text.split("\n") if line]
    if sum(map(len, paragraphs)) < SHORTEST_TEXT:
        raise LibraryError([Fault(name, 1, "holds no article", "leave the file out or fill it")])
    first = paragraphs[0]
    titled = len(first) <= LONGEST_TITLE and not first.endswith(("。", "！", "？"))
    clauses = [*(clause for clause in re.split(r"[,，。]", first) if len(clause) >= SHORTEST_TITLE), first]
    title = first if titled and len(paragraphs) > 1 else clauses[0][:LONGEST_TITLE]
    body = tuple(paragraphs[1:] if titled and len(paragraphs) > 1 else paragraphs)
    return Policy(
        id=f"article-{_stem(path.stem)}", title=title, topic="background", source=Source(f"文章《{title}》"),
        confidence=Confidence.SECONDARY, paragraphs=body,
    )  # fmt: skip


def _stem(name: str) -> str:
    """A file's name as part of an id; names in Chinese are told apart by a few digits of their checksum."""
    stem = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    return stem if name.isascii() and stem else f"{stem}-{hashlib.sha256(name.encode()).hexdigest()[:8]}".lstrip("-")
