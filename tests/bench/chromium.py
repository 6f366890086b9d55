"""Debian's Chromium as the peer of the kiosk."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from kiosk.browser.flags import has_gpu
from tests.support.kiosk_process import bare_environment
from tests.support.processes import ChildProcess

NO_CHROMIUM = "chromium is missing (apt-get install chromium)."

WITHOUT_GPU = ("--ignore-gpu-blocklist", "--disable-gpu-compositing")
"""What gives Chromium the WebGL 2 that avatars need, and that the kiosk has, on a machine without a GPU. With the first
alone it starts twice as slowly; with `--disable-gpu` it starts as fast as with both and has no WebGL."""


def find_chromium() -> str | None:
    """The path of the program, None where it is not installed."""
    return shutil.which("chromium")


class Chromium:
    """Chromium, full screen on one page."""

    def __init__(
        self, program: str, address: str, folder: Path, *, size: tuple[int, int], environment: Mapping[str, str]
    ) -> None:
        """Start it.

        Args:
            program: its path.
            address: the page.
            folder: its home. The profile in there stays from start to start.
            size: of the screen in pixels: without a window manager nobody makes the window as large.
            environment: what the rig's screen and sound server ask for.
        """
        folder.mkdir(exist_ok=True)
        arguments = (
            "--kiosk",
            *(f"--window-size={size[0]},{size[1]}", "--window-position=0,0"),
            *("--no-first-run", "--no-default-browser-check", "--disable-background-networking"),
            *("--disable-component-update", "--disable-sync", "--disable-quic"),
            *(() if has_gpu() else WITHOUT_GPU),
            "--use-fake-ui-for-media-stream",  # grants the microphone, as the kiosk does
            f"--user-data-dir={folder / 'profile'}",
            *(("--no-sandbox",) if os.geteuid() == 0 else ()),
        )
        self.process = ChildProcess(
            "chromium",
            [program, *arguments, address],
            folder / "chromium.log",
            environment={**bare_environment(folder, folder), **environment},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.process.stop()
