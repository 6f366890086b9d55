"""One thing that is wrong in a configuration, told so that an operator can mend it without asking anybody."""

import difflib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

_SHOWN_CHARACTERS = 60
"""A value longer than this says no more about the mistake, and makes the sentence unreadable."""

_USER_IN_URL = re.compile(r"(?<=//)[^/@\s\"]+@")
_QUERY = re.compile(r"\?[^\s\"]*")


class Severity(StrEnum):
    """An error keeps the configuration from being run; a warning only says what is probably not meant."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Problem:
    """What is wrong, where, and what to do.

    Attributes:
        line, column: counted from 1; None when the problem has no place in the file (an environment variable, no file).
        key: dotted name as in the documentation, for example ``livekit.url``; empty for the file as a whole.
        value: what was written, shortened; None for secrets, unknown keys and where there is none.
        expected: what may stand there, without a full stop; empty when `message` says all.
        suggestion: what to do, as a sentence; empty when nothing better is known.
        message: the whole problem in sentences, with all of the above but the place.
    """

    line: int | None
    column: int | None
    key: str
    value: str | None
    expected: str
    suggestion: str
    message: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        if self.line is None:
            return self.message
        return f"line {self.line}, column {self.column}: {self.message}"


def shown(value: object) -> str:
    """``value`` as TOML writes it: on one line, shortened, without the parts of an address that may be secret."""
    match value:
        case dict():
            return "a table"
        case list():
            text = f"[{', '.join(shown(item) for item in value)}]"
        case str() | bool() | int() | float():
            text = json.dumps(value, ensure_ascii=False)
        case _:
            text = str(value)
    text = _QUERY.sub("?…", _USER_IN_URL.sub("…@", text))
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[: _SHOWN_CHARACTERS - 1]}…"


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate that ``word`` most likely stands for, or None when none is near."""
    by_plain_name = {_plain(candidate): candidate for candidate in candidates}
    plain = _plain(word)
    found = difflib.get_close_matches(plain, by_plain_name, n=1, cutoff=0.6)
    # "thursday" for thu
    found = found or [name for name in by_plain_name if len(name) >= 3 and plain.startswith(name)]
    return by_plain_name[found[0]] if found else None


def either(words: Iterable[str], last: str = "or") -> str:
    """Join words for a sentence: ``a, b or c``."""
    *first, final = words
    return f"{', '.join(first)} {last} {final}" if first else final


def _plain(word: str) -> str:
    """So that ``apiSecret``, ``API-secret`` and ``api_secret`` are the same word."""
    return re.sub(r"[^a-z0-9]", "", word.lower())
