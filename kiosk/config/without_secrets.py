"""A configuration's text as it may be shown to somebody who helps: every secret taken out, everything else as it was.

Secrets are known by the schema, and by their names where a key is none of the schema's. What a `KEY_file` names stays,
if there is such a file: otherwise somebody may have written the secret itself there.
"""

import re
from collections.abc import Callable
from pathlib import Path

from kiosk.config.fields import FILE, find_field
from kiosk.config.positions import Kind, Place, ScanError, locate, value_end

HIDDEN = '"[redacted]"'
LEFT_OUT = "# (a line that could not be understood is left out)"

_NAMED_LIKE_A_SECRET = re.compile(
    r"secret|token|passw|phrase|credential|private|cookie|bearer|auth|signature|key|pin|hash|salt", re.IGNORECASE
)
_QUERY = re.compile(r"(://[^\s\"'?]*)\?[^\s\"']+")
_HEADER = re.compile(r"\s*\[+\s*(?P<path>[^\]]*)\]")
_INNER_KEY = re.compile(r"([\w-]+)[\"']?\s*[=:]")
_QUOTED = re.compile(r"[\"']+([^\"']+)[\"']+")
_PAIR = re.compile(r"(?P<before>\s*(?P<key>[\w.\"' -]+?)\s*[=:]\s*)(?P<value>.*)")


def without_secrets(text: str, folder: Path, remember: Callable[[str], None]) -> str:
    """The text of a configuration file without its secrets; comments, order and blanks stay.

    Args:
        text: the file's, also if it is no valid TOML.
        folder: where the file lies; paths in it start there.
        remember: gets every value taken out, so that it can be taken out of other texts, too.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    hider = _Hider(folder, remember)
    try:
        shown = hider.by_place(text)
    except (ScanError, RecursionError):
        shown = hider.by_line(text)
    return _QUERY.sub(r"\1?…", shown)


class _Hider:
    def __init__(self, folder: Path, remember: Callable[[str], None]) -> None:
        self._folder = folder
        self._remember = remember

    def by_place(self, text: str) -> str:
        entries = [entry for entry in locate(text).entries if entry.kind is Kind.VALUE]
        starts = [0, *(match.end() for match in re.finditer("\n", text))]
        spans = [
            (offset, value_end(text, offset))
            for entry in entries
            for offset in [_offset(entry.value, starts)]
            if self._secret(_names(entry.path), text[offset : value_end(text, offset)])
        ]
        parts, done = [], 0
        for start, end in sorted(spans):
            if start >= done:  # not inside one that is out already
                self._forget(text[start:end])
                parts += [text[done:start], HIDDEN]
                done = end
        return "".join([*parts, text[done:]])

    def by_line(self, text: str) -> str:
        """For a text that is no TOML: what cannot be understood may be anything, and goes."""
        table: tuple[str, ...] = ()
        hiding = False  # a secret may go on in the next lines
        shown = []
        for line in text.split("\n"):
            header, pair = _HEADER.match(line), _PAIR.fullmatch(line)
            path = (*table, *_parts(pair["key"])) if pair else ()
            if not line.strip() or line.lstrip().startswith("#"):
                shown.append(line)
            elif header:
                table, hiding = _parts(header["path"]), False
                shown.append(line)
            elif pair and (self._secret(path, pair["value"]) or _holds_a_secret(pair["value"])):
                hiding = True
                self._forget(pair["value"])
                shown.append(f"{pair['before']}{HIDDEN}")
            elif pair and (find_field(path) or not hiding):
                hiding = False
                shown.append(line)
            else:
                shown.append(LEFT_OUT)
        return "\n".join(shown)

    def _secret(self, path: tuple[str, ...], written: str) -> bool:
        if not path:
            return False
        plain = (*path[:-1], path[-1].removesuffix(FILE))
        return _is_secret(plain) and not (plain != path and self._is_file(written))

    def _is_file(self, written: str) -> bool:
        try:
            return (self._folder / Path(_unquoted(written)).expanduser()).is_file()
        except (OSError, ValueError, RuntimeError):  # too long, a null byte, no home: no path in any case
            return False

    def _forget(self, written: str) -> None:
        for text in [match[1] for match in _QUOTED.finditer(written)] or [_unquoted(written)]:
            self._remember(text.strip())


def _is_secret(path: tuple[str, ...]) -> bool:
    """Whether anything on the way to this key is one."""
    for depth in range(1, len(path) + 1):
        field = find_field(path[:depth])
        if field.secret if field else _NAMED_LIKE_A_SECRET.search(path[depth - 1]):
            return True
    return False


def _holds_a_secret(value: str) -> bool:
    """Whether one of the keys of an inline table is named like a secret."""
    return any(_NAMED_LIKE_A_SECRET.search(key) for key in _INNER_KEY.findall(value))


def _names(path: tuple[str | int, ...]) -> tuple[str, ...]:
    return tuple(part for part in path if isinstance(part, str))


def _parts(key: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in key.split("."))


def _offset(place: Place, starts: list[int]) -> int:
    return starts[place.line - 1] + place.column - 1


def _unquoted(written: str) -> str:
    return written.strip().strip("\"'").strip()
