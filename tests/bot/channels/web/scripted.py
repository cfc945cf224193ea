"""`ScriptedTalk`: a Talk that answers from a fixed script and remembers what it was told, in memory only."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace

from bot.dialogue.message import Button, Chip, Message, StationCard

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
    text="先打 120，开免提，边等边降温。",
    body="先打 120，开免提，边等边降温。\n\n还可以打：110 报警\n\n说清在哪：路名、门牌、旁边的店或路牌；再说人清醒不清醒。\n\n"
    "1. 挪到阴凉通风的地方，解开衣服。\n2. 身上喷凉水、擦凉水，再扇风。\n3. 糊涂了、昏了：让他侧着躺。\n\n"
    "别给糊涂的人喂水、喂药。\n别用酒精擦身子。\n\n"
    "照着念给 120 听：“喂，120 吗？我在（说出地名、路名、旁边的店或路牌）。有人热得倒下了，你们快来。”",
    chips=(replace(DEADLINE, policy="card:heat", title="人热倒了", source="丁香 2025-08-13 中暑急救科普"),),
    dial=("120", "110"),
    read_aloud="喂，120 吗？我在（说出地名、路名、旁边的店或路牌）。有人热得倒下了，你们快来。",
)
FIRE = replace(
    EMERGENCY,
    text="先打 119",
    body="先打 119，人先出来。\n\n别回去拿东西。\n\n照着念给 119 听：“喂，119 吗？我在人民广场地铁站\n\n3 号口。这儿着火了。”",
    chips=(),
    dial=("119", "120", "110"),
    read_aloud="喂，119 吗？我在人民广场地铁站\n\n3 号口。这儿着火了。",
)
DESPAIR = replace(FIRE, body="打 120 或 110，现在就打。", dial=("120", "110", "12356"), read_aloud="")
STATIONS = Message(
    kind="stations",
    text="把位置发给我",
    body="把位置发给我，或者打个地名，我找最近的、现在开着的驿站。",
    asks_location=True,
)
FAR_FUTURE = "2999-01-01T22:00:00+08:00"


def routes(number: int) -> tuple[Button, ...]:
    """The ways to a station, as the dialogue gives them."""
    return (
        Button("高德导航", "url", f"https://uri.amap.com/navigation?to=116.4,39.9,{number}"),
        Button("百度地图", "url", f"https://api.map.baidu.com/marker?location=39.9,116.4&title={number}"),
        Button("手机地图", "url", f"geo:39.9,116.4?q={number}"),
    )


OPEN = StationCard(
    "yz-01", "演示驿站 01", "open",
    ("红色驿站，约 320 米，走路 6 分钟", "开着，到 22:00", "有：饮水、手机充电、歇脚", "地址没登记", "2026-11-01 有人核对过"),
    (*routes(1), Button("打电话 021-5555 0101", "dial", "021-5555 0101"), Button("这里关门了", "act", "closed:yz-01")),
    distance_m=321, open_until=FAR_FUTURE,
)  # fmt: skip
CLOSED = replace(
    OPEN, id="yz-02", name="演示驿站 02（大学城会展中心北门）", state="closed", distance_m=1204, open_until="",
    lines=("司机之家，约 1.2 公里，走路 21 分钟", "现在关着，明天 08:00 开"),
    buttons=(*routes(2), Button("这里关门了", "act", "closed:yz-02")),
)  # fmt: skip
UNKNOWN = replace(
    CLOSED, id="yz-03", name="演示驿站 03", state="unknown", distance_m=2388, buttons=routes(3),
    lines=("工会驿站，约 2.4 公里", "开放时间没登记，去之前打个电话"),
)  # fmt: skip
NEAREST = Message(
    kind="stations",
    text="离您最近的：\n\n1. 演示驿站 01\n   红色驿站，约 320 米",
    body="离您最近的，先去开着的那家。",
    stations=(OPEN, CLOSED, UNKNOWN),
)
LAPSED = replace(NEAREST, stations=(replace(OPEN, open_until="2001-01-01T22:00:00+08:00"),))
LESSON = Message(
    kind="flow",
    text="今天的一课：雨天刹车",
    body="今天的一课：雨天刹车，三分钟。",
    buttons=(
        Button("开始", "act", "lesson:start"),
        Button("换一课", "say", "换一课"),
        Button("看原文", "url", "https://www.gov.cn/law"),
        Button("打 12333", "dial", "12333"),
        Button("发我的位置", "locate"),
    ),
    flow="lesson",
)
LANGUAGES = Message(
    kind="flow",
    text="用哪种语言？",
    body="用哪种语言？",
    buttons=(Button("中文", "act", "language:zh"), Button("English", "act", "language:en")),
    flow="language",
)
STARTED = Message(kind="flow", text="第一张", body="第一张：雨天路滑，早点捏刹车。", flow="lesson")
NOTED = Message(kind="answer", text="记下了", body="记下了，谢谢。再有一位师傅这么说，我就提醒站长。")
ATTACK = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>&lt;'
HOSTILE = Message(
    kind="emergency",
    text=ATTACK,
    body=ATTACK,
    dial=("120", ATTACK, "*21*13800000000#", "javascript:window.hacked=1"),
    read_aloud=ATTACK,
    flow=ATTACK,
    stations=(
        StationCard(
            ATTACK, ATTACK, ATTACK, (ATTACK, ATTACK),
            (
                Button(ATTACK, "act", "closed:" + ATTACK), Button(ATTACK, ATTACK, ATTACK), Button("a", "constructor", "x"),
                Button(ATTACK, "url", "javascript:window.hacked=1"), Button("b", "url", " javascript:window.hacked=1"),
                Button("c", "url", "data:text/html,<script>window.hacked=1</script>"), Button("d", "url", "//evil.test"),
                Button("e", "dial", "javascript:window.hacked=1"), Button("f", "url", "java\nscript:window.hacked=1"),
            ),
            open_until=ATTACK,
        ),
        StationCard("x", "x", "constructor", ()),
    ),
    buttons=(
        Button(ATTACK, "say", ATTACK), Button(ATTACK, "act", "x"), Button("g", "url", "JavaScript:window.hacked=1"),
        Button("h", "__proto__", "x"), Button("i", "submit", "x"), Button(ATTACK, "url", 'https://a.test/"><img src=x>'),
    ),
)  # fmt: skip
SMALLTALK = Message(kind="smalltalk", text="您好", body="您好，在呢。有事直接问。")
SCRIPT = (
    ("恶意", HOSTILE),
    ("中暑倒", EMERGENCY),
    ("着火", FIRE),
    ("撑不住", DESPAIR),
    ("演示广场", NEAREST),
    ("昨天的驿站", LAPSED),
    ("微课", LESSON),
    ("语言", LANGUAGES),
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
    `acted` holds the buttons tapped, as (request, action, language).
    `broken` makes the next replies raise with the rider's words in the exception, `slow` delays them by seconds.
    """

    asked: list[tuple[str, str, tuple[float, float] | None, str]] = field(default_factory=list)
    conversations: list[str] = field(default_factory=list)
    acted: list[tuple[str, str, str]] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    ratings: dict[str, bool] = field(default_factory=dict)
    attempts: int = 0
    broken: int = 0
    slow: float = 0.0
    _replies: dict[str, Message] = field(default_factory=dict)

    def alarm(self, conversation: str, text: str, request: str, language: str = "zh") -> Message | None:
        message = self._scripted(text)
        return message if message.kind == "emergency" else None

    async def reply(
        self,
        conversation: str,
        text: str,
        request: str,
        location: tuple[float, float] | None = None,
        language: str = "zh",
    ) -> Message:
        await self._trouble(text)
        if request not in self._replies:
            self.asked.append((request, text, location, language))
            self.conversations.append(conversation)
            self._replies[request] = NEAREST if location else self._scripted(text)
        return self._replies[request]

    async def act(self, conversation: str, action: str, request: str, language: str = "zh") -> Message:
        await self._trouble(action)
        if request not in self._replies:
            self.acted.append((request, action, language))
            self.conversations.append(conversation)
            self._replies[request] = NOTED if action.startswith("closed:") else STARTED
        return self._replies[request]

    async def rate(self, request: str, useful: bool) -> None:
        self.ratings[request] = useful

    async def forget(self, conversation: str) -> None:
        self.forgotten.append(conversation)

    @property
    def texts(self) -> list[str]:
        return [text for _, text, _, _ in self.asked]

    async def _trouble(self, words: str) -> None:
        self.attempts += 1
        if self.slow:
            await asyncio.sleep(self.slow)
        if self.broken:
            self.broken -= 1
            raise RuntimeError(f"cannot answer {words}")

    def _scripted(self, text: str) -> Message:
        found = next((message for word, message in SCRIPT if word in text), None)
        return found or replace(SMALLTALK, text=text, body=text)
