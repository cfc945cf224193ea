"""A rider's words to search forms: folded, stripped of filler, joined with what was said before, cut into needs."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from knowledge.folding import HAN, fold, words
from knowledge.glossary import Glossary
from knowledge.lexical import grams
from knowledge.sounds import is_typed_pinyin, sounds
from knowledge.spelling import Speller

# What dictation and politeness put around a question; it says nothing about what is asked.
FILLER = re.compile(
    r"呃+|嗯+|哎+|喂+|额+|那个那个|就是说|就是那个|我(?:就)?想(?:要)?(?:问|了解|咨询)(?:一?下)?(?:啊|哈|哦)?|我?(?:就)?问(?:一?下|一哈|一声)|请问(?:一?下)?|"
    r"麻烦(?:问|帮)(?:一?下)?|帮我?(?:看|问)(?:一?下)|想了解|师傅|老铁|兄弟(?:们)?|大哥|老哥|你好(?:啊|呀)?|打扰了|有没有人知道|谁知道|跟我说说|给我?说说"
)
CONNECTS = re.compile(r"^(?:那么?|要是|如果|假如|万一|换成|换作|还有|然后|所以|但是?|可是?|他要|它|这个?|那个?|是不是|也|又|再|就)")
TRAILS = re.compile(r"(?:呢|嘞|咧|哩|嗫|呐|哪)[?？!。~ ]*$")
# What a question is after. A follow-up with an aspect of its own ("那要多久呢") takes only the subject from the turn before.
ASPECT = re.compile(r"多久|多长|几[天年月个小时块度分级岁号]|多少|哪|怎么|咋|啥|什么|谁|要不要|能不能|用不用|可不可以|为何|为什么")
ASKED_BEFORE = re.compile(
    r"要(?:不要)?(?:花|交|给|掏|收)?(?:多少|几个)?(?:钱|费)[吗么不嘛]?|多少钱|(?:得|要|能)?(?:多久|多长时间|几天|多少天|几个?月|几年)|几[块分度级岁号]|多少|怎么[办弄交算走]|咋[办弄整搞]"
    r"|是不是|能不能|可不可以|要不要|用不用|[吗么嘛呢]$"
)
CLAUSE = re.compile(r"[,，。;；?？!！、\s]+|(?:还有就是|另外|顺便|顺带|再问|以及|除了)")
NUMBER = re.compile(r"\d")
QUANTITY = re.compile(r"(\d+(?:\.\d+)?)(度|万|元|块|%|岁|公里|吨|米|天|小时|个月|年|个小时)")
SHORT_TURN = 9  # characters; a turn this short rarely says what it is about
SHORTEST_CLAUSE = 4
AROUND = 0.25  # how much the rest of a question weighs when one need of it is looked up
SERVICES = frozenset(
    (
        "饮水 休息 避暑 取暖 避雨 热饭 手机充电 电动车充电 换电 如厕 洗澡 洗衣 应急药品 货车停车 维修工具 Wi-Fi 雨具 理发 阅读 住宿"
    ).split()
)
SUBJECT = 1.0  # how much the last turn weighs once it is cut down to its subject
EARLIER = (0.7, 0.35, 0.2)  # how much the turns before weigh, latest first


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for: token weights for characters (with concepts) and for sounds, the plain text for vectors, and
    the rider's own words without the turns before.

    `depends` says that the turns before were needed to understand it; `typed_pinyin` that it came in Latin letters.
    """

    text: str
    own: str
    grams: dict[str, float]
    sounds: dict[str, float]
    typed_pinyin: bool = False
    depends: bool = False


class Rewriter:
    """Turns text into search forms; the same forms index the library."""

    def __init__(self, glossary: Glossary) -> None:
        self._glossary = glossary
        self._speller: Speller | None = None

    def learn_spelling(self, known: Callable[[str], bool]) -> None:
        """Correct questions from now on; `known` says whether the library has a pair of characters."""
        self._speller = Speller(self._glossary.variants, known)

    def respelt(self, text: str) -> str:
        """A question folded, its homophone slips put right."""
        folded = fold(text)
        return self._speller.correct(folded) if self._speller else folded

    def gram_tokens(self, text: str) -> list[str]:
        """Characters, neighbouring pairs and concepts of a text of the library or of a question."""
        folded = strip_filler(fold(text))
        return [*grams(words(folded)), *(f"«{concept}»" for concept in self._glossary.concepts(folded))]

    def sound_tokens(self, text: str) -> list[str]:
        """Syllables and neighbouring pairs of syllables."""
        return grams(sounds(strip_filler(fold(text))))

    def search(self, text: str, history: Sequence[str] = ()) -> Search:
        """The search form of `text`; the turns before count where it does not stand alone."""
        text = self.respelt(text)
        depends = bool(history) and leans_on_history(text)
        turns = [(1.0, text)]
        if depends:
            turns += [(weight, _without_numbers(turn, text)) for weight, turn in zip(EARLIER, reversed(history), strict=False)]
        gram_weights: dict[str, float] = {}
        sound_weights: dict[str, float] = {}
        asks_itself = depends and bool(ASPECT.search(text))
        if asks_itself:
            turns = [turns[0], *((weight, ASKED_BEFORE.sub(" ", turn)) for weight, turn in turns[1:])]
            turns[1] = (SUBJECT, turns[1][1])
        for weight, turn in turns:
            for token in self.gram_tokens(turn):
                gram_weights[token] = max(weight, gram_weights.get(token, 0.0))
            for token in self.sound_tokens(turn):
                sound_weights[token] = max(weight, sound_weights.get(token, 0.0))
        whole = " ".join(strip_filler(fold(turn)) for _, turn in reversed(turns[:2]))
        return Search(whole, text, gram_weights, sound_weights, is_typed_pinyin(fold(text)), depends)

    def clause(self, need: str, text: str) -> Search:
        """The search form of one need of a question; the rest of the question counts a little."""
        whole, part = self.search(text), self.search(need)
        gram_weights = dict.fromkeys(whole.grams, AROUND) | part.grams
        sound_weights = dict.fromkeys(whole.sounds, AROUND) | part.sounds
        return Search(part.text, need, gram_weights, sound_weights, whole.typed_pinyin)

    def service(self, text: str) -> str:
        """The canonical name of the station service a text asks for, "" if it names none."""
        return next((concept for concept in self._glossary.concepts(fold(text)) if concept in SERVICES), "")


def strip_filler(folded: str) -> str:
    """Folded text without filler; the text itself if nothing else is left."""
    return FILLER.sub(" ", folded).strip() or folded


def leans_on_history(text: str) -> bool:
    """Whether a turn may need the turn before: it is short, or begins or ends as a follow-up does."""
    return _length(text) <= SHORT_TURN or continues(text)


def continues(text: str) -> bool:
    """Whether a turn begins or ends as a follow-up does (那…, …呢)."""
    plain = strip_filler(fold(text))
    return bool(CONNECTS.match(plain) and _length(text) <= 24) or bool(TRAILS.search(plain) and _length(text) <= 16)


def _length(text: str) -> int:
    plain = strip_filler(fold(text))
    return len(HAN.findall(plain)) or len(words(plain))


def _without_numbers(turn: str, text: str) -> str:
    """An earlier turn, without its figures where the later turn brings figures of its own ("41度呢")."""
    return NUMBER.sub("", fold(turn)) if NUMBER.search(fold(text)) else turn


def needs(text: str) -> list[str]:
    """The clauses of a question that may be needs of their own; quantities of one unit are taken one at a time.

    "38度跟41度还能干不" → two needs; a plain question → [].
    """
    folded = strip_filler(fold(text))
    quantities = list(QUANTITY.finditer(folded))
    units = {found[2] for found in quantities}
    if len(quantities) == len({found[0] for found in quantities}) == 2 and len(units) == 1:
        first, second = quantities
        between = folded[first.end() : second.start()]
        if len(between) <= 4 and not re.search(r"[到至~-]", between):
            rest = folded[: first.start()], folded[second.end() :]
            return [f"{rest[0]}{found[0]}{rest[1]}" for found in quantities]
    clauses = [clause for clause in CLAUSE.split(folded) if clause and len(words(clause)) >= SHORTEST_CLAUSE]
    return clauses if len(clauses) > 1 else []
