"""The system's clock as the kiosk sees it, to be put forward and back while it runs.

The time of day alone jumps, as when somebody or a time service sets it; what only ever runs forward goes on.
"""

from __future__ import annotations

import mmap
import struct
import subprocess
from pathlib import Path

from tests.support import parts

SOURCE = Path(__file__).with_suffix(".c")


class WallClock:
    """Programs with its `environment` go by it, and so do their children; they see a change at once."""

    def __init__(self, folder: Path) -> None:
        """Right at first. `folder` takes the library that does it; gives the test up without a C compiler."""
        self._library = folder / "wall_clock.so"
        command = [parts.program("cc"), "-O2", "-shared", "-fPIC", "-nostdlib", "-o", str(self._library), str(SOURCE)]
        built = subprocess.run(command, check=False, capture_output=True, text=True)
        assert built.returncode == 0, built.stderr
        self._setting = folder / "wall_clock.setting"
        self._setting.write_bytes(bytes(mmap.PAGESIZE))

    def set(self, seconds: int) -> None:
        """Let it be so much ahead of the true time, or behind if negative."""
        with self._setting.open("r+b") as file, mmap.mmap(file.fileno(), mmap.PAGESIZE) as shared:
            shared[:8] = struct.pack("=q", seconds)

    @property
    def environment(self) -> dict[str, str]:
        return {"LD_PRELOAD": str(self._library), "WALL_CLOCK": str(self._setting)}
