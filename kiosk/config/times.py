"""What may stand behind a key that is about time: durations, time zones, opening hours."""

import re
from dataclasses import dataclass
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from kiosk.config.durations import WRITTEN, format_duration, parse_duration
from kiosk.config.problems import nearest
from kiosk.config.rules import Rule, UnfitError, read_text


@dataclass(frozen=True)
class Duration(Rule):
    """Seconds between two bounds, both written as durations."""

    least: str
    most: str

    @property
    def expected(self) -> str:
        return f'a duration from "{self.least}" to "{self.most}"'

    @property
    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^{WRITTEN}$"}

    def read(self, written: object) -> float:
        if isinstance(written, int | float) and not isinstance(written, bool):
            raise UnfitError(f'Write the unit and quotes: "{format_duration(max(written, 0))}" if seconds are meant.')
        try:
            seconds = parse_duration(read_text(written))
        except ValueError:
            raise UnfitError('Units are ms, s, m and h, as in "500ms", "90s", "15m", "1h30m".') from None
        if not parse_duration(self.least) <= seconds <= parse_duration(self.most):
            raise UnfitError
        return seconds


@dataclass(frozen=True)
class TimeZone(Rule):
    """A name of the IANA time zone database."""

    @property
    def expected(self) -> str:
        return 'a time zone such as "Europe/Vienna"'

    @property
    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "minLength": 1}  # the names differ from machine to machine

    def read(self, written: object) -> ZoneInfo:
        name = read_text(written)
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
_OPENING = re.compile(r"\s*([0-9]{1,2}):([0-9]{2})\s*[-–]\s*([0-9]{1,2}):([0-9]{2})\s*")


@dataclass(frozen=True)
class Openings(Rule):
    """The opening hours of one day: a list of spans, empty for a closed day."""

    @property
    def expected(self) -> str:
        return 'a list of spans such as ["08:00-12:00", "13:00-18:00"], or [] for a closed day'

    @property
    def json_schema(self) -> dict[str, Any]:
        return {"type": "array", "items": {"type": "string", "pattern": f"^{_OPENING.pattern}$"}}

    def read(self, written: object) -> tuple[Opening, ...]:
        if isinstance(written, str):
            raise UnfitError("Put brackets around it.")
        if not isinstance(written, list | tuple):
            raise UnfitError
        return tuple(self._span(item) for item in written)

    def _span(self, written: object) -> Opening:
        match = _OPENING.fullmatch(read_text(written))
        if not match:
            raise UnfitError
        start_hour, start_minute, end_hour, end_minute = (int(number) for number in match.groups())
        start, end = start_hour * 60 + start_minute, end_hour * 60 + end_minute
        if max(start, end) > _MIDNIGHT or max(start_minute, end_minute) > 59 or start == _MIDNIGHT:
            raise UnfitError("Times run from 00:00 to 24:00.")
        if start == end:
            raise UnfitError('A whole day is "00:00-24:00".')
        return Opening(start, end)
