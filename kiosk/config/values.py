"""What may stand behind a key: texts, addresses, colours, files, and parts of this machine."""

import ipaddress
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from pydantic import SecretStr

from kiosk.config.problems import either, nearest
from kiosk.config.rules import Rule, UnfitError, read_text


@dataclass(frozen=True)
class Url(Rule):
    """An address of a server; the first scheme is the one to prefer."""

    schemes: tuple[str, ...]

    @property
    def expected(self) -> str:
        return f"an address that begins with {either(f'{scheme}://' for scheme in self.schemes)}"

    @property
    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": rf"^\s*(?:{'|'.join(_any_case(scheme) for scheme in self.schemes)})://"}

    def read(self, written: object) -> str:
        address = read_text(written).strip()
        try:
            parts = urlsplit(address)
            _ = parts.port  # looked at for its ValueError
        except ValueError:
            raise UnfitError("The host or the port cannot be read.") from None
        if parts.scheme not in self.schemes:
            raise UnfitError(self._other_scheme(address, parts))
        if not parts.hostname or re.search(r"[\s\x00-\x1f\x7f<>\"\\]", address):
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

    @property
    def json_schema(self) -> dict[str, Any]:
        return {
            "type": "string",
            "minLength": self.least,
            "maxLength": self.most,
            "pattern": f"^(?:{self.form})$",
        }

    def read(self, written: object) -> str:
        text = read_text(written)
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

    @property
    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": rf"^\s*(?:{self.form})\s*$"}

    def read(self, written: object) -> SecretStr:
        secret = written.get_secret_value() if isinstance(written, SecretStr) else read_text(written)
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

    @property
    def json_schema(self) -> dict[str, Any]:
        item = {"type": "string", "pattern": f"^(?:{self.form})$"}
        return {"anyOf": [item, {"type": "array", "items": item, "minItems": 1}]}

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

    @property
    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": rf"^\s*{_COLOUR.pattern}\s*$"}

    def read(self, written: object) -> str:
        text = read_text(written).strip()
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

    @property
    def json_schema(self) -> dict[str, Any]:
        endings = "|".join(_any_case(suffix.removeprefix(".")) for suffix in self.suffixes)
        return {"type": "string", "pattern": rf"\.(?:{endings})[/.]*$" if endings else r"\S"}

    def read(self, written: object) -> Path:
        text = read_text(written)
        if not text.strip() or "\0" in text:
            raise UnfitError
        if "://" in text:
            raise UnfitError("Copy the file to this machine and write its path.")
        try:
            path = Path(text).expanduser()
        except RuntimeError:  # ~somebody who is not known here
            raise UnfitError("There is no such user on this machine.") from None
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

    @property
    def json_schema(self) -> dict[str, Any]:
        return {"anyOf": [Colour().json_schema, self.image.json_schema]}

    def read(self, written: object) -> str | Path:
        return Colour().read(written) if read_text(written).startswith("#") else self.image.read(written)


@dataclass(frozen=True)
class WordOrFolder(Rule):
    """One of some words (read as text), or a folder (read as a path)."""

    words: tuple[str, ...]

    @property
    def expected(self) -> str:
        quoted = ", ".join(f'"{word}"' for word in self.words)
        return f"{quoted}, or the path of a folder that holds node_modules"

    @property
    def json_schema(self) -> dict[str, Any]:
        return {"anyOf": [{"enum": list(self.words)}, {"type": "string", "pattern": r"[/\\.~]"}]}

    def read(self, written: object) -> str | Path:
        text = read_text(written)
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

    @property
    def json_schema(self) -> dict[str, Any]:
        return {"anyOf": [{"type": "integer", "minimum": 0, "maximum": 15}, {"type": "string", "pattern": r"\S"}]}

    def read(self, written: object) -> int | str:
        if isinstance(written, int) and not isinstance(written, bool) and 0 <= written < 16:
            return written
        if isinstance(written, str) and written.strip():
            return written.strip()
        raise UnfitError


_MODIFIERS = {"ctrl": "Ctrl", "alt": "Alt", "shift": "Shift", "meta": "Meta"}
_KEY = re.compile(r"[A-Z0-9]|F(?:[1-9]|1[0-2])|Home|End|Insert|Delete|Pause|Escape", re.IGNORECASE)


@dataclass(frozen=True)
class Chord(Rule):
    """Keys to press together, read in Qt's spelling; empty for none.

    Two of Ctrl, Alt and Meta, or Shift with one of them, must be held: nothing that is typed, or pressed by chance, is
    taken for it.
    """

    @property
    def expected(self) -> str:
        return 'keys joined by + such as "Ctrl+Alt+Shift+A" (two or more of Ctrl, Alt, Shift, Meta), or "" for none'

    @property
    def json_schema(self) -> dict[str, Any]:
        held = "|".join(_any_case(word) for word in _MODIFIERS)
        return {"type": "string", "pattern": rf"^\s*$|^\s*(?:(?:{held})\s*\+\s*){{2,4}}[A-Za-z0-9]+\s*$"}

    def read(self, written: object) -> str:
        text = read_text(written).strip()
        if not text:
            return ""
        *held, key = (part.strip() for part in text.split("+"))
        unknown = [word for word in held if word.lower() not in _MODIFIERS]
        if unknown:
            raise UnfitError(f"The keys to hold are called {either(_MODIFIERS.values(), 'and')}.")
        if not _KEY.fullmatch(key):
            raise UnfitError(
                "The last one is a letter, a digit, F1 to F12, Home, End, Insert, Delete, Pause or Escape."
            )
        wanted = {word.lower() for word in held}
        if len(wanted) < 2 or len(wanted) != len(held):
            raise UnfitError("Hold at least two different ones, so that nobody presses it by chance.")
        return "+".join([*(name for word, name in _MODIFIERS.items() if word in wanted), key.capitalize()])


@dataclass(frozen=True)
class IpAddress(Rule):
    """An address of this machine to listen on."""

    @property
    def expected(self) -> str:
        return 'an IP address of this machine, such as "127.0.0.1", or "0.0.0.0" for all'

    @property
    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "anyOf": [{"format": "ipv4"}, {"format": "ipv6"}]}

    def read(self, written: object) -> str:
        try:
            return str(ipaddress.ip_address(read_text(written)))
        except ValueError:
            raise UnfitError('Write "127.0.0.1".' if written == "localhost" else "") from None


def _any_case(word: str) -> str:
    """A regular expression for ``word`` in small or capital letters; JSON Schema's know no flag for that."""
    return "".join(f"[{letter}{letter.upper()}]" if letter.isalpha() else re.escape(letter) for letter in word)
