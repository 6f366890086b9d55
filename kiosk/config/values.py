"""What may stand behind a key: rules for the values that pydantic's own types do not describe.

Each rule says what it expects in words an operator understands; `Problem` texts, the template of ``avatar-kiosk init``
and the editors' schema use the same words. Rules judge the writing only; whether a file exists is looked up by
`kiosk.config.files`.
"""

import ipaddress
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import GetCoreSchemaHandler, SecretStr
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from kiosk.config.durations import format_duration, parse_duration
from kiosk.config.problems import either, nearest

UNFIT = "unfit"
"""The pydantic error type of a value that breaks a `Rule`; its context holds ``expected`` and ``suggestion``."""


class Rule(ABC):
    """Put into ``Annotated``: turns what the file says into a value, or says what is expected instead."""

    @property
    @abstractmethod
    def expected(self) -> str:
        """What may be written, without a full stop: ``a duration such as "60s"``."""

    @abstractmethod
    def read(self, written: object) -> object:
        """Return the value that is meant.

        Raises:
            UnfitError: it breaks the rule.
        """

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self._validate)

    def _validate(self, written: object) -> object:
        try:
            return self.read(written)
        except UnfitError as unfit:
            context = {"expected": self.expected, "suggestion": unfit.suggestion}
            raise PydanticCustomError(UNFIT, "expected {expected}", context) from None


class UnfitError(ValueError):
    """A value breaks its rule. ``suggestion`` is a whole sentence, or empty."""

    def __init__(self, suggestion: str = "") -> None:
        super().__init__(suggestion)
        self.suggestion = suggestion


def _text(written: object) -> str:
    if not isinstance(written, str):
        raise UnfitError("Put it in double quotes.")
    return written


@dataclass(frozen=True)
class Duration(Rule):
    """Seconds between two bounds, both written as durations."""

    least: str
    most: str

    @property
    def expected(self) -> str:
        return f'a duration from "{self.least}" to "{self.most}"'

    def read(self, written: object) -> float:
        if isinstance(written, int | float) and not isinstance(written, bool):
            raise UnfitError(f'Write the unit and quotes: "{format_duration(max(written, 0))}" if seconds are meant.')
        try:
            seconds = parse_duration(_text(written))
        except ValueError:
            raise UnfitError('Units are ms, s, m and h, as in "500ms", "90s", "15m", "1h30m".') from None
        if not parse_duration(self.least) <= seconds <= parse_duration(self.most):
            raise UnfitError
        return seconds


@dataclass(frozen=True)
class Url(Rule):
    """An address of a server; the first scheme is the one to prefer."""

    schemes: tuple[str, ...]

    @property
    def expected(self) -> str:
        return f"an address that begins with {either(f'{scheme}://' for scheme in self.schemes)}"

    def read(self, written: object) -> str:
        address = _text(written).strip()
        try:
            parts = urlsplit(address)
            _ = parts.port  # looked at for its ValueError
        except ValueError:
            raise UnfitError("The host or the port cannot be read.") from None
        if parts.scheme not in self.schemes:
            raise UnfitError(self._other_scheme(address, parts))
        if not parts.hostname or re.search(r"[\s<>\"\\]", address):
            raise UnfitError("Write it as scheme://host or scheme://host:port, without blanks.")
        if parts.username is not None:
            raise UnfitError("Take the user name and the password out of the address.")
        if parts.fragment:
            raise UnfitError("Take out everything from the # on.")
        return address

    def _other_scheme(self, address: str, parts: SplitResult) -> str:
        host = address.split("://", 1)[-1] if "://" in address else address
        if re.search(r"[\s@?#]", host) or not host:
            return ""  # not to be repeated: it may be anything
        plain = parts.scheme in ("http", "ws") or re.match(r"(localhost|127\.)", host)
        scheme = self.schemes[-1] if plain else self.schemes[0]
        return f'Write "{scheme}://{host}".'


@dataclass(frozen=True)
class Text(Rule):
    """A text of one line, ``least`` to ``most`` characters long, optionally of a certain form."""

    noun: str
    least: int = 1
    most: int = 200
    form: str = r"[^\x00-\x1f\x7f]*"

    @property
    def expected(self) -> str:
        return f"{self.noun}, at most {self.most} characters"

    def read(self, written: object) -> str:
        text = _text(written)
        if not self.least <= len(text) <= self.most or not re.fullmatch(self.form, text):
            raise UnfitError
        return text


@dataclass(frozen=True)
class SecretText(Rule):
    """A text that is never shown. Blanks around it come from copying and are dropped."""

    noun: str
    form: str = r"\S+"

    @property
    def expected(self) -> str:
        return self.noun

    def read(self, written: object) -> SecretStr:
        secret = written.get_secret_value() if isinstance(written, SecretStr) else _text(written)
        if not re.fullmatch(self.form, secret.strip()):
            raise UnfitError
        return SecretStr(secret.strip())


@dataclass(frozen=True)
class Texts(Rule):
    """One text, or a list of texts; read as a tuple without repetitions."""

    noun: str
    form: str = r".*\S.*"

    @property
    def expected(self) -> str:
        return f"{self.noun}, each in quotes"

    def read(self, written: object) -> tuple[str, ...]:
        items = written if isinstance(written, list | tuple) else [written]
        if not items or not all(isinstance(item, str) and re.fullmatch(self.form, item) for item in items):
            raise UnfitError
        return tuple(dict.fromkeys(items))


_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")


@dataclass(frozen=True)
class Colour(Rule):
    """``#rgb`` or ``#rrggbb``; read in small letters and with six digits."""

    @property
    def expected(self) -> str:
        return 'a colour such as "#2f6fed"'

    def read(self, written: object) -> str:
        text = _text(written).strip()
        if not _COLOUR.fullmatch(text):
            raise UnfitError("Write # and six digits or letters from a to f.")
        digits = text[1:].lower()
        return "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))


@dataclass(frozen=True)
class FilePath(Rule):
    """A file or folder, read as written: `kiosk.config.files` lets relative ones start beside the configuration."""

    noun: str
    suffixes: tuple[str, ...] = ()

    @property
    def expected(self) -> str:
        return f"{self.noun} ({either(self.suffixes)})" if self.suffixes else self.noun

    def read(self, written: object) -> Path:
        text = _text(written)
        if not text.strip() or "\0" in text:
            raise UnfitError
        if "://" in text:
            raise UnfitError("Copy the file to this machine and write its path.")
        path = Path(text).expanduser()
        if self.suffixes and path.suffix.lower() not in self.suffixes:
            raise UnfitError
        return path


@dataclass(frozen=True)
class ColourOrImage(Rule):
    """A `Colour` (read as text) or an image `FilePath` (read as a path)."""

    image: FilePath

    @property
    def expected(self) -> str:
        return f"{Colour().expected}, or {self.image.expected}"

    def read(self, written: object) -> str | Path:
        return Colour().read(written) if _text(written).startswith("#") else self.image.read(written)


@dataclass(frozen=True)
class WordOrFolder(Rule):
    """One of some words (read as text), or a folder (read as a path)."""

    words: tuple[str, ...]

    @property
    def expected(self) -> str:
        quoted = ", ".join(f'"{word}"' for word in self.words)
        return f"{quoted}, or the path of a folder that holds node_modules"

    def read(self, written: object) -> str | Path:
        text = _text(written)
        if text in self.words:
            return text
        if not re.search(r"[/\\.~]", text):  # a bare word is a misspelled choice, not a folder
            near = nearest(text, self.words)
            raise UnfitError(f'Did you mean "{near}"? A folder is written with a slash.' if near else "")
        return FilePath("a folder").read(text)


@dataclass(frozen=True)
class Screen(Rule):
    """A screen by number (from 0), by name, or ``"primary"``."""

    @property
    def expected(self) -> str:
        return 'the number of a screen (from 0), its name in quotes, or "primary"'

    def read(self, written: object) -> int | str:
        if isinstance(written, int) and not isinstance(written, bool) and 0 <= written < 16:
            return written
        if isinstance(written, str) and written.strip():
            return written.strip()
        raise UnfitError


@dataclass(frozen=True)
class IpAddress(Rule):
    """An address of this machine to listen on."""

    @property
    def expected(self) -> str:
        return 'an IP address of this machine, such as "127.0.0.1", or "0.0.0.0" for all'

    def read(self, written: object) -> str:
        try:
            return str(ipaddress.ip_address(_text(written)))
        except ValueError:
            raise UnfitError('Write "127.0.0.1".' if written == "localhost" else "") from None


@dataclass(frozen=True)
class TimeZone(Rule):
    """A name of the IANA time zone database."""

    @property
    def expected(self) -> str:
        return 'a time zone such as "Europe/Vienna"'

    def read(self, written: object) -> ZoneInfo:
        name = _text(written)
        known = available_timezones()
        if name in known:
            return ZoneInfo(name)
        if not known:
            raise UnfitError("This machine has no time zones: install the package tzdata.")
        near = nearest(name, known)
        raise UnfitError(f'Did you mean "{near}"?' if near else "")


class Opening(NamedTuple):
    """Open from ``start`` until ``end``, in minutes since midnight (0 to 1440). ``end`` < ``start``: the next day's."""

    start: int
    end: int


_MIDNIGHT = 24 * 60
_OPENING = re.compile(r"\s*(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})\s*")


@dataclass(frozen=True)
class Openings(Rule):
    """The opening hours of one day: a list of spans, empty for a closed day."""

    @property
    def expected(self) -> str:
        return 'a list of spans such as ["08:00-12:00", "13:00-18:00"], or [] for a closed day'

    def read(self, written: object) -> tuple[Opening, ...]:
        if isinstance(written, str):
            raise UnfitError("Put brackets around it.")
        if not isinstance(written, Iterable):
            raise UnfitError
        return tuple(self._span(item) for item in written)

    def _span(self, written: object) -> Opening:
        match = _OPENING.fullmatch(_text(written))
        if not match:
            raise UnfitError
        start_hour, start_minute, end_hour, end_minute = (int(number) for number in match.groups())
        start, end = start_hour * 60 + start_minute, end_hour * 60 + end_minute
        if max(start, end) > _MIDNIGHT or max(start_minute, end_minute) > 59 or start in (end, _MIDNIGHT):
            raise UnfitError("Times run from 00:00 to 24:00.")
        return Opening(start, end)
