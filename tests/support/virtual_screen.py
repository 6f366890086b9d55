"""A screen nobody sees: Xvfb, with pictures of it, a pointer and a keyboard."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import numpy.typing as npt

from tests.support import parts
from tests.support.processes import ChildProcess
from tests.support.waiting import wait_until

ANSWERS_WITHIN = 10.0
"""Seconds; a frozen screen never does."""

Pixels = npt.NDArray[np.uint8]
"""Rows, columns, red-green-blue."""


class VirtualScreen:
    """One Xvfb on a display number of its own choice."""

    def __init__(
        self, folder: Path, width: int = 540, height: int = 960, *, second: tuple[int, int] | None = None
    ) -> None:
        """Start it and wait until it answers.

        Args:
            folder: takes its log.
            width: in pixels. The default is half a portrait lobby screen: the processor paints every pixel here.
            height: in pixels.
            second: width and height of another screen beside it, if there is one.
        """
        self.width, self.height = width, height
        self._second = second
        self._folder = folder
        self.display = ""
        self.start()

    def start(self) -> None:
        """Start it (again), with the same number as before, and wait until it answers."""
        same = [self.display] if self.display else []
        sizes = [(self.width, self.height), *([self._second] if self._second else [])]
        screens = [word for number, size in enumerate(sizes) for word in _screen(number, *size)]
        self.process = ChildProcess(
            "Xvfb",
            [parts.program("Xvfb"), *same, "-displayfd", "1", *screens, "-nolisten", "tcp", "-noreset"],
            self._folder / "xvfb.log",
            pipes=True,
        )
        number = self.process.stdout.readline().decode().strip()
        assert number, f"Xvfb did not start\n{self.process.last_lines()}"
        self.display = f":{number}"

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs in its environment to appear here."""
        return {"DISPLAY": self.display}

    def screenshot(self, path: Path) -> Path:
        """Write what the screen shows as a PNG file and return the path."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._run("import", "-window", "root", str(path))
        return path

    def pixels(self, number: int = 0) -> Pixels:
        """What the screen shows, or the second one (1), as numbers."""
        at = ("-display", f"{self.display}.{number}")
        header, _, rest = self._run("import", *at, "-window", "root", "-depth", "8", "ppm:-").partition(b"\n255\n")
        width, height = (int(word) for word in header.split()[1:3])
        return np.frombuffer(rest, dtype=np.uint8).reshape(height, width, 3)

    def wait_for_paint(self, timeout: float = 20.0) -> Pixels:
        """Wait until the screen shows more than one colour."""

        def painted() -> tuple[Pixels] | None:
            pixels = self.pixels()
            return (pixels,) if len(np.unique(pixels.reshape(-1, 3), axis=0)) > 1 else None

        return wait_until(painted, "something on the screen", timeout, every=0.2)[0]

    def click(self, x: int, y: int, *, button: int = 1, times: int = 1) -> None:
        """Press and release a mouse button at a point; more than once in quick succession if asked."""
        self._run("xdotool", "mousemove", str(x), str(y), "click", "--repeat", str(times), "--delay", "30", str(button))

    def press(self, x: int, y: int) -> None:
        """Press the first mouse button at a point and hold it."""
        self._run("xdotool", "mousemove", str(x), str(y), "mousedown", "1")

    def release(self) -> None:
        """Let the first mouse button go."""
        self._run("xdotool", "mouseup", "1")

    def tap(self) -> None:
        """Click the middle of the screen, as a visitor would."""
        self.click(self.width // 2, self.height // 2)

    def key(self, *combinations: str) -> None:
        """Press keys, in xdotool's words: `alt+F4`, `ctrl+r`."""
        self._run("xdotool", "key", *combinations)

    def windows(self, title: str = "") -> list[int]:
        """The visible windows whose title contains `title`."""
        found = subprocess.run(
            [parts.program("xdotool"), "search", "--onlyvisible", "--name", title],
            env={**os.environ, **self.environment},
            check=False,
            capture_output=True,
            text=True,
        )
        return [int(line) for line in found.stdout.split()]

    def _run(self, name: str, *arguments: str) -> bytes:
        command = [parts.program(name), *arguments]
        environment = {**os.environ, **self.environment}
        try:
            done = subprocess.run(command, env=environment, check=False, capture_output=True, timeout=ANSWERS_WITHIN)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{name}: the screen does not answer") from None
        assert done.returncode == 0, f"{name}: {done.stderr.decode(errors='replace').strip()}"
        return done.stdout

    def stop(self) -> None:
        self.process.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


def _screen(number: int, width: int, height: int) -> tuple[str, ...]:
    return ("-screen", str(number), f"{width}x{height}x24")


def changed_share(before: Pixels, after: Pixels, *, threshold: int = 12) -> float:
    """The share 0..1 of pixels of which a colour differs by more than `threshold` of 255."""
    difference = np.abs(before.astype(np.int16) - after.astype(np.int16)).max(axis=2)
    return float(np.mean(difference > threshold))
