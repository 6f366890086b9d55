"""Remembers from one process to the next how often the kiosk was started without ever coming to proven health.

So a crash loop is seen as one, whoever starts the process again, and can be slowed down. A small JSON file; one that
cannot be read counts as none, and one that cannot be written is said once: the kiosk runs on without it.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable
from pathlib import Path

from kiosk.config.reading import read_start

logger = logging.getLogger(__name__)

FORGOTTEN_AFTER = 3600.0
"""Seconds after which a start that failed says nothing about this one: somebody switched the machine off meanwhile."""

_LONGEST_RECORD = 1000
"""Bytes; it has about fifty."""

MOST = 1000
"""A count beyond it is no count."""


class StartRecord:
    """The record of this start; `begin` counts it as failed until `healthy` or `ended_well` says otherwise."""

    def __init__(self, file: Path, now: Callable[[], float]) -> None:
        """`now`: Unix time."""
        self._file = file
        self._now = now
        self._told = False
        self.failed_before = 0
        """Starts before this one, in a row, that failed."""

    def begin(self) -> int:
        """Count this start; how many before it failed in a row."""
        self.failed_before = self._read()
        self._write(self.failed_before + 1)
        return self.failed_before

    def healthy(self) -> None:
        """Health is proven: nothing that failed before counts any more."""
        self.failed_before = 0
        self._write(0)

    def ended_well(self) -> None:
        """This process leaves because it was asked to: it neither failed nor proved anything."""
        self._write(self.failed_before)

    def _read(self) -> int:
        try:
            record = json.loads(read_start(self._file, _LONGEST_RECORD))
            failed, at = int(record["failed_starts"]), float(record["at"])
        except FileNotFoundError:
            return 0
        except (OSError, ValueError, TypeError, KeyError, OverflowError) as error:
            logger.warning("the record of earlier starts, %s, cannot be read and is begun anew: %s", self._file, error)
            return 0
        recent = 0.0 <= self._now() - at <= FORGOTTEN_AFTER
        return failed if recent and 0 <= failed <= MOST else 0

    def _write(self, failed: int) -> None:
        draft = self._file.with_name(f"{self._file.name}.{os.getpid()}")
        text = json.dumps({"failed_starts": failed, "at": self._now()})
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            draft.write_text(text, encoding="ascii")
            draft.replace(self._file)
        except OSError as error:
            if not self._told:
                logger.warning("the record of starts cannot be written: %s", error)
            self._told = True
