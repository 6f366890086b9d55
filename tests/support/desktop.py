"""A desktop of the tests' own: a window manager and what draws the icons, with a session bus, on a virtual screen."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from tests.support import parts
from tests.support.processes import ChildProcess
from tests.support.virtual_screen import Pixels, VirtualScreen
from tests.support.waiting import wait_until

FACE = (253, 217, 188)
"""The skin of the icon's face, which nothing else on these desktops has."""
ENOUGH_FACE = 60
"""Pixels; the face of an icon of 48 pixels has several hundred in about this colour."""

LOGIN = """
trap 'kill $(jobs -p); wait; exit' TERM
$1 &
until xdotool get_num_desktops >/dev/null 2>&1; do sleep 0.05; done
$2 &
wait
"""
"""Runs both until it is told to end; then dbus-run-session ends the bus, and with that go the services on it.

PCManFM shows nothing at all when it starts while the window manager is still taking over.
"""


class Kind(Enum):
    """A window manager, and what draws the desktop."""

    PCMANFM = ("openbox", "pcmanfm --desktop")
    XFDESKTOP = ("xfwm4", "xfdesktop")

    @property
    def programs(self) -> tuple[str, ...]:
        return tuple(command.split()[0] for command in self.value)


class Desktop:
    """One running desktop."""

    def __init__(self, kind: Kind, screen: VirtualScreen, folder: Path, environment: Mapping[str, str]) -> None:
        """Start it and wait until it shows the kiosk's icon.

        Args:
            kind: which desktop.
            screen: where.
            folder: takes its log.
            environment: of the user whose desktop it is.
        """
        for program in ("dbus-run-session", *kind.programs):
            parts.program(program)
        manager, icons = kind.value
        self._screen = screen
        self._process = ChildProcess(
            kind.name.lower(),
            ["dbus-run-session", "--", "bash", "-c", LOGIN, kind.name, manager, icons],
            folder / f"{kind.name.lower()}.log",
            environment={**environment, **screen.environment},
        )
        self._seen: tuple[int, int] | None = None
        self.icon = self._wait_for_icon()

    def double_click(self) -> None:
        """Double-click the kiosk's icon, or what covers it."""
        self._screen.click(*self.icon, times=2)

    def move(self, window: int, x: int, y: int) -> None:
        """Move a window about there, as its user could."""
        self._xdotool("windowmove", str(window), str(x), str(y))
        wait_until(lambda: self.extent(window)[0] >= x, "the window to move")

    def extent(self, window: int) -> tuple[int, int, int, int]:
        """Where a window is: x, y, width and height in pixels."""
        told = dict(line.split("=") for line in self._xdotool("getwindowgeometry", "--shell", str(window)).split())
        return int(told["X"]), int(told["Y"]), int(told["WIDTH"]), int(told["HEIGHT"])

    def _xdotool(self, *arguments: str) -> str:
        environment = {**os.environ, **self._screen.environment}
        command = [parts.program("xdotool"), *arguments]
        return subprocess.run(command, env=environment, check=True, capture_output=True, text=True, timeout=10).stdout

    def _wait_for_icon(self) -> tuple[int, int]:
        try:
            return wait_until(self._icon_at_rest, "the icon", 30, every=0.3, details=self._process.last_lines)
        except AssertionError:
            self._screen.screenshot(self._process.log.with_suffix(".png"))
            self.stop()
            raise

    def _icon_at_rest(self) -> tuple[int, int] | None:
        """Where the icon is, once it has been there at two looks in a row: icons move while they are laid out."""
        before, self._seen = self._seen, icon_in(self._screen.pixels())
        return self._seen if self._seen == before else None

    def stop(self) -> None:
        """Log out: dbus-run-session itself would leave its bus behind when it is told to end."""
        for login in children_of(self._process.pid, "bash"):
            os.kill(login, signal.SIGTERM)
        self._process.wait()
        self._process.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


def icon_in(pixels: Pixels) -> tuple[int, int] | None:
    """The middle of the kiosk's icon in a picture of the screen, x and y; None when it is not there."""
    alike = np.abs(pixels.astype(np.int16) - FACE).max(axis=2) < 14
    if int(alike.sum()) < ENOUGH_FACE:
        return None
    rows, columns = np.nonzero(alike)
    return int(np.median(columns)), int(np.median(rows))


def processes_of(home: Path, *words: str) -> set[int]:
    """The processes of the user with this home whose command line has one of the words."""
    return {
        int(folder.name)
        for folder in Path("/proc").iterdir()
        if folder.name.isdigit()
        and f"HOME={home}".encode() in _read(folder / "environ").split(b"\0")
        and any(word.encode() in _read(folder / "cmdline") for word in words)
    }


def children_of(parent: int, name: str) -> list[int]:
    """The processes of this name that this one has started."""
    listed = _read(Path(f"/proc/{parent}/task/{parent}/children")).split()
    return [int(child) for child in listed if _read(Path(f"/proc/{int(child)}/comm")).strip() == name.encode()]


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:  # it has just ended
        return b""
