"""Notices that the process itself stood still: suspended, frozen, or without a share of the processor."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

log = logging.getLogger(__name__)

PULSE = 0.5
"""Seconds between two looks."""
STOOD_AFTER = 1.0
"""A look later than this, in seconds, means that the process stood still."""


class Standstill:
    """Looks twice a second whether time has passed without it, from `start` to `stop`.

    Who has stood still for five seconds has not heard from anybody for as long, and must blame nobody. So whoever acts
    on a timer asks `look` first: which of two timers comes first after a standstill is anybody's guess.
    """

    def __init__(self, stood_still: Callable[[float], None]) -> None:
        """`stood_still` is told for how many seconds."""
        self._loop = asyncio.get_running_loop()
        self._stood_still = stood_still
        self._due = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        self._due = self._loop.time() + PULSE
        self._timer = self._loop.call_at(self._due, self.look)

    def look(self) -> None:
        """Tell of a standstill that has just ended, if there was one."""
        if self._timer is None:
            return
        late = self._loop.time() - self._due
        self._timer.cancel()
        self.start()
        if late > STOOD_AFTER:
            log.info("stood still for %.1f s", late)
            self._stood_still(late)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
