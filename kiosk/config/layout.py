"""The layout of a TOML text: its sections and pairs with their offsets, so that one pair can be changed by hand.

Pure. The text must be valid TOML; offsets count characters from 0. Nothing is ever written anew here: an edit is one
span of the text and what to put in its place, so everything outside that span stays as it was, byte for byte.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from kiosk.config.positions import Entry, Kind, Place, locate, value_end
from kiosk.config.writing import toml_key

_PATH = tuple[str | int, ...]
_REMARKED_KEY = re.compile(r"[ \t]*#[ \t]*[\w.\"'-]+[ \t]*=")
_COMMA_BEHIND = re.compile(r"[ \t\r\n]*,[ \t]*")
_COMMA_BEFORE = re.compile(r"[ \t\r\n]*,[ \t\r\n]*\Z")


@dataclass(frozen=True)
class Edit:
    """Put ``text`` in the place of what stands from ``start`` to ``end``."""

    start: int
    end: int
    text: str

    def apply(self, to: str) -> str:
        return to[: self.start] + self.text + to[self.end :]


class InTheWayError(Exception):
    """Something else stands where a key should go. ``line`` counts from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line} is in the way")
        self.line = line


@dataclass(frozen=True)
class _Pair:
    """``key = value``, on lines of its own or in an inline table."""

    path: _PATH
    start: int
    value: int
    end: int
    inline: bool


@dataclass(frozen=True)
class _Section:
    """A header, or the top of the file before the first one, and what stands under it.

    ``body`` is where its first line begins, ``end`` where the next header's line begins.
    """

    path: _PATH
    body: int
    end: int
    pairs: tuple[_Pair, ...]


class Layout:
    """One text's.

    Raises:
        ScanError: the text is not valid TOML.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]
        first_break = text.find("\n")
        self._newline = "\r\n" if first_break > 0 and text[first_break - 1] == "\r" else "\n"
        self._entries = locate(text).entries
        self._sections = list(self._read_sections())
        self._pairs = {pair.path: pair for section in self._sections for pair in section.pairs}

    def put(self, name: tuple[str, ...], written: str) -> Edit:
        """How to give the key ``name`` the value ``written``.

        A key that is not there goes into its table, below a remark that mentions it, or below the last key; a table
        that is not there goes to the end.

        Raises:
            InTheWayError: ``name`` is a table, or goes through something that is none.
        """
        if pair := self._pairs.get(name):
            return Edit(pair.value, pair.end, written)
        self._refuse_table(name)
        for length in range(len(name) - 1, 0, -1):
            around = name[:length]
            if pair := self._pairs.get(around):
                return self._into_inline_table(pair, name, written)
            if section := next((section for section in self._sections if section.path == around), None):
                return self._into_section(section, name[length:], written)
            if pair := self._last_dotted(around):
                return self._beside(pair, name, written)
            if any(entry.path == around for entry in self._entries):
                self._refuse_list(around)
                return self._at_end(around, name[length:], written)  # only a longer header names it
        if len(name) == 1:
            return self._into_section(self._sections[0], name, written)
        return self._at_end(name[:1], name[1:], written)

    def remove(self, name: tuple[str, ...]) -> Edit | None:
        """How to take the key ``name`` out; a remark behind it stays. None: it is not there.

        Raises:
            InTheWayError: ``name`` is a table.
        """
        pair = self._pairs.get(name)
        if pair is None:
            self._refuse_table(name)
            return None
        if pair.inline:
            if comma := _COMMA_BEHIND.match(self._text, pair.end):
                return Edit(pair.start, comma.end(), "")
            before = _COMMA_BEFORE.search(self._text, 0, pair.start)
            return Edit(before.start() if before else pair.start, pair.end, "")
        line_end = self._line_end(pair.end)
        behind = self._text[pair.end : line_end]
        if behind.strip():
            return Edit(pair.start, pair.end + len(behind) - len(behind.lstrip()), "")
        return Edit(self._line_start(pair.start), line_end, "")

    def _refuse_table(self, name: _PATH) -> None:
        for entry in self._entries:
            if entry.path == name and entry.kind is not Kind.VALUE:
                raise InTheWayError(entry.key.line)

    def _refuse_list(self, path: _PATH) -> None:
        for entry in self._entries:
            if entry.kind is Kind.LIST_TABLE and entry.path[:-1] == path:
                raise InTheWayError(entry.key.line)

    def _into_inline_table(self, table: _Pair, name: tuple[str, ...], written: str) -> Edit:
        if self._text[table.value] != "{":
            raise InTheWayError(bisect_right(self._starts, table.value))
        addition = f"{toml_key(name[len(table.path) :])} = {written}"
        inside = [pair for pair in self._pairs.values() if pair.inline and table.value < pair.start < table.end]
        if inside:
            end = max(pair.end for pair in inside)
            return Edit(end, end, f", {addition}")
        gap = " " if self._text[table.value + 1] == "}" else ""
        return Edit(table.value + 1, table.value + 1, f" {addition}{gap}")

    def _beside(self, pair: _Pair, name: tuple[str, ...], written: str) -> Edit:
        """After a pair whose dotted key makes the table that ``name`` belongs to."""
        if pair.inline:
            around = max(
                (outer for outer in self._pairs.values() if outer.value < pair.start < outer.end),
                key=lambda outer: outer.value,
            )
            return self._into_inline_table(around, name, written)
        section = next(section for section in self._sections if pair in section.pairs)
        line = f"{toml_key(name[len(section.path) :])} = {written}"
        return self._new_line(self._line_end(pair.end), self._indent(pair.start), line)

    def _into_section(self, section: _Section, rest: tuple[str, ...], written: str) -> Edit:
        key = toml_key(rest)
        outer = [pair for pair in section.pairs if not pair.inline]
        at = self._below_its_remark(section, outer, key)
        if at is None:
            at = self._line_end(outer[-1].end) if outer else section.body
        indent = self._indent(outer[-1].start) if outer else ""
        return self._new_line(at, indent, f"{key} = {written}")

    def _below_its_remark(self, section: _Section, pairs: list[_Pair], key: str) -> int | None:
        """Behind a line such as ``#volume = 80``, and what belongs to it: there a person would write it."""
        mention = re.compile(rf"[ \t]*#[ \t]*{re.escape(key)}(?:_file|_keyring)?[ \t]*=")
        at = section.body
        while at < section.end:
            end = min(self._line_end(at), section.end)
            if mention.match(self._text, at) and not any(pair.start <= at < pair.end for pair in pairs):
                return self._end_of_remarks(end, section.end)
            at = end
        return None

    def _end_of_remarks(self, after: int, limit: int) -> int:
        """The end of the remarks that go on from ``after``; ``after`` itself if they lead over to something else."""
        at = after
        while at < limit:
            end = self._line_end(at)
            line = self._text[at:end].strip()
            if not line:
                return at
            if not line.startswith("#") or _REMARKED_KEY.match(line):
                return after
            at = end
        return after

    def _at_end(self, table: _PATH, rest: tuple[str, ...], written: str) -> Edit:
        text = self._text
        header = toml_key([str(part) for part in table])
        gap = "" if not text.strip() else self._newline if text.endswith("\n") else self._newline * 2
        lines = f"[{header}]{self._newline}{toml_key(rest)} = {written}{self._newline}"
        return Edit(len(text), len(text), gap + lines)

    def _new_line(self, at: int, indent: str, line: str) -> Edit:
        unfinished = at > 0 and self._text[at - 1] != "\n"  # the last line of a text may have no end
        text = f"{self._newline}{indent}{line}" if unfinished else f"{indent}{line}{self._newline}"
        return Edit(at, at, text)

    def _last_dotted(self, path: _PATH) -> _Pair | None:
        """The last pair whose dotted key goes through the table ``path``."""
        starts = {
            self._offset(entry.key)
            for entry in self._entries
            if entry.path == path and entry.kind is Kind.PARENT and self._text[self._offset(entry.key)] != "["
        }
        return max((pair for pair in self._pairs.values() if pair.start in starts), key=_by_start, default=None)

    def _read_sections(self) -> Iterator[_Section]:
        path: _PATH = ()
        body = 0
        pairs: list[_Pair] = []
        outermost: _Pair | None = None
        for entry in self._entries:
            if entry.kind in (Kind.TABLE, Kind.LIST_TABLE):
                header = self._offset(entry.key)
                yield _Section(path, body, self._line_start(header), tuple(pairs))
                path, body, pairs = entry.path, self._line_end(header), []
            elif entry.kind is Kind.VALUE and isinstance(entry.path[-1], str):
                pair = self._read_pair(entry, outermost)
                outermost = outermost if pair.inline else pair
                pairs.append(pair)
        yield _Section(path, body, len(self._text), tuple(pairs))

    def _read_pair(self, entry: Entry, outermost: _Pair | None) -> _Pair:
        start, value = self._offset(entry.key), self._offset(entry.value)
        inline = outermost is not None and start < outermost.end
        return _Pair(entry.path, start, value, value_end(self._text, value), inline)

    def _indent(self, at: int) -> str:
        return self._text[self._line_start(at) : at]

    def _line_start(self, at: int) -> int:
        return self._starts[bisect_right(self._starts, at) - 1]

    def _line_end(self, at: int) -> int:
        """Where the next line begins, or the text ends."""
        line = bisect_right(self._starts, at)
        return self._starts[line] if line < len(self._starts) else len(self._text)

    def _offset(self, place: Place) -> int:
        return self._starts[place.line - 1] + place.column - 1


def _by_start(pair: _Pair) -> int:
    return pair.start
