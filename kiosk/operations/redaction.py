"""Take secrets out of texts: those that are known, and those that look like one.

The known ones come from the configuration and from the services the kiosk asks. The others are caught by their shape,
because libraries copy a server's refusal, token and all, into their error messages.
"""

import json
import re
import urllib.parse
from collections.abc import Iterable, Mapping
from typing import Any

MARK = "[redacted]"

_SHORTEST_SECRET = 6
"""Characters. Shorter ones would blacken half of every log, and protect nothing."""

_NAME = (
    r"(?:x-api-key|api[_-]?key|api[_-]?secret|access[_-]?token|participant[_-]?token|session[_-]?(?:token|key)"
    r"|token|secret|password|pin[_-]?hash)"
)
_QUOTE = r"""\\?["']?"""
_VALUE = r"""[^\s"'\\,;&<>(){}\[\]]+"""

# In order; each keeps what says which secret it was, and hides the rest.
_SHAPES: tuple[tuple[re.Pattern[str], str], ...] = (
    # A JSON Web Token, whole, cut short or percent-encoded; its header always begins with {"
    (re.compile(r"eyJ[A-Za-z0-9_-]{5,}(?:(?:\.|%2[eE])[A-Za-z0-9_-]*){0,2}"), MARK),
    # Authorization: Bearer abc, also as part of a dict or of JSON
    (
        re.compile(
            rf"(?i)\b((?:proxy-)?authorization{_QUOTE}\s*[:=]\s*{_QUOTE}(?:(?:bearer|basic|token|apikey)\s+)?){_VALUE}"
        ),
        rf"\1{MARK}",
    ),
    (re.compile(r"(?i)\b(bearer\s+)[A-Za-z0-9._~+/=-]{8,}"), rf"\1{MARK}"),
    # https://user:password@host
    (re.compile(r"(?<=//)[^/@\s\"']+(?=@)"), MARK),
    # ?access_token=abc, api_secret = "abc", "participantToken": "abc", X-Api-Key: abc
    (re.compile(rf"(?i)((?<![A-Za-z0-9]){_NAME}{_QUOTE}\s*[:=]\s*{_QUOTE}){_VALUE}"), rf"\1{MARK}"),
    (re.compile(r"\$argon2(?:id|i|d)\$[^\s\"']+"), MARK),
)


class Redactor:
    """Knows the secrets of this process. Cheap enough for every line of the log."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._known: set[str] = set()
        self._pattern: re.Pattern[str] | None = None
        for secret in secrets:
            self.remember(secret)

    def remember(self, secret: str) -> None:
        """Hide this text from now on, also in the forms it takes in addresses, JSON and reprs."""
        without_scheme = secret.split(" ", 1)[-1]  # of "Bearer abc"
        forms = {form for text in (secret, without_scheme) for form in _forms(text)}
        fresh = {form for form in forms if len(form) >= _SHORTEST_SECRET} - self._known
        if fresh:
            self._known |= fresh
            # The longest first: a secret may begin with another one.
            self._pattern = re.compile("|".join(map(re.escape, sorted(self._known, key=len, reverse=True))))

    def redact(self, text: str) -> str:
        """``text`` without secrets."""
        if self._pattern is not None:
            text = self._pattern.sub(MARK, text)
        for pattern, replacement in _SHAPES:
            text = pattern.sub(replacement, text)
        return text

    def redact_data(self, value: Any) -> Any:
        """A copy of JSON-like data without secrets, in names as well as in values."""
        match value:
            case str():
                return self.redact(value)
            case Mapping():
                return {self.redact(str(name)): self.redact_data(item) for name, item in value.items()}
            case list() | tuple() | set() | frozenset():
                return [self.redact_data(item) for item in value]
            case bool() | int() | float() | None:
                return value
            case _:
                return self.redact(str(value))

    def __repr__(self) -> str:
        return f"<Redactor of {len(self._known)} texts>"


def _forms(secret: str) -> Iterable[str]:
    yield secret
    yield urllib.parse.quote(secret, safe="")
    yield urllib.parse.quote_plus(secret)
    yield json.dumps(secret)[1:-1]
    yield repr(secret)[1:-1]
