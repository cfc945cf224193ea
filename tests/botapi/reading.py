"""A request's parameters, however the client wrote them, as values of the types that the method asks for."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from tests.botapi.refusing import bad
from tests.botapi.schema import Field, Schema, Shape, Upload

Raw = dict[str, Any]
_INTEGER = re.compile(r"-?\d{1,19}")
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][-+]?\d+)?")
_PLAIN = frozenset(("Integer", "Float", "Boolean", "String", "InputFile"))
_ATTACHED = "attach://"


async def written(request: web.Request) -> Raw:
    """Parameters as they came: text and uploads from a form or query, JSON values from a JSON body."""
    raw: Raw = dict(request.query)
    if request.content_type == "application/json":
        body = await request.json()
        if not isinstance(body, dict):
            raise bad("can't parse request: the JSON body must be an object")
        return raw | body
    if request.method == "POST" and request.can_read_body:
        for key, value in (await request.post()).items():
            raw[key] = Upload(value.filename, value.file.read()) if isinstance(value, web.FileField) else value
    return raw


def parameters(raw: Mapping[str, Any], shape: Shape, schema: Schema) -> Raw:
    """The parameters of one method; refuses what the documentation does not allow."""
    named = {key: value for key, value in raw.items() if key in shape.fields}
    given = {key: _valued(value, shape.fields[key], raw) for key, value in named.items()}
    attached = set(re.findall(r"attach://([\w-]+)", json.dumps([value for value in named.values() if isinstance(value, str)])))
    unknown = sorted(set(raw) - set(named) - attached)
    if unknown:
        raise bad(f"{shape.name} has no parameter {unknown[0]}")
    if missing := [field.name for field in shape.fields.values() if field.required and field.name not in given]:
        raise bad(f"{_EMPTY.get(missing[0], f'parameter {missing[0]} is required')}")
    if problem := schema.misfit(given, shape, shape.name):
        raise bad(problem)
    return given


_EMPTY = {"chat_id": "chat_id is empty", "text": "message text is empty"}


def _valued(value: Any, field: Field, raw: Mapping[str, Any]) -> Any:
    """Text as a value of the field's type; text that is none stays text, and the schema refuses it."""
    if not isinstance(value, str):
        return value
    if "Integer" in field.types and _INTEGER.fullmatch(value):
        return int(value)
    if "Float" in field.types and _NUMBER.fullmatch(value):
        return float(value)
    if "Boolean" in field.types and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    if "InputFile" in field.types and value.startswith(_ATTACHED):
        return raw.get(value.removeprefix(_ATTACHED), value)
    return value if _PLAIN.intersection(field.types) else _parsed(value, field)


def _parsed(value: str, field: Field) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        raise bad(f"can't parse {field.name}: it must be JSON") from None
