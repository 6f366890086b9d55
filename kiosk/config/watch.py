"""Notice that the configuration file has changed, however an editor saves it.

The content is compared, not the modification time: times lie on network shares and with tools that restore them, and
notification services miss a file that is renamed over, or a symbolic link that is moved, as configuration managers do.
"""

import asyncio
import hashlib
import logging
from collections.abc import Callable
from pathlib import Path

from kiosk.config.reading import LONGEST_FILE, read_start

logger = logging.getLogger(__name__)

_INTERVAL = 0.3
"""Seconds between two looks. A change is told at the second look that sees it: 0.6 s after a save at the latest."""


class SettledChange:
    """Pure: says once that something has changed, when two looks in a row agree about what it has become.

    So ten saves in a row, or a file that an editor removes before it writes the new one, are one change.
    """

    def __init__(self, first: bytes) -> None:
        self._told = first
        self._last = first

    def look(self, seen: bytes) -> bool:
        """Take in what was seen; True if it is a settled change."""
        settled = seen == self._last and seen != self._told
        self._last = seen
        if settled:
            self._told = seen
        return settled


class ConfigWatcher:
    """Calls ``on_change`` within a second after ``path`` has got another content, has gone, or is there again.

    What was there when the watcher was made counts as known; so make it before reading the file. ``on_change`` runs on
    the event loop; what it raises is logged and does not end the watch.
    """

    def __init__(self, path: Path, on_change: Callable[[], None], interval: float = _INTERVAL) -> None:
        self._path = path
        self._on_change = on_change
        self._interval = interval
        self._change = SettledChange(_fingerprint(path))
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to watch; needs a running event loop."""
        if self._task is None:
            self._task = asyncio.create_task(self._watch(), name="watch the configuration")

    async def aclose(self) -> None:
        """End the watch."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self._interval)
            # In a thread: a network share that hangs must not freeze the kiosk.
            if self._change.look(await asyncio.to_thread(_fingerprint, self._path)):
                try:
                    self._on_change()
                except Exception:
                    logger.exception("applying the changed configuration failed")


def _fingerprint(path: Path) -> bytes:
    """Equal for equal contents; a file that cannot be read has a fingerprint of its own kind."""
    try:
        return hashlib.sha256(read_start(path, LONGEST_FILE)).digest()
    except OSError as error:
        return type(error).__name__.encode()
