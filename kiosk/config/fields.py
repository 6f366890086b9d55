"""What the schema says about each key, in the words that problems, the template and the documentation share."""

from collections.abc import Iterator
from dataclasses import dataclass
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin

from annotated_types import Ge, Le
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from kiosk.config.problems import either
from kiosk.config.rules import Rule
from kiosk.config.schema import Settings, Table

KeyName = tuple[str, ...]
"""A key from the top of the file: ``("livekit", "url")``."""


FILE = "_file"
KEYRING = "_keyring"
SOURCES = {
    FILE: "a file that holds it, beside the configuration if the path is relative",
    KEYRING: "the name of its entry in the operating system's keyring",
}
"""What may be put behind the name of a secret, and what its value is then."""


@dataclass(frozen=True)
class Field:
    """One key, or one table.

    Attributes:
        name: its path.
        kind: the type without ``None`` and annotations.
        table: the model of a table; None for a key.
        expected: what may be written, without a full stop.
        choices: the words to choose from, if it is a choice of words.
        secret: whether its value must never be shown.
        marks: its rules and bounds, as they stand in ``Annotated``.
        info: pydantic's own record: default, description, examples.
    """

    name: KeyName
    kind: Any
    table: type[Table] | None
    expected: str
    choices: tuple[str, ...]
    secret: bool
    marks: tuple[Any, ...]
    info: FieldInfo

    @property
    def dotted(self) -> str:
        return ".".join(self.name)


def find_field(name: KeyName) -> Field | None:
    """The key or table called ``name``, or None if there is none."""
    table: type[Table] | None = Settings
    found: Field | None = None
    for depth, part in enumerate(name):
        if table is None or part not in table.model_fields:
            return None
        found = _describe(name[: depth + 1], table.model_fields[part])
        table = found.table
    return found


def fields_of(table: type[Table] = Settings, prefix: KeyName = ()) -> Iterator[Field]:
    """The keys and tables directly inside ``table``, in the order of the schema."""
    for part, info in table.model_fields.items():
        yield _describe((*prefix, part), info)


def all_keys(table: type[Table] = Settings, prefix: KeyName = ()) -> Iterator[Field]:
    """Every key of every table; tables themselves are not in it."""
    for field in fields_of(table, prefix):
        if field.table is None:
            yield field
        else:
            yield from all_keys(field.table, field.name)


def _describe(name: KeyName, info: FieldInfo) -> Field:
    kind, marks = _peel(info.annotation)
    marks = _flat([*info.metadata, *marks])
    return Field(
        name=name,
        kind=kind,
        table=kind if isinstance(kind, type) and issubclass(kind, Table) else None,
        expected=_expected(kind, marks),
        choices=tuple(choice for choice in get_args(kind) if isinstance(choice, str)),
        secret=kind is SecretStr or (get_origin(kind) is dict and _peel(get_args(kind)[1])[0] is SecretStr),
        marks=tuple(marks),
        info=info,
    )


def _peel(annotation: Any) -> tuple[Any, list[Any]]:
    """Take ``Annotated`` and ``| None`` off; return the type inside and the marks that were on it."""
    if get_origin(annotation) is Annotated:
        inner, *marks = get_args(annotation)
        kind, more = _peel(inner)
        return kind, [*more, *marks]
    members = get_args(annotation)
    if NoneType in members:
        remaining = [member for member in members if member is not NoneType]
        if len(remaining) == 1:
            return _peel(remaining[0])
    return annotation, []


def _flat(marks: list[Any]) -> list[Any]:
    """pydantic keeps bounds as they are, or inside a nested ``Field``."""
    return [mark for outer in marks for mark in (outer.metadata if isinstance(outer, FieldInfo) else [outer])]


def _expected(kind: Any, marks: list[Any]) -> str:
    for mark in marks:
        if isinstance(mark, Rule):
            return mark.expected
    if kind is bool:
        return "true or false"
    if get_origin(kind) is Literal:
        return either(f'"{choice}"' if isinstance(choice, str) else str(choice) for choice in get_args(kind))
    if get_origin(kind) is dict:
        return 'a table of names and texts such as { Authorization = "…" }'
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return "a table"
    return f"{'a whole number' if kind is int else 'a number'}{_span(marks)}"


def _span(marks: list[Any]) -> str:
    least = next((mark.ge for mark in marks if isinstance(mark, Ge)), None)
    most = next((mark.le for mark in marks if isinstance(mark, Le)), None)
    return "" if least is None or most is None else f" from {least} to {most}"
