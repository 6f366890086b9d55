"""The system's clock as the kiosk sees it, to be put forward and back while it runs.

The time of day alone jumps, as when somebody or a time service sets it; what only ever runs forward goes on.
"""

from __future__ import annotations

from pathlib import Path

from tests.support import parts

LIBRARY = "libfaketime.so.1"
PLACES = ("/usr/lib/*/faketime", "/usr/lib64/faketime", "/usr/lib/faketime", "/usr/local/lib/faketime")
LOOKS_EVERY = 1
"""Seconds after which a program notices that its clock was set."""


class WallClock:
    """Programs with its `environment` go by it; they and their children notice a change within a second."""

    def __init__(self, folder: Path) -> None:
        """Right at first; gives the test up where faketime is not installed."""
        self._setting = folder / "clock"
        self._library = find_library()
        self.set(0)

    def set(self, seconds: int) -> None:
        """Let it be so much ahead of the true time, or behind if negative."""
        draft = self._setting.with_suffix(".draft")
        draft.write_text(f"{seconds:+d}\n", encoding="ascii")
        draft.replace(self._setting)

    @property
    def environment(self) -> dict[str, str]:
        return {
            "LD_PRELOAD": str(self._library),
            "FAKETIME_TIMESTAMP_FILE": str(self._setting),
            "FAKETIME_CACHE_DURATION": str(LOOKS_EVERY),
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            # Times of files are the disk's: a program that compares them with its clock is told the truth.
            "NO_FAKE_STAT": "1",
        }


def find_library() -> Path:
    """The library that does it; gives the test up without it."""
    parts.program("faketime")
    found = [path for place in PLACES for path in Path("/").glob(f"{place.lstrip('/')}/{LIBRARY}")]
    if not found:
        parts.lacking(LIBRARY)
    return found[0]
