"""What the Bot API's documentation says about methods and types, and whether a value fits it.

Read from `shared/botapi/api.json` (PaulSonOfLars/telegram-bot-api-spec) where that is present, else from aiogram's models, which
are generated from the same documentation (`modelled`). A type is written as there: "Integer", "Array of MessageEntity", "Message".
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

SPECIFICATION = Path(__file__).parents[3] / "shared" / "botapi" / "api.json"
_ARRAY = "Array of "
_CONSTANT = re.compile(r"(?:must be|always) (?:[“\"](\w+)[”\"]|([a-z_]+))(?:$|[.,])")


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter of a method or field of a type; of any of `types`. `constant` is its only value, "" when it has many."""

    name: str
    types: tuple[str, ...]
    required: bool
    constant: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """A method's parameters and what it returns, or a type's fields or the types that it may be."""

    name: str
    fields: Mapping[str, Field]
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in a request."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Schema:
    """`methods` by name (alternatives: what it returns), `types` by name. `source` says where they come from."""

    source: str
    methods: Mapping[str, Shape]
    types: Mapping[str, Shape]

    def problem(self, value: object, types: Iterable[str], at: str) -> str | None:
        """Why a value has none of these types, None when it has one. `at` names the value in the reason."""
        reasons = []
        for name in types:
            reason = self._problem(value, name, at)
            if reason is None:
                return None
            reasons.append(reason)
        return max(reasons, key=lambda reason: reason.count(".")) if reasons else f"{at} has no type"

    def _problem(self, value: object, name: str, at: str) -> str | None:
        if name.startswith(_ARRAY):
            if not isinstance(value, list):
                return f"{at} must be an array"
            found = (self._problem(item, name.removeprefix(_ARRAY), f"{at}[{place}]") for place, item in enumerate(value))
            return next((reason for reason in found if reason), None)
        if name in _PLAIN:
            return None if _PLAIN[name](value) else f"{at} must be of type {name}"
        shape = self.types.get(name)
        if shape is None:
            return f"{at} is of a type that the schema does not describe: {name}"
        if shape.alternatives:
            return self.problem(value, shape.alternatives, at)
        if not isinstance(value, dict):
            return f"{at} must be a {name}"
        return self.misfit(value, shape, at)

    def misfit(self, value: Mapping[str, object], shape: Shape, at: str) -> str | None:
        """Why these parameters or fields are not those of the shape."""
        for key, item in value.items():
            field = shape.fields.get(key)
            if field is None:
                return f"{at}.{key} is no field of {shape.name}"
            if field.constant and item != field.constant:
                return f"{at}.{key} must be {field.constant!r}"
            if reason := self.problem(item, field.types, f"{at}.{key}"):
                return reason
        missing = [field.name for field in shape.fields.values() if field.required and field.name not in value]
        return f"{at}.{missing[0]} is missing" if missing else None


_PLAIN: Mapping[str, Callable[[object], bool]] = {
    "Integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "Float": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "Boolean": lambda value: isinstance(value, bool),
    "String": lambda value: isinstance(value, str),
    "InputFile": lambda value: isinstance(value, Upload),
}


@cache
def schema() -> Schema:
    """The documentation that this machine has."""
    if SPECIFICATION.is_file():
        return specified(json.loads(SPECIFICATION.read_text(encoding="utf-8")))
    from tests.botapi.modelled import modelled

    return modelled()


def specified(document: Mapping[str, Any]) -> Schema:
    """The schema that an api.json describes."""
    return Schema(
        source=document["version"],
        methods={name: _shape(entry, entry["returns"]) for name, entry in document["methods"].items()},
        types={name: _shape(entry, entry.get("subtypes", [])) for name, entry in document["types"].items()},
    )


def _shape(entry: Mapping[str, Any], alternatives: Iterable[str]) -> Shape:
    fields = {field["name"]: _field(field) for field in entry.get("fields", [])}
    return Shape(entry["name"], fields, tuple(alternatives))


def _field(entry: Mapping[str, Any]) -> Field:
    only = _CONSTANT.search(entry["description"]) if entry["types"] == ["String"] and entry["required"] else None
    return Field(entry["name"], tuple(entry["types"]), entry["required"], (only[1] or only[2]) if only else "")
