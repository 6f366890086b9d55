"""From the text of a TOML file to its values and places; every fault of the writing becomes a `Problem`.

A fault does not hide the next one: its line is left out and the rest is read again, until what follows is most likely
an echo of the same fault.
"""

import re
import tomllib
from dataclasses import dataclass, field
from typing import Any

from kiosk.config.positions import Place, Positions, ScanError, locate
from kiosk.config.problems import Problem

_MOST_FAULTS = 20
"""Beyond this many faults the file is probably not TOML at all."""

_LEFT_OUT = "left-out-"
"""The name given to tables whose header could not be read."""

_BEGINS_ANEW = re.compile(r"\s*(\[|[\w.\"'-]+\s*[=:])")
"""A line that begins a table or a pair; the later lines of a list or a text do not."""

_PLACE_IN_ERROR = re.compile(r"\(at line (\d+), column (\d+)\)$")


@dataclass(frozen=True)
class Document:
    """What a TOML text holds.

    Attributes:
        values: the tables; without the lines that could not be read, and empty if too little could.
        positions: where they stand.
        problems: the faults of the writing.
    """

    values: dict[str, Any] = field(default_factory=dict)
    positions: Positions = field(default_factory=lambda: Positions([]))
    problems: tuple[Problem, ...] = ()


def read_document(text: str) -> Document:
    """Read ``text``; faults are listed, never raised."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    problems: list[Problem] = []
    for _ in range(_MOST_FAULTS):
        source = "\n".join(lines)
        try:
            values = tomllib.loads(source)
        except tomllib.TOMLDecodeError as error:
            found, can_go_on = _faults(error, source, lines)
            if problems and _is_echo(found[0].line, problems[-1].line, lines):
                break
            problems.extend(found)
            if not can_go_on:
                break
            for problem in found:
                _leave_out(lines, problem.line)
        except RecursionError:
            problems.append(_problem(Place(1, 1), "The lists or tables of this file are nested too deeply to be read."))
            break
        else:
            kept = {key: value for key, value in values.items() if not key.startswith(_LEFT_OUT)}
            return Document(kept, locate(source), tuple(problems))
    return Document(problems=tuple(problems))


def _faults(error: tomllib.TOMLDecodeError, source: str, lines: list[str]) -> tuple[list[Problem], bool]:
    """The problems behind ``error``, and whether the rest of the text makes sense without their lines."""
    place = _place_of(error)
    try:
        positions = locate(source)
    except ScanError as scan_error:
        opened = scan_error.opened
        if opened and (place is None or opened.line < place.line):
            return [_unclosed(opened, place, lines)], False
    else:
        if twice := positions.twice():
            return [_twice(first.key, again.key, again.path) for first, again in twice], True
    place = place or Place(len(lines), 1)
    return [_fault(lines[place.line - 1], place, str(error))], True


def _place_of(error: tomllib.TOMLDecodeError) -> Place | None:
    """None: at the end of the document. (The attributes ``lineno`` and ``colno`` come with Python 3.14 only.)"""
    match = _PLACE_IN_ERROR.search(str(error))
    return Place(int(match[1]), int(match[2])) if match else None


def _is_echo(line: int | None, fault_before: int | None, lines: list[str]) -> bool:
    """Whether a fault is most likely the rest of the value whose first line was left out."""
    if line is None or fault_before is None or _BEGINS_ANEW.match(lines[line - 1]):
        return False
    between = lines[fault_before : line - 1]
    return not any(_BEGINS_ANEW.match(text) for text in between)


def _leave_out(lines: list[str], line: int | None) -> None:
    if line is None:
        return
    # Without a header of their own, the lines of a table would be taken for the table before it.
    is_header = lines[line - 1].lstrip().startswith("[")
    lines[line - 1] = f"[{_LEFT_OUT}{line}]" if is_header else ""


def _twice(first: Place, again: Place, path: tuple[str | int, ...]) -> Problem:
    key = ".".join(str(part) for part in path)
    return _problem(
        again,
        f"{key} is given twice, first in line {first.line}.",
        expected="each key and each table once",
        suggestion="Keep one of the two.",
        key=key,
    )


def _unclosed(opened: Place, noticed: Place | None, lines: list[str]) -> Problem:
    bracket = lines[opened.line - 1][opened.column - 1]
    where = f" (noticed in line {noticed.line})" if noticed else ""
    match bracket:
        case "[":
            what, expected = "list", "items with commas between them, then ]"
        case "{":
            what, expected = "table", "pairs of key = value with commas between them, then }"
        case _:
            what, expected = "text", f"the same quote at its end, {bracket}"
    return _problem(opened, f"The {what} that begins here is never closed{where}.", expected=expected)


# What people write instead of TOML. Nothing here repeats the line itself: it may hold a secret.
_HABITS: list[tuple[re.Pattern[str], str, str]] = [
    (re.compile(r"[“”„‟‘’«»]"), "plain quotes", 'Replace the typographic quotes by " (a word processor writes them).'),
    (re.compile(r"^\s*\{"), "key = value", "This looks like JSON. A TOML file to begin with: avatar-kiosk init"),
    (re.compile(r"^\s*[\"']?[\w.-]+[\"']?\s*:"), "key = value", 'Write "=" between the key and its value.'),
    (
        re.compile(r"=\s*\{[^}]*$"),
        "a } in the same line",
        "Close the table, or write it as [table] with its keys below.",
    ),
    (re.compile(r"=\s*(?i:true|yes|on)\s*(#|$)"), "true or false", "Write true, in small letters and without quotes."),
    (
        re.compile(r"=\s*(?i:false|no|off)\s*(#|$)"),
        "true or false",
        "Write false, in small letters and without quotes.",
    ),
    (re.compile(r"=\s*(?i:none|null|nil)\s*(#|$)"), "a value", "Remove the line to leave the key unset."),
    (
        re.compile(r'=\s*"[^"]*\\'),
        "a text without single backslashes",
        "Put the text in single quotes, as in 'C:\\logo.png'.",
    ),
    (
        re.compile(r"=\s*(?:\"[^\"]*\"|'[^']*')\s*[^\s#,]"),
        "nothing after the value",
        "Write one key = value in each line; a text that holds a double quote goes into single quotes.",
    ),
    (re.compile(r"=\s*(#|$)"), "a value after the =", "Write the value, or remove the line."),
    (
        re.compile(r"=\s*[^\s\"'\[{]*[A-Za-z/:][^\"']*$"),
        "a text in quotes",
        'Put the value in double quotes: key = "…".',
    ),
    (re.compile(r"=\s*\"[^\"]*$|=\s*'[^']*$"), "a closing quote", "Close the text with the same quote that opens it."),
    (re.compile(r"^\s*\[[^\]]*$"), "a table name in brackets, as in [livekit]", "Close the name with ]."),
    (re.compile(r"^[^=]*$"), "key = value", "Begin the line with # if it is a remark."),
]


def _fault(line: str, place: Place, error: str) -> Problem:
    for pattern, expected, suggestion in _HABITS:
        if pattern.search(line):
            return _problem(place, "This line is not valid TOML.", expected=expected, suggestion=suggestion)
    said = _PLACE_IN_ERROR.sub("", error).strip()
    return _problem(place, f"This line is not valid TOML: {said[:1].lower()}{said[1:]}.")


def _problem(place: Place, what: str, *, expected: str = "", suggestion: str = "", key: str = "") -> Problem:
    message = " ".join(part for part in (what, expected and f"Expected: {expected}.", suggestion) if part)
    return Problem(place.line, place.column, key, None, expected, suggestion, message)
