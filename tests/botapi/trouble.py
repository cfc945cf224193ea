"""Trouble made to order: what goes wrong, and for which request."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class TooMany:
    """429, with a ban of so many seconds on everything of this kind (on one chat, where the rule names one)."""

    retry_after: int = 1


@dataclass(frozen=True, slots=True)
class Refuse:
    """A refusal with this code and description ("Forbidden: bot was blocked by the user")."""

    code: int
    description: str
    parameters: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ServerError:
    """500 or 502; `page` sends what a gateway sends, which is no JSON."""

    status: int = 500
    page: bool = False


@dataclass(frozen=True, slots=True)
class Hang:
    """No answer until the client gives up. With `delivered` the request is carried out first."""

    delivered: bool = False


@dataclass(frozen=True, slots=True)
class Drop:
    """The connection breaks without an answer. With `delivered` the request is carried out first."""

    delivered: bool = False


Effect: TypeAlias = TooMany | Refuse | ServerError | Hang | Drop


@dataclass(eq=False)
class Rule:
    """When an effect strikes. `met` counts the requests that it applies to, `struck` those it struck."""

    effect: Effect
    method: str | None
    chat: int | None
    nth: int | None
    times: int | None
    chance: float
    met: int = 0
    struck: int = 0


class Trouble:
    """The rules in force; the first one that strikes decides. Chances come from `seed`, so a run can be repeated."""

    def __init__(self, seed: int = 1) -> None:
        self._rules: list[Rule] = []
        self._chance = random.Random(seed)

    def add(
        self,
        effect: Effect,
        *,
        method: str | None = None,
        chat: int | None = None,
        nth: int | None = None,
        times: int | None = 1,
        chance: float = 1.0,
    ) -> Rule:
        """For requests of `method` and to `chat` (None: any): from the `nth` on (1 is the next), at most `times` (None: always),
        each with `chance`. Named methods only, or everything but getUpdates and getMe.
        """
        rule = Rule(effect, method, chat, nth, times, chance)
        self._rules.append(rule)
        return rule

    def clear(self) -> None:
        """No trouble any more."""
        self._rules.clear()

    def strike(self, method: str, chat: int | None) -> Rule | None:
        """The rule that strikes this request."""
        return next((rule for rule in list(self._rules) if self._strikes(rule, method, chat)), None)

    def _strikes(self, rule: Rule, method: str, chat: int | None) -> bool:
        named = rule.method == method if rule.method else method not in {"getUpdates", "getMe"}
        if not named or rule.chat not in {None, chat}:
            return False
        rule.met += 1
        if rule.met < (rule.nth or 1) or (rule.times is not None and rule.struck >= rule.times):
            return False
        if rule.chance < 1.0 and self._chance.random() >= rule.chance:
            return False
        rule.struck += 1
        return True
