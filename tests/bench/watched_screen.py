"""A virtual screen whose pixels can be looked at a hundred times a second.

Xvfb keeps its frame buffer in a file that is mapped into memory here: a look costs the programs on the screen nothing,
where a screenshot would take them a fifth of a second of processor.
"""

from __future__ import annotations

import mmap
import struct
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import numpy.typing as npt

from tests.support import parts
from tests.support.processes import ChildProcess
from tests.support.waiting import wait_until

WIDTH, HEIGHT = 540, 960
"""Half an upright lobby screen, as in the end-to-end tests: the processor paints every pixel."""

LOOK_EVERY = 0.005
"""Seconds."""
GRID = 4
"""Every so many pixels across and down are looked at."""
SAME_COLOUR = 6
"""Greatest difference of a channel, of 255: compositors round differently."""

_COLOUR_TABLE_ENTRY = 12


class WatchedScreen:
    """One Xvfb of its own."""

    def __init__(self, folder: Path) -> None:
        """Start it and wait until it answers; `folder` takes its log and its frame buffer."""
        self.process = ChildProcess(
            "Xvfb",
            [
                parts.program("Xvfb"),
                *("-displayfd", "1", "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-fbdir", str(folder)),
                *("-nolisten", "tcp", "-noreset"),
            ],
            folder / "xvfb.log",
            pipes=True,
        )
        number = self.process.stdout.readline().decode().strip()
        assert number, f"Xvfb did not start\n{self.process.last_lines()}"
        self._display = f":{number}"
        with (folder / "Xvfb_screen0").open("rb") as file:
            self._memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._pixels = _pixels_of_window_dump(self._memory)

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs in its environment to appear here."""
        return {"DISPLAY": self._display}

    def share_of(self, colour: str) -> float:
        """The share 0..1 of the screen that has this colour, written `#rrggbb`, now."""
        wanted = np.frombuffer(bytes.fromhex(colour.removeprefix("#")), dtype=np.uint8)[::-1].astype(np.int16)
        some = self._pixels[::GRID, ::GRID, :3].astype(np.int16)
        return float(np.mean(np.abs(some - wanted).max(axis=2) <= SAME_COLOUR))

    def wait_for_colour(self, colour: str, share: float, timeout: float) -> float:
        """Wait until so much of the screen has this colour; `time.monotonic()` of the first look that saw it."""

        def seen() -> tuple[float] | None:
            return (time.monotonic(),) if self.share_of(colour) >= share else None

        what = f"{share:.0%} of the screen to be {colour}"
        return wait_until(seen, what, timeout, every=LOOK_EVERY, details=self.process.last_lines)[0]

    def wait_until_without(self, colour: str) -> None:
        """Wait until the picture of the program before is gone."""
        wait_until(lambda: self.share_of(colour) == 0.0, f"{colour} to leave the screen", every=0.05)

    def stop(self) -> None:
        self.process.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


def _pixels_of_window_dump(memory: mmap.mmap) -> npt.NDArray[np.uint8]:
    """The live picture in an XWD file of 24 bits at 32 a pixel: rows, columns, blue-green-red-unused."""
    words = struct.unpack(">25I", memory[:100])
    header, width, height, line, colours = words[0], words[4], words[5], words[12], words[19]
    assert (width, height, line) == (WIDTH, HEIGHT, 4 * WIDTH), "Xvfb lays out its pixels in an unknown way"
    start = header + colours * _COLOUR_TABLE_ENTRY
    return np.frombuffer(memory, dtype=np.uint8, count=height * line, offset=start).reshape(height, width, 4)
