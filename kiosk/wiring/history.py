"""The last times the kiosk helped itself, for the admin panel and the figures."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk.session.model import State
from kiosk.wiring.report import utc_now

KEPT = 20


@dataclass(frozen=True, slots=True)
class Helped:
    """One recovery. `seconds`: from the fault until it was over."""

    at: datetime
    reason: str
    rung: str | None
    seconds: float


def helped(before: State, after: State, now: datetime) -> Helped | None:
    """The recovery that ended between these two states. Pure."""
    recovery = after.recovery
    if recovery.count <= before.recovery.count or recovery.last_reason is None or recovery.last_ms is None:
        return None
    rung = before.recovery.rung
    seconds = recovery.last_ms / 1000
    word = rung.word if rung is not None else None
    return Helped(now - timedelta(seconds=seconds), recovery.last_reason.value, word, seconds)


class History:
    """Remembers recoveries, newest first."""

    def __init__(self, now: Callable[[], datetime] = utc_now) -> None:
        self._now = now
        self._recoveries: deque[Helped] = deque(maxlen=KEPT)

    def follow(self, before: State, after: State) -> Helped | None:
        """Take in a step of the session; the recovery that ended with it, if one did."""
        found = helped(before, after, self._now())
        if found is not None:
            self._recoveries.appendleft(found)
        return found

    @property
    def recoveries(self) -> tuple[Helped, ...]:
        return tuple(self._recoveries)
