"""Change single keys of a configuration file without touching anything else in it.

tomlkit would write the whole document anew, and does not keep every byte (a byte order mark, mixed line ends); a person
who compares their file with yesterday's must see what was changed, and nothing else.
"""

import os
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kiosk.config.fields import KeyName
from kiosk.config.layout import InTheWayError, Layout
from kiosk.config.positions import ScanError
from kiosk.config.replacing import ObstacleError, look_for_obstacle, read_whole, replace_file
from kiosk.config.writing import toml_value

Value = str | bool | int | float | Sequence[str | bool | int | float] | None
"""None takes the key out."""

_MOST_TRIES = 3
"""How often to begin anew when somebody else saves the file at the same moment."""

_BOM = "\ufeff"


class NotWritableError(Exception):
    """The file cannot be changed. ``sentence`` says why, for people, and repeats nothing of the file."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def edited(text: str, changes: Mapping[KeyName, Value]) -> str:
    """``text`` with these keys changed; everything else stays as it is, byte for byte.

    A key that has the value already keeps its spelling. One that is missing goes into its table, a missing table to the
    end. Pure.

    Args:
        text: a whole file, with its own line ends and byte order mark.
        changes: the new value of each key; None takes it out.

    Raises:
        NotWritableError: the text is not valid TOML, or a table stands where a key should go.
    """
    mark, content = (_BOM, text[len(_BOM) :]) if text.startswith(_BOM) else ("", text)
    for name, value in changes.items():
        content = _with_one(content, name, value)
    return mark + content


def save(path: Path, changes: Mapping[KeyName, Value]) -> None:
    """Change these keys in the file at ``path``: all of them or none.

    Whoever reads the file meanwhile sees the old or the new one, never half of it, also after a power cut. Mode and
    owner stay; a symbolic link stays one. A file that is not there yet is made, for its owner alone. Blocks as long as
    the disk takes: call it in a thread.

    Raises:
        NotWritableError: it cannot be written, or is not valid TOML; it is as it was.
    """
    target = Path(os.path.realpath(path))
    try:
        for _ in range(_MOST_TRIES):
            before = read_whole(target)
            after = _encoded(edited(_decoded(before, path), changes))
            if after == before or replace_file(target, before, after):
                return
    except ObstacleError as error:
        raise NotWritableError(f"{path} cannot be written: {error}.") from None
    raise NotWritableError(f"{path} is being saved by somebody else. Try again.")


def why_not_writable(path: Path) -> str | None:
    """A sentence that says why `save` would fail, as far as that can be told without writing; None: it should work."""
    try:
        look_for_obstacle(Path(os.path.realpath(path)))
    except ObstacleError as error:
        return f"{path} cannot be written: {error}."
    return None


def _with_one(content: str, name: KeyName, value: Value) -> str:
    try:
        values = tomllib.loads(content)
        layout = Layout(content)
        if value is None:
            edit = layout.remove(name)
        elif _same(_look_up(values, name), value):
            return content
        else:
            edit = layout.put(name, toml_value(value))
    except (tomllib.TOMLDecodeError, ScanError, RecursionError):
        raise NotWritableError("The file is not valid TOML; mend it first: avatar-kiosk check") from None
    except InTheWayError as error:
        raise NotWritableError(f"{'.'.join(name)} cannot be set: line {error.line} is in its way.") from None
    if edit is None:
        return content
    result = edit.apply(content)
    _verify(result, values, name, value)
    return result


def _verify(result: str, before: dict[str, Any], name: KeyName, value: Value) -> None:
    """The last line of defence: a file that reads differently from what was meant is never written."""
    wanted = _without_empty(_changed(before, name, value))
    try:
        well = _same(_without_empty(tomllib.loads(result)), wanted)
    except (tomllib.TOMLDecodeError, RecursionError):
        well = False
    if not well:
        raise NotWritableError(f"{'.'.join(name)} cannot be set without changing something else in the file.")


def _look_up(values: object, name: KeyName) -> object:
    for part in name:
        if not isinstance(values, dict) or part not in values:
            return None
        values = values[part]
    return values


def _changed(values: dict[str, Any], name: KeyName, value: Value) -> dict[str, Any]:
    first, *rest = name
    changed = dict(values)
    if rest:
        changed[first] = _changed(values.get(first, {}), tuple(rest), value)
    elif value is None:
        changed.pop(first, None)
    else:
        changed[first] = value
    return changed


def _without_empty(values: dict[str, Any]) -> dict[str, Any]:
    """Without tables that hold nothing: a table of dotted keys goes with the last of them."""
    kept = {key: _without_empty(item) if isinstance(item, dict) else item for key, item in values.items()}
    return {key: item for key, item in kept.items() if item != {}}


def _same(one: object, other: object) -> bool:
    """Equal in type, too: Python holds 1, 1.0 and True for the same."""
    match one, other:
        case (dict(), dict()):
            return one.keys() == other.keys() and all(_same(item, other[key]) for key, item in one.items())
        case (list() | tuple(), list() | tuple()):
            return len(one) == len(other) and all(_same(a, b) for a, b in zip(one, other, strict=True))
        case (float(), float()):
            return repr(one) == repr(other)  # nan, and the sign of zero
    return type(one) is type(other) and one == other


def _decoded(content: bytes | None, path: Path) -> str:
    try:
        return (content or b"").decode("utf-8")
    except UnicodeDecodeError:
        raise NotWritableError(f'{path} is not a UTF-8 text. Save it again with the encoding "UTF-8".') from None


def _encoded(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise NotWritableError("The new value holds characters that no file can hold.") from None
