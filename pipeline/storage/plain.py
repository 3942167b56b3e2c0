"""Our frozen dataclasses as plain JSON values and back, by their type hints."""

import json
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from types import MappingProxyType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")


def to_json(value: object) -> str:
    """Any of our data types as JSON text."""
    return json.dumps(plain(value), ensure_ascii=False, separators=(",", ":"))


def from_json(kind: type[T], text: str) -> T:
    """The value of that type which to_json wrote. ValueError where the text does not fit."""
    return cast(T, typed(kind, json.loads(text)))


def plain(value: Any) -> Any:
    """Dataclasses as objects, tuples as lists, enums as their values."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    return value


def typed(kind: Any, value: Any) -> Any:
    """The plain value in the type that a hint names. Fields missing in it keep their defaults."""
    origin, arguments = _form(kind)
    if origin in (Union, types.UnionType):
        return _one_of(arguments, value)
    if origin is tuple:
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return tuple(typed(arguments[0], item) for item in value)
        return tuple(typed(one, item) for one, item in zip(arguments, value, strict=True))
    if origin is not None and issubclass(origin, Mapping):
        of_key, of_item = arguments
        read = {typed(of_key, key): typed(of_item, item) for key, item in value.items()}
        return MappingProxyType(read)
    if isinstance(kind, type) and is_dataclass(kind):
        hints = _hints(kind)
        return kind(**{name: typed(hints[name], v) for name, v in value.items() if name in hints})
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(value)
    return float(value) if kind is float else value


def _one_of(kinds: tuple[Any, ...], value: Any) -> Any:
    """X | None takes null as None; of plain alternatives (str | float) JSON keeps the type."""
    if value is None:
        return None
    real = [kind for kind in kinds if kind is not type(None)]
    if len(real) == 1:
        return typed(real[0], value)
    return value


@cache
def _form(kind: Any) -> tuple[Any, tuple[Any, ...]]:
    """Taken apart once: a report reads the same few kinds a hundred thousand times."""
    return get_origin(kind), get_args(kind)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
