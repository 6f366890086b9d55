"""Durations: written ``"90s"``, ``"15m"``, ``"1h30m"``, ``"500ms"``; used as float seconds."""

import re

_UNITS_MS = {"h": 3_600_000, "m": 60_000, "s": 1_000, "ms": 1}
_PART = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(ms|h|m|s)")

WRITTEN = rf"\s*(?:{_PART.pattern}\s*)+"
"""The form of a duration, as a regular expression that JSON Schema understands, too."""


def parse_duration(text: str) -> float:
    """Return the seconds that ``text`` stands for.

    Parts may follow each other (``"1h30m"``) and have decimals (``"1.5s"``). A unit is always needed: a bare ``60``
    means seconds to one reader and minutes to the next.

    Raises:
        ValueError: ``text`` is not a duration.
    """
    if not re.fullmatch(WRITTEN, text):
        raise ValueError(f"not a duration: {text!r}")
    return sum(float(number) * _UNITS_MS[unit] for number, unit in _PART.findall(text)) / 1000


def format_duration(seconds: float) -> str:
    """Return ``seconds`` (0 or more) in the largest unit that divides it: 90 → "90s", 900 → "15m".

    Rounded to a millisecond.
    """
    milliseconds = round(seconds * 1000)
    for unit, size in _UNITS_MS.items():
        if milliseconds >= size and milliseconds % size == 0:
            return f"{milliseconds // size}{unit}"
    return "0s"
