"""An asyncio loop whose time passes only when nothing else can happen: an hour takes no time."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class _Selector(selectors.DefaultSelector):
    """Instead of sleeping until the next timer it moves the clock there."""

    loop: VirtualLoop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready and timeout:
            self.loop.offset += timeout
        elif not ready and timeout is None:
            raise RuntimeError("nothing is scheduled and nothing can happen: the test would wait for ever")
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        selector = _Selector()
        selector.loop = self
        self.offset = 0.0
        super().__init__(selector)

    def time(self) -> float:
        return 1000.0 + self.offset


def run_virtual(work: Coroutine[Any, Any, T]) -> T:
    loop = VirtualLoop()
    try:
        return loop.run_until_complete(work)
    finally:
        loop.close()
