"""What the panel has started and may not outlive it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine

log = logging.getLogger(__name__)


class Tasks:
    """Coroutines that run while the panel is open."""

    def __init__(self, spawn: Callable[[Coroutine[object, object, None]], asyncio.Task[None]]) -> None:
        """`spawn` is the running loop's `create_task`."""
        self._spawn = spawn
        self._running: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[object, object, None]) -> asyncio.Task[None]:
        task = self._spawn(work)
        self._running.add(task)
        task.add_done_callback(self._done)
        return task

    def cancel(self) -> None:
        for task in tuple(self._running):
            task.cancel()

    def _done(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("the admin panel stumbled", exc_info=error)
