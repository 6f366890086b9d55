"""Reports of what may happen in floods."""

from __future__ import annotations

import time
from collections.abc import Callable


class Throttle:
    """Lets so many reports through in each second, and drops the rest. A person manages ten, a script thousands."""

    def __init__(self, per_second: int = 30, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_second = per_second
        self._clock = clock
        self._since = clock()
        self._count = 0

    def admits(self) -> bool:
        """Whether one more may be reported now; if so, it counts as reported."""
        now = self._clock()
        if now - self._since >= 1:
            self._since, self._count = now, 0
        self._count += 1
        return self._count <= self._per_second
