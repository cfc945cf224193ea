"""May we say this? A logistic line between questions the library answers and questions it does not.

It looks at how well the best policy fits, by how much it beats the others, how much of the question it leaves unexplained,
and what the triage thinks of the message. Coefficients are fitted on golden questions (`python -m knowledge.training.ranking`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from knowledge.folding import fold
from knowledge.model import Confidence
from knowledge.ranking import SIGNALS, Ranking
from knowledge.retrieval import Hit
from knowledge.rewriting import Search

# What a question asks for, and what a passage must hold to be able to say it.
EXPECTED = (
    (re.compile(r"多少钱|几块|几毛|几个钱|[几好]多钱|多钱|啥价|什么价|价钱|价格|怎么收费|咋收费|收多少|费用|几百|补(?:贴)?多少|领多少|罚多少|发多少|给多少|交多少|赔多少"),
     re.compile(r"\d+(?:\.\d+)?\s*(?:元|块|万|%)|\d[\d–-]*%|免费|不收|不要钱|不用交|不缴|一分钱|不花钱|全额|比例|倍")),
    (re.compile(r"文号|第几号|几号文|编号|标准号|国标号|第几条|哪一?条"), re.compile(r"〔|GB|第?\d+条|第.{1,4}条|\d+号")),
    (re.compile(r"哪天|哪年|哪月|几月几[号日]|啥时候(?:开始|施行|实施)|什么时候(?:开始|施行|实施)|从几月|几月"), re.compile(r"\d+\s*[年月]")),
    (re.compile(r"几天|多少天|多久|多长时间|几个?小时|几个?钟|几年|几个月|几分钟"), re.compile(r"\d+\s*(?:个)?(?:天|日|小时|月|年|分钟|钟)|半")),
    (re.compile(r"电话|号码|热线|打哪|打几"), re.compile(r"(?<!\d)\d{3,5}(?!\d)")),
)  # fmt: skip
LONG_QUESTION = 20.0  # tokens; dictated questions are longer and fit less closely


def may_answer(hit: Hit) -> bool:
    """Whether a policy may be an answer at all: what was never verified may only lead to a refusal."""
    return hit.policy.confidence is not Confidence.UNVERIFIED


def unmet(text: str, passage: str) -> bool:
    """Whether a question asks for an amount, a date, a duration, a document or a telephone number that a passage lacks."""
    folded = fold(text)
    return any(asks.search(folded) and not holds.search(passage) for asks, holds in EXPECTED)


def evidence(hits: Sequence[Hit], search: Search, kinds: Mapping[str, float]) -> dict[str, float]:
    """The numbers the decision rests on, by name; empty hits give zeros."""
    answers = [hit for hit in hits if may_answer(hit)]
    unknowns = [hit for hit in hits if not may_answer(hit)]
    best = answers[0] if answers else None
    signals = dict(zip(SIGNALS, best.signals if best else (0.0,) * len(SIGNALS), strict=True))
    score = best.score if best else 0.0
    unknown = unknowns[0].score if unknowns else 0.0
    second = answers[1].score if len(answers) > 1 else 0.0
    return {
        "score": score,
        **signals,
        "lead_over_unknown": score - unknown,
        "unknown": unknown,
        "lead_over_second": score - second,
        "unmet": float(best is not None and unmet(search.own, best.passage.text)),
        "length": min(2.0, len(search.sounds) / LONG_QUESTION),
        "typed_pinyin": float(search.typed_pinyin),
        "depends": float(search.depends),
        "offtopic": _log_odds(kinds.get("offtopic", 0.0)),
        "question": _log_odds(kinds.get("question", 0.0)),
    }


def confidence(found: Mapping[str, float], ranking: Ranking) -> float:
    """Probability, 0..1, that the best policy answers the question."""
    logit = ranking.ground.get("bias", 0.0) + sum(ranking.ground.get(name, 0.0) * value for name, value in found.items())
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, logit))))


def _log_odds(probability: float) -> float:
    """Log-odds, clipped to ±4 and scaled to ±1."""
    probability = min(1 - 1e-6, max(1e-6, probability))
    return max(-4.0, min(4.0, math.log(probability / (1 - probability)))) / 4.0
