"""The schema as aiogram's models tell it, for machines without api.json. Deprecated parameters are left out."""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from tests.botapi.schema import Field, Schema, Shape

_PLAIN = {"int": "Integer", "float": "Float", "bool": "Boolean", "str": "String", "datetime": "Integer", "timedelta": "Integer"}
_NOT_SENT = ("Default", "NoneType")


def modelled() -> Schema:
    """Methods and types of the installed aiogram."""
    import aiogram
    import aiogram.methods
    import aiogram.types
    from aiogram.methods import TelegramMethod
    from aiogram.types import TelegramObject

    methods = {model.__api_method__: model for model in _models(aiogram.methods, TelegramMethod)}
    named = {model.__name__: model for model in _models(aiogram.types, TelegramObject)}
    return Schema(
        source=f"aiogram {aiogram.__version__}, Bot API {aiogram.__api_version__}",
        methods={name: Shape(name, _fields(model), tuple(_types(model.__returning__))) for name, model in methods.items()},
        types={name: _type(name, model, list(named.values())) for name, model in named.items()},
    )


def _models(module: types.ModuleType, base: type) -> Iterator[Any]:
    for name in module.__all__:
        found = getattr(module, name)
        if isinstance(found, type) and issubclass(found, base) and found is not base:
            yield found


def _type(name: str, model: type[BaseModel], everything: list[type[BaseModel]]) -> Shape:
    """A type without fields of its own stands for those made from it (BotCommandScope, MaybeInaccessibleMessage)."""
    made = tuple(other.__name__ for other in everything if other is not model and issubclass(other, model))
    return Shape(name, _fields(model), made if made and not model.model_fields else ())


def _fields(model: type[BaseModel]) -> dict[str, Field]:
    fields = {}
    for name, info in model.model_fields.items():
        if isinstance(info.json_schema_extra, dict) and info.json_schema_extra.get("deprecated"):
            continue
        wire = info.alias or name
        fields[wire] = Field(wire, tuple(dict.fromkeys(_types(info.annotation))), _is_required(info), _constant(info))
    return fields


def _is_required(info: FieldInfo) -> bool:
    return info.is_required() or get_origin(info.annotation) is Literal


def _constant(info: FieldInfo) -> str:
    """The value of a discriminator such as BotCommandScopeDefault.type."""
    value = getattr(info.default, "value", info.default)
    return value if get_origin(info.annotation) is Literal and isinstance(value, str) else ""


def _types(annotation: Any) -> Iterator[str]:
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _types(get_args(annotation)[0])
    elif origin in {Union, types.UnionType}:
        for part in get_args(annotation):
            yield from _types(part)
    elif origin is Literal:
        yield _PLAIN.get(type(get_args(annotation)[0]).__name__, "String")
    elif origin is list:
        for name in _types(get_args(annotation)[0]):
            yield f"Array of {name}"
    elif annotation.__name__ not in _NOT_SENT:
        yield _PLAIN.get(annotation.__name__, annotation.__name__)
