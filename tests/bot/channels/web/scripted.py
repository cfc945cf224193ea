"""`ScriptedTalk`: a Talk that answers from a fixed script and remembers what it was told, in memory only."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace

from bot.dialogue.message import Chip, Message

DEADLINE = Chip(
    policy="pay-arbitration-deadline",
    title="劳动仲裁一年内提",
    source="《劳动争议调解仲裁法》第27条",
    date="2026-11-21 核对",
    passage="pay-arbitration-deadline#1",
    text="劳动争议申请仲裁的时效期间为一年。\n劳动关系存续期间因拖欠劳动报酬发生争议的，不受一年限制。",
    url="https://www.gov.cn/law",
)
WHERE = replace(
    DEADLINE,
    policy="pay-arbitration-where",
    title="去哪个仲裁委申请",
    source="《劳动争议调解仲裁法》第21条",
    passage="pay-arbitration-where#1",
    text="劳动争议由劳动合同履行地或者用人单位所在地的劳动争议仲裁委员会管辖。",
    url="",
)
ANSWER = Message(
    kind="answer",
    text="可以找干活地或者单位所在地的仲裁委。\n\n依据：《劳动争议调解仲裁法》第21条",
    body="劳动仲裁可以找合同履行地（实际干活的地方）的仲裁委，也可以找单位所在地的，两边都能管。\n\n"
    "离职后一年内要提出来，在职被拖欠工资的不受一年限制。\n\n不花钱。地址打 12333 问当地。",
    chips=(WHERE, DEADLINE),
    dial=("12333",),
    rateable=True,
    release="r1",
    milliseconds=12.34,
)
LONG = replace(
    ANSWER,
    body="\n\n".join(f"第{n}步：带上身份证、接单记录、工资流水和聊天截图，先复印一份再交。" for n in range(1, 31)),
)
REFUSAL = Message(
    kind="refusal",
    text="没查到",
    body="这个我没有查到依据，不敢乱说：你们市今年高温津贴的具体金额。\n\n各省标准不一样，打 12333 问当地人社最准。",
    dial=("12333", "12345"),
    quick_replies=("高温天几点不能安排干活？", "中暑了算工伤吗？"),
    rateable=True,
)
CLARIFY = Message(
    kind="clarify",
    text="想问哪一种？",
    body="“被扣钱”有好几种，您遇到的是哪一种？",
    quick_replies=("超时被平台扣钱合理吗？", "站点扣工资怎么办？", "押金不退找谁？"),
)
EMERGENCY = Message(
    kind="emergency",
    text="马上打 120",
    body="马上打 120，说清路名和路口。\n\n把人挪到阴凉处，解开衣服，往身上洒水扇风。\n\n人不清醒就别喂水、别喂药。",
    dial=("120", "110"),
)
STATIONS = Message(
    kind="stations",
    text="把位置发给我",
    body="把位置发给我，或者打个地名，我找最近的、现在开着的驿站。",
    asks_location=True,
)
NEAREST = Message(
    kind="stations",
    text="演示驿站 01",
    body="演示驿站 01，离您约 320 米，开到 22:00。\n能喝水、充电、歇脚。",
    rateable=True,
)
SMALLTALK = Message(kind="smalltalk", text="您好", body="您好，在呢。有事直接问。")
SCRIPT = (
    ("中暑倒", EMERGENCY),
    ("从头到尾", LONG),
    ("仲裁", ANSWER),
    ("津贴", REFUSAL),
    ("扣钱", CLARIFY),
    ("扣", ANSWER),
    ("歇脚", STATIONS),
)


@dataclass
class ScriptedTalk:
    """Answers by the first script word found in the text; other text comes back as it is.

    The same request is answered again with the same message and counted once in `asked`, as the door promises.
    `broken` makes the next replies raise with the rider's words in the exception, `slow` delays them by seconds.
    """

    asked: list[tuple[str, str, tuple[float, float] | None, str]] = field(default_factory=list)
    conversations: list[str] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    ratings: dict[str, bool] = field(default_factory=dict)
    attempts: int = 0
    broken: int = 0
    slow: float = 0.0
    _replies: dict[str, Message] = field(default_factory=dict)

    async def reply(
        self,
        conversation: str,
        text: str,
        request: str,
        location: tuple[float, float] | None = None,
        language: str = "zh",
    ) -> Message:
        self.attempts += 1
        if self.slow:
            await asyncio.sleep(self.slow)
        if self.broken:
            self.broken -= 1
            raise RuntimeError(f"cannot answer {text}")
        if request not in self._replies:
            self.asked.append((request, text, location, language))
            self.conversations.append(conversation)
            self._replies[request] = NEAREST if location else self._scripted(text)
        return self._replies[request]

    async def rate(self, request: str, useful: bool) -> None:
        self.ratings[request] = useful

    async def forget(self, conversation: str) -> None:
        self.forgotten.append(conversation)

    @property
    def texts(self) -> list[str]:
        return [text for _, text, _, _ in self.asked]

    def _scripted(self, text: str) -> Message:
        found = next((message for word, message in SCRIPT if word in text), None)
        return found or replace(SMALLTALK, text=text, body=text)
