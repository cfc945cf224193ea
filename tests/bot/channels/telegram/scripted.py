"""`ScriptedTalk`: a Talk that answers from a script, echoes the rest, and remembers what it was asked. In memory only."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from bot.dialogue.message import Message

CARD = Message(
    "emergency",
    "先打 120，说清在哪。\n\n1. 别挪他。\n2. 按住出血的地方。",
    "先打 120，说清在哪。\n\n1. 别挪他。\n2. 按住出血的地方。",
    dial=("120",),
)


@dataclass
class ScriptedTalk:
    """`script` holds messages by text; another text comes back as it is, rateable. "救命" anywhere is an emergency.

    `fails` makes so many replies raise, with the rider's words in the exception. `gate`, where set, holds
    every reply until it is open.
    """

    script: dict[str, Message] = field(default_factory=dict)
    asked: list[tuple[str, str, tuple[float, float] | None, str]] = field(default_factory=list)
    acted: list[tuple[str, str]] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)
    ratings: dict[str, bool] = field(default_factory=dict)
    fails: int = 0
    gate: asyncio.Event | None = None

    @property
    def texts(self) -> list[str]:
        return [text for _, text, _, _ in self.asked]

    def alarm(self, conversation: str, text: str, request: str, language: str = "zh") -> Message | None:
        if "救命" not in text:
            return None
        self.alarms.append(text)
        return CARD

    async def reply(
        self,
        conversation: str,
        text: str,
        request: str,
        location: tuple[float, float] | None = None,
        language: str = "zh",
    ) -> Message:
        if self.gate is not None:
            await self.gate.wait()
        if self.fails:
            self.fails -= 1
            raise RuntimeError(f"cannot answer {text}")
        self.asked.append((conversation, text, location, language))
        if location is not None:
            return Message("stations", f"到 {len(self.asked)} 号驿站", "")
        return self.script.get(text) or (CARD if "救命" in text else Message("answer", text, text, rateable=True))

    async def act(self, conversation: str, action: str, request: str, language: str = "zh") -> Message:
        self.acted.append((conversation, action))
        return Message("flow", f"做了 {action}", "")

    async def rate(self, request: str, useful: bool) -> None:
        self.ratings[request] = useful

    async def forget(self, conversation: str) -> None:
        self.asked = [one for one in self.asked if one[0] != conversation]
