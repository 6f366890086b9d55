"""A Wayland screen nobody sees: sway, which draws into memory, with pictures of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from tests.support import parts
from tests.support.installed_kiosk import AS_ORDINARY_USER
from tests.support.processes import ChildProcess
from tests.support.virtual_screen import Pixels
from tests.support.waiting import wait_until

CONFIGURATION = """\
xwayland disable
output HEADLESS-1 resolution {width}x{height}
default_border none
"""


class WaylandScreen:
    """One compositor with one output. It ends with the test."""

    def __init__(self, folder: Path, width: int = 540, height: int = 960) -> None:
        """Start it and wait until it answers.

        Args:
            folder: takes its log.
            width: in pixels.
            height: in pixels.
        """
        self._runtime = Path(tempfile.mkdtemp(prefix="sway-"))  # short: sockets' names have 107 characters
        configuration = self._runtime / "config"
        configuration.write_text(CONFIGURATION.format(width=width, height=height), encoding="utf-8")
        self._process = ChildProcess(
            "sway",
            # it refuses to be root
            [*AS_ORDINARY_USER, parts.program("sway"), "--unsupported-gpu", "--config", str(configuration)],
            folder / "sway.log",
            environment={
                "PATH": os.environ["PATH"],
                "HOME": str(self._runtime),
                "XDG_RUNTIME_DIR": str(self._runtime),
                "WLR_BACKENDS": "headless",
                "WLR_RENDERER": "pixman",
                "WLR_LIBINPUT_NO_DEVICES": "1",
            },
        )
        try:
            self._socket = wait_until(self._listening, "sway to listen", 20, details=self._process.last_lines)
        except BaseException:
            self.stop()
            raise

    def _listening(self) -> Path | None:
        return next((path for path in self._runtime.glob("wayland-?") if path.is_socket()), None)

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs in its environment to appear here."""
        return {"WAYLAND_DISPLAY": str(self._socket), "QT_QPA_PLATFORM": "wayland"}

    def pixels(self) -> Pixels:
        """What the screen shows."""
        environment = {"PATH": os.environ["PATH"], "XDG_RUNTIME_DIR": str(self._runtime), **self.environment}
        command = [parts.program("grim"), "-t", "ppm", "-"]
        done = subprocess.run(command, env=environment, check=True, capture_output=True, timeout=10)
        header, _, rest = done.stdout.partition(b"\n255\n")
        width, height = (int(word) for word in header.split()[1:3])
        return np.frombuffer(rest, dtype=np.uint8).reshape(height, width, 3)

    def stop(self) -> None:
        self._process.stop()
        shutil.rmtree(self._runtime, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()
