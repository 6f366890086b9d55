"""From pydantic's errors to `Problem`: what was written, what is expected, and what was probably meant."""

from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr, ValidationError
from pydantic_core import ErrorDetails

from kiosk.config.fields import SOURCES, Field, KeyName, all_keys, fields_of, find_field
from kiosk.config.positions import KeyPath, Place, Positions
from kiosk.config.problems import Problem, Severity, either, nearest, shown
from kiosk.config.rules import UNFIT
from kiosk.config.schema import Settings

_HIDDEN = "(hidden)"


@dataclass(frozen=True)
class Mistake:
    """One value or key that pydantic refuses.

    Attributes:
        path: what has to be left out to go on without it.
        meant: the key that was probably meant, if ``path`` is not a key.
        problem: the mistake, told.
    """

    path: KeyPath
    meant: KeyName | None
    problem: Problem

    @property
    def concerns(self) -> tuple[KeyPath, ...]:
        """The keys that somebody has set, or meant to set."""
        return (self.path,) if self.meant is None else (self.path, self.meant)


def explain(error: ValidationError, positions: Positions) -> list[Mistake]:
    """Every mistake behind ``error``."""
    mistakes = []
    for details in error.errors(include_url=False):
        path = tuple(part for part in details["loc"] if part != "[key]")
        if details["type"] == "default_factory_not_called":
            continue  # only says that the value it builds on is wrong, which is a mistake of its own
        if details["type"] == "extra_forbidden":
            mistakes.append(_unknown(path, details["input"], positions))
        else:
            mistakes.append(Mistake(path, None, _wrong(path, details, positions)))
    return mistakes


def problem_at(
    path: KeyPath,
    place: Place | None,
    what: str,
    *,
    value: str | None = None,
    expected: str = "",
    suggestion: str = "",
    severity: Severity = Severity.ERROR,
) -> Problem:
    """Put a problem together. ``what`` is a sentence that names the key; the message adds the rest to it."""
    message = " ".join(part for part in (what, expected and f"Expected: {expected}.", suggestion) if part)
    line, column = place or (None, None)
    return Problem(line, column, dotted(path), value, expected, suggestion, message, severity)


def dotted(path: KeyPath) -> str:
    """The name of a key as the documentation writes it; list items count from 1, as people do."""
    parts = [str(part) if isinstance(part, str) else f"[{part + 1}]" for part in path]
    return ".".join(parts).replace(".[", "[")


def _wrong(path: KeyPath, details: ErrorDetails, positions: Positions) -> Problem:
    field = _field_around(path)
    context: dict[str, Any] = details.get("ctx", {})
    written = details["input"]
    if field is not None and field.table is not None:
        expected, suggestion = "a table", f"Write [{field.dotted}] on a line of its own, and the keys below it."
    elif details["type"] == UNFIT:
        expected, suggestion = str(context["expected"]), str(context["suggestion"])
    else:
        expected = field.expected if field else ""
        suggestion = _suggest(field, written)
    value = _HIDDEN if field is not None and field.secret else shown(written)
    what = f"{dotted(path)} = {value} does not fit."
    if isinstance(written, dict) and len(path) > 1:
        what = f"{dotted(path)} is a table here."
        suggestion = suggestion or f"Write {path[-1]} = … below [{dotted(path[:-1])}]."
    return problem_at(
        path,
        positions.value(path),
        what,
        value=None if value == _HIDDEN else value,
        expected=expected,
        suggestion=suggestion,
    )


def _suggest(field: Field | None, written: object) -> str:
    if field is None or not isinstance(written, str):
        return ""
    if field.choices:
        near = nearest(written, field.choices)
        return f'Did you mean "{near}"?' if near else ""
    if field.kind is bool and written.lower() in ("true", "false"):
        return f"Write {written.lower()} without quotes."
    if field.kind in (int, float) and written.strip().removesuffix("%").isdigit():
        return f"Write {written.strip().removesuffix('%')} without quotes."
    return ""


def _field_around(path: KeyPath) -> Field | None:
    """The field that ``path`` is, or is an item of."""
    name: KeyName = tuple(part for part in path if isinstance(part, str))
    while name:
        if field := find_field(name):
            return field
        name = name[:-1]
    return None


def _unknown(path: KeyPath, written: object, positions: Positions) -> Mistake:
    *around, word = (str(part) for part in path)
    inside = find_field(tuple(around)) if around else None
    siblings = list(fields_of((inside.table if inside else None) or Settings, tuple(around)))
    names = {spelling: field.name for field in siblings for spelling in _spellings(field)}
    is_table = isinstance(written, dict)
    elsewhere = [] if is_table else [field.name for field in all_keys() if word in _spellings(field)]
    near = nearest(word, names)
    meant: KeyName | None = None
    if elsewhere:
        meant = elsewhere[0]
        suggestion = f"It belongs in {either(_in_brackets('.'.join(name[:-1])) for name in elsewhere)}."
    elif near:
        meant = names[near]
        spelling = ".".join((*around, near))
        suggestion = f"Did you mean {_in_brackets(spelling) if is_table else spelling}?"
    else:
        those = f"Keys of [{dotted(tuple(around))}]" if around else "Tables"
        suggestion = f"{those}: {', '.join(field.name[-1] for field in siblings)}."
    name = dotted(path)
    what = f"{_in_brackets(name)} is not a known table." if is_table else f"{name} is not a known key."
    return Mistake(path, meant, problem_at(path, positions.key(path), what, suggestion=suggestion))


def _spellings(field: Field) -> tuple[str, ...]:
    """The names under which a key may stand: a secret may also come from elsewhere."""
    name = field.name[-1]
    return (name, *(name + source for source in SOURCES)) if field.kind is SecretStr else (name,)


def _in_brackets(name: str) -> str:
    return f"[{name}]"
