"""Small libraries, written by hand."""

from __future__ import annotations

from pathlib import Path

POLICY = """---
id: {id}
title: {title}
topic: {topic}
source:
  name: {source}
confidence: {confidence}
{extra}asks:
{asks}
---
{body}
"""


OLDER, NEWER = "气温到 40℃ 就停工。", "气温到 39℃ 就停工,这是新的。"


def policy_text(identifier: str, title: str, body: str, *asks: str, topic: str = "heat", confidence: str = "verified",
                extra: str = "", source: str = "《防暑降温措施管理办法》第八条") -> str:  # fmt: skip
    """A policy file that has no fault."""
    lines = "\n".join(f"  - {ask}" for ask in asks or (f"{title}吗",))
    return POLICY.format(
        id=identifier, title=title, topic=topic, source=source, confidence=confidence, extra=extra, asks=lines, body=body
    )


def write_policy(library: Path, identifier: str, title: str, body: str, *asks: str, **given: str) -> Path:
    """A policy file in `library`/policies."""
    path = library / "policies" / f"{identifier}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(policy_text(identifier, title, body, *asks, **given), encoding="utf-8")
    return path


def write_library(library: Path, forty: str = OLDER) -> Path:
    """Three policies; `forty` is what the first says."""
    write_policy(library, "heat-stop-work", "气温到 40℃ 要停工", forty, "多少度可以不出工", "热成啥样能停下来不干")
    write_policy(
        library, "pay-free", "劳动仲裁不收钱", "申请劳动仲裁不收费。", "打官司要工钱得花钱吗", "仲裁收费吗", topic="pay",
        source="《劳动争议调解仲裁法》第五十三条",
    )  # fmt: skip
    write_policy(
        library, "hotline-12333", "12333 人社服务热线", "欠薪、社保打 12333。", "人社电话是多少", topic="hotline",
        source="人社服务热线公开介绍",
    )  # fmt: skip
    return library
