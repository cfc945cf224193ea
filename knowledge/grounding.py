"""May we say this? A logistic line between questions the library answers and questions it does not.

It looks at how well the best policy fits, by how much it beats the others, how much of the question it leaves unexplained,
and what the triage thinks of the message. Coefficients are fitted on golden questions (`python -m knowledge.training.ranking`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from knowledge.folding import fold
from knowledge.model import Confidence
from knowledge.ranking import SIGNALS, Ranking
from knowledge.retrieval import Findings, Hit
from knowledge.rewriting import Search

# Amounts and document numbers are asked for in few ways, and a passage either holds one or cannot answer.
ASKS_AMOUNT = re.compile(
    r"多少钱|几块|几毛|几个钱|几个米|[几好]多钱|多钱|啥价|什么价|价钱|价格|(?:怎么|咋|如何)收费|收(?:费)?多少|费用|几百|补(?:贴)?多少|领多少|发多少|给多少钱|要多少钱|一年多少|大概多少$"
)
AMOUNT = re.compile(r"\d\s*(?:多|余)?(?:元|块|万|%|倍)|免费|不收|不要钱|不用(?:交|出|掏|花)|不缴|一分钱|全额|比例|纯收入")
ASKS_DOCUMENT = re.compile(r"文号|第几号|几号文|标准号|国标号|第几条|哪一?条|编号")
DOCUMENT = re.compile(r"〔|GB|第.{1,4}条|\d\s*号|\d{5}")
# How much of a medicine to take is never answered from here, whatever a passage says.
ASKS_DOSE = re.compile(
    r"(?:吃|喝|喂|服|抹|含|1?[次顿天日])[^,。?!]{0,8}(?:几|多少)(?:片|粒|颗|支|毫升|ml|毫克|mg|克|包|袋|滴|勺)|剂量|用量|几片药|药.{0,4}几粒"
)
LONG_QUESTION = 20.0  # tokens; dictated questions are longer and fit less closely


def may_answer(hit: Hit) -> bool:
    """Whether a policy may be an answer at all: what was never verified may only lead to a refusal."""
    return hit.policy.confidence is not Confidence.UNVERIFIED


def lacks_what_is_asked(text: str, passage: str) -> bool:
    """Whether a question asks for an amount of money or a document number and the passage holds none, or for a dose at all."""
    folded = fold(text)
    return bool(ASKS_DOSE.search(folded)) or bool(
        (ASKS_AMOUNT.search(folded) and not AMOUNT.search(passage))
        or (ASKS_DOCUMENT.search(folded) and not DOCUMENT.search(passage))
    )


def evidence(found: Findings, search: Search, kinds: Mapping[str, float]) -> dict[str, float]:
    """The numbers the decision rests on, by name; zeros where nothing was found.

    The lexical signals are in the score already; given beside it they get coefficients of opposite signs that no one can read.
    """
    hits = found.hits
    answers = [hit for hit in hits if may_answer(hit)]
    unknowns = [hit for hit in hits if not may_answer(hit)]
    best = answers[0] if answers else None
    score = best.score if best else 0.0
    unknown = unknowns[0].score if unknowns else 0.0
    second = answers[1].score if len(answers) > 1 else 0.0
    leaders = found.leaders
    return {
        "score": score,
        "dense": best.signals[SIGNALS.index("dense")] if best else 0.0,
        "standing": best.standing if best else 0.0,
        "agreed": sum(best is not None and policy.id == best.policy.id for policy in leaders) / max(1, len(leaders)),
        "agreed_unknown": sum(policy.confidence is Confidence.UNVERIFIED for policy in leaders) / max(1, len(leaders)),
        "coherence": sum(best is not None and hit.policy.topic == best.policy.topic for hit in hits[:5]) / 5,
        "limits": sum(hit.policy.topic == "limits" for hit in hits[:5]) / 5,
        "lead_over_unknown": score - unknown,
        "unknown": unknown,
        "lead_over_second": score - second,
        "lacking": float(best is not None and lacks_what_is_asked(search.own, best.passage.text)),
        "length": min(2.0, len(search.sounds) / LONG_QUESTION),
        "typed_pinyin": float(search.typed_pinyin),
        "depends": float(search.depends),
        "offtopic": _log_odds(kinds.get("offtopic", 0.0)),
        "question": _log_odds(kinds.get("question", 0.0)),
    }


def confidence(numbers: Mapping[str, float], ranking: Ranking, has_vectors: bool) -> float:
    """How likely the best policy answers the question, 0..1, scaled so that 0.5 is the line above which we answer."""
    mode = "full" if has_vectors else "lexical"
    ground = ranking.ground.get(mode, {})
    logit = ground.get("bias", 0.0) + sum(ground.get(name, 0.0) * value for name, value in numbers.items())
    line = ranking.thresholds.get(mode, 0.5)
    logit -= math.log(line / (1.0 - line))
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, logit))))


def _log_odds(probability: float) -> float:
    """Log-odds, clipped to ±4 and scaled to ±1."""
    probability = min(1 - 1e-6, max(1e-6, probability))
    return max(-4.0, min(4.0, math.log(probability / (1 - probability)))) / 4.0
