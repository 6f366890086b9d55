"""`avatar-kiosk set-pin`: from a PIN that somebody types to the hash in the configuration file.

The PIN itself is nowhere but in this process's memory: not among its arguments, not in a file, a log or an answer.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TextIO

from kiosk.config import find_config, user_config_file
from kiosk.config.editing import NotWritableError, edited, save
from kiosk.config.fields import KeyName
from kiosk.config.paths import schema_file
from kiosk.config.reading import LONGEST_FILE, read_start
from kiosk.config.secret_sources import variable_name
from kiosk.config.template import template

LEAST_DIGITS, MOST_DIGITS = 4, 12

KEY: KeyName = ("admin", "pin_hash")
_ELSEWHERE = ("pin_hash_file", "pin_hash_keyring")
"""What would name another place for it; beside pin_hash both would be a problem."""

_EASY_STEPS = ({0}, {1}, {9}, {2}, {8})
"""1111, 1234, 4321, 2468, 8642, and 7890 over the end."""

_COLUMN = "2580"
"""Straight down the middle of the keypad, and liked for that."""


class PinError(Exception):
    """No PIN was set; the text is a sentence for the operator."""


class NotKeptError(PinError):
    """The PIN is well, the file is not to be changed. `line` says in TOML what a person may write into it."""

    def __init__(self, sentence: str, line: str) -> None:
        super().__init__(sentence)
        self.line = line


@dataclass(frozen=True, slots=True)
class Kept:
    """`path` holds the hash now. `remarks`: sentences about what else there is to know."""

    path: Path
    remarks: tuple[str, ...] = ()


def objection(pin: str) -> str | None:
    """Why this is no good PIN, as a sentence; None: it may be used."""
    if not (pin.isascii() and pin.isdigit() and LEAST_DIGITS <= len(pin) <= MOST_DIGITS):
        return (
            f"A PIN has {LEAST_DIGITS} to {MOST_DIGITS} digits and nothing else: the keypad on the screen has no more."
        )
    if _steps_evenly(pin) or _repeats(pin) or pin in (_COLUMN, _COLUMN[::-1]):
        return "This PIN is among the first that anybody would try. Take one without a pattern."
    return None


def ask_twice(ask: Callable[[str], str]) -> str:
    """A PIN from a person. `ask` prompts, and shows nothing of what is typed.

    Raises:
        PinError: it is no good, or was not typed the same twice.
    """
    pin = _accepted(ask(f"New PIN ({LEAST_DIGITS} to {MOST_DIGITS} digits, not shown): "))
    if ask("The same again: ") != pin:
        raise PinError("These were two different PINs; nothing is changed.")
    return pin


def first_line(stream: TextIO) -> str:
    """A PIN from a script.

    Raises:
        PinError: it is no good.
    """
    return _accepted(stream.readline(100).rstrip("\r\n"))


def keep(pin_hash: str, file: Path | None, environ: Mapping[str, str]) -> Kept:
    """Write the hash into the configuration: `file`, or the one a kiosk would take, or a new one of this user.

    Raises:
        NotKeptError: the file cannot be changed.
        PinError: the file that was named is not there.
    """
    path = find_config(file, environ)
    try:
        if path is None:
            path = user_config_file()
            _write_new(path, pin_hash)
            remarks = []
        else:
            elsewhere = [name for name in _ELSEWHERE if name in _admin(path)]
            save(path, {KEY: pin_hash} | {(KEY[0], name): None for name in elsewhere})
            remarks = [f"admin.{name} is taken out: it named another PIN." for name in elsewhere]
    except FileNotFoundError:
        raise PinError(f"There is no configuration file {path}. Write one with: avatar-kiosk init {path}") from None
    except NotWritableError as error:
        raise NotKeptError(
            f'{error.sentence} Write the line above under "[admin]" in {path} yourself.', f'pin_hash = "{pin_hash}"'
        ) from None
    if environ.get(variable_name(KEY)):
        remarks.append(f"${variable_name(KEY)} is set here; a kiosk that has it goes by it, and not by the file.")
    return Kept(path, tuple(remarks))


def _accepted(pin: str) -> str:
    if (sentence := objection(pin)) is not None:
        raise PinError(sentence)
    return pin


def _steps_evenly(pin: str) -> bool:
    """Every digit lies as far behind the one before it."""
    return {(int(later) - int(earlier)) % 10 for earlier, later in pairwise(pin)} in _EASY_STEPS


def _repeats(pin: str) -> bool:
    """1212, 123123: a shorter one, again and again."""
    return pin in (pin + pin)[1:-1]


def _write_new(path: Path, pin_hash: str) -> None:
    schema = schema_file()
    text = edited(template(schema.as_uri() if schema.is_file() else None), {KEY: pin_hash})
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # It will hold secrets: for its owner alone, from the first moment on.
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
            stream.write(text)
    except OSError as error:
        raise NotWritableError(f"{path} cannot be written: {error.strerror or error}.") from None


def _admin(path: Path) -> Mapping[str, object]:
    """The table as it is written; empty if it cannot be told: saving says why.

    Raises:
        FileNotFoundError: there is no file.
    """
    try:
        table = tomllib.loads(read_start(path, LONGEST_FILE).decode("utf-8-sig")).get(KEY[0])
    except FileNotFoundError:
        raise
    except (OSError, ValueError, RecursionError):
        return {}
    return table if isinstance(table, dict) else {}
