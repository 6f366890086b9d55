"""The JSON Schema of the configuration file, by which editors complete and check it while somebody types. Pure.

It accepts all that the loader accepts, and knows the same names. What takes more than one value to judge is left to
``avatar-kiosk check``. ``python -m kiosk.config.json_schema`` prints what belongs into `resources/schema`.
"""

import json
import sys
from collections.abc import Iterable
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Le
from pydantic import SecretStr

from kiosk.config.fields import SOURCES, Field, fields_of
from kiosk.config.rules import Rule
from kiosk.config.schema import Settings
from kiosk.config.secret_sources import variable_name
from kiosk.config.shown_values import default_shown, plain

_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, Any]:
    """The schema, as values that JSON can hold."""
    return {"$schema": _DRAFT, "title": "Avatar Kiosk", **_table(Settings.__doc__ or "", fields_of())}


def json_schema_text() -> str:
    """The schema as the file that is shipped."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def _table(text: str, fields: Iterable[Field]) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    for field in fields:
        properties |= _properties(field)
    return {
        "type": "object",
        "description": " ".join(text.split()),
        "additionalProperties": False,
        "properties": properties,
    }


def _properties(field: Field) -> dict[str, Any]:
    name = field.name[-1]
    if field.table is not None:
        return {name: _table(field.table.__doc__ or "", fields_of(field.table, field.name))}
    described = _value(field) | _described(field)
    if field.kind is not SecretStr:
        return {name: described}
    described["description"] += f" Also: ${variable_name(field.name)}."
    return {name: described} | {name + source: _source(name, source) for source in SOURCES}


def _described(field: Field) -> dict[str, Any]:
    sentences = f"{field.info.description or ''} Expected: {field.expected}."
    described: dict[str, Any] = {"description": sentences.strip()}
    if (default := default_shown(field)) is not None:
        described["default"] = default
    if field.info.examples:
        described["examples"] = [plain(example) for example in field.info.examples]
    return described


def _source(name: str, source: str) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "description": f"Instead of {name}: {SOURCES[source]}."}


def _value(field: Field) -> dict[str, Any]:
    for mark in field.marks:
        if isinstance(mark, Rule):
            return mark.json_schema
    kind = field.kind
    if kind is bool:
        return {"type": "boolean"}
    if get_origin(kind) is Literal:
        return {"enum": list(get_args(kind))}
    if get_origin(kind) is dict:
        return _names_and_texts(*get_args(kind))
    least = next((mark.ge for mark in field.marks if isinstance(mark, Ge)), None)
    most = next((mark.le for mark in field.marks if isinstance(mark, Le)), None)
    return {"type": "integer" if kind is int else "number", "minimum": least, "maximum": most}


def _names_and_texts(name: Any, text: Any) -> dict[str, Any]:
    """A table whose keys somebody chooses; they may end in ``_file`` and so on, too."""
    (names,) = (mark for mark in get_args(name) if isinstance(mark, Rule))
    (texts,) = (mark for mark in get_args(text) if isinstance(mark, Rule))
    return {
        "type": "object",
        "propertyNames": names.json_schema,
        "patternProperties": {f"({'|'.join(SOURCES)})$": {"type": "string", "minLength": 1}},
        "additionalProperties": texts.json_schema,
    }


if __name__ == "__main__":
    sys.stdout.write(json_schema_text())
