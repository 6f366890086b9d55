"""The flight recorder's memory: typed events of the last minutes, in a ring.

What arrives every second (heartbeats, levels) is tallied: one entry says how often and between which figures. Entries
hold plain values only and are not redacted here: whoever lets them out of the process does that.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

Plain = str | int | float | bool | None
Value = Plain | list[Plain]

MOST_ENTRIES = 2000
LONGEST_AGE = 15 * 60.0
"""Seconds an entry is kept."""
TALLY_SPAN = 30.0
"""Seconds one tally covers; then a new one begins, so that a figure's change can be dated."""
LONGEST_TEXT = 600
"""Characters of one value."""


@dataclass(slots=True)
class Entry:
    """One thing that happened, or one tally of things.

    Attributes:
        number: counts all entries of this process from 1.
        at: Unix time of the (first) happening; the wall clock may jump.
        clock: the same on the monotonic clock, which does not.
        kind: what happened.
        fields: its particulars.
        count: how many happenings a tally covers; 0: this is none.
        until: monotonic time of a tally's last happening.
    """

    number: int
    at: float
    clock: float
    kind: str
    fields: dict[str, Value]
    count: int = 0
    until: float = 0.0
    figures: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Least and greatest of each figure of a tally."""

    def as_data(self) -> dict[str, Value]:
        """The entry as JSON-ready values."""
        data: dict[str, Value] = {
            "n": self.number,
            "at": datetime.fromtimestamp(self.at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "clock": round(self.clock, 3),
            "kind": self.kind,
            **self.fields,
        }
        if self.count:
            data |= {"count": self.count, "seconds": round(max(0.0, self.until - self.clock), 1)}
            data |= {name: [round(least, 3), round(most, 3)] for name, (least, most) in self.figures.items()}
        return data


class FlightRecorder:
    """May be used from any thread. `stirred` is called, from the thread that noted, after each entry that must not be
    lost; it has to be quick."""

    def __init__(
        self,
        *,
        most: int = MOST_ENTRIES,
        age: float = LONGEST_AGE,
        clock: Callable[[], float] = time.monotonic,
        unix: Callable[[], float] = time.time,
    ) -> None:
        self.stirred: Callable[[], None] = _nothing
        self._entries: deque[Entry] = deque(maxlen=most)
        self._tallies: dict[str, Entry] = {}
        self._age = age
        self._clock = clock
        self._unix = unix
        self._number = 0
        self._lock = threading.Lock()

    def note(self, kind: str, fields: Mapping[str, Value] | None = None, *, grave: bool = False) -> None:
        """Something happened. `grave`: it must not be lost when the process is gone a moment later."""
        with self._lock:
            self._add(kind, _shortened(fields or {}))
        if grave:
            self.stirred()

    def tally(self, kind: str, figures: Mapping[str, float] | None = None) -> None:
        """Something happened that does all the time."""
        now = self._clock()
        with self._lock:
            entry = self._tallies.get(kind)
            if entry is None or now - entry.clock > TALLY_SPAN:
                entry = self._tallies[kind] = self._add(kind, {})
            entry.count += 1
            entry.until = now
            for name, figure in (figures or {}).items():
                least, most = entry.figures.get(name, (figure, figure))
                entry.figures[name] = min(least, figure), max(most, figure)

    def entries(self, after: int = 0) -> list[dict[str, Value]]:
        """The entries as data, oldest first, from number `after + 1` on. Tallies end here, so that none that has been
        read changes any more."""
        with self._lock:
            self._tallies.clear()
            self._forget_old(self._clock())
            found = [entry for entry in self._newest_first() if entry.number > after]
        return [entry.as_data() for entry in reversed(found)]

    def waiting(self, after: int) -> bool:
        """Whether anything but tallies has happened since number `after`."""
        with self._lock:
            return any(entry.count == 0 for entry in self._newest_first() if entry.number > after)

    def _newest_first(self) -> Iterator[Entry]:
        return reversed(self._entries)

    def _add(self, kind: str, fields: dict[str, Value]) -> Entry:
        now = self._clock()
        self._forget_old(now)
        self._number += 1
        entry = Entry(self._number, self._unix(), now, kind, fields)
        self._entries.append(entry)
        return entry

    def _forget_old(self, now: float) -> None:
        while self._entries and now - max(self._entries[0].clock, self._entries[0].until) > self._age:
            self._entries.popleft()


def _nothing() -> None:
    pass


def _shortened(fields: Mapping[str, Value]) -> dict[str, Value]:
    """Without what is not known, and without the end of what is too long to matter."""
    return {
        name: f"{value[:LONGEST_TEXT]}…" if isinstance(value, str) and len(value) > LONGEST_TEXT else value
        for name, value in fields.items()
        if value is not None and value != ""
    }
