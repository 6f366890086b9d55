"""Reports of what happens in floods."""

from __future__ import annotations

import time
from collections.abc import Callable


class Throttle:
    """Lets each kind of report through at most once in `seconds`."""

    def __init__(self, seconds: float = 1.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._last: dict[str, float] = {}

    def admits(self, kind: str) -> bool:
        """Whether `kind` may be reported now; if so, it counts as reported."""
        now = self._clock()
        last = self._last.get(kind)
        if last is not None and now - last < self._seconds:
            return False
        self._last[kind] = now
        return True
