"""Where each key and value of a TOML text stands.

The standard parser gives values without places, and an operator needs the line. This scanner walks the same grammar
and records only places; it leaves the judgement to the parser, so it is lenient about values, and says where an
unclosed list, table or string began when it cannot go on.
"""

import re
import tomllib
from bisect import bisect_right
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

KeyPath = tuple[str | int, ...]
"""Keys from the top of the document; an integer is an index into a list."""


class Place(NamedTuple):
    """A place in a text; line and column count characters from 1."""

    line: int
    column: int


class Kind(Enum):
    """How a path came to be."""

    TABLE = "table"  # [a.b]
    LIST_TABLE = "list table"  # [[a.b]]
    VALUE = "value"  # a.b = 1, or an element of a list
    PARENT = "parent"  # the "a" of a.b = 1 or of [a.b]


@dataclass(frozen=True)
class Entry:
    """One path of the document, where its key begins, and where its value begins (for a table: its header)."""

    path: KeyPath
    kind: Kind
    key: Place
    value: Place


class ScanError(Exception):
    """The text cannot be scanned further. ``opened``: where the outermost still open bracket or string began."""

    def __init__(self, opened: Place | None) -> None:
        super().__init__(f"cannot scan this text (opened at {opened})")
        self.opened = opened


class Positions:
    """The places of one document's keys and values."""

    def __init__(self, entries: list[Entry]) -> None:
        self.entries = entries
        self._first: dict[KeyPath, Entry] = {}
        for entry in entries:
            self._first.setdefault(entry.path, entry)

    def key(self, path: KeyPath) -> Place | None:
        """Where the key begins; for a path that is not written, the nearest table around it that is."""
        entry = self._nearest(path)
        return entry.key if entry else None

    def value(self, path: KeyPath) -> Place | None:
        """Where the value begins; for a path that is not written, where the nearest table around it begins."""
        entry = self._nearest(path)
        return entry.value if entry else None

    def twice(self) -> list[tuple[Entry, Entry]]:
        """Pairs (first, again) of entries that define the same path a second time."""
        first: dict[KeyPath, Entry] = {}
        pairs = []
        for entry in self.entries:
            if entry.kind is Kind.PARENT:
                continue
            if entry.path in first:
                pairs.append((first[entry.path], entry))
            else:
                first[entry.path] = entry
        return pairs

    def _nearest(self, path: KeyPath) -> Entry | None:
        for length in range(len(path), 0, -1):
            if entry := self._first.get(path[:length]):
                return entry
        return None


def locate(text: str) -> Positions:
    """Return the places of all keys and values of ``text``.

    Raises:
        ScanError: the brackets, quotes or keys do not add up.
    """
    scanner = _Scanner(text)
    scanner.document()
    return Positions(scanner.entries)


def value_end(text: str, start: int) -> int:
    """Where the value that begins at the offset ``start`` ends.

    Raises:
        ScanError: it does not.
    """
    return _Scanner(text, start).value()


_BLANK = re.compile(r"[ \t]*")
_BLANK_LINES = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_BARE_VALUE = re.compile(r"[^,\]}#\n]+")
_STRINGS = [
    re.compile(r'"""(?:\\.|[^\\])*?"{3,5}', re.DOTALL),
    re.compile(r"'''.*?'{3,5}", re.DOTALL),
    re.compile(r'"(?!"")(?:\\.|[^\\"\n])*"'),
    re.compile(r"'(?!'')[^'\n]*'"),
]


class _Scanner:
    def __init__(self, text: str, start: int = 0) -> None:
        self.entries: list[Entry] = []
        self._text = text
        self._at = start
        self._line_starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._list_sizes: dict[KeyPath, int] = {}
        self._open: list[int] = []

    def document(self) -> None:
        table: KeyPath = ()
        while True:
            self._skip(_BLANK_LINES)
            if self._at >= len(self._text):
                return
            if self._peek("["):
                table = self._header()
            else:
                self._pair(table)
            self._skip(_BLANK)
            if self._at < len(self._text) and self._text[self._at] not in "#\r\n":
                raise self._failure()

    def value(self) -> int:
        """Step over one value; where it ends, blanks behind it not counted."""
        start = self._at
        self._value(())
        return start + len(self._text[start : self._at].rstrip())

    def _header(self) -> KeyPath:
        start = self._at
        brackets = "[[" if self._peek("[[") else "["
        self._expect(brackets)
        self._skip(_BLANK)
        names = self._key()
        self._skip(_BLANK)
        self._expect("]" * len(brackets))
        place = self._place(start)
        path: KeyPath = ()
        for name in names[:-1]:
            path = self._inside((*path, name), place)
        path = (*path, names[-1])
        if brackets == "[":
            self._note(path, Kind.TABLE, place, place)
            return path
        index = self._list_sizes.get(path, -1) + 1
        self._list_sizes[path] = index
        if index == 0:
            self._note(path, Kind.PARENT, place, place)
        self._note((*path, index), Kind.LIST_TABLE, place, place)
        return (*path, index)

    def _inside(self, path: KeyPath, place: Place) -> KeyPath:
        """Enter ``path``: into the latest table if it is a list of tables."""
        self._note(path, Kind.PARENT, place, place)
        return (*path, self._list_sizes[path]) if path in self._list_sizes else path

    def _pair(self, table: KeyPath) -> None:
        place = self._place(self._at)
        names = self._key()
        self._skip(_BLANK)
        self._expect("=")
        self._skip(_BLANK)
        for end in range(1, len(names)):
            self._note((*table, *names[:end]), Kind.PARENT, place, place)
        path: KeyPath = (*table, *names)
        self._note(path, Kind.VALUE, place, self._place(self._at))
        self._value(path)

    def _key(self) -> list[str]:
        names = []
        while True:
            if self._peek('"') or self._peek("'"):
                names.append(self._quoted_key())
            else:
                names.append(self._take(_BARE_KEY))
            ahead = _BLANK.match(self._text, self._at)
            if ahead is None or not self._text.startswith(".", ahead.end()):
                return names
            self._at = ahead.end() + 1
            self._skip(_BLANK)

    def _quoted_key(self) -> str:
        raw = self._string()
        try:
            return str(tomllib.loads(f"key = {raw}")["key"])
        except tomllib.TOMLDecodeError:
            raise self._failure() from None

    def _value(self, path: KeyPath) -> None:
        if self._peek('"') or self._peek("'"):
            self._string()
        elif self._peek("["):
            self._items("]", path)
        elif self._peek("{"):
            self._items("}", path)
        else:
            self._take(_BARE_VALUE)

    def _items(self, closing: str, path: KeyPath) -> None:
        self._open.append(self._at)
        self._at += 1
        index = 0
        while True:
            self._skip(_BLANK_LINES)
            if self._peek(closing):
                break
            if closing == "]":
                place = self._place(self._at)
                self._note((*path, index), Kind.VALUE, place, place)
                self._value((*path, index))
            else:
                self._pair(path)
            index += 1
            self._skip(_BLANK_LINES)
            if not self._peek(closing):
                self._expect(",")
        self._at += 1
        self._open.pop()

    def _string(self) -> str:
        for pattern in _STRINGS:
            if match := pattern.match(self._text, self._at):
                self._at = match.end()
                return match.group()
        self._open.append(self._at)
        raise self._failure()

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._text, self._at)
        if match is None:
            raise self._failure()
        self._at = match.end()
        return match.group()

    def _skip(self, pattern: re.Pattern[str]) -> None:
        if match := pattern.match(self._text, self._at):
            self._at = match.end()

    def _peek(self, text: str) -> bool:
        return self._text.startswith(text, self._at)

    def _expect(self, text: str) -> None:
        if not self._peek(text):
            raise self._failure()
        self._at += len(text)

    def _note(self, path: KeyPath, kind: Kind, key: Place, value: Place) -> None:
        self.entries.append(Entry(path, kind, key, value))

    def _place(self, offset: int) -> Place:
        line = bisect_right(self._line_starts, offset) - 1
        return Place(line + 1, offset - self._line_starts[line] + 1)

    def _failure(self) -> ScanError:
        return ScanError(self._place(self._open[0]) if self._open else None)
