"""Is somebody in danger now? Decided on receipt, before retrieval, database and disk; deterministic.

Until the emergency lane of its own arrives, this is plain recognition: a model of characters and sounds says how likely
danger is, a sign of danger must stand in the words, and the numbers to dial follow from the signs. A question *about* an
emergency is an ordinary question.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from knowledge.folding import fold
from knowledge.sounds import sounds
from knowledge.triage import Triage

CERTAIN = 0.80  # danger by itself
LIKELY = 0.40  # danger if the words hold a sign


@dataclass(frozen=True, slots=True)
class Sign:
    """Words (or, for typed pinyin, sounds) of one kind of danger, and whom to call for it."""

    words: re.Pattern[str]
    heard: tuple[str, ...]
    numbers: tuple[str, ...]


def _sign(words: str, heard: str, *numbers: str) -> Sign:
    return Sign(re.compile(words), tuple(heard.split("|")) if heard else (), numbers)


SIGNS = (
    _sign(r"不想活|想死|轻生|自杀|跳[楼桥河]|割腕|活不下去|撑不下去|遗书|了断", "bu xian huo|zi sa|qin sen|xian si|tiao lou",
          "12356", "120", "110"),
    _sign(r"着火|起火|冒烟|火苗|烧起来|冒火|爆炸|炸了|火烧|窜火", "zao huo|mao yan|qi huo|mao huo", "119", "120"),
    _sign(r"拿刀|持刀|砍|捅|打我|打人|抢劫|抢我|绑架|堵着我|尾随|威胁|追着我", "da wo|na dao|kan wo", "110", "120"),
    _sign(r"撞|追尾|翻车|剐|刮倒|车祸|碾|怼一块|轧", "zuan|zui wei|ce huo|han ce", "120", "122"),
    _sign(r"落水|溺水|掉[河水江湖沟]|淹|冰窟窿", "lo sui|li sui", "120", "110"),
    _sign(r"触电|电着|漏电|电击", "cu dian|lou dian", "120", "119"),
)  # fmt: skip
BODY = _sign(
    r"没呼吸|没气|不喘|心跳|没反应|叫不[醒应答]|喊不[醒应答]|昏|晕|倒[地了下在]|抽[搐抽风]|胸口|胸疼|胸闷|流血|出血|血|喷血|动不了|迷糊|说胡话|"
    r"烫|嘴歪|半边|麻了|吐|断了|骨头|压[住着在]|摔|煤气|一氧化碳|冻僵|发紫|过敏|喘不|噎|救命|救人|快不行|晒|中暑|热射",
    "mei hu xi|hun mi|yun dao|liu xie|jiu min|mei qi|bu xin le|zi bu zu|tou yun|xion kou",
    "120",
)


def numbers_for(text: str, triage: Triage) -> tuple[str, ...]:
    """Whom to call, most urgent first; () where nobody is in danger."""
    danger = triage.danger(text)
    if danger < LIKELY:
        return ()
    folded, heard = fold(text), " ".join(sounds(fold(text)))
    found = [sign for sign in (*SIGNS, BODY) if sign.words.search(folded) or any(h in heard for h in sign.heard if h)]
    if not found:
        return ("120", "110", "119") if danger >= CERTAIN else ()
    return tuple(dict.fromkeys(number for sign in found for number in sign.numbers))
