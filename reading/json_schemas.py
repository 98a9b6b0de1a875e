"""JSON Schema of what pages answer, made from the dataclasses that they answer with."""

from __future__ import annotations

import dataclasses
import inspect
import types
from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

Schema = dict[str, Any]

_PLAIN: dict[object, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
}


class Schemas:
    """Collects the schemas of dataclasses under `components/schemas`, each once."""

    def __init__(self) -> None:
        self.components: dict[str, Schema] = {}
        self._known: dict[type, str] = {}

    def of(self, kind: Any) -> Schema:
        """Give the schema of a type. Raises TypeError for one that has none."""
        if kind in _PLAIN:
            return dict(_PLAIN[kind])
        if isinstance(kind, type) and dataclasses.is_dataclass(kind):
            return {"$ref": f"#/components/schemas/{self._name(kind)}"}
        if isinstance(kind, type) and issubclass(kind, Enum):
            return {"type": "string", "enum": [str(one.value) for one in kind]}
        origin, inner = get_origin(kind), get_args(kind)
        if origin in (Union, types.UnionType):
            return self._any_of(inner)
        if origin is Literal:
            return {"enum": list(inner)}
        if origin is tuple and len(inner) == 2 and inner[1] is Ellipsis:
            return {"type": "array", "items": self.of(inner[0])}
        if origin is tuple:
            places = [self.of(one) for one in inner]
            return {"type": "array", "prefixItems": places, "minItems": len(places), "maxItems": len(places)}
        if isinstance(origin, type) and issubclass(origin, Mapping):
            return {"type": "object", "additionalProperties": self.of(inner[1])}
        raise TypeError(f"{kind} has no schema")

    def _any_of(self, inner: tuple[Any, ...]) -> Schema:
        found = [self.of(one) for one in inner]
        if len(found) == 2 and found[1] == {"type": "null"} and set(found[0]) <= {"type", "format"}:
            return {**found[0], "type": [found[0]["type"], "null"]}
        return {"anyOf": found}

    def _name(self, kind: type) -> str:
        """The component of a dataclass; one that is new is described here."""
        if kind not in self._known:
            name = kind.__name__
            while name in self.components:  # two modules may each have a class of this name
                name += "_"
            self._known[kind] = name
            self.components[name] = {}
            self.components[name] = self._described(kind)
        return self._known[kind]

    def _described(self, kind: type) -> Schema:
        hints = get_type_hints(kind)
        names = [field.name for field in dataclasses.fields(kind)]
        return {
            "type": "object",
            "description": inspect.cleandoc(kind.__doc__ or ""),
            "properties": {name: self.of(hints[name]) for name in names},
            "required": names,
            "additionalProperties": False,
        }
